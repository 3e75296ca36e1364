"""Databases to test with: `database_url` and `database` run each test on SQLite and on MariaDB."""

from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import TypeAlias

import pytest
import trio

from orchd.storage import Database, open_database
from tests.fix_mariadb import MariaServer
from tests.fix_migrated import EmptyDatabases
from tests.migrated import place_database

READY_SECONDS = 150.0
MakeMigrations: TypeAlias = Callable[..., Path]

_NOTE = """
CREATE TABLE note (
    id INTEGER NOT NULL PRIMARY KEY {auto}, title VARCHAR(200) NOT NULL, body {text} NOT NULL, number BIGINT,
    ratio DOUBLE {precision}, raw {blob}
) {table};
CREATE UNIQUE INDEX note_title ON note (title);
CREATE TABLE tag (
    id INTEGER NOT NULL PRIMARY KEY {auto}, noteId INTEGER NOT NULL,
    FOREIGN KEY (noteId) REFERENCES note (id) ON DELETE RESTRICT
) {table};
INSERT INTO note (title, body) VALUES ('it''s; a "note" -- 100%?', 'first; text')
"""
SQLITE_WORDS = {"auto": "AUTOINCREMENT", "text": "TEXT", "precision": "PRECISION", "blob": "BLOB", "table": ""}
MYSQL_WORDS = {
    "auto": "AUTO_INCREMENT",
    "text": "LONGTEXT",
    "precision": "PRECISION",
    "blob": "LONGBLOB",
    "table": "ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin",
}


@pytest.fixture
def make_migrations(tmp_path: Path) -> MakeMigrations:
    """A directory of migrations: the table `note` first, then each SQL text given, the same for both databases."""

    def make(*later: str, name: str = "migrations") -> Path:
        directory = tmp_path / name
        for kind, words in (("sqlite", SQLITE_WORDS), ("mysql", MYSQL_WORDS)):
            (directory / kind).mkdir(parents=True, exist_ok=True)
            (directory / kind / "0001_note.sql").write_text(_NOTE.format(**words))
            for number, sql in enumerate(later, start=2):
                (directory / kind / f"{number:04}_later.sql").write_text(sql)
        return directory

    return make


@pytest.fixture(params=["sqlite", "mariadb"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database on each kind in turn. It does not exist yet, but for the `store`: there it is migrated."""
    migrated = "store" in request.fixturenames
    if request.param == "sqlite":
        path = tmp_path / "data" / "test.db"
        yield place_database(path) if migrated else f"sqlite://{path}"
        return
    server = request.getfixturevalue("mariadb")
    assert isinstance(server, MariaServer)
    if not migrated:
        yield server.new_url()
        return
    databases = request.getfixturevalue("empty_databases")
    assert isinstance(databases, EmptyDatabases)
    url = databases.take()
    yield url
    server.ensure_running()
    databases.give_back(url)


@pytest.fixture
async def database(database_url: str, make_migrations: MakeMigrations) -> AsyncIterator[Database]:
    """An open database with the tables `note` and `tag`, on each kind in turn."""
    async with open_database(database_url, pool_size=4, timeout=10.0, migrations=make_migrations()) as opened:
        with trio.fail_after(READY_SECONDS):
            await opened.wait_ready()
        yield opened
