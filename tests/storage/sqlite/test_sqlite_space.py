"""Room on the database's disk: looked at now and then, and never by whoever must not wait."""

import os
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import trio

from orchd.errors import Unavailable
from orchd.storage import Statement, Steps, open_database
from orchd.storage.sqlite import sqlite_space
from orchd.storage.sqlite.sqlite_space import PART, DiskSpace

MIB = 1024 * 1024
BLOCKS = 100 * PART
SPARE = 10 * MIB


class Disk:
    """A large disk, of which so many MiB are free."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.free = 100
        self.looks = 0
        self.unused = 0
        self.slow: Callable[[], None] = lambda: None
        monkeypatch.setattr(os, "statvfs", self._look)

    def _look(self, directory: Any) -> Any:
        self.looks += 1
        self.slow()
        if self.free < 0:
            raise OSError
        return SimpleNamespace(f_blocks=BLOCKS, f_frsize=MIB, f_bavail=self.free)

    async def rest(self) -> int:
        """What the database has and doesn't use."""
        await trio.lowlevel.checkpoint()
        return self.unused * MIB


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    monkeypatch.setattr(sqlite_space, "LOOK_SECONDS", 0.0)
    return Disk(monkeypatch)


async def is_short(space: DiskSpace, disk: Disk) -> bool:
    try:
        await space.require(disk.rest)
    except Unavailable as refused:
        assert refused.reason == "storage_full"  # noqa: PT017 - of each refusal
        return True
    return False


async def test_what_is_left_is_for_what_has_begun(disk: Disk) -> None:
    space = DiskSpace(Path(), SPARE)
    found = []
    for disk.free in (100, 10, 9, 0, 9, 10):
        found.append(await is_short(space, disk))
    assert found == [False, False, True, True, True, False]
    disk.free, disk.unused = 4, 6
    assert not await is_short(space, disk), "what was deleted for good made room"
    disk.unused = 5
    assert await is_short(space, disk)
    disk.free = -1
    assert await is_short(space, disk), "as it was, while nobody can tell"


async def test_of_a_small_disk_less_is_left(disk: Disk) -> None:
    space = DiskSpace(Path(), BLOCKS * MIB)
    disk.free = BLOCKS // PART
    assert not await is_short(space, disk)
    disk.free -= 1
    assert await is_short(space, disk)


async def test_nothing_is_looked_at_where_nothing_is_left(disk: Disk) -> None:
    disk.free = 0
    assert not await is_short(DiskSpace(Path(), 0), disk)
    assert disk.looks == 0


async def test_what_was_seen_is_taken_for_a_while(disk: Disk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite_space, "LOOK_SECONDS", 1e9)
    space = DiskSpace(Path(), SPARE)
    for disk.free in (5, 100, 100):
        assert await is_short(space, disk)
    assert disk.looks == 1


async def test_a_dead_mount_holds_up_nobody_for_long(disk: Disk, monkeypatch: pytest.MonkeyPatch) -> None:
    """And keeps one thread at most."""
    monkeypatch.setattr(sqlite_space, "PATIENCE_SECONDS", 0.01)
    space, is_over = DiskSpace(Path(), SPARE), False

    def hang() -> None:
        while not is_over:
            time.sleep(0.001)

    disk.slow = hang
    for _ in range(3):
        assert not await is_short(space, disk)
    assert disk.looks == 1
    is_over = True


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a small disk")
async def test_a_real_disk_and_what_is_written_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.faults.small_disk import MEBIBYTES, small_disk_at

    monkeypatch.setattr(sqlite_space, "LOOK_SECONDS", 0.0)
    with small_disk_at(tmp_path / "disk") as place:
        url = f"sqlite://{place.directory}/test.db"
        async with open_database(url, pool_size=1, timeout=10, spare_bytes=MIB) as database:
            await database.wait_ready()
            await database.require_space()
            floor, ballast = MEBIBYTES * MIB // PART, place.directory / "ballast"
            found = os.statvfs(place.directory)
            ballast.write_bytes(bytes(found.f_bavail * found.f_frsize - floor // 2))
            with pytest.raises(Unavailable) as refused:
                await database.require_space()
            assert "database.spareBytes" in refused.value.message
            await database.write(forget)
            assert database.health().ok
            ballast.unlink()
            await database.require_space()


def forget() -> Steps[None]:
    yield Statement("DELETE FROM entity_change WHERE number > 0")
