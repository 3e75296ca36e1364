"""Keeping the index of words."""

from collections.abc import Callable
from typing import Any, cast

import pytest
import trio

from orchd.features.models.queries import ASSISTANT
from orchd.features.search.keeper import IndexKeeper
from orchd.storage import Database, Steps
from orchd.worker.pool import InPlace
from tests.fix_workspace import ANN, open_desk


class CountedWrites:
    """A database that notes how many entries each transaction stores."""

    def __init__(self, database: Database) -> None:
        self.read, self.write, self.health = database.read, database.write, database.health
        self._database = database
        self.sizes: list[int] = []

    async def write_relaxed(self, steps: Callable[..., Steps[Any]], *args: Any) -> Any:
        if steps.__name__ == "_list":
            self.sizes.append(len(args[0]))
        return await self._database.write_relaxed(steps, *args)


async def test_long_texts_are_stored_in_several_transactions(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    async def rest(keeper: IndexKeeper) -> None:
        await trio.sleep_forever()

    monkeypatch.setattr(IndexKeeper, "run", rest)  # the daemon's own one
    monkeypatch.setattr("orchd.features.search.keeper.BATCH_CHARACTERS", 300)
    counted = CountedWrites(store)
    async with open_desk(store) as desk:
        for number in range(5):
            prompt = "rain " * (20 if number else 200)
            await desk.done(ANN, "assistant:create", name=f"No {number}", systemPrompt=prompt)
        await IndexKeeper(cast("Database", counted), [ASSISTANT.source], InPlace()).list_new()
        assert counted.sizes == [2, 2, 1]
        assert len((await desk.done(ANN, "search", query="rain"))["items"]) == 5
