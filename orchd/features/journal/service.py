"""Writing down answers while they are generated, so that a crash costs at most the last moment of them.

All running answers are written together, in one transaction a tick, so that the number of commits does not grow with
theirs. A tick begins `TICK_SECONDS` after the one before, and only when some text has grown: text waits at most one
tick and one commit, which together stay below `LOSS_SECONDS`. The commits are relaxed: they survive the end of the
process, and a power loss may take the last ones.
"""

from typing import Protocol

import structlog
import trio

from orchd.errors import OrchdError, TooLarge, Unavailable
from orchd.features.journal import queries
from orchd.features.journal.queries import DoubtfulRows, JournalRow
from orchd.guard import guarded
from orchd.storage import Database, ValueRefused
from orchd.wakeup import Signal

TICK_SECONDS = 0.1
LOSS_SECONDS = 0.2
"""What a crash may cost of each answer, as the documentation promises it."""

RETRY_SECONDS = 1.0
PIECE_CHARACTERS = 64 * 1024
TICK_CHARACTERS = 2 * 1024 * 1024
"""Most that one transaction writes; what is left waits for the next tick."""

FINAL = (TooLarge, ValueRefused)
"""What the database will never take, however often it is asked."""


class Growing(Protocol):
    """A text that only grows."""

    def after(self, seq: int, limit: int) -> tuple[str, str, int] | None:
        """Return (channel, text, position after it) of what follows position `seq`; None when nothing does."""


class _Entry:
    """What is known of one answer's rows."""

    def __init__(self, text: Growing, seq: int) -> None:
        self.text = text
        self.seq = seq
        self.unsure = False  # rows from `seq` on may be there: a transaction failed in doubt
        self.stream: str | None = None
        self.stream_seq: int | None = None  # `stream` is to be written once the text up to there is
        self.has_stream = False  # where it is kept was written

    def is_stream_due(self, end: int) -> bool:
        """Whether `stream` can be written with the text up to `end`."""
        return self.stream_seq is not None and self.stream_seq <= end


