"""The SQL that both databases understand, and the little that is translated.

Write statements for SQLite; on MySQL the session is set up so that nearly all of it means the same there
(`ANSI_QUOTES`, `PIPES_AS_CONCAT`, `NO_BACKSLASH_ESCAPES`, strict mode, found rows counted as changed). What feature
authors may rely on:

* `?` placeholders; literals in `'...'` with `''` for a quote and no backslash escapes; names in `"..."`; `||`
  concatenates.
* `LIKE` has no escape character unless it says `ESCAPE '!'`.
* `changed` counts the rows that an UPDATE matched. `last_id` is meant for an INSERT of one row.
* Many rows at once: `INSERT INTO t (a, b) VALUES (?, ?), (?, ?), ...`, one statement and so one round trip. Bound both
  its rows and its bytes: SQLite takes 32 766 placeholders in a statement (its default), and one more is a defect.
* Long texts: MySQL's server takes a statement of `max_allowed_packet`, the values filled in (16 MiB unless its operator
  set less). Long texts of an INSERT or an UPDATE are written in pieces where need be, and read whole (see
  `mysql_long.py`). So do nothing to a column of long texts in SQL but to store it, to read it, and to ask its
  `LENGTH(column)`, which is in bytes: no comparison, no copy to another column. A statement that is too long for
  another reason is `TooLarge`.
* Integers within 64 bits, finite floats, text without lone surrogates, bytes. A sum of integers is an int, an average a
  float.
* Write transactions are serializable: what one has read, no other changes before it commits. On MySQL a plain SELECT
  in one therefore locks what it finds. A frequent transaction should insert without reading first, and all should
  touch the tables in one order; else they collide, and are run again and again.

What they must leave out, since the databases differ: upserts and `INSERT OR ...` (read, then insert or update: see the
point above), `RETURNING`, `/` between integers, dates and times as types (store text or integers), a leading comment,
comparisons that depend on trailing spaces (MySQL ignores them under most collations), and texts longer than their
column.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from orchd.patterns import lazy_pattern

_QUOTED = r"""'[^']*'|"[^"]*"|`[^`]*`|--[^\n]*|\#[^\n]*|/\*(?:[^*]|\*(?!/))*+(?:\*/)?"""
LONG_MARK = "\0orchd:long:"
"""What the column of a long text begins with that stands elsewhere, on MySQL (see `mysql_long.py`); after its last
colon is the text's length in bytes."""
_LENGTH = lazy_pattern(r"\bLENGTH\(([\w.]+)\)")
_LENGTH_THERE = (
    rf"(CASE WHEN LEFT(\1, {len(LONG_MARK)}) = X'{LONG_MARK.encode().hex()}'"
    r" THEN CAST(SUBSTRING_INDEX(\1, ':', -1) AS UNSIGNED) ELSE LENGTH(\1) END)"
)
_TRANSLATED = lazy_pattern(rf"{_QUOTED}|\?|%", re.DOTALL)
_SEPARATED = lazy_pattern(rf"{_QUOTED}|;", re.DOTALL)
_COMMENT = lazy_pattern(r"\s+|--[^\n]*|\#[^\n]*|/\*(?:[^*]|\*(?!/))*+(?:\*/)?", re.DOTALL)


@lru_cache(maxsize=1024)
def to_format(sql: str) -> str:
    """`sql` as trio-mysql wants it: `%s` for each `?` outside literals, names and comments, each `%` doubled; and with
    the length of a long text that stands elsewhere where its column's is asked."""
    return _LENGTH.sub(_LENGTH_THERE, _TRANSLATED.sub(_translate, sql))


@lru_cache(maxsize=1024)
def to_sqlite(sql: str) -> str:
    """`sql` with lengths in bytes, as MySQL has them. SQLite counts characters, and those before a NUL only."""
    return _LENGTH.sub(r"LENGTH(CAST(\1 AS BLOB))", sql)


def _translate(match: re.Match[str]) -> str:
    return "%s" if match[0] == "?" else match[0].replace("%", "%%")


def split_statements(script: str) -> Iterator[str]:
    """The statements of a script, parted at each `;` outside literals, names and comments; empty ones are left out."""
    start = 0
    for match in _SEPARATED.finditer(script):
        if match[0] == ";":
            yield from _unless_empty(script[start : match.start()])
            start = match.end()
    yield from _unless_empty(script[start:])


def _unless_empty(piece: str) -> Iterator[str]:
    at = 0
    while found := _COMMENT.match(piece, at):
        at = found.end()
    if at < len(piece):
        yield piece[at:].strip()
