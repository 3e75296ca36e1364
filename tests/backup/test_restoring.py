"""What was backed up is there again: on either kind of database, from either kind; else nothing has changed."""

import contextlib
import hashlib
import io
import json
import os
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from orchd.backup import reading
from orchd.backup.contents import BackupError
from orchd.backup.files import content_path
from orchd.backup.restoring import restore_backup
from orchd.errors import OrchdError, StartError
from orchd.storage import Database, Statement, Steps, load_migrations, open_database
from orchd.storage.sqlite.sqlite_connection import create_or_connect
from orchd.storage.sqlite.sqlite_migrate import apply_migrations
from orchd.storage.whole import Rows, TableShape, sqlite_filling, sqlite_reading
from tests.backup.test_making import backup, content
from tests.faults.small_disk import small_disk_at
from tests.fix_mariadb import MariaServer
from tests.migrated import place_database
from tests.whole import ROWS, all_rows, fill_all

NEXT_ID = 1000


async def restore(
    data: bytes, url: str, files: Path | None = None, *, replace: bool = False, lives: bool = True
) -> None:
    await restore_backup(
        io.BytesIO(data),
        url,
        files,
        replace=replace,
        lives=lambda _: lives,
        timeout=10,
        progress=lambda *_: None,
    )


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Database]:
    async with open_database(url, pool_size=1, timeout=10) as database:
        await database.wait_ready()
        yield database


def remove_the_last() -> Steps[None]:
    """Have handed out an id of a row that is gone."""
    yield Statement(
        "INSERT INTO audit_log (id, at, name, address, action, target_kind, target_id, outcome, times)"
        f" VALUES ({NEXT_ID}, 1, '', '', '', '', '', '', 1)"
    )
    yield Statement(f"DELETE FROM audit_log WHERE id = {NEXT_ID}")


def add_one() -> Steps[int]:
    added = yield Statement(
        "INSERT INTO audit_log (at, name, address, action, target_kind, target_id, outcome, times)"
        " VALUES (1, '', '', '', '', '', '', 1)"
    )
    return added.last_id


@pytest.fixture
def target_url(store: Database, database_url: str, tmp_path: Path) -> str:
    """The URL of a migrated database that no daemon uses."""
    return place_database(tmp_path / "target" / "orchd.db") if store.health().kind == "sqlite" else database_url


