"""Killed at moments that are drawn, a copy is gone on with to its end, and has the source's rows."""

import random
import signal

from orchd.storage import Database
from tests.backup.test_restoring import opened, other_url
from tests.examples import examples
from tests.faults.test_restore_crash import run
from tests.starting import Starter
from tests.whole import all_rows, fill

__all__ = ("other_url",)
PROGRAM = "tests.faults.dying_copy"
DRAWN = 5
MANY = 5
REACHED = 50
"""Every copy has more moments than that; most have some hundreds, half of which are those of making tables."""
MOST = 800


async def test_a_killed_copy_is_gone_on_with(
    store: Database, database_url: str, other_url: str, starter: Starter
) -> None:
    await store.write(fill, MANY)
    moments = [random.randrange(REACHED)] + [random.randrange(MOST) for _ in range(examples(DRAWN))]
    kept = await store.read(all_rows)
    for number, moment in enumerate(moments):
        code, _ = run(starter, PROGRAM, database_url, other_url, str(moment))
        if code == 0:
            break
        if code == 1:  # the last one was killed when all was in its place, which is left alone from then on
            async with opened(other_url) as other:
                assert await other.read(all_rows) == kept, f"killed at {moments[:number]}"
            return
        assert code == -signal.SIGKILL, f"killed at {moments[: number + 1]}"
        kept = await store.read(all_rows)
        await store.write(fill, MANY - (number + 1) % 3)
    else:
        assert run(starter, PROGRAM, database_url, other_url)[0] == 0, f"killed at {moments}"
        number = len(moments)
    async with opened(other_url) as other:
        assert await other.read(all_rows) == await store.read(all_rows), f"killed at {moments[:number]}"
