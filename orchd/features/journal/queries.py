"""SQL of the tables `journal` and `journal_stream`."""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Final, NamedTuple

from orchd.storage import Statement, Steps

ROWS_PER_STATEMENT = 200
"""Four parameters a row: well below the databases' limits on a statement."""
CHARACTERS_PER_STATEMENT = 64 * 1024
"""A quarter of a MiB at most: half of what the most modest MySQL servers take in one statement."""

NO_STREAMS: Final[Mapping[int, str | None]] = MappingProxyType({})


class JournalRow(NamedTuple):
    """A piece of a message's text: `start_seq` is the position of its first code point over all channels."""

    message_id: int
    start_seq: int
    channel: str
    text: str


class DoubtfulRows(NamedTuple):
    """Rows of a message from a position on, which may or may not have been written by a transaction that failed."""

    message_id: int
    start_seq: int


def append(
    rows: Sequence[JournalRow], cuts: Sequence[DoubtfulRows], streams: Mapping[int, str | None] = NO_STREAMS
) -> Steps[None]:
    """Insert rows of any number of messages, after removing what `cuts` name; say of some messages where their model
    server keeps them, None: nowhere. May be run again."""
    for cut in cuts:
        yield Statement("DELETE FROM journal WHERE message_id = ? AND start_seq >= ?", tuple(cut))
    for batch in _batches(rows):
        marks = ", ".join(["(?, ?, ?, ?)"] * len(batch))
        yield Statement(
            f"INSERT INTO journal (message_id, start_seq, channel, text) VALUES {marks}",
            tuple(value for row in batch for value in row),
        )
    for message_id, stream in streams.items():
        yield from set_stream(message_id, stream)


def _batches(rows: Sequence[JournalRow]) -> Iterator[list[JournalRow]]:
    """Part rows into what goes into one statement, by their number and by their length."""
    batch: list[JournalRow] = []
    room = CHARACTERS_PER_STATEMENT
    for row in rows:
        room -= len(row.text)
        if batch and (room < 0 or len(batch) == ROWS_PER_STATEMENT):
            yield batch
            batch, room = [], CHARACTERS_PER_STATEMENT - len(row.text)
        batch.append(row)
    if batch:
        yield batch


def read(message_id: int, from_seq: int = 0) -> Steps[list[JournalRow]]:
    """Return the rows of a message that begin at `from_seq` or later, in order."""
    found = yield Statement(
        "SELECT message_id, start_seq, channel, text FROM journal WHERE message_id = ? AND start_seq >= ?"
        " ORDER BY start_seq",
        (message_id, from_seq),
    )
    return [JournalRow(*row) for row in found.rows]


def set_stream(message_id: int, stream: str | None) -> Steps[None]:
    """Note where a message's model server keeps it, in whatever form; None: nowhere. May be run again."""
    yield Statement("DELETE FROM journal_stream WHERE message_id = ?", (message_id,))
    if stream is not None:
        yield Statement("INSERT INTO journal_stream (message_id, stream_json) VALUES (?, ?)", (message_id, stream))


def read_stream(message_id: int) -> Steps[str | None]:
    """Return where a message's model server keeps it, as it was noted; None where it doesn't."""
    found = yield Statement("SELECT stream_json FROM journal_stream WHERE message_id = ?", (message_id,))
    return next((stream for (stream,) in found.rows), None)


def remove(message_id: int) -> Steps[None]:
    """Delete the rows of a message whose text is stored elsewhere."""
    yield Statement("DELETE FROM journal WHERE message_id = ?", (message_id,))
    yield Statement("DELETE FROM journal_stream WHERE message_id = ?", (message_id,))
