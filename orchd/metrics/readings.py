"""What is read when somebody asks for the metrics: figures that rooms have noted, and how things are at this moment."""

from collections.abc import Awaitable, Callable, Mapping
from typing import NamedTuple

import trio

from orchd.errors import OrchdError
from orchd.guard import Troubles, guarded
from orchd.llm import Backends
from orchd.storage import Database
from orchd.telemetry.daemon import Figures

STATUS_SECONDS = 15.0
"""How old the counts of tasks may be: they are the one thing that the database is asked for."""
PATIENCE_SECONDS = 2.0
"""How long the database may take for them; then the last ones are told."""


class Rooms(NamedTuple):
    """The rooms that tell how they are, and what they have noted."""

    figures: Figures
    database: Database
    backends: Backends
    troubles: Troubles


class Measures(NamedTuple):
    """What else is read at the moment when somebody asks."""

    connections: Callable[[], int]
    """WebSockets that are open."""
    ready: Callable[[], bool]
    """Whether the daemon can do its work."""
    running: Callable[[], Mapping[str, int]]
    """How much work of each kind runs."""
    journal_lag: Callable[[], float]
    """Seconds for which text of an answer waits to be written down."""
    task_statuses: Callable[[], Awaitable[Mapping[str, int]]]
    """How many tasks of all users are in each status. Raises `Unavailable`."""


class Sources(NamedTuple):
    """Where everything is read; `build` says what runs, by the names of its labels."""

    rooms: Rooms
    measures: Measures
    build: Mapping[str, str]


class Scrape(NamedTuple):
    """The sources at the moment when somebody asks, and what had to be waited for."""

    rooms: Rooms
    measures: Measures
    build: Mapping[str, str]
    tasks: Mapping[str, int]
    """By status; empty while nobody knows."""
    has_room: bool
    """Whether the database's disk has room for anything new, as far as anybody knows."""


class Reader:
    """Reads the sources."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._tasks: Mapping[str, int] = {}
        self._read_at = float("-inf")

    async def read(self) -> Scrape:
        """Return everything as it is now; waits a few seconds at most for a database that is slow. Never raises an
        `OrchdError`."""
        has_room = True
        if self._sources.rooms.database.health().ok:
            with trio.move_on_after(PATIENCE_SECONDS):
                has_room = await self._find_room()
                await self._count_tasks()
        return Scrape(*self._sources, self._tasks, has_room)

    async def _find_room(self) -> bool:
        with guarded("a look at the disk") as guard:
            await self._sources.rooms.database.require_space()
        return not (isinstance(guard.error, OrchdError) and guard.error.reason == "storage_full")

    async def _count_tasks(self) -> None:
        now = trio.current_time()
        if now < self._read_at + STATUS_SECONDS:
            return
        with guarded("counting tasks") as guard:
            tasks = await self._sources.measures.task_statuses()
        if guard.error is None:
            self._tasks, self._read_at = tasks, now
