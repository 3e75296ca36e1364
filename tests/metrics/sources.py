"""Sources of metrics in memory."""

from typing import cast

from orchd.errors import Unavailable
from orchd.guard import Troubles
from orchd.llm import Backends, Workload
from orchd.llm.types import BackendHealth
from orchd.metrics.readings import Measures, Rooms, Sources
from orchd.storage import Database, Health, PlaceUse
from orchd.telemetry.daemon import Figures


class FakeDatabase:
    """A database of which only its state is asked."""

    def __init__(self) -> None:
        self.ok = True
        self.short = False
        self.statuses = {"completed": 3, "pending": 1}
        self.counted = 0

    def health(self) -> Health:
        """As the test set it."""
        return Health(self.ok, "sqlite", None)

    def places(self) -> PlaceUse:
        """Some of it is in use."""
        return PlaceUse(4, 2, 1)

    async def require_space(self) -> None:
        """Refuse as the test set it."""
        if self.short:
            raise Unavailable("no room", reason="storage_full")

    async def count(self) -> dict[str, int]:
        """Tell the tasks."""
        self.counted += 1
        if not self.ok:
            raise Unavailable("away")
        return self.statuses


class FakeBackends:
    """One server that works, and one that was only looked for."""

    def health(self) -> list[BackendHealth]:
        """Both."""
        return [
            BackendHealth("box", "http://box:1", "ollama", True, None, 7),
            BackendHealth("nowhere", "http://nowhere:1", None, False, "nothing there", 0, known=False),
        ]

    def workload(self, server: str | None = None) -> Workload:
        """Some work."""
        assert server == "box"
        return Workload(running=2, waiting=5, written=0)


def make_sources(database: FakeDatabase | None = None) -> Sources:
    """Return sources with a few figures."""
    database = database or FakeDatabase()
    rooms = Rooms(Figures(), cast("Database", database), cast("Backends", FakeBackends()), Troubles())
    measures = Measures(lambda: 12, lambda: True, lambda: {"answers": 1}, lambda: 0.25, database.count)
    return Sources(rooms, measures, {"version": "1.2.3"})
