"""Searching after MariaDB was killed."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import trio

from orchd.entity.search.search_queries import begin_again
from orchd.errors import Unavailable
from orchd.features.models.queries import ASSISTANT
from orchd.features.search.keeper import IndexKeeper
from orchd.storage import Database, MysqlUrl, Statement, Steps, open_database, parse_url
from orchd.storage.mysql.mysql_connection import connect
from orchd.worker.pool import InPlace
from tests.fix_mariadb import MariaServer
from tests.fix_storage import READY_SECONDS
from tests.fix_workspace import ANN, Desk, open_desk


@asynccontextmanager
async def open_keeper(url: str) -> AsyncIterator[tuple[Database, Desk, IndexKeeper]]:
    async with open_database(url, pool_size=2, timeout=10) as database:
        with trio.fail_after(READY_SECONDS):
            await database.wait_ready()
        async with open_desk(database) as desk:
            yield database, desk, IndexKeeper(database, [ASSISTANT.source], InPlace())


@pytest.mark.parametrize("then", ["nothing", "dropped", "listed again"])
async def test_what_is_stored_after_a_crash_of_the_server_is_found(mariadb: MariaServer, then: str) -> None:
    """And what was deleted isn't. `then` is what is done first after the crash."""
    url = mariadb.new_url()
    async with open_keeper(url) as (_, desk, keeper):
        made = [await desk.done(ANN, "assistant:create", name=f"Old {number}", systemPrompt="") for number in range(5)]
        await keeper.catch_up()
        if then != "listed again":
            for row in made:
                await desk.done(ANN, "assistant:delete", assistantId=row["id"])
        if then == "nothing":
            await keeper.catch_up()
    mariadb.kill()
    await trio.to_thread.run_sync(mariadb.start)
    async with open_keeper(url) as (database, desk, keeper):
        if then == "listed again":
            await database.write(begin_again)
        await keeper.catch_up()
        await desk.done(ANN, "assistant:create", name="New", systemPrompt="")
        for query, count in (("new", 1), ("old", 5 if then == "listed again" else 0)):
            assert len((await desk.done(ANN, "search", query=query))["items"]) == count


def unmatched() -> Steps[list[tuple[int, str]]]:
    """Return words that stand in one of the two tables and not in the other, with their texts."""
    found = yield Statement("SELECT rowid, words FROM search_text")
    texts = {(int(text_id), word) for text_id, words in found.rows for word in words.split() if word != "."}
    found = yield Statement("SELECT text_id, word FROM search_posting")
    return sorted(texts ^ {(int(text_id), word.decode()) for text_id, word in found.rows})


def unlist() -> Steps[None]:
    """Take all out of the index, as if no words had ever been listed."""
    for table in ("search_posting", "search_text"):
        yield Statement(f"DELETE FROM {table}")


@asynccontextmanager
async def locked(mariadb: MariaServer, url: str, table: str) -> AsyncIterator[None]:
    """Keep a table from being written, rows that aren't there yet included, until the server is gone."""
    parsed = parse_url(url)
    assert isinstance(parsed, MysqlUrl)
    connection = await connect(parsed, lock_seconds=5)
    try:
        await connection.execute("START TRANSACTION")
        await connection.execute(f"SELECT * FROM {table} FOR UPDATE")
        yield
    finally:
        connection.close()


WAITING = """SELECT COUNT(*) > 0 FROM information_schema.processlist
 WHERE db = ? AND info LIKE CONCAT('% ', ?, ' %') AND time_ms > 100"""


@pytest.mark.parametrize("again", [False, True])
@pytest.mark.parametrize("table", ["search_text", "search_posting"])
async def test_a_crash_in_the_midst_of_listing_leaves_words_whole(
    mariadb: MariaServer, table: str, again: bool
) -> None:
    """When the server dies, the transaction waits for one of its tables, and what it wrote before is on the disk."""
    url = mariadb.new_url()
    async with open_keeper(url) as (_, desk, keeper):
        for number in range(20):
            await desk.done(ANN, "assistant:create", name=f"Old {number}", systemPrompt=f"{number} {'w' * number}")
        await keeper.catch_up()
    # Without the desk, which has a keeper of its own that could be there first.
    async with open_database(url, pool_size=2, timeout=10) as database:
        with trio.fail_after(READY_SECONDS):
            await database.wait_ready()
        if not again:
            await database.write(unlist)
        await database.write(begin_again)
        keeper = IndexKeeper(database, [ASSISTANT.source], InPlace())
        async with locked(mariadb, url, table), trio.open_nursery() as nursery:

            @nursery.start_soon
            async def keep() -> None:
                with pytest.raises(Unavailable):
                    await keeper.list_new()

            await mariadb.until([(True,)], WAITING, mariadb.name_of(url), table)
            await mariadb.execute("FLUSH ENGINE LOGS")
            mariadb.kill()
    await trio.to_thread.run_sync(mariadb.start)
    async with open_keeper(url) as (database, desk, keeper):
        assert await database.read(unmatched) == []
        await keeper.catch_up()
        assert await database.read(unmatched) == []
        assert len((await desk.done(ANN, "search", query="old", limit=50))["items"]) == 20
