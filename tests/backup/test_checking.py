"""A check finds what is damaged, refers to nothing, is missing or belongs to nothing; on both databases."""

import hashlib
import sqlite3
from contextlib import closing
from pathlib import Path

from orchd.backup.checking import check_database
from orchd.backup.files import content_path
from orchd.storage import Database, Statement, Steps
from orchd.storage.whole import open_upkeep
from tests.backup.test_making import content
from tests.backup.test_restoring import opened
from tests.migrated import place_database
from tests.whole import ROWS, fill_all, tables


def no_contents() -> Steps[None]:
    yield Statement("DELETE FROM file_content")


async def test_what_is_whole_passes_and_files_are_compared(store: Database, database_url: str, tmp_path: Path) -> None:
    await fill_all(store)
    await store.write(no_contents)
    assert await check_database(database_url, tmp_path / "files", 10) == ([], [], [])
    here, gone, cut, unknown = (hashlib.sha256(name).hexdigest() for name in (b"here", b"gone", b"cut", b"unknown"))
    for sha256 in (here, gone, cut):
        await store.write(content, sha256, 4)
    for sha256, text in ((here, "1234"), (cut, "1"), (unknown, "1234")):
        content_path(tmp_path / "files", sha256).parent.mkdir(parents=True)
        content_path(tmp_path / "files", sha256).write_text(text)
    report = await check_database(database_url, tmp_path / "files", 10)
    assert (report.faults, set(report.missing), report.unknown) == ([], {gone, cut}, [unknown])


async def test_its_size_is_told_and_it_can_be_made_smaller(store: Database, database_url: str) -> None:
    await fill_all(store)
    async with open_upkeep(database_url, 10) as upkeep:
        size = await upkeep.measure()
        assert {table.name: table.rows for table in size.tables if table.name in tables()} == dict.fromkeys(
            tables(), ROWS
        )
        assert size.size
        if store.health().kind == "sqlite":  # MySQL makes 56 tables anew, each with its own waits for the disk
            await upkeep.compact()


async def test_references_and_pages_that_are_damaged_are_found(tmp_path: Path) -> None:
    path = tmp_path / "orchd.db"
    async with opened(place_database(path)) as database:
        await fill_all(database)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE team_member SET team_id = 77 WHERE team_id = 1")
    connection.close()
    (fault,) = (await check_database(f"sqlite://{path}", tmp_path, 10)).faults
    assert fault == "row 1 of team_member refers to a row of team that is not there"
    with closing(sqlite3.connect(path)) as connection, connection:
        ((page,),) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'chat_message'")
    connection.close()
    with path.open("r+b") as file:
        file.seek((page - 1) * 4096)
        file.write(b"\xff" * 100)
    assert "team_member" not in str((await check_database(f"sqlite://{path}", tmp_path, 10)).faults[0])


def break_reference() -> Steps[None]:
    yield Statement("SET SESSION foreign_key_checks = 0")
    yield Statement("UPDATE team_member SET team_id = 77 WHERE team_id = 1")
    yield Statement("SET SESSION foreign_key_checks = 1")


async def test_references_that_are_broken_on_mysql_are_found(
    store: Database, database_url: str, tmp_path: Path
) -> None:
    if store.health().kind == "mysql":
        await fill_all(store)
        await store.write(break_reference)
        (fault,) = (await check_database(database_url, tmp_path, 10)).faults
        assert fault == "a row of team_member refers to a row of team that is not there"