class Journal:
    """The answers being written down, by message id. `run` does the writing."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._entries: dict[int, _Entry] = {}
        self._grown = Signal()
        self._writing = False
        self._written = trio.lowlevel.ParkingLot()
        self._failing = False
        self._behind_since: float | None = None
        """Since when some text waits for a tick; None while none does."""
        self._writing_since: float | None = None
        """Since when what a tick writes has waited; None while none is under way."""
        self.ticks = 0
        """Transactions so far."""

    def track(self, message_id: int, text: Growing, seq: int = 0) -> None:
        """Write `text` down from `seq` on, as it grows, until `release`; what is before that was written already."""
        self._entries[message_id] = _Entry(text, seq)
        self._grown.set()

    def note_stream(self, message_id: int, stream: str | None, seq: int) -> None:
        """Write where the model server keeps a tracked answer, which holds of its text up to `seq`; None: nowhere."""
        entry = self._entries.get(message_id)
        if entry is not None:
            entry.stream, entry.stream_seq = stream, seq
            self._grown.set()

    def has_stream(self, message_id: int) -> bool:
        """Whether another run would find where the model server keeps a tracked answer."""
        entry = self._entries.get(message_id)
        return entry is not None and entry.stream is not None and entry.has_stream

    def touch(self) -> None:
        """Some tracked text has grown. Costs next to nothing."""
        if self._behind_since is None:
            self._behind_since = trio.current_time()
        self._grown.set()

    @property
    def lag(self) -> float:
        """Seconds for which the text that waits longest has waited, 0 when none does: about what a crash would cost."""
        since = self._behind_since if self._writing_since is None else self._writing_since
        return 0.0 if since is None or not self._entries else trio.current_time() - since

    async def release(self, message_id: int) -> None:
        """Write no more of a message; returns when no transaction under way can still add to it."""
        self._entries.pop(message_id, None)
        # Out of `_entries` it is in no later tick, but the one under way may hold its rows: the caller is about to
        # delete them, and rows that are committed after that would stay for ever.
        if self._writing:
            await self._written.park()

    async def run(self) -> None:
        """Tick until cancelled."""
        while True:
            await self._grown.wait()
            begun = trio.current_time()
            written = await self._tick()
            await trio.sleep_until(begun + (TICK_SECONDS if written else RETRY_SECONDS))

    async def _tick(self) -> bool:
        """Write what has grown; return whether the database took it, or will never."""
        self._writing_since, self._behind_since = self._behind_since, None
        rows, ends = self._collect()
        if not ends:
            self._writing_since = None
            return True
        self._writing = True
        try:
            error = await self._write(rows, ends)
            if error is not None and not isinstance(error, Unavailable) and len(ends) > 1:
                error = await self._write_apart(rows, ends)  # what is wrong with one answer is no other's fault
            elif isinstance(error, FINAL):
                self._give_up(next(iter(ends)), error)
                error = None
        finally:
            since, self._writing_since = self._writing_since, None
            self._writing = False
            self._written.unpark_all()
        if error is not None:
            self._behind_since = since
            self._note_failure(ends, error)
        return error is None

    async def _write(self, rows: list[JournalRow], ends: dict[int, int]) -> OrchdError | None:
        """Write rows in one transaction; return why the database did not take them."""
        # A transaction that failed in doubt may have been committed: what is written again begins with deleting it.
        cuts = [DoubtfulRows(message_id, entry.seq) for message_id, entry in self._of(ends) if entry.unsure]
        streams = {
            message_id: entry.stream for message_id, entry in self._of(ends) if entry.is_stream_due(ends[message_id])
        }
        with guarded("journal") as guard:
            await self._database.write_relaxed(queries.append, rows, cuts, streams)
        # `seq` moves only after a commit, so that whatever is not known to be stored is written again.
        if guard.error is not None:
            for _, entry in self._of(ends):
                entry.unsure = True
            return guard.error
        self.ticks += 1
        self._failing = False
        for message_id, entry in self._of(ends):
            entry.seq, entry.unsure = ends[message_id], False
            if message_id in streams:
                entry.has_stream = streams[message_id] is not None
                if streams[message_id] is entry.stream:
                    entry.stream_seq = None
        return None

    async def _write_apart(self, rows: list[JournalRow], ends: dict[int, int]) -> OrchdError | None:
        """Write each answer in a transaction of its own; return why one may be written later that was not now."""
        failed: OrchdError | None = None
        for message_id, end in ends.items():
            error = await self._write([row for row in rows if row.message_id == message_id], {message_id: end})
            if isinstance(error, FINAL):
                self._give_up(message_id, error)
            else:
                failed = error or failed
        return failed

    def _give_up(self, message_id: int, error: OrchdError) -> None:
        """Write no more of an answer whose text the database refuses: with a gap in it the rest would be a lie."""
        self._entries.pop(message_id, None)
        structlog.get_logger().error(
            "an answer is no longer journalled", message_id=message_id, code=error.code, reason=error.message
        )

    def _of(self, ends: dict[int, int]) -> list[tuple[int, _Entry]]:
        """Those answers of a tick that nobody has released meanwhile."""
        return [(message_id, self._entries[message_id]) for message_id in ends if message_id in self._entries]

    def _collect(self) -> tuple[list[JournalRow], dict[int, int]]:
        """Return the rows of this tick and, by message, where they end."""
        rows: list[JournalRow] = []
        ends: dict[int, int] = {}
        room = TICK_CHARACTERS
        for message_id, entry in self._entries.items():
            seq = entry.seq
            while room > 0 and (piece := entry.text.after(seq, PIECE_CHARACTERS)) is not None:
                channel, text, end = piece
                rows.append(JournalRow(message_id, seq, channel, text))
                room -= len(text)
                seq = ends[message_id] = end
            if entry.is_stream_due(seq):
                ends[message_id] = seq
        # Nobody touches what has grown already: without this the rest would wait for the next token.
        if room <= 0:
            self._behind_since = self._writing_since
            self._grown.set()
        return rows, ends

    def _note_failure(self, ends: dict[int, int], error: OrchdError) -> None:
        self._grown.set()
        if not self._failing:
            self._failing = True
            structlog.get_logger().warning(
                "the journal waits for the database", answers=len(ends), reason=error.message
            )
