"""Storing ended answers, whatever the database does.

An answer is written as soon as the database takes it. While it is away the answer waits in memory, in a bounded
amount: over the bound its text is given up, loudly, and only its end is stored. So it is with what the database refuses
for good; whatever else it says is waited out, since its codes are an open world.
"""

from collections.abc import Callable
from typing import Literal, TypeAlias

import structlog
import trio

from orchd.errors import Conflict, TooLarge
from orchd.features.chat import queries
from orchd.features.chat.messages import ChatError
from orchd.features.chat.rows import EndedAnswer
from orchd.features.journal import Journal
from orchd.guard import Supervisor, guarded
from orchd.storage import Database, ValueRefused
from orchd.wakeup import Signal

RETRY_SECONDS, LONGEST_RETRY_SECONDS = 1.0, 30.0
"""Pauses after a write that failed although the database seemed to be there; doubled each time."""

FINAL = (TooLarge, Conflict, ValueRefused)
"""What the database will never take, however often it is asked."""


StoreOutcome: TypeAlias = Literal["waiting", "stored", "gone"]
"""What became of an answer by now; `gone`: its conversation was deleted meanwhile."""


class PendingWrite:
    """An answer on its way; `outcome` is final once `wait` returns."""

    def __init__(self) -> None:
        self.outcome: StoreOutcome = "waiting"
        self._ended = trio.Event()

    async def wait(self) -> None:
        """Return once the answer is durable, or has no place any more."""
        await self._ended.wait()

    def end(self, outcome: StoreOutcome) -> None:
        """Say what became of it."""
        self.outcome = outcome
        self._ended.set()


class PendingWrites:
    """Ended answers on their way to the database. `supervisor` owns the writes; `stored` is called after each."""

    def __init__(
        self,
        database: Database,
        journal: Journal,
        supervisor: Supervisor,
        max_bytes: int,
        stored: Callable[[], None] = lambda: None,
    ) -> None:
        self._database = database
        self._stored = stored
        self._journal = journal
        self._supervisor = supervisor
        self._max_bytes = max_bytes
        self._bytes = 0
        self._waiting = 0
        self._emptied = Signal()
        self._hurried = trio.Event()

    def store(self, answer: EndedAnswer) -> PendingWrite:
        """Begin to store `answer`. Returns at once."""
        size = len(answer.content.encode()) + len(answer.reasoning.encode())
        if self._bytes + size > self._max_bytes:
            structlog.get_logger().error(
                "answer could not be stored: too much waits for the database", message=answer.message_id
            )
            answer, size = _without_text(answer, "the database was away for too long"), 0
        self._bytes += size
        self._waiting += 1
        stored = PendingWrite()
        self._supervisor.run("storing an answer", self._write, answer, size, stored, message_id=answer.message_id)
        return stored

    async def empty(self) -> None:
        """Wait until nothing waits to be stored, and try more often from here on: the daemon is about to end."""
        self._hurried.set()
        while self._waiting:
            await self._emptied.wait()

    @property
    def waiting(self) -> int:
        """Answers not stored yet."""
        return self._waiting

    async def _write(self, answer: EndedAnswer, size: int, stored: PendingWrite) -> None:
        try:
            await self._journal.release(answer.message_id)
            stored.end("stored" if await self._until_stored(answer) else "gone")
            self._stored()
        finally:
            self._bytes -= size
            self._waiting -= 1
            if not self._waiting:
                self._emptied.set()

    async def _until_stored(self, answer: EndedAnswer) -> bool:
        """Try until the database takes it; return whether its conversation was still there.

        What it refuses for good is stored without its text; nothing else is given up, since nobody can know that it
        stays so.
        """
        pause = RETRY_SECONDS
        while True:
            with guarded("storing an answer", message_id=answer.message_id) as guard:
                return await self._database.write(queries.finish, answer)
            error = guard.error
            assert error is not None
            if isinstance(error, FINAL):
                if not answer.content and not answer.reasoning:
                    raise error
                structlog.get_logger().error(
                    "answer could not be stored", message_id=answer.message_id, reason=error.message
                )
                answer = _without_text(answer, error.message)
                continue
            structlog.get_logger().warning(
                "an answer waits to be stored", message_id=answer.message_id, reason=error.message, pause_seconds=pause
            )
            await self._pause(pause)
            await self._database.wait_ready()
            pause = min(2 * pause, LONGEST_RETRY_SECONDS)

    async def _pause(self, seconds: float) -> None:
        if self._hurried.is_set():
            await trio.sleep(RETRY_SECONDS)
        else:
            with trio.move_on_after(seconds):
                await self._hurried.wait()


def _without_text(answer: EndedAnswer, reason: str) -> EndedAnswer:
    """An answer's end without what may be long or refused in it."""
    error = ChatError(TooLarge.code, f"the text could not be kept: {reason}", retryable=False)
    return answer._replace(
        content="",
        reasoning="",
        runs=[],
        parts=None,
        status="error",
        finish_reason=None,
        error=error,
        usage=None,
        timings=None,
        attempts=None,
    )
