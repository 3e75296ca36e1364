"""What becomes of a migration that stops half-way on a server that can't undo one."""

import pytest
import trio

from orchd.errors import StartError, Unavailable
from orchd.storage import MysqlUrl, migrate, migration_status, parse_url
from orchd.storage.mysql.mysql_connection import connect
from tests.fix_mariadb import MariaServer
from tests.fix_storage import MakeMigrations

HAS_TABLE = "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = ? AND table_name = ?"
NAMES = ["0001_note", "0002_later"]


async def test_a_migration_that_fails_half_way_goes_on_where_it_stopped(
    mariadb: MariaServer, make_migrations: MakeMigrations
) -> None:
    url = mariadb.new_url()
    directory = make_migrations(
        "CREATE TABLE b (id INTEGER); INSERT INTO b VALUES (1); ALTER TABLE missing ADD COLUMN c INTEGER"
    )
    for _ in range(2):
        with pytest.raises(StartError, match=r"0002_later stopped at its statement 3; the next start goes on.*missing"):
            await migrate(url, migrations=directory)
    assert await migration_status(url, migrations=directory) == (NAMES[:1], NAMES[1:])
    await mariadb.execute("CREATE TABLE missing (id INTEGER)", database=mariadb.name_of(url))
    assert await migrate(url, migrations=directory) == NAMES[1:]
    assert await mariadb.execute("SELECT id FROM b", database=mariadb.name_of(url)) == [(1,)]


@pytest.mark.parametrize("change", ["doneStatements = NULL", "checksum = 'of another form'"])
async def test_one_that_nobody_knows_how_to_go_on_with_is_told_and_can_be_mended(
    mariadb: MariaServer, make_migrations: MakeMigrations, change: str
) -> None:
    url = mariadb.new_url()
    directory = make_migrations("CREATE TABLE b (id INTEGER); ALTER TABLE missing ADD COLUMN c INTEGER")
    with pytest.raises(StartError):
        await migrate(url, migrations=directory)
    mark = f"UPDATE schema_migration SET {change} WHERE number = 2"
    await mariadb.execute(mark, database=mariadb.name_of(url))
    for call in (migrate, migration_status):
        with pytest.raises(StartError, match=r"stopped half-way: .* set appliedAt to 1"):
            await call(url, migrations=directory)


async def test_a_migration_whose_first_statement_fails_is_tried_again(
    mariadb: MariaServer, make_migrations: MakeMigrations
) -> None:
    url = mariadb.new_url()
    directory = make_migrations("ALTER TABLE later ADD COLUMN c INTEGER; CREATE TABLE b (id INTEGER)")
    with pytest.raises(StartError, match="failed at its first statement and changed nothing"):
        await migrate(url, migrations=directory)
    assert await migration_status(url, migrations=directory) == (NAMES[:1], NAMES[1:])
    await mariadb.execute("CREATE TABLE later (id INTEGER)", database=mariadb.name_of(url))
    assert await migrate(url, migrations=directory) == NAMES[1:]


async def test_a_foreign_key_that_was_made_and_not_counted_is_there(
    mariadb: MariaServer, make_migrations: MakeMigrations
) -> None:
    url = mariadb.new_url()
    directory = make_migrations(
        "CREATE TABLE b (id INTEGER PRIMARY KEY, of_b INTEGER);"
        "ALTER TABLE b ADD CONSTRAINT b_of_b FOREIGN KEY (of_b) REFERENCES b (id)"
    )
    await migrate(url, migrations=directory)
    mark = "UPDATE schema_migration SET doneStatements = 1, appliedAt = NULL WHERE number = 2"
    await mariadb.execute(mark, database=mariadb.name_of(url))
    assert await migrate(url, migrations=directory) == NAMES[1:]


async def test_a_server_killed_during_a_migration_is_gone_on_with(
    mariadb: MariaServer, make_migrations: MakeMigrations
) -> None:
    url = mariadb.new_url()
    await migrate(url, migrations=make_migrations())
    parsed = parse_url(url)
    assert isinstance(parsed, MysqlUrl)
    holder = await connect(parsed, lock_seconds=5)
    await holder.execute("LOCK TABLES note WRITE")
    directory = make_migrations("CREATE TABLE b (id INTEGER); ALTER TABLE note ADD COLUMN c INTEGER")

    async def kill_in_the_middle() -> None:
        await mariadb.until([(1,)], HAS_TABLE, mariadb.name_of(url), "b")
        mariadb.kill()
        await trio.to_thread.run_sync(mariadb.start)

    async with trio.open_nursery() as nursery:
        nursery.start_soon(kill_in_the_middle)
        with pytest.raises((StartError, Unavailable)):
            await migrate(url, migrations=directory)
    holder.close()
    assert await migrate(url, migrations=directory) == NAMES[1:]


async def test_a_migration_that_has_begun_is_not_cancelled(
    mariadb: MariaServer, make_migrations: MakeMigrations
) -> None:
    url = mariadb.new_url()
    directory = make_migrations("CREATE TABLE b (id INTEGER); DO SLEEP(0.3); CREATE TABLE c (id INTEGER)")
    with trio.CancelScope() as scope:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(lambda: migrate(url, migrations=directory))
            await mariadb.until([(1,)], HAS_TABLE, mariadb.name_of(url), "b")
            scope.cancel()
    assert await migration_status(url, migrations=directory) == (NAMES, [])


async def test_who_waits_too_long_for_another_starter_gives_up(
    mariadb: MariaServer, make_migrations: MakeMigrations
) -> None:
    url = mariadb.new_url()
    slow = make_migrations("DO SLEEP(1.5)")
    async with trio.open_nursery() as nursery:
        nursery.start_soon(lambda: migrate(url, migrations=slow))
        await mariadb.until([(1,)], HAS_TABLE, mariadb.name_of(url), "tag")
        for call in (migrate, migration_status):
            with pytest.raises(Unavailable, match="another orchd"):
                await call(url, timeout=0.5, migrations=slow)


async def test_a_server_that_is_away(mariadb: MariaServer, make_migrations: MakeMigrations) -> None:
    mariadb.stop()
    for call in (migrate, migration_status):
        with pytest.raises(Unavailable, match="away"):
            await call(mariadb.new_url(), timeout=2, migrations=make_migrations())
