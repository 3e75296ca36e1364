"""What a daemon tells of itself for a bug report."""

import json
from typing import Any

from orchd.assembly.report import ReportSources, machine, make_report
from orchd.config import ServerSettings, Settings
from orchd.errors import Unavailable
from orchd.storage import Database


async def health() -> tuple[bool, dict[str, object]]:
    return True, {"ready": True}


async def test_what_it_has(store: Database) -> None:
    files = await make_report(ReportSources(Settings(server=ServerSettings(port=7)), store, health, None))
    assert set(files) == {
        *("build.json", "configuration.txt", "database.json", "health.json", "log.jsonl", "machine.json"),
        "work.json",
    }, "without metrics there are none"
    assert "server.port = 7" in files["configuration.txt"]
    told: dict[str, Any] = json.loads(files["database.json"])
    assert told["kind"] in ("sqlite", "mysql")
    assert told["rows"]["conversation"] == 0
    assert any(name.startswith("orchd.") for name in json.loads(files["work.json"]))


async def test_a_database_that_is_away_keeps_nobody_from_reporting() -> None:
    class Away(Database):
        async def write(self, *_: Any, **__: Any) -> Any:
            raise Unavailable("away")

        async def read(self, *_: Any, **__: Any) -> Any:
            raise Unavailable("away")

        def health(self) -> Any:
            from orchd.storage import Health

            return Health(False, "mysql", "away")

        async def wait_ready(self) -> None:
            """It never is."""

    told = json.loads((await make_report(ReportSources(Settings(), Away(), health, None)))["database.json"])
    assert set(told["rows"].values()) == {None}


def test_the_machine_has_no_name() -> None:
    import platform

    assert machine()["cores"]
    assert platform.node() not in json.dumps(machine()) or len(platform.node()) < 4
