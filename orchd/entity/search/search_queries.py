"""The index of words: the tables `search_entry` (what is to be found, and whose it is), `search_text` (its words), and
`search_word` (the words there are, by all that is three letters long in them).

An entry is written in the transaction that stores its row, and says that its words are to be read (`listed` is 0). They
are read once for many rows, before anybody searches (`new_entries` to `list_entry`): so nothing is missed, and who
stores a row waits neither for its words nor for others'. A row that has changed gets another entry. What is found is
read again under whoever asks, so that an entry that lags behind shows nobody anything.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from orchd.entity.owner import Belonging, Owner
from orchd.entity.search.words import Term, as_indexed, grams, in_index
from orchd.protocol.page import within
from orchd.storage import SqlValue, Statement, Steps

CANDIDATES = 300
"""Rows that are looked at for a page: the latest that fit."""
CANDIDATE_BYTES = 4 * 1024 * 1024
"""What the index has of them together, at most: all of it is read and counted for each search."""
MAX_ALTERNATIVES = 48
"""Words that may stand for a part of a word."""


class SearchEntry(NamedTuple):
    """A row to be found; `at`: when it was made or changed last, in Unix milliseconds; `group_id`: of the conversation
    that it is in, if it is in one."""

    kind: str
    row_id: int
    belongs: Belonging
    at: int
    group_id: int | None = None


class SearchHit(NamedTuple):
    """An entry that has the words; `at` in Unix milliseconds."""

    words: str
    kind: str
    row_id: int
    at: int


def add(*entries: SearchEntry) -> Steps[None]:
    """Have rows found that are new. Reads nothing first, so that two who store at once don't wait for each other."""
    values: list[SqlValue] = []
    for kind, row_id, belongs, at, group_id in entries:
        values += (kind, row_id, group_id, *belongs, at)
    yield Statement(f"{_ADD} {', '.join([_ADDED] * len(entries))}", tuple(values))


_ADD = "INSERT INTO search_entry (kind, row_id, group_id, user_id, project_id, listed, updated_at) VALUES"
_ADDED = "(?, ?, ?, ?, ?, 0, ?)"


def change(entry: SearchEntry) -> Steps[None]:
    """Have a row found as it is now, also one that was never to be found."""
    yield from remove(entry.kind, [entry.row_id])
    yield from add(entry)


def remove(kind: str, row_ids: Collection[int]) -> Steps[None]:
    """Take rows out of the index."""
    marks = ", ".join("?" * len(row_ids)) or "NULL"
    found = yield Statement(f"SELECT id FROM search_entry WHERE kind = ? AND row_id IN ({marks})", (kind, *row_ids))
    if found.rows:
        yield from drop_entries([row[0] for row in found.rows])


def give_group(group_id: int, belongs: Belonging) -> Steps[None]:
    """Note that all that is in a conversation belongs to others now; the index follows."""
    yield Statement(
        "UPDATE search_entry SET user_id = ?, project_id = ?, listed = 0 WHERE group_id = ?", (*belongs, group_id)
    )


def words_like(part: str) -> Steps[list[str]]:
    """Return words that begin with something or hold it, of three letters at least."""
    found: list[tuple[str, ...]] = []
    first = next(grams(part), None)
    if first is None:
        return []
    for like in (f"{part}%", f"%{part}%"):
        more = yield Statement(
            "SELECT DISTINCT word FROM search_word WHERE gram = ? AND word LIKE ? LIMIT ?",
            (first, like, MAX_ALTERNATIVES),
        )
        found += more.rows
    return [*dict.fromkeys(row[0] for row in found)][:MAX_ALTERNATIVES]


