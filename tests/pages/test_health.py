"""The pages beside the socket: what they say while the database comes and goes."""

import json
from typing import Any, cast

import pytest

from orchd.errors import Unavailable
from orchd.guard import Troubles
from orchd.llm import Backends, Workload
from orchd.llm.types import BackendHealth
from orchd.pages.health import HealthStatus
from orchd.storage import Database
from orchd.storage.database import Health

UP = Health(True, "sqlite", None)
DOWN = Health(False, "mysql", "the database does not answer")


class FakeDatabase:
    """A database of which only its health is asked."""

    def __init__(self, health: Health) -> None:
        self.now = health
        self.short: Unavailable | None = None

    def health(self) -> Health:
        """As the test set it."""
        return self.now

    async def require_space(self) -> None:
        """Refuse as the test set it."""
        if self.short is not None:
            raise self.short

    async def probe(self) -> None:
        """Answer, or be away."""
        if not self.now.ok:
            raise Unavailable("the database does not answer")


class FakeBackends:
    """Model servers of which only their health is asked."""

    def __init__(self, health: list[BackendHealth]) -> None:
        self.now = health

    def health(self) -> list[BackendHealth]:
        """As the test set it."""
        return self.now

    def workload(self) -> Workload:
        """Some work."""
        return Workload(running=2, waiting=1, written=0)


def make_status(
    database: Health = UP,
    *backends: BackendHealth,
    troubles: Troubles | None = None,
    short: Unavailable | None = None,
) -> HealthStatus:
    fakes = FakeDatabase(database), FakeBackends(list(backends))
    fakes[0].short = short
    return HealthStatus(cast("Database", fakes[0]), cast("Backends", fakes[1]), troubles or Troubles())


async def body(status: HealthStatus) -> tuple[int, Any]:
    ready, report = await status.report()
    return 200 if ready else 503, report


@pytest.mark.parametrize(
    ("database", "started", "stopping", "ready"),
    [(UP, True, False, True), (UP, False, False, False), (DOWN, True, False, False), (UP, True, True, False)],
)
async def test_readiness(database: Health, started: bool, stopping: bool, ready: bool) -> None:
    status = make_status(database)
    status.started, status.stopping = started, stopping
    code, report = await body(status)
    assert code == (200 if ready else 503)
    assert report["ready"] is ready
    assert report["stopping"] is stopping
    assert report["database"] == {"ok": database.ok, "kind": database.kind, "reason": database.reason}


@pytest.mark.parametrize(
    ("short", "told"),
    [
        (None, None),
        (Unavailable("no room for anything new", reason="storage_full"), "no room for anything new"),
        (Unavailable("the database is away"), None),  # `database` says that
    ],
)
async def test_a_full_disk_is_told_and_leaves_the_daemon_ready(short: Unavailable | None, told: str | None) -> None:
    status = make_status(short=short)
    status.started = True
    code, report = await body(status)
    assert code == 200
    assert report["disk"] == {"ok": told is None, "reason": told}


async def test_a_database_that_is_away_is_asked_nothing_of_its_disk() -> None:
    status = make_status(DOWN, short=Unavailable("no room", reason="storage_full"))
    assert (await body(status))[1]["disk"] == {"ok": True, "reason": None}


def answering(models: int = 1, *, ok: bool = True, simulated: bool = False) -> BackendHealth:
    return BackendHealth("box", "http://box:1", "ollama", ok, None, models, simulated=simulated)


LOOKED_FOR = BackendHealth("box", "http://box:1", None, False, "nothing there", 0, known=False)


@pytest.mark.parametrize(
    ("servers", "ok", "reason"),
    [
        ([], False, "no model server answers; chats are refused until one does"),
        ([answering(ok=False)], False, "no model server answers; chats are refused until one does"),
        ([answering(0)], False, "no server has a model; chats are refused until one does"),
        ([answering(simulated=True)], True, "only the simulated model answers"),
        ([answering(simulated=True), answering()], True, None),
        (
            [answering(simulated=True), answering(ok=False)],
            False,
            "no model server answers; the simulated model is asked only by its name",
        ),
        ([answering(simulated=True), LOOKED_FOR], True, "only the simulated model answers"),
    ],
)
async def test_whether_anybody_could_answer_is_said_plainly(
    servers: list[BackendHealth], ok: bool, reason: str | None
) -> None:
    status = make_status(UP, *servers)
    status.started = True
    code, report = await body(status)
    assert (code, report["ready"]) == (200, True)
    assert report["models"] == {"ok": ok, "reason": reason}


async def test_a_model_server_that_is_away_is_shown_and_leaves_the_daemon_ready() -> None:
    away = BackendHealth("box", "http://user:secret@box:1234", None, False, "no answer", 0)
    status = make_status(UP, away)
    status.started = True
    code, report = await body(status)
    assert code == 200
    assert report["backends"] == [
        {"name": "box", "kind": None, "ok": False, "reason": "no answer", "models": 0, "simulated": False}
    ]
    assert "secret" not in json.dumps(report)


async def test_a_task_that_failed_is_shown_and_leaves_the_daemon_ready() -> None:
    troubles = Troubles()
    status = make_status(troubles=troubles)
    status.started = True
    troubles.note_failure("journal", "something went wrong inside the daemon")
    troubles.note_failure("journal", "the database is away")
    troubles.begun_again("journal")
    code, report = await body(status)
    assert code == 200
    (trouble,) = report["troubles"]
    assert trouble.pop("at").endswith("Z")
    assert trouble == {"what": "journal", "times": 2, "reason": "the database is away", "running": True}


@pytest.mark.parametrize(
    ("database", "started", "stopping", "line"),
    [
        (DOWN, False, False, "waiting for the database: the database does not answer"),
        (UP, False, False, "starting"),
        (UP, True, False, "ready; at work for models: 2, waiting: 1; no answer from box"),
        (UP, True, True, "stopping; at work for models: 2, waiting: 1; no answer from box"),
    ],
)
def test_what_a_service_manager_shows(database: Health, started: bool, stopping: bool, line: str) -> None:
    status = make_status(database, answering(), answering(ok=False))
    status.started, status.stopping = started, stopping
    assert status.line() == line


async def test_an_outage_that_is_known_is_no_reason_to_be_ended() -> None:
    assert await make_status(DOWN).lives()
    assert await make_status(UP).lives()
