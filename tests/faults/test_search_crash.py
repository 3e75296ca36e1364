"""Searching after MariaDB was killed."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import trio

from orchd.entity.search.search_queries import begin_again
from orchd.features.models.queries import ASSISTANT
from orchd.features.search.keeper import IndexKeeper
from orchd.storage import Database, open_database
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
    """MariaDB's full text index gives new texts the numbers of deleted ones then, which it never finds. `then` is what
    is done first after the crash."""
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
