"""What was removed long ago goes for good; on both databases."""

from typing import cast

import trio

from orchd.clock import unix_now
from orchd.entity.wire.change_queries import changes_after, latest
from orchd.features.chat import count_votes
from orchd.features.models import open_assistants
from orchd.features.retention import removed_kinds
from orchd.features.workspace.pruning import DAY_MS, PRUNE_SECONDS, Pruner
from orchd.hub import Hub
from orchd.llm import Backends
from orchd.settings.kept.workspace import WorkspaceSettings
from orchd.storage import Database, Statement, Steps
from tests.fix_models import entity_rooms
from tests.fix_workspace import ANN, open_desk


def ids() -> Steps[list[int]]:
    found = yield Statement("SELECT id FROM assistant ORDER BY id")
    return [row[0] for row in found.rows]


async def test_what_was_removed_goes_when_its_time_is_over(store: Database) -> None:
    async with open_desk(store) as desk:
        rows = [await desk.done(ANN, "assistant:create", name=name) for name in "abc"]
        for row in rows[:2]:
            await desk.done(ANN, "assistant:delete", assistantId=row["id"])
        rooms = entity_rooms(store, Hub())
        open_assistants(Backends([]), rooms, count_votes)
        pruner = Pruner(store, removed_kinds(WorkspaceSettings(deleted_days=30)))
        await pruner.prune(unix_now() + 29 * DAY_MS)
        assert await store.read(ids) == [row["id"] for row in rows]
        assert len(await store.read(changes_after, 0, 10, ["assistant"])) == 5
        await pruner.prune(unix_now() + 30 * DAY_MS + 1)
        assert await store.read(ids) == [rows[2]["id"]]
        assert await store.read(changes_after, 0, 10, ["assistant"]) == []
        assert await store.read(latest) == 5
        missing = await desk.refused(ANN, "assistant:restore", assistantId=rows[0]["id"])
        assert missing["code"] == "not_found"


async def test_a_clock_that_is_set_forward_deletes_nothing(autojump_clock: object) -> None:
    said: list[int] = []
    clock = [100 * DAY_MS]

    class Watched(Pruner):
        async def prune(self, now: int) -> None:
            said.append(now)

    pruner = Watched(cast("Database", None), [], lambda: clock[0])
    async with trio.open_nursery() as nursery:
        nursery.start_soon(pruner.keep_pruning)
        await trio.sleep(1)
        clock[0] += 400 * DAY_MS
        await trio.sleep(PRUNE_SECONDS)
        clock[0] = 60 * DAY_MS
        await trio.sleep(PRUNE_SECONDS)
        nursery.cancel_scope.cancel()
    hour = int(PRUNE_SECONDS * 1_000)
    assert said == [100 * DAY_MS, 100 * DAY_MS + hour, 60 * DAY_MS]
