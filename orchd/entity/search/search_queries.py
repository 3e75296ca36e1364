"""The index of words: the tables `search_entry` (what is to be found, and whose it is), `search_text` (its words), and
`search_word` (the words there are, by all that is three letters long in them).

An entry is written in the transaction that stores its row, and says that its words are to be read (`listed` is 0). They
are read once for many rows, before anybody searches (`new_entries` to `list_entry`): so nothing is missed, and who
stores a row waits neither for its words nor for others'. A row that has changed gets another entry, and one that is
gone leaves its entry without a row: whoever reads the words drops it, and nobody else touches `search_text`. What is
found is read again under whoever asks, so that an entry that lags behind shows nobody anything.

The words of an entry stand in a place of the index that is its user's, or that of all rows which are in projects; there
the latest entry comes first. So the latest entries of a user are found without looking at anybody else's.
"""

from collections.abc import Collection
from typing import NamedTuple

from orchd.entity.owner import Belonging
from orchd.storage import SqlValue, Statement, Steps

ENTRIES = 1 << 40
"""How many entries have room in a user's place, and so in all."""
SHARED_PLACE = 1 << 62


def place_of(user_id: int) -> int:
    """Return where a user's place begins."""
    return user_id * ENTRIES


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


def list_entry(entry: NewEntry, words: str) -> Steps[None]:
    """Store the words of an entry, unless it was released or has changed hands meanwhile, or somebody else has."""
    done = yield Statement(
        "UPDATE search_entry SET listed = 1, text_id = ?, size = ?"
        " WHERE id = ? AND row_id = ? AND listed = 0 AND user_id = ? AND COALESCE(project_id, 0) = ?",
        (entry.place, len(words), entry.entry_id, entry.row_id, entry.belongs.user_id, entry.belongs.project_id or 0),
    )
    if not done.changed:
        return
    if entry.text_id is not None:
        yield Statement("DELETE FROM search_text WHERE rowid = ?", (entry.text_id,))
    yield Statement(
        "INSERT INTO search_text (rowid, owner, words) VALUES (?, ?, ?)",
        (entry.place, _owner_words(entry.belongs), words),
    )


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


def drop_entry(entry: NewEntry) -> Steps[None]:
    """Take an entry out of the index that was released when it was read."""
    yield Statement("DELETE FROM search_text WHERE rowid = ?", (entry.text_id,))
    yield Statement("DELETE FROM search_entry WHERE id = ?", (entry.entry_id,))


def keep_numbers() -> Steps[None]:
    """On MariaDB, to be done before texts are deleted in the same transaction.

    Its full text index never finds a text that gets the number of a deleted one. After a crash it counts on from the
    highest number that is left when the first text is stored. Here the text 0, which has no words, takes a higher one.
    """
    yield Statement("UPDATE search_text SET words = CASE words WHEN '' THEN '.' ELSE '' END WHERE rowid = 0")


def _owner_words(belongs: Belonging) -> str:
    own = owner_word("u", belongs.user_id)
    return own if belongs.project_id is None else f"{own} {owner_word('p', belongs.project_id)}"


def owner_word(kind: str, number: int) -> str:
    """Return the sign of a user (`u`) or a project (`p`)."""
    return f"_{kind}{number}"


def begin_joining() -> Steps[None]:
    """Say that any two parts of SQLite's index may be joined by `join_segments`; it is kept with the index."""
    yield Statement("INSERT INTO search_text (search_text, rank) VALUES ('usermerge', 2)")


def join_segments() -> Steps[None]:
    """Have SQLite join some of the parts in which its index was written: each word is sought in each of them."""
    yield Statement("INSERT INTO search_text (search_text, rank) VALUES ('merge', 64)")