def find(
    owner: Owner,
    wanted: Sequence[Sequence[Term]],
    kinds: Collection[str],
    since: int | None,
    dialect: str,
) -> Steps[list[SearchHit]]:
    """Return the latest entries of somebody's that have all of what is wanted, each as one of some alternatives; no
    more than may be looked at."""
    signs = [_owner_word("u", owner.user_id), *(_owner_word("p", project) for project in owner.reads)]
    groups = [signs, *(_alternatives(terms) for terms in wanted)]
    words, sql = (_sqlite_words(groups), _SQLITE) if dialect == "sqlite" else (_mysql_words(groups), _MYSQL)
    marks = ", ".join("?" * len(kinds))
    sizes = yield Statement(
        f"{sql} AND e.kind IN ({marks}) AND e.updated_at >= ? ORDER BY t.rowid DESC LIMIT ?",
        (words, *kinds, since or 0, CANDIDATES),
    )
    few = [row[0] for row in sizes.rows[: within([row[1] for row in sizes.rows], CANDIDATE_BYTES)]]
    found = yield Statement(
        f"SELECT t.words, e.kind, e.row_id, e.updated_at {_JOINED} t.rowid IN ({', '.join('?' * len(few)) or 'NULL'})",
        tuple(few),
    )
    return [SearchHit(*row) for row in found.rows]


def _alternatives(terms: Sequence[Term]) -> list[str]:
    """Return words and phrases; where there may be more words than those, only how they begin, with a `*` behind it:
    MariaDB finds that by itself, and not beside others."""
    if terms[0].beginning and len(terms) >= MAX_ALTERNATIVES:
        return [f"{terms[0].beginning}*"]
    return [as_indexed(term) for term in terms]


_JOINED = "FROM search_text t JOIN search_entry e ON e.id = t.rowid WHERE"
_SQLITE = f"SELECT t.rowid, LENGTH(t.words) {_JOINED} search_text MATCH ?"
_MYSQL_MATCH = "MATCH (t.owner, t.words) AGAINST (? IN BOOLEAN MODE)"
_MYSQL = f"SELECT t.rowid, LENGTH(t.words) {_JOINED} {_MYSQL_MATCH}"
"""What the databases have no common words for; what follows is the same."""


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


class NewEntry(NamedTuple):
    """An entry whose words are to be read; or its row has changed hands."""

    entry_id: int
    kind: str
    row_id: int
    belongs: Belonging


def new_entries(limit: int) -> Steps[list[NewEntry]]:
    """Return entries whose words are to be read, the latest first."""
    found = yield Statement(
        "SELECT id, kind, row_id, user_id, project_id FROM search_entry WHERE listed = 0 ORDER BY id DESC LIMIT ?",
        (limit,),
    )
    return [NewEntry(entry_id, kind, row_id, Belonging(*whose)) for entry_id, kind, row_id, *whose in found.rows]


def list_entry(entry: NewEntry, words: str) -> Steps[None]:
    """Store the words of an entry, unless it was taken out or has changed hands meanwhile, or somebody else has."""
    done = yield Statement(
        "UPDATE search_entry SET listed = 1"
        " WHERE id = ? AND listed = 0 AND user_id = ? AND COALESCE(project_id, 0) = ?",
        (entry.entry_id, entry.belongs.user_id, entry.belongs.project_id or 0),
    )
    if done.changed:
        yield Statement(
            "REPLACE INTO search_text (rowid, owner, words) VALUES (?, ?, ?)",
            (entry.entry_id, _owner_words(entry.belongs), words),
        )


def new_words(wanted: Collection[str]) -> Steps[list[str]]:
    """Return which of some words are new."""
    long = sorted(wanted)
    known: set[str] = set()
    for start in range(0, len(long), 500):
        some = long[start : start + 500]
        marks = ", ".join("?" * len(some))
        found = yield Statement(f"SELECT word FROM search_word WHERE gram = '' AND word IN ({marks})", tuple(some))
        known |= {row[0] for row in found.rows}
    return [word for word in long if word not in known]


