"""The rights of a user, found out on a real server without leaving a trace."""

import pytest

from orchd.errors import StartError
from orchd.storage.mysql.mysql_connection import connect
from orchd.storage.mysql.mysql_rights import demand_rights
from orchd.storage.readiness import Away
from orchd.storage.url import MysqlUrl, parse_url
from tests.fix_mariadb import LIMITED, MariaServer

SERVING = "SELECT, INSERT, UPDATE, DELETE"


async def demanded(mariadb: MariaServer, rights: str, *, migrating: bool) -> None:
    name = mariadb.name_of(mariadb.new_url())
    await mariadb.execute(f"CREATE DATABASE {name}")
    await mariadb.execute(f"GRANT {rights} ON {name}.* TO '{LIMITED}'@'%'")
    url = parse_url(mariadb.url(name, user=LIMITED))
    assert isinstance(url, MysqlUrl)
    connection = await connect(url, lock_seconds=1)
    try:
        await demand_rights(connection, migrating=migrating)
        assert await mariadb.execute("SELECT * FROM information_schema.tables WHERE table_schema = ?", name) == []
    finally:
        await connection.aclose()


async def test_enough(mariadb: MariaServer) -> None:
    await demanded(mariadb, SERVING, migrating=False)
    await demanded(mariadb, f"{SERVING}, CREATE, ALTER, INDEX", migrating=True)


@pytest.mark.parametrize(
    ("rights", "migrating", "missing"),
    [
        ("SELECT", False, "INSERT"),
        ("SELECT, INSERT, UPDATE", False, "DELETE"),
        (SERVING, True, "CREATE"),
        (f"{SERVING}, CREATE, INDEX", True, "ALTER"),
    ],
)
async def test_a_missing_right_is_named_with_the_grant(
    mariadb: MariaServer, rights: str, migrating: bool, missing: str
) -> None:
    with pytest.raises(StartError, match=rf"lacks the right {missing} in this database.*GRANT .*{missing}"):
        await demanded(mariadb, rights, migrating=migrating)


async def test_a_server_that_takes_no_writes_is_away(mariadb: MariaServer) -> None:
    await mariadb.execute("SET GLOBAL read_only = 1")
    try:
        with pytest.raises(Away, match="read-only"):
            await demanded(mariadb, SERVING, migrating=False)
    finally:
        await mariadb.execute("SET GLOBAL read_only = 0")
