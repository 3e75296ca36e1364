"""Databases on MariaDB with the program's own tables, which are emptied after each test: to migrate takes longer."""

from typing import Any

import pytest
import trio

from orchd.storage import MysqlUrl, parse_url
from orchd.storage.mysql.mysql_connection import MysqlConnection, connect
from tests.fix_mariadb import MariaServer
from tests.migrated import migrate

KEPT = "schema_migration"
"""The one table that no test writes."""


class EmptyDatabases:
    """The migrated databases of a MariaDB server that no test has at the moment."""

    def __init__(self, server: MariaServer) -> None:
        self._server = server
        self._free: list[str] = []
        self._tables: list[str] = []
        self._first: dict[str, list[tuple[Any, ...]]] = {}
        """What migrations put into tables."""

    def take(self) -> str:
        """Return the URL of an empty one."""
        if self._free:
            return self._free.pop()
        url = self._server.new_url()
        trio.run(migrate, url)
        self._first = self._first or trio.run(self._rows, url)
        return url

    def give_back(self, url: str) -> None:
        """Empty one that a test has had; one whose tables are others now is left alone."""
        if trio.run(self._empty, url):
            self._free.append(url)

    async def _rows(self, url: str) -> dict[str, list[tuple[Any, ...]]]:
        connection = await connect(_parsed(url), lock_seconds=5)
        try:
            names = await filled(connection, await tables(connection))
            return {name: list((await connection.execute(f"SELECT * FROM `{name}`", ())).rows) for name in names}
        finally:
            await connection.aclose()

    async def _empty(self, url: str) -> bool:
        connection = await connect(_parsed(url), lock_seconds=5)
        try:
            found = await tables(connection)
            self._tables = self._tables or found
            if found == self._tables:
                await empty(connection, found)
                await fill(connection, self._first)
            return found == self._tables
        finally:
            await connection.aclose()


async def tables(connection: MysqlConnection) -> list[str]:
    """Return the names of a database's tables."""
    found = await connection.execute("SHOW TABLES", ())
    return sorted(str(name) for (name,) in found.rows)


def _parsed(url: str) -> MysqlUrl:
    parsed = parse_url(url)
    assert isinstance(parsed, MysqlUrl)
    return parsed


async def filled(connection: MysqlConnection, names: list[str]) -> list[str]:
    """Return the names of the tables that have rows."""
    used = " UNION ALL ".join(
        f"SELECT '{name}' FROM DUAL WHERE EXISTS (SELECT 1 FROM `{name}`)" for name in names if name != KEPT
    )
    return [str(name) for (name,) in (await connection.execute(used, ())).rows]


async def fill(connection: MysqlConnection, rows: dict[str, list[tuple[Any, ...]]]) -> None:
    """Put rows into tables."""
    for name, ones in rows.items():
        for row in ones:
            await connection.execute(f"INSERT INTO `{name}` VALUES ({', '.join(['%s'] * len(row))})", row)


async def empty(connection: MysqlConnection, names: list[str]) -> None:
    """Remove all rows, and let numbers begin at 1 again."""
    counting = "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE() AND auto_increment > 1"
    used, counted = await filled(connection, names), (await connection.execute(counting, ())).rows
    await connection.execute("SET SESSION foreign_key_checks = 0", ())
    for name in used:
        await connection.execute(f"DELETE FROM `{name}`", ())
    for (name,) in counted:
        await connection.execute(f"ALTER TABLE `{name}` AUTO_INCREMENT = 1", ())


@pytest.fixture(scope="session")
def empty_databases(_mariadb_session: MariaServer) -> EmptyDatabases:
    """Migrated databases on MariaDB."""
    return EmptyDatabases(_mariadb_session)