def add_words(new: Iterable[str]) -> Steps[None]:
    """Note words that are new. Raises `Conflict` for one that somebody else has just noted."""
    lines: list[SqlValue] = []
    for word in new:
        for gram in ("", *grams(word)):
            lines += (gram, word)
    for start in range(0, len(lines), 1_000):
        some = lines[start : start + 1_000]
        rows = ", ".join(["(?, ?)"] * (len(some) // 2))
        yield Statement(f"INSERT INTO search_word (gram, word) VALUES {rows}", tuple(some))


class SourcePlace(NamedTuple):
    """How far the rows of a kind that were there before have been indexed; `whole`: all of them."""

    row_id: int
    whole: bool


def source_place(kind: str) -> Steps[SourcePlace | None]:
    """Return how far a kind has been indexed, None where that was not begun."""
    found = yield Statement("SELECT row_id, whole FROM search_source WHERE kind = ?", (kind,))
    return SourcePlace(found.rows[0][0], bool(found.rows[0][1])) if found.rows else None


def begin_source(kind: str) -> Steps[None]:
    """Note that a kind is to be indexed from its first row."""
    yield Statement("INSERT INTO search_source (kind, row_id, whole) VALUES (?, 0, 0)", (kind,))


def pass_source(kind: str, row_id: int, *, whole: bool) -> Steps[None]:
    """Note that a kind has been indexed up to a row."""
    yield Statement("UPDATE search_source SET row_id = ?, whole = ? WHERE kind = ?", (row_id, int(whole), kind))


def begin_again() -> Steps[None]:
    """Have all rows indexed again by the daemon; what is indexed is found meanwhile."""
    yield Statement("UPDATE search_source SET row_id = 0, whole = 0")


def rows_in_index(kind: str, row_ids: Collection[int]) -> Steps[set[int]]:
    """Return those of some rows that are in the index."""
    marks = ", ".join("?" * len(row_ids)) or "NULL"
    found = yield Statement(f"SELECT row_id FROM search_entry WHERE kind = ? AND row_id IN ({marks})", (kind, *row_ids))
    return {int(row_id) for (row_id,) in found.rows}


def read_again(kind: str, row_ids: Collection[int]) -> Steps[None]:
    """Have the words of rows read again that are in the index."""
    marks = ", ".join("?" * len(row_ids)) or "NULL"
    yield Statement(f"UPDATE search_entry SET listed = 0 WHERE kind = ? AND row_id IN ({marks})", (kind, *row_ids))


def entries_of(kind: str, after: int, limit: int) -> Steps[list[tuple[int, int]]]:
    """Return entries of a kind as (id of the entry, id of its row), in the order of their rows, after one."""
    found = yield Statement(
        "SELECT id, row_id FROM search_entry WHERE kind = ? AND row_id > ? ORDER BY row_id LIMIT ?",
        (kind, after, limit),
    )
    return [(int(entry_id), int(row_id)) for entry_id, row_id in found.rows]


def drop_entries(entry_ids: Collection[int]) -> Steps[None]:
    """Take entries out of the index, whose rows are gone."""
    marks = ", ".join("?" * len(entry_ids)) or "NULL"
    yield Statement(f"DELETE FROM search_text WHERE rowid IN ({marks})", tuple(entry_ids))
    yield Statement(f"DELETE FROM search_entry WHERE id IN ({marks})", tuple(entry_ids))


def some_words(after: str, limit: int) -> Steps[list[str]]:
    """Return noted words after one, in order."""
    found = yield Statement(
        "SELECT word FROM search_word WHERE gram = '' AND word > ? ORDER BY word LIMIT ?", (after, limit)
    )
    return [row[0] for row in found.rows]


def forget_unused(words: Collection[str], dialect: str) -> Steps[None]:
    """Strike those of some noted words that no entry has any more."""
    matching = "search_text MATCH ?" if dialect == "sqlite" else _MYSQL_MATCH
    for word in words:
        found = yield Statement(f"SELECT t.rowid FROM search_text t WHERE {matching} LIMIT 1", (f'"{in_index(word)}"',))
        if not found.rows:
            by = ("", *grams(word))
            yield Statement(
                f"DELETE FROM search_word WHERE word = ? AND gram IN ({', '.join('?' * len(by))})", (word, *by)
            )


def _owner_words(belongs: Belonging) -> str:
    own = _owner_word("u", belongs.user_id)
    return own if belongs.project_id is None else f"{own} {_owner_word('p', belongs.project_id)}"


def _owner_word(kind: str, number: int) -> str:
    return f"_{kind}{number}"