@pytest.fixture
def other_url(store: Database, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database that does not exist yet, of the other kind."""
    if store.health().kind == "mysql":
        return f"sqlite://{tmp_path}/other/orchd.db"
    server: MariaServer = request.getfixturevalue("mariadb")
    return server.new_url()


async def test_it_is_the_same_in_another_database(
    store: Database, database_url: str, other_url: str, tmp_path: Path
) -> None:
    stored = await fill_all(store)
    await store.write(remove_the_last)
    sha256 = hashlib.sha256(b"text").hexdigest()
    await store.write(content, sha256, 4)
    content_path(tmp_path / "files", sha256).parent.mkdir(parents=True)
    content_path(tmp_path / "files", sha256).write_bytes(b"text")
    data, _ = await backup(database_url, tmp_path / "files")
    await restore(data, other_url, tmp_path / "others")
    async with opened(other_url) as other:
        found = await other.read(all_rows)
        assert {name: rows for name, rows in found.items() if rows != stored[name]}.keys() == {"file_content"}
        assert await other.write(add_one) == NEXT_ID + 1
    assert content_path(tmp_path / "others", sha256).read_bytes() == b"text"
    with pytest.raises(StartError, match="--replace"):
        await restore(data, other_url)
    with pytest.raises(BackupError, match="cut off"):
        await restore(data[:-300], other_url, replace=True, lives=False)
    async with opened(other_url) as other:
        assert len((await other.read(all_rows))["audit_log"]) == ROWS + 1
    await restore(data, other_url, replace=True, lives=False)
    async with opened(other_url) as other:
        assert await other.read(all_rows) == await store.read(all_rows)
    if other_url.startswith("sqlite"):
        assert sorted(path.name for path in (tmp_path / "other").iterdir()) == ["orchd.db"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a small disk")
async def test_nothing_of_it_stays_on_a_full_disk(store: Database, database_url: str, tmp_path: Path) -> None:
    data, _ = await backup(database_url, None)
    with small_disk_at(tmp_path / "disk") as disk:
        disk.fill(0)
        with pytest.raises((StartError, OrchdError), match="full"):
            await restore(data, f"sqlite://{disk.directory}/orchd.db")
        assert [path.name for path in disk.directory.iterdir()] == ["ballast"]


def test_null_stays_null_where_a_column_has_a_default() -> None:
    shape = TableShape("t", ("a", "b", "c"), ("a",))
    rows: Rows = [(1, None, None), (2, None, "x"), (3, None, "")]

    def insert(connection: sqlite3.Connection, rows: Rows) -> None:
        sql, params = sqlite_filling.insertion(shape, rows)
        connection.execute(f"INSERT {sql}", params)

    with contextlib.closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT DEFAULT 'b', c TEXT DEFAULT 'c')")
        insert(connection, rows[:1])
        insert(connection, rows[1:])
        assert connection.execute("SELECT a, b, c FROM t ORDER BY a").fetchall() == rows


def note_run() -> Steps[None]:
    yield Statement("INSERT INTO daemon (epoch, machine, pid, pid_started, seen_at) VALUES ('e', 'm', 1, 2, 3)")


def add_many(texts: list[str]) -> Steps[None]:
    for text in texts:
        yield Statement(
            "INSERT INTO audit_log (at, name, address, action, target_kind, target_id, outcome, times)"
            " VALUES (1, ?, '', '', '', '', '', 1)",
            (text,),
        )


def names() -> Steps[list[str]]:
    return [name for (name,) in (yield Statement("SELECT name FROM audit_log ORDER BY id")).rows]


async def test_more_rows_than_one_statement_or_portion_takes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "AHEAD_BYTES", 3_000)  # of the four records the first two are longer
    monkeypatch.setattr(sqlite_reading, "PORTION_ROWS", 2 * sqlite_filling.STATEMENT_ROWS)
    texts = [str(number) * (30 if number < 200 else 1) for number in range(7 * sqlite_filling.STATEMENT_ROWS + 1)]
    place_database(tmp_path / "source.db")
    async with opened(f"sqlite://{tmp_path}/source.db") as source:
        await source.write(add_many, texts)
    data, _ = await backup(f"sqlite://{tmp_path}/source.db")
    await restore(data, f"sqlite://{tmp_path}/target.db")
    async with opened(f"sqlite://{tmp_path}/target.db") as target:
        assert await target.read(names) == texts


async def test_rows_that_refer_to_nothing_change_nothing(target_url: str, tmp_path: Path) -> None:
    place_database(tmp_path / "broken.db")
    async with opened(f"sqlite://{tmp_path}/broken.db") as database:
        await fill_all(database)
    with contextlib.closing(sqlite3.connect(tmp_path / "broken.db")) as connection, connection:
        connection.execute("UPDATE team_member SET team_id = 77 WHERE team_id = 1")
    data, _ = await backup(f"sqlite://{tmp_path}/broken.db")
    with pytest.raises(StartError, match="rows of team_member refer to rows of team that are not there"):
        await restore(data, target_url)


async def test_a_database_in_use_is_left_alone(store: Database, database_url: str) -> None:
    stored = await fill_all(store)
    await store.write(note_run)
    data, _ = await backup(database_url)
    with pytest.raises(StartError, match="a daemon runs on it"):
        await restore(data, database_url, replace=True)
    assert await store.read(all_rows) == stored


def changed(data: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """Return a backup with other records, whose manifest is right."""
    from orchd.backup.records import MANIFEST, RecordReader, RecordWriter

    out = io.BytesIO()
    writer = RecordWriter(out)
    for kind, payload in RecordReader(io.BytesIO(data)).records():
        if kind == MANIFEST:
            payload = json.dumps(json.loads(payload) | {"sha256": writer.sha256}).encode()
        writer.write(kind, change(payload) if kind != b"R" else payload)
    writer.finish()
    return out.getvalue()


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (b'"table":"quota_use"', b'"table":"sqlite_master"', "a table, or columns"),
        (b'"times","token_id"', b'"times","token_id; DROP TABLE user"', "a table, or columns"),
        (b'"0043_search_posting"', b'"0043_another"', "does not know"),
        (b'"0043_search_posting"', b'"0043_search_posting","0044_to_come"', "does not know"),
        (b'"format":1', b'"format":2', "form 2"),
    ],
)
async def test_what_does_not_fit_is_refused(tmp_path: Path, old: bytes, new: bytes, told: str) -> None:
    data, _ = await backup(place_database(tmp_path / "orchd.db"))
    with pytest.raises(BackupError, match=told):
        await restore(changed(data, lambda payload: payload.replace(old, new)), f"sqlite://{tmp_path}/other.db")
    assert not list(tmp_path.glob("other*"))


def old_database(path: Path, migrations: int) -> None:
    """Make a database as it was so many migrations ago, with a conversation."""
    with contextlib.closing(create_or_connect(path, 10)) as connection:
        apply_migrations(connection, load_migrations("sqlite")[:migrations])
        connection.execute(
            "INSERT INTO conversation (id, title, message_count, created_at, updated_at) VALUES (7, 'old', 0, 1, 2)"
        )


def conversations() -> Steps[list[tuple[object, ...]]]:
    return (yield Statement("SELECT id, title, pinned, updated_at FROM conversation")).rows


async def test_a_backup_of_an_older_version_is_brought_up_to_date(other_url: str, tmp_path: Path) -> None:
    old_database(tmp_path / "old.db", 20)
    data, report = await backup(f"sqlite://{tmp_path}/old.db")
    assert report.head.schema == 20
    await restore(data, other_url)
    async with opened(other_url) as other:
        assert await other.read(conversations) == [(7, "old", 0, 2)]


async def test_tables_of_others_are_left_alone(
    store: Database, target_url: str, tmp_path: Path, mariadb: MariaServer
) -> None:
    data, _ = await backup(place_database(tmp_path / "orchd.db"))
    if target_url.startswith("sqlite"):
        with contextlib.closing(sqlite3.connect(target_url.removeprefix("sqlite://"))) as ours:
            ours.execute("CREATE TABLE wares (id INTEGER PRIMARY KEY)")
    else:
        name = mariadb.name_of(target_url)
        await mariadb.execute("CREATE TABLE wares (id INTEGER PRIMARY KEY) ENGINE=MyISAM", database=name)
        await mariadb.execute("INSERT INTO wares (id) VALUES (1)", database=name)
    for replace in (False, True):
        with pytest.raises(StartError, match=r"none of orchd's \(wares\)"):
            await restore(data, target_url, replace=replace, lives=False)
    if not target_url.startswith("sqlite"):
        assert await mariadb.execute("SELECT id FROM wares", database=name) == [(1,)]


async def test_nothing_is_made_beside_the_tables_of_others(mariadb: MariaServer, tmp_path: Path) -> None:
    data, _ = await backup(place_database(tmp_path / "orchd.db"))
    url = mariadb.new_url()
    name = mariadb.name_of(url)
    await mariadb.execute(f"CREATE DATABASE `{name}`")
    await mariadb.execute("CREATE TABLE wares (id INTEGER PRIMARY KEY)", database=name)
    with pytest.raises(StartError, match="none of orchd's"):
        await restore(data, url, replace=True)
    assert await mariadb.execute("SHOW TABLES", database=name) == [("wares",)]


async def test_sqlite_is_replaced_only_where_that_is_safe(tmp_path: Path) -> None:
    url, other = place_database(tmp_path / "orchd.db"), tmp_path / "other.db"
    data, _ = await backup(url)
    (tmp_path / "other.db-wal").write_bytes(b"")
    with pytest.raises(StartError, match="move it away"):
        await restore(data, f"sqlite://{other}")
    (tmp_path / "other.db-wal").unlink()
    with contextlib.closing(sqlite3.connect(other)) as strange, strange:
        strange.execute("CREATE TABLE notes (a)")
    with pytest.raises(StartError, match="none of orchd's"):
        await restore(data, f"sqlite://{other}", replace=True)
    other.write_bytes(b"damaged " * 1000)
    with pytest.raises(StartError, match="not a SQLite database"):
        await restore(data, f"sqlite://{other}", replace=True)
    if os.geteuid() == 0:
        os.chown(tmp_path, 12345, -1)
        with pytest.raises(StartError, match="sudo -u '#12345'"):
            await restore(data, f"sqlite://{other}", replace=True)
