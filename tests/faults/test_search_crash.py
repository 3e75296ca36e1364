"""Searching after MariaDB was killed."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import trio

from orchd.features.models.queries import ASSISTANT
from orchd.features.search.keeper import IndexKeeper
from orchd.storage import open_database
from orchd.worker.pool import InPlace
from tests.fix_mariadb import MariaServer
from tests.fix_storage import READY_SECONDS
from tests.fix_workspace import ANN, Desk, open_desk


@asynccontextmanager
async def open_keeper(url: str) -> AsyncIterator[tuple[Desk, IndexKeeper]]:
    async with open_database(url, pool_size=2, timeout=10) as database:
        with trio.fail_after(READY_SECONDS):
            await database.wait_ready()
        async with open_desk(database) as desk:
            yield desk, IndexKeeper(database, [ASSISTANT.source], InPlace())


async def test_what_is_stored_after_a_crash_of_the_server_is_found(mariadb: MariaServer) -> None:
    """MariaDB's full text index gives new texts the numbers of deleted ones then, which it never finds."""
    url = mariadb.new_url()
    async with open_keeper(url) as (desk, keeper):
        made = [
            (await desk.done(ANN, "assistant:create", name=f"Old {number}", systemPrompt=""))["id"]
            for number in range(5)
        ]
        await keeper.catch_up()
        for row_id in made:
            await desk.done(ANN, "assistant:delete", assistantId=row_id)
        await keeper.catch_up()
    mariadb.kill()
    mariadb.kill()
    await trio.to_thread.run_sync(mariadb.start)
    async with open_keeper(url) as (desk, _):
        await desk.done(ANN, "assistant:create", name="New", systemPrompt="")
        found = await desk.done(ANN, "search", query="new")
        assert [item["title"] for item in found["items"]] == ["New"]
