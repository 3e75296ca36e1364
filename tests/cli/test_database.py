"""`orchd db reindex`: the daemon has all to do again."""

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
import trio

from orchd.cli.database.upkeep import complete_url
from orchd.entity.search.search_queries import SourcePlace, begin_source, pass_source, source_place
from orchd.errors import ConfigurationError, StartError
from orchd.storage import open_database, parse_url
from orchd.storage.url import MysqlUrl
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
    with closing(sqlite3.connect(tmp_path / "orchd.db")) as connection, connection:
        connection.execute("INSERT INTO team_member (team_id, user_id) VALUES (1, 1)")
    connection.close()
    done = invoke("db", "check", "--data-dir", str(tmp_path), alone=False)
    assert done.return_value == 1
    assert "FAILED  database: row 1 of team_member refers to" in done.output


def test_what_is_too_old_is_counted_and_then_deleted(tmp_path: Path) -> None:
    place_database(tmp_path / "orchd.db")
    with closing(sqlite3.connect(tmp_path / "orchd.db")) as connection, connection:
        connection.executemany(
            "INSERT INTO audit_log (at, name, address, action, target_kind, target_id, outcome, times)"
            " VALUES (?, '', '', '', '', '', '', 1)",
            [(1,)] * 3 + [(10**15,)],
        )
    connection.close()
    here = ("--data-dir", str(tmp_path))
    told = "           3  audit log: older than 365 days\n3 rows would be deleted, with what belongs to them\n"
    assert invoke("db", "prune", "--dry-run", *here).output == told
    done = json.loads(invoke("db", "prune", "--json", *here).output)
    assert (done["dryRun"], [kind for kind in done["kinds"] if kind["rows"]]) == (
        False,
        [{"what": "audit log", "days": 365, "rows": 3}],
    )
    assert invoke("db", "prune", *here).output == "0 rows were deleted, with what belongs to them\n"


def test_a_database_that_is_not_there_is_not_made_to_be_pruned(tmp_path: Path) -> None:
    done = invoke("db", "prune", "--dry-run", "--data-dir", str(tmp_path))
    assert isinstance(done.exception, StartError)
    assert "the database is not there, or not up to date" in str(done.exception)
    assert not (tmp_path / "orchd.db").exists()


def test_passwords_come_from_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "password").write_text("s:e/c@ret\n")
    bare = "mysql://ann@db.lan:3307/orchd?ssl=1"
    url = complete_url("target", bare, tmp_path / "password")
    parsed = parse_url(bare)
    assert isinstance(parsed, MysqlUrl)
    assert parse_url(url) == replace(parsed, password="s:e/c@ret")
    assert complete_url("target", bare, None) == bare
    assert capsys.readouterr().err == ""
    open_one = "mysql://ann:secret@db.lan/orchd"
    assert complete_url("source", open_one, None) == open_one
    warning = capsys.readouterr().err
    assert "--source-password-file" in warning
    assert "secret" not in warning
    for wrong in (open_one, f"sqlite://{tmp_path}/a.db"):
        with pytest.raises(ConfigurationError, match="--source-password-file: SOURCE"):
            complete_url("source", wrong, tmp_path / "password")
    same = ("--source-password-file", "-", "--target-password-file", "-")
    done = invoke("db", "copy", bare, bare, *same)
    assert "stdin can have one of the passwords only" in done.output
