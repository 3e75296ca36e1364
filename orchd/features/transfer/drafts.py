"""Conversations that are being made in several transactions: what becomes of those that never get whole."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial

import trio

from orchd.errors import StartError, Unavailable
from orchd.features.conversation import draft_epochs, drafts_of, drop_draft, lost_drafts
from orchd.features.presence import Presence
from orchd.guard import Supervisor
from orchd.storage import Database, Steps

SWEEP_SECONDS = 60.0
AT_ONCE = 20


class Draft:
    """One that is being made. It is deleted unless it is `whole` in the end."""

    def __init__(self) -> None:
        self.row_id: int | None = None
        self.whole = False


class Drafts:
    """Those that this run makes, and those that dead runs have left."""

    def __init__(self, database: Database, presence: Presence, supervisor: Supervisor) -> None:
        self._database = database
        self._presence = presence
        self._supervisor = supervisor
        self.epoch = presence.epoch

    @asynccontextmanager
    async def making(self) -> AsyncIterator[Draft]:
        """A block in which a draft is made. Left by an error, it leaves nothing behind."""
        draft = Draft()
        try:
            yield draft
        finally:
            if draft.row_id is not None and not draft.whole:
                self._supervisor.run("a draft that is given up", self._database.write, drop_draft, draft.row_id)

    async def keep_sweeping(self) -> None:
        """Delete again and again what dead runs have left, until cancelled."""
        while True:
            try:
                await self._database.wait_ready()
                await self.sweep()
            except (Unavailable, StartError):
                pass  # the next round tries again; where there is none, since the daemon can't start, it says so itself
            await trio.sleep(SWEEP_SECONDS)

    async def sweep(self) -> None:
        """Delete the drafts of dead runs, and those that nobody would own. Raises `Unavailable`."""
        for epoch in await self._presence.dead(await self._database.read(draft_epochs)):
            await self._drop_all(partial(drafts_of, epoch, AT_ONCE))
        await self._drop_all(partial(lost_drafts, AT_ONCE))

    async def _drop_all(self, some: Callable[[], Steps[list[int]]]) -> None:
        while found := await self._database.read(some):
            for row_id in found:
                await self._database.write(drop_draft, row_id)
