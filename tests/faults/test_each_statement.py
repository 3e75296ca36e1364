"""Real migrations, broken off at each of their statements in turn: the next start goes on, and all is as if nothing had
happened; on both databases. What is sent after a break is refused, so that nothing tidies up, as after `kill -9`."""

import contextlib
import sqlite3
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import trio

from orchd.errors import Unavailable
from orchd.storage import MysqlUrl, SqliteUrl, load_migrations, migrate, parse_url
from orchd.storage.mysql import mysql_migrate
from orchd.storage.mysql.mysql_connection import MysqlConnection, connect
from orchd.storage.sqlite import sqlite_migrate
from orchd.storage.whole import open_snapshot
from tests.faults.test_migration_crash import new_url

__all__ = ("new_url",)


class Broken(BaseException):
    """The end of a start."""


class Moments:
    """So many pass, and no more: before and after each statement of a migration."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.left = 0
        self._migrating = False
        whole, apply, execute = sqlite_migrate._whole_statements, mysql_migrate._apply, MysqlConnection._execute

        def counted(pieces: Iterable[str]) -> Iterator[str]:
            for statement in whole(pieces):
                self._pass()
                yield statement
                self._pass()

        async def applied(*args: Any) -> None:
            self._migrating = True
            await apply(*args)
            self._migrating = False

        async def executed(connection: MysqlConnection, sql: str, params: Any) -> Any:
            if not self._migrating:
                return await execute(connection, sql, params)
            self._pass()
            result = await execute(connection, sql, params)
            self._pass()
            return result

        monkeypatch.setattr(sqlite_migrate, "_whole_statements", counted)
        monkeypatch.setattr(mysql_migrate, "_apply", applied)
        monkeypatch.setattr(MysqlConnection, "_execute", executed)

    def _pass(self) -> None:
        if not self.left:
            raise Broken
        self.left -= 1

    async def start(self, url: str, moments: int) -> bool:
        """Migrate a database for so many moments; whether that was enough for all that is left."""
        self.left, self._migrating = moments, False
        try:
            await migrate(url, timeout=60)
        except Broken:
            return False
        except BaseExceptionGroup as group:
            assert group.subgroup(Broken) is not None  # noqa: PT017  # a group of it is the same to us
            return False
        finally:
            self._migrating = False
        return True


PROGRESS = "SELECT * FROM schema_migration ORDER BY number"


@asynccontextmanager
async def mysql(url: MysqlUrl) -> AsyncIterator[MysqlConnection]:
    connection = await connect(url, lock_seconds=10)
    try:
        yield connection
    finally:
        await connection.aclose()


async def progress(url: str) -> list[tuple[Any, ...]]:
    """Return how far a database is."""
    parsed = parse_url(url)
    if isinstance(parsed, SqliteUrl):
        with contextlib.closing(sqlite3.connect(parsed.path)) as database, contextlib.suppress(sqlite3.Error):
            return database.execute(PROGRESS).fetchall()
        return []
    with contextlib.suppress(Unavailable):
        async with mysql(parsed) as connection:
            return list((await connection.execute(PROGRESS)).rows)
    return []


async def schema(url: str) -> list[tuple[Any, ...]]:
    """Return all that a database says of its tables."""
    parsed = parse_url(url)
    if isinstance(parsed, SqliteUrl):
        with contextlib.closing(sqlite3.connect(parsed.path)) as database:
            return database.execute("SELECT type, name, sql FROM sqlite_master ORDER BY type, name").fetchall()
    async with mysql(parsed) as connection:
        names = sorted(name for (name,) in (await connection.execute("SHOW TABLES")).rows)
        return [tuple((await connection.execute(f'SHOW CREATE TABLE "{name}"')).rows[0]) for name in names]


async def rows(url: str) -> dict[str, Any]:
    """Return all rows but those about the migrations."""
    async with open_snapshot(url, 10) as snapshot:
        shapes = (await snapshot.reader.tables()).values()
        return {
            shape.name: sorted([row async for some in snapshot.reader.rows(shape) for row in some], key=repr)
            for shape in shapes
            if shape.name != "schema_migration"
        }


@pytest.mark.drill
async def test_each_statement_of_all_migrations(new_url: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    broken, whole = new_url(), new_url()
    await migrate(whole, timeout=60)
    moments, breaks, length = Moments(monkeypatch), 0, 1
    before = await progress(broken)
    while not await moments.start(broken, length):
        breaks += 1
        now = await progress(broken)
        length, before = (length + 1 if now == before else 1), now
        assert length < 1_000, f"it gets no further than {now[-1:]}"
        await trio.lowlevel.checkpoint()
    assert breaks > 2 * len(load_migrations("sqlite"))
    assert [row[1] for row in await progress(broken)] == [row[1] for row in await progress(whole)]
    assert await schema(broken) == await schema(whole)
    assert await rows(broken) == await rows(whole)
