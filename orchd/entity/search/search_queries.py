"""The index of words: the tables `search_entry` (what is to be found, and whose it is), `search_text` (its words, of
which SQLite has an index; elsewhere `search_posting` is that), and `search_word` (the words there are, by all that is
three letters long in them).

An entry is written in the transaction that stores its row, and says that its words are to be read (`listed` is 0). They
are read once for many rows, before anybody searches (`new_entries` to `list_entry`): so nothing is missed, and who
stores a row waits neither for its words nor for others'. A row that has changed gets another entry, and one that is
gone leaves its entry without a row: whoever reads the words drops it, and nobody else touches `search_text`. What is
found is read again under whoever asks, so that an entry that lags behind shows nobody anything.
"""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from orchd.entity.owner import Belonging
from orchd.entity.search.places import ENTRIES, SHARED_PLACE, owner_words, place_of
from orchd.entity.search.posting_queries import add_texts, drop_postings
from orchd.storage import SqlValue, Statement, Steps


class SearchEntry(NamedTuple):
    """A row to be found; `at`: when it was made or changed last, in Unix milliseconds; `group_id`: of the conversation
    that it is in, if it is in one."""

    kind: str
    row_id: int
    belongs: Belonging
    at: int
    group_id: int | None = None


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
    """Have rows not found any more."""
    marks = ", ".join("?" * len(row_ids)) or "NULL"
    found = yield Statement(f"SELECT id FROM search_entry WHERE kind = ? AND row_id IN ({marks})", (kind, *row_ids))
    yield from release([int(entry_id) for (entry_id,) in found.rows])


def release(entry_ids: Collection[int]) -> Steps[None]:
    """Have entries belong to no row, and so be dropped. They are given by their ids: MariaDB would lock the gap where a
    row has no entry, and so keep others from storing theirs."""
    if entry_ids:
        marks = ", ".join("?" * len(entry_ids))
        yield Statement(f"UPDATE search_entry SET row_id = -id, listed = 0 WHERE id IN ({marks})", tuple(entry_ids))


def give_group(group_id: int, belongs: Belonging) -> Steps[None]:
    """Note that all that is in a conversation belongs to others now; the index follows."""
    yield Statement(
        "UPDATE search_entry SET user_id = ?, project_id = ?, listed = 0 WHERE group_id = ?", (*belongs, group_id)
    )


class NewEntry(NamedTuple):
    """An entry whose words are to be read; or its row has changed hands, or is gone. `text_id`: where its words stand
    by now."""

    entry_id: int
    kind: str
    row_id: int
    text_id: int | None
    belongs: Belonging

    @property
    def is_released(self) -> bool:
        """Whether it belongs to no row any more."""
        return self.row_id < 0

    @property
    def place(self) -> int:
        """Where its words belong."""
        user_id, project_id = self.belongs
        return (place_of(user_id) if project_id is None else SHARED_PLACE) + ENTRIES - 1 - self.entry_id


def new_entries(limit: int) -> Steps[list[NewEntry]]:
    """Return entries whose words are to be read, the latest first."""
    found = yield Statement(
        "SELECT id, kind, row_id, text_id, user_id, project_id FROM search_entry WHERE listed = 0"
        " ORDER BY id DESC LIMIT ?",
        (limit,),
    )
    return [
        NewEntry(entry_id, kind, row_id, text_id, Belonging(*whose))
        for entry_id, kind, row_id, text_id, *whose in found.rows
    ]


def list_entries(listed: Sequence[tuple[NewEntry, str]], dialect: str) -> Steps[None]:
    """Store the words of entries, unless these were released or have changed hands meanwhile, or somebody else has.
    FTS5 wants them in the order of their places."""
    valid = yield from _still_new([entry for entry, _ in listed], dialect)
    texts = [(entry, words) for entry, words in listed if entry.entry_id in valid]
    if not texts:
        return
    yield from _note_listed([(entry.entry_id, entry.place, len(words)) for entry, words in texts])
    for entry, _ in texts:
        yield from _drop_text(entry.text_id, dialect)
    rows = [(entry.place, owner_words(entry.belongs), words) for entry, words in texts]
    if dialect == "sqlite":
        for row in rows:
            yield Statement("INSERT INTO search_text (rowid, owner, words) VALUES (?, ?, ?)", row)
    else:
        yield from add_texts(rows)


def _still_new(entries: Sequence[NewEntry], dialect: str) -> Steps[set[int]]:
    """Return which entries are as they were; they stay so until the transaction ends."""
    marks = ", ".join("?" * len(entries)) or "NULL"
    locked = "" if dialect == "sqlite" else " FOR UPDATE"
    found = yield Statement(
        f"SELECT id, row_id, user_id, project_id FROM search_entry WHERE id IN ({marks}) AND listed = 0 ORDER BY id"
        f"{locked}",
        tuple(entry.entry_id for entry in entries),
    )
    now = {entry_id: (row_id, Belonging(*whose)) for entry_id, row_id, *whose in found.rows}
    return {entry.entry_id for entry in entries if now.get(entry.entry_id) == (entry.row_id, entry.belongs)}


