"""Finding in the index of words."""

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from orchd.entity.owner import Owner
from orchd.entity.search.search_queries import ENTRIES, SHARED_PLACE, owner_word, place_of
from orchd.entity.search.word_queries import MAX_ALTERNATIVES, MYSQL_MATCH
from orchd.entity.search.words import Term, as_indexed
from orchd.protocol.page import within
from orchd.storage import SqlValue, Statement, Steps

CANDIDATES = 300
"""Rows that are looked at for a page: the latest that fit."""
CANDIDATE_BYTES = 4 * 1024 * 1024
"""What the index has of them together, at most: all of it is read and counted for each search."""


class SearchHit(NamedTuple):
    """An entry that has the words; `at` in Unix milliseconds."""

    words: str
    kind: str
    row_id: int
    at: int


def find(
    owner: Owner,
    wanted: Sequence[Sequence[Term]],
    kinds: Collection[str],
    since: int | None,
    dialect: str,
) -> Steps[list[SearchHit]]:
    """Return the latest entries of somebody's that have all of what is wanted, each as one of some alternatives; no
    more than may be looked at."""
    groups = [_alternatives(terms) for terms in wanted]
    signs = [owner_word("u", owner.user_id), *(owner_word("p", project) for project in owner.reads)]
    if dialect == "sqlite":
        own, shared = _sqlite_words(groups), _sqlite_words([signs, *groups])
        start = place_of(owner.user_id)
        sizes = yield from _sizes(
            f"{_SQLITE} t.rowid BETWEEN ? AND ?", (own, start, start + ENTRIES - 1), kinds, since, "t.rowid"
        )
        if (yield Statement("SELECT 1 FROM search_entry WHERE project_id IS NOT NULL LIMIT 1")).rows:
            sizes += yield from _sizes(f"{_SQLITE} t.rowid > ?", (shared, SHARED_PLACE), kinds, since, "t.rowid")
    else:
        sizes = yield from _sizes(_MYSQL, (_mysql_words([signs, *groups]),), kinds, since, "e.id DESC")
    sizes = sorted(sizes, key=lambda row: row[0] % ENTRIES)[:CANDIDATES]
    few = [row[0] for row in sizes[: within([row[1] for row in sizes], CANDIDATE_BYTES)]]
    found = yield Statement(
        f"SELECT t.words, e.kind, e.row_id, e.updated_at {_JOINED} t.rowid IN ({', '.join('?' * len(few)) or 'NULL'})",
        tuple(few),
    )
    return [SearchHit(*row) for row in found.rows]


def _sizes(
    matching: str, values: tuple[SqlValue, ...], kinds: Collection[str], since: int | None, order: str
) -> Steps[list[tuple[int, int]]]:
    """Return where the words of entries stand that match, the latest first, and how long they are."""
    marks = ", ".join("?" * len(kinds))
    found = yield Statement(
        # Entries that were listed by an earlier version have no size.
        f"SELECT t.rowid, COALESCE(e.size, LENGTH(t.words)) {matching} AND e.row_id > 0 AND e.kind IN ({marks})"
        f" AND e.updated_at >= ? ORDER BY {order} LIMIT ?",
        (*values, *kinds, since or 0, CANDIDATES),
    )
    return [(int(rowid), int(size)) for rowid, size in found.rows]


def _alternatives(terms: Sequence[Term]) -> list[str]:
    """Return words and phrases; where there may be more words than those, only how they begin, with a `*` behind it:
    MariaDB finds that by itself, and not beside others."""
    if terms[0].beginning and len(terms) >= MAX_ALTERNATIVES:
        return [f"{terms[0].beginning}*"]
    return [as_indexed(term) for term in terms]


_JOINED = f"FROM search_text t JOIN search_entry e ON e.id = {ENTRIES - 1} - (t.rowid & {ENTRIES - 1}) WHERE"
_SQLITE = f"{_JOINED} search_text MATCH ? AND"
_MYSQL = f"{_JOINED} {MYSQL_MATCH}"
"""What the databases have no common words for. SQLite gives rows by the order of their places, and stops in time."""


def _sqlite_words(groups: Iterable[Sequence[str]]) -> str:
    return " AND ".join("(" + " OR ".join(map(_sqlite_quoted, group)) + ")" for group in groups)


def _sqlite_quoted(words: str) -> str:
    return f'"{words[:-1]}"*' if words.endswith("*") else f'"{words}"'


def _mysql_words(groups: Iterable[Sequence[str]]) -> str:
    """A phrase may not stand in brackets there; it is an alternative to nothing."""
    return " ".join(map(_mysql_group, groups))


def _mysql_group(group: Sequence[str]) -> str:
    if len(group) > 1:
        return "+(" + " ".join(group) + ")"
    return f"+{group[0]}" if group[0].endswith("*") else f'+"{group[0]}"'
