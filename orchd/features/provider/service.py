"""Has the model servers asked that stand in the database, while the daemon runs."""

from contextlib import suppress

import structlog
import trio

from orchd.errors import Unavailable
from orchd.features.credential import BackendKeys
from orchd.features.provider import queries
from orchd.features.provider.provider import ProviderItem, spec_of
from orchd.guard import guarded
from orchd.llm import Backends
from orchd.storage import Database, Looker
from orchd.wakeup import next_beat

LOOK_SECONDS = 2.0
"""How often it is looked whether another daemon has changed any."""


class ProviderServers:
    """Keeps the model servers that are asked the same as those that are stored. `keep_looking` must be running."""

    def __init__(self, database: Database, backends: Backends, keys: BackendKeys) -> None:
        self._database = database
        self._looker = Looker(database)
        self._backends = backends
        self._keys = keys
        self._known: dict[int, int] = {}
        """The versions of the rows that were applied last, by their ids."""
        self._refused: dict[str, str] = {}
        self._looking = trio.Lock()

    async def keep_looking(self) -> None:
        """Look again and again, until cancelled."""
        while True:
            with suppress(Unavailable):
                await self._looker.glance(self._look)
            await next_beat(LOOK_SECONDS)

    async def look(self) -> None:
        """Have those asked that are stored now. While the database is away, it stays as it is."""
        with suppress(Unavailable):
            await self._look()

    async def _look(self) -> None:
        async with self._looking:
            versions = await self._database.read(queries.versions)
            if versions != self._known:
                rows = [row for row_id in versions if (row := await self._find(row_id)) is not None]
                self._apply([row for row in rows if row.active])
                self._known = versions
                await self._keys.look()

    async def _find(self, row_id: int) -> ProviderItem | None:
        """Read one; one that can't be read keeps no other one from being asked."""
        with guarded("provider", row=row_id) as guard:
            return await self._database.read(queries.find, row_id)
        if isinstance(guard.error, Unavailable):
            raise guard.error
        return None

    def _apply(self, rows: list[ProviderItem]) -> None:
        refused = self._backends.serve_more({row.name: spec_of(row) for row in rows})
        for name, why in refused.items():
            if self._refused.get(name) != why:
                structlog.get_logger().warning("a model server can't be used", server=name, reason=why)
        self._refused = refused
        structlog.get_logger().info("model servers of the database", count=len(rows) - len(refused))
