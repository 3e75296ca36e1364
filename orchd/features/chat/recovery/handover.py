"""Answers that a stopping run leaves to the next one: their model servers keep them, and go on.

That is right only if somebody comes: another run that uses the database by now, as in an upgrade, or one that the
operator means to start. Else no model is to be left at work for nobody, so that answers end with the daemon.
"""

from contextlib import suppress

import trio

from orchd.clock import unix_now
from orchd.errors import Unavailable
from orchd.features.chat import running_queries
from orchd.features.chat.answer.generation import Generation
from orchd.features.journal import Journal
from orchd.features.presence import Ownership, Presence
from orchd.guard import Supervisor, guarded
from orchd.storage import Database

LOOK_SECONDS = 1.0
"""How long it may take to find out whether there is another run."""


class Handover:
    """Ends the answers of a run that stops. `expected`: another run will be started."""

    def __init__(self, database: Database, journal: Journal, presence: Presence, *, expected: bool) -> None:
        self._database = database
        self._journal = journal
        self._presence = presence
        self._expected = expected
        self._leaves = False

    async def drain(self, owned: Ownership[Generation], hurried: trio.Event) -> None:
        """Take no more questions; let answers end until `hurried`, then leave those that can be, and interrupt the
        others."""
        decided = trio.Event()
        async with trio.open_nursery() as nursery:
            Supervisor(nursery).run("looking for a successor", self._decide, hurried, decided)
            await owned.drain(decided)
            nursery.cancel_scope.cancel()

    def cut(self, generation: Generation) -> None:
        """Begin to end an answer whose time is over. One that another run could not find ends for good."""
        if self._leaves and generation.kept.stream is not None and self._journal.has_stream(generation.message_id):
            generation.hand_over()
        else:
            generation.stop("interrupted")

    async def give(self, generation: Generation) -> None:
        """Own an answer no more. Where the database is away it is a dead run's soon, which comes to the same."""
        message_id = generation.message_id
        await self._journal.release(message_id)
        with guarded("handing an answer over", message_id=message_id):
            own, left = self._presence.epoch, running_queries.LEFT
            await self._database.write(running_queries.give, message_id, own, left, unix_now())

    async def _decide(self, hurried: trio.Event, decided: trio.Event) -> None:
        await hurried.wait()
        self._leaves = self._expected or await self._has_successor()
        decided.set()

    async def _has_successor(self) -> bool:
        """Whether another run lives; not as far as is known, where the database doesn't say so in time."""
        with trio.move_on_after(LOOK_SECONDS), suppress(Unavailable):
            return await self._presence.has_others()
        return False
