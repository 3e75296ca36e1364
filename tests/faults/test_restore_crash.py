"""Killed at any moment, a restoration leaves what was there or all that is new, and another one goes through."""

import os
import random
import signal
from pathlib import Path

from tests.backup.test_making import backup
from tests.backup.test_restoring import opened, restore, target_url
from tests.examples import examples
from tests.migrated import place_database
from tests.starting import Starter, Streams
from tests.whole import all_rows, fill, fill_all

__all__ = ("target_url",)
HANG_SECONDS = 120
PROGRAM = "tests.faults.dying_restore"
DRAWN = 10
LAST = 10
"""The last moments are those that matter most, and few: half of all that are drawn."""


def run(starter: Starter, program: str, *arguments: str) -> tuple[int, str]:
    """Run a program that dies; its exit code and what it printed."""
    ours, theirs = os.pipe()
    process = starter.start(program, arguments, dict(os.environ), Streams(0, theirs, 2))
    os.close(theirs)
    code = process.wait(HANG_SECONDS)
    with os.fdopen(ours) as printed:
        return code, printed.read()


async def test_all_or_nothing_is_restored(target_url: str, tmp_path: Path, starter: Starter) -> None:
    file = str(tmp_path / "a.backup")
    async with opened(place_database(tmp_path / "source.db")) as source:
        new = await fill_all(source)
    data, _ = await backup(f"sqlite://{tmp_path}/source.db")
    (tmp_path / "a.backup").write_bytes(data)
    code, printed = run(starter, PROGRAM, file, target_url)
    assert code == 0
    moments = int(printed)
    for number in range(examples(DRAWN)):
        async with opened(target_url) as target:
            await target.write(fill, 1)
            old = await target.read(all_rows)
        moment = random.randrange(moments) if number % 2 else random.randrange(moments - LAST, moments)
        assert run(starter, PROGRAM, file, target_url, str(moment))[0] == -signal.SIGKILL
        async with opened(target_url) as target:
            assert await target.read(all_rows) in (old, new), f"killed at {moment} of {moments}"
    await restore(data, target_url, replace=True, lives=False)
    async with opened(target_url) as target:
        assert await target.read(all_rows) == new
