"""Storing ended answers, whatever the database does.

An answer is written as soon as the database takes it. While it is away the answer waits in memory, in a bounded
amount: over the bound its text is given up, loudly, and only its end is stored.
"""

import structlog
import trio

from orchd.errors import TooLarge, Unavailable
from orchd.features.chat import queries
from orchd.features.chat.messages import ChatError
from orchd.features.chat.records import Answer
from orchd.features.journal import Journal
from orchd.guard import Supervisor
from orchd.storage import Database

RETRY_SECONDS = 1.0
"""Pause after a write that failed although the database seemed to be there."""


class Parking:
    """Ended answers on their way to the database. `supervisor` owns the writes."""

    def __init__(self, database: Database, journal: Journal, supervisor: Supervisor, max_bytes: int) -> None:
        self._database = database
        self._journal = journal
        self._supervisor = supervisor
        self._max_bytes = max_bytes
        self._bytes = 0
        self._waiting = 0
        self._emptied = trio.Event()

    def store(self, answer: Answer) -> trio.Event:
        """Begin to store `answer`; the event is set once it is durable. Returns at once."""
        size = len(answer.content.encode()) + len(answer.reasoning.encode())
        if self._bytes + size > self._max_bytes:
            structlog.get_logger().error("answer not kept: too much waits for the database", message=answer.message_id)
            answer, size = _without_text(answer), 0
        self._bytes += size
        self._waiting += 1
        stored = trio.Event()
        self._supervisor.run("storing an answer", self._write, answer, size, stored, message_id=answer.message_id)
        return stored

    async def empty(self) -> None:
        """Wait until nothing waits to be stored."""
        while self._waiting:
            self._emptied = trio.Event()
            await self._emptied.wait()

    @property
    def waiting(self) -> int:
        """Answers not stored yet."""
        return self._waiting

    async def _write(self, answer: Answer, size: int, stored: trio.Event) -> None:
        await self._journal.release(answer.message_id)
        while not await self._try(answer):
            await trio.sleep(RETRY_SECONDS)
            await self._database.wait_ready()
        self._bytes -= size
        self._waiting -= 1
        stored.set()
        if not self._waiting:
            self._emptied.set()

    async def _try(self, answer: Answer) -> bool:
        try:
            await self._database.write(queries.finish, answer)
        except Unavailable:
            return False
        return True


def _without_text(answer: Answer) -> Answer:
    error = ChatError(TooLarge.code, "the database was away for too long to keep the text", retryable=False)
    return answer._replace(content="", reasoning="", status="error", error=error)