def _note_listed(listed: Sequence[tuple[int, int, int]]) -> Steps[None]:
    """Note of entries where their words stand, and how long these are."""
    cases = f"CASE id {'WHEN ? THEN ? ' * len(listed)}END"
    places = [value for entry_id, place, _ in listed for value in (entry_id, place)]
    sizes = [value for entry_id, _, size in listed for value in (entry_id, size)]
    yield Statement(
        f"UPDATE search_entry SET listed = 1, text_id = {cases}, size = {cases}"
        f" WHERE id IN ({', '.join('?' * len(listed))})",
        (*places, *sizes, *(entry_id for entry_id, _, _ in listed)),
    )


def _drop_text(text_id: int | None, dialect: str) -> Steps[None]:
    """Remove the words of an entry, if there are any."""
    if text_id is not None and dialect != "sqlite":
        found = yield Statement("SELECT owner, words FROM search_text WHERE rowid = ?", (text_id,))
        for owner, words in found.rows:
            yield from drop_postings(text_id, owner, words)
    if text_id is not None:
        yield Statement("DELETE FROM search_text WHERE rowid = ?", (text_id,))


class SourcePlace(NamedTuple):
    """How far the rows of a kind that were there before have been indexed; `whole`: all of them."""

    row_id: int
    whole: bool


def source_place(kind: str) -> Steps[SourcePlace | None]:
    """Return how far a kind has been indexed, None where that was not begun."""
    found = yield Statement("SELECT row_id, whole FROM search_source WHERE kind = ?", (kind,))
    return SourcePlace(found.rows[0][0], bool(found.rows[0][1])) if found.rows else None


def whole_sources() -> Steps[set[str]]:
    """Return the kinds that have been indexed to their end."""
    found = yield Statement("SELECT kind FROM search_source WHERE whole = 1")
    return {kind for (kind,) in found.rows}


def begin_source(kind: str) -> Steps[None]:
    """Note that a kind is to be indexed from its first row."""
    yield Statement("INSERT INTO search_source (kind, row_id, whole) VALUES (?, 0, 0)", (kind,))


def pass_source(kind: str, row_id: int, *, whole: bool) -> Steps[None]:
    """Note that a kind has been indexed up to a row."""
    yield Statement("UPDATE search_source SET row_id = ?, whole = ? WHERE kind = ?", (row_id, int(whole), kind))


def begin_again() -> Steps[None]:
    """Have all rows indexed again by the daemon; what is indexed is found meanwhile."""
    yield Statement("UPDATE search_entry SET listed = 0")
    yield Statement("UPDATE search_source SET row_id = 0, whole = 0")


def rows_in_index(kind: str, row_ids: Collection[int]) -> Steps[set[int]]:
    """Return those of some rows that are in the index."""
    marks = ", ".join("?" * len(row_ids)) or "NULL"
    found = yield Statement(f"SELECT row_id FROM search_entry WHERE kind = ? AND row_id IN ({marks})", (kind, *row_ids))
    return {int(row_id) for (row_id,) in found.rows}


def entries_of(kind: str, after: int, limit: int) -> Steps[list[tuple[int, int]]]:
    """Return entries of a kind as (id of the entry, id of its row), in the order of their rows, after one."""
    found = yield Statement(
        "SELECT id, row_id FROM search_entry WHERE kind = ? AND row_id > ? ORDER BY row_id LIMIT ?",
        (kind, after, limit),
    )
    return [(int(entry_id), int(row_id)) for entry_id, row_id in found.rows]


def drop_entry(entry: NewEntry, dialect: str) -> Steps[None]:
    """Take an entry out of the index that was released when it was read."""
    yield from _drop_text(entry.text_id, dialect)
    yield Statement("DELETE FROM search_entry WHERE id = ?", (entry.entry_id,))


def begin_joining() -> Steps[None]:
    """Say that any two parts of SQLite's index may be joined by `join_segments`; it is kept with the index."""
    yield Statement("INSERT INTO search_text (search_text, rank) VALUES ('usermerge', 2)")


PAGES_AT_ONCE = 64


def join_segments() -> Steps[None]:
    """Have SQLite join some of the parts in which its index was written: each word is sought in each of them."""
    yield Statement("INSERT INTO search_text (search_text, rank) VALUES ('merge', ?)", (PAGES_AT_ONCE,))


def begin_joining_all() -> Steps[None]:
    """Have all parts that there are made one by `join_segments`, which otherwise joins those of about one size. What is
    under way is begun anew."""
    yield Statement("INSERT INTO search_text (search_text, rank) VALUES ('merge', ?)", (-PAGES_AT_ONCE,))


def segment_pages() -> Steps[list[int]]:
    """Return how many pages each part of SQLite's index has in which a new word begins."""
    found = yield Statement("SELECT COUNT(*) FROM search_text_idx GROUP BY segid")
    return [int(pages) for (pages,) in found.rows]
