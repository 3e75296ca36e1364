"""Who sees and changes what in projects, against a plain model, whatever people do."""

import random
from contextlib import closing

import pytest
import trio
from hypothesis import given, settings
from hypothesis import strategies as st

from orchd.storage import Database
from tests.examples import examples
from tests.features.chat.room import MemoryDatabase
from tests.features.project.sharing import World, add_users

STEPS = 25


@settings(max_examples=examples(25), deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_database_says_what_the_model_says(chance: random.Random) -> None:
    async def live() -> None:
        with closing(MemoryDatabase(seconds=0)) as memory:
            await memory.write(add_users, "ann", "bob", "cat", "dan")
            world = World(memory)
            for _ in range(STEPS):
                await world.step(chance)
            await world.compare()

    trio.run(live)


@pytest.mark.parametrize("seed", range(2))
async def test_both_databases_say_what_the_model_says(store: Database, seed: int) -> None:
    await store.write(add_users, "ann", "bob", "cat", "dan")
    world, chance = World(store), random.Random(seed)
    for number in range(4 * STEPS):
        await world.step(chance)
        if number % 8 == 0:
            await world.compare()
    await world.compare()
