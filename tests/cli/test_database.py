"""`orchd db reindex`: the daemon has all to do again."""

import json
import sqlite3
from pathlib import Path

import trio

from orchd.entity.search.search_queries import SourcePlace, begin_source, pass_source, source_place
from orchd.storage import open_database
from tests.migrated import place_database
from tests.test_cli import invoke


def test_all_is_indexed_again(tmp_path: Path) -> None:
    async def prepare() -> None:
        async with open_database(f"sqlite://{tmp_path}/orchd.db", pool_size=1, timeout=10) as database:
            await database.wait_ready()
            await database.write(begin_source, "task")
            await database.write(pass_source, "task", 7, whole=True)

    async def look() -> SourcePlace | None:
        async with open_database(f"sqlite://{tmp_path}/orchd.db", pool_size=1, timeout=10) as database:
            await database.wait_ready()
            return await database.read(source_place, "task")

    trio.run(prepare)
    assert trio.run(look) == (7, True)
    done = invoke("db", "reindex", "--data-dir", str(tmp_path))
    assert done.exit_code == 0
    assert "indexes all texts again" in done.output
    assert trio.run(look) == (0, False)


def test_it_is_checked_measured_made_small_and_copied(tmp_path: Path) -> None:
    place_database(tmp_path / "orchd.db")
    here = ("--data-dir", str(tmp_path))
    assert invoke("db", "check", *here).output == "ok      database: it is whole\n"
    assert json.loads(invoke("db", "check", *here, "--json").output) == {"faults": [], "missing": [], "unknown": []}
    assert json.loads(invoke("db", "stats", *here, "--json").output)["tables"]["change_number"]["rows"] == 1
    assert "of which" in invoke("db", "stats", *here).output
    assert invoke("db", "vacuum", *here).output.endswith("MB now\n")
    target = f"sqlite://{tmp_path}/copy.db"
    assert invoke("db", "copy", f"sqlite://{tmp_path}/orchd.db", target).output.startswith("copied 1 rows in ")
    assert (
        "chat_message"
        in json.loads(invoke("db", "copy", f"sqlite://{tmp_path}/orchd.db", target, "--json").output)["tables"]
    )


def test_a_damaged_database_exits_1(tmp_path: Path) -> None:
    place_database(tmp_path / "orchd.db")
    with sqlite3.connect(tmp_path / "orchd.db") as connection:
        connection.execute("INSERT INTO team_member (team_id, user_id) VALUES (1, 1)")
    connection.close()
    done = invoke("db", "check", "--data-dir", str(tmp_path), alone=False)
    assert done.return_value == 1
    assert "FAILED  database: row 1 of team_member refers to" in done.output
