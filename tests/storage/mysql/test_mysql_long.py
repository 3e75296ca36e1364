"""Texts longer than a statement may be: written in pieces, read whole, and struck when nobody names them any more."""

import random
from collections.abc import AsyncIterator

import pytest
import trio

from orchd.errors import TooLarge
from orchd.storage import MysqlUrl, SqlValue, Statement, Steps, migrate, open_database, parse_url
from orchd.storage.dialect import to_format
from orchd.storage.mysql.mysql_connection import MysqlConnection, connect
from orchd.storage.mysql.mysql_database import MysqlDatabase
from orchd.storage.mysql.mysql_long import KEEP_MS, MARK, execute, sweep
from orchd.storage.readiness import running
from tests.fix_mariadb import MariaServer

HANG_SECONDS = 90.0
INSERT = "INSERT INTO journal (message_id, start_seq, channel, text) VALUES (%s, %s, %s, %s)"
ROW = "(%s, %s, %s, %s)"
SMALL = 20_000


@pytest.fixture
async def connection(mariadb: MariaServer) -> AsyncIterator[MysqlConnection]:
    """A connection that takes a server's packets to be small, to a database with all tables."""
    url = mariadb.new_url()
    await migrate(url)
    parsed = parse_url(url)
    assert isinstance(parsed, MysqlUrl)
    opened = await connect(parsed, lock_seconds=1)
    opened.max_bytes = SMALL
    yield opened
    await opened.aclose()


async def count(connection: MysqlConnection, sql: str) -> int:
    return int((await connection.execute(sql)).rows[0][0])


UNITS = ["a", "'", "\\", "é", "😀", MARK, "\0", f"{MARK}long:x:1", "%s", "\n"]
LENGTHS = [0, 1, 5000, 12_345, 40_000]


async def test_texts_of_any_length_come_back_as_they_were(connection: MysqlConnection) -> None:
    """Any three together in one statement."""
    texts = [unit * (length // len(unit) + (length > 0)) for unit in UNITS for length in LENGTHS]
    random.Random(7).shuffle(texts)
    for number in range(0, len(texts) - 2, 3):
        three = texts[number : number + 3]
        rows = tuple(value for index, text in enumerate(three) for value in (number, index, "content", text))
        await execute(connection, INSERT.replace(ROW, f"{ROW}, {ROW}, {ROW}"), rows)
        found = await execute(
            connection, "SELECT text FROM journal WHERE message_id = %s ORDER BY start_seq", (number,)
        )
        assert [text for (text,) in found.rows] == three


async def test_the_length_of_a_text_is_known_wherever_it_stands(connection: MysqlConnection) -> None:
    for number, text in enumerate(["", "é" * 20_000, "short", "x" * 30_000]):
        await execute(connection, INSERT, (1, number, "content", text))
    sql = to_format("SELECT LENGTH(j.text), LENGTH(channel) FROM journal j ORDER BY start_seq")
    assert (await execute(connection, sql, ())).rows == [(0, 7), (40_000, 7), (5, 7), (30_000, 7)]
    total = to_format("SELECT SUM(LENGTH(text)) FROM journal")
    assert (await execute(connection, total, ())).rows == [(70_005,)]


async def test_what_is_short_is_written_as_it_is(connection: MysqlConnection) -> None:
    await execute(connection, INSERT, (1, 0, "content", "x" * 10_000))
    await execute(connection, INSERT, (1, 1, "content", MARK))
    assert await count(connection, "SELECT COUNT(*) FROM long_text") == 0
    assert (await execute(connection, "SELECT text FROM journal WHERE text = %s", (MARK,))).rows == [(MARK,)]


async def test_what_is_compared_or_is_no_text_is_too_large(connection: MysqlConnection) -> None:
    with pytest.raises(TooLarge):
        await execute(connection, "SELECT text FROM journal WHERE text = %s", ("x" * 30_000,))
    with pytest.raises(TooLarge):
        await execute(connection, INSERT, (1, 0, "content", b"x" * 30_000))
    many = ", ".join([ROW] * 2000)
    with pytest.raises(TooLarge):
        await execute(
            connection,
            INSERT.replace(ROW, many),
            tuple(v for n in range(2000) for v in (1, n, "c", "short")),
        )
    assert connection.usable


async def test_pieces_that_nobody_names_are_struck_after_a_while(connection: MysqlConnection) -> None:
    for number in range(3):
        await execute(connection, INSERT, (number, 0, "content", str(number) * 30_000))
    await execute(connection, "UPDATE journal SET text = %s WHERE message_id = 0", ("short",))
    await execute(connection, "DELETE FROM journal WHERE message_id = 1", ())
    assert await sweep(connection) == 0, "they are young"
    await connection.execute("UPDATE long_text SET created_at = created_at - %s", (KEEP_MS + 1,))
    assert await sweep(connection) == 2
    assert await sweep(connection) == 0
    found = await execute(connection, "SELECT text FROM journal ORDER BY message_id", ())
    assert [text for (text,) in found.rows] == ["short", "2" * 30_000]


def put(text: str) -> Steps[None]:
    yield Statement(INSERT.replace("%s", "?"), (1, 0, "content", text))


def get() -> Steps[list[SqlValue]]:
    found = yield Statement("SELECT text FROM journal")
    return [text for (text,) in found.rows]


async def test_a_server_that_takes_a_mebibyte(mariadb: MariaServer) -> None:
    url = mariadb.new_url()
    text = "it's \U0001f600 long; " * 200_000
    await mariadb.execute("SET GLOBAL max_allowed_packet = 1048576")
    try:
        async with open_database(url, pool_size=2, timeout=30) as database:
            with trio.fail_after(HANG_SECONDS):
                await database.wait_ready()
            await database.write(put, text)
            assert await database.read(get) == [text]
            assert database.health().ok
        async with open_database(url, pool_size=2, timeout=30) as database:
            with trio.fail_after(HANG_SECONDS):
                await database.wait_ready()
            assert await database.read(get) == [text]
    finally:
        await mariadb.execute("SET GLOBAL max_allowed_packet = 16777216")


async def test_the_database_sweeps_by_itself(mariadb: MariaServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("orchd.storage.mysql.mysql_database.SWEEP_SECONDS", 0.05)
    url = mariadb.new_url()
    parsed = parse_url(url)
    assert isinstance(parsed, MysqlUrl)
    async with running(MysqlDatabase(parsed, pool_size=1, timeout=30, migrations=None)) as database:
        with trio.fail_after(HANG_SECONDS):
            await database.wait_ready()
            name = mariadb.name_of(url)
            await mariadb.execute(f"INSERT INTO {name}.long_text VALUES ('gone', 0, 'x', 1)")
            await mariadb.until([(0,)], f"SELECT COUNT(*) FROM {name}.long_text")
            assert database.health().ok
