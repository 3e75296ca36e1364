"""What the health pages tell: whether the daemon can do its work, and why not."""

from collections.abc import Sequence
from contextlib import suppress

from orchd.errors import OrchdError
from orchd.guard import Troubles, guarded
from orchd.llm import BackendHealth, Backends
from orchd.protocol.types import timestamp
from orchd.storage import Database


class HealthStatus:
    """What the health pages tell. `started` and `stopping` are set by the composition root."""

    def __init__(self, database: Database, backends: Backends, troubles: Troubles) -> None:
        self._database = database
        self._backends = backends
        self._troubles = troubles
        self.started = False
        self.stopping = False

    @property
    def ready(self) -> bool:
        """Whether the daemon can do its work."""
        return self._database.health().ok and self.started and not self.stopping

    async def report(self) -> tuple[bool, dict[str, object]]:
        """Return whether the daemon can do its work, and why not.

        A model server that is away makes chat `unavailable`, but leaves the daemon ready: restarting it would not help.
        The same holds for a task of the daemon's own that has failed, which `troubles` tells, and for a disk without
        room for anything new, which makes requests that store something `unavailable`. Waits two seconds at most for a
        disk that doesn't say how full it is.
        """
        disk = await self._disk()
        database = self._database.health()
        ready = self.ready
        backends = self._backends.health()
        return ready, {
            "ready": ready,
            "stopping": self.stopping,
            "database": {"ok": database.ok, "kind": database.kind, "reason": database.reason},
            "disk": {"ok": disk is None, "reason": disk},
            "models": _models(backends),
            "backends": [
                {
                    "name": backend.name,
                    "kind": backend.kind,
                    "ok": backend.ok,
                    "reason": backend.reason,
                    "models": backend.models,
                    "simulated": backend.simulated,
                }
                for backend in backends
            ],
            "troubles": [
                {
                    "what": trouble.what,
                    "times": trouble.times,
                    "reason": trouble.reason,
                    "running": trouble.running,
                    "at": timestamp(round(trouble.at * 1000)),
                }
                for trouble in self._troubles.report()
            ],
        }

    async def _disk(self) -> str | None:
        """Why nothing new is stored although the database answers; None where it is, or nobody can say."""
        if self._database.health().ok:
            with guarded("a look at the disk") as guard:
                await self._database.require_space()
            if guard.error is not None and guard.error.reason == "storage_full":
                return guard.error.message
        return None

    async def lives(self) -> bool:
        """Return True once the database answers, or is known to be away; waits for that as long as it takes."""
        with suppress(OrchdError):
            await self._database.probe()
        return True

    def line(self) -> str:
        """What the daemon waits for and what runs, in a line."""
        database, work = self._database.health(), self._backends.workload()
        if not database.ok and not self.stopping:
            return f"waiting for the database: {database.reason}"
        if not self.started and not self.stopping:
            return "starting"
        away = [backend.name for backend in self._backends.health() if backend.known and not backend.ok]
        state = "stopping" if self.stopping else "ready"
        running = f"{state}; at work for models: {work.running}, waiting: {work.waiting}"
        return f"{running}; no answer from {', '.join(away)}" if away else running


def _models(backends: Sequence[BackendHealth]) -> dict[str, object]:
    """Whether a question could be answered now, and if not, or not really, why."""
    answering = [backend for backend in backends if backend.ok and backend.models]
    if not answering:
        silent = "no model server answers" if not any(backend.ok for backend in backends) else "no server has a model"
        return {"ok": False, "reason": f"{silent}; chats are refused until one does"}
    if not all(backend.simulated for backend in answering):
        return {"ok": True, "reason": None}
    if any(backend.known and not backend.simulated for backend in backends):  # no stand-in for it, unless it is named
        return {"ok": False, "reason": "no model server answers; the simulated model is asked only by its name"}
    return {"ok": True, "reason": "only the simulated model answers"}
