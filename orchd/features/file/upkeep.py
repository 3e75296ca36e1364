"""Deletes what nobody needs: contents without a file, uploads that nobody goes on with, and what a crash has left."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

import trio

from orchd.clock import unix_now
from orchd.errors import Unavailable
from orchd.features.file import queries
from orchd.features.file.disk import FileDisk
from orchd.storage import Database, Steps

T = TypeVar("T")

ABANDONED_MS = 86_400_000
LOOK_SECONDS = 3_600.0
AWAY_SECONDS = 60.0
"""Pause while the database or the disk is away."""
AT_ONCE = 100


class Upkeep:
    """Of one directory of files."""

    def __init__(self, database: Database, disk: FileDisk, now: Callable[[], int] = unix_now) -> None:
        self._database = database
        self._disk = disk
        self._now = now

    async def keep(self) -> None:
        """Look at the start for what a crash has left, and now and then for the rest, until cancelled."""
        swept = False
        while True:
            try:
                if not swept:
                    await self.sweep_contents()
                    swept = True
                await self.prune()
                await self.sweep_uploads()
            except Unavailable:
                await trio.sleep(AWAY_SECONDS)
                continue
            await trio.sleep(LOOK_SECONDS)

    async def prune(self) -> None:
        """Forget abandoned uploads and contents that no file has. Raises `Unavailable`."""
        before = self._now() - ABANDONED_MS
        while forgotten := await self._database.write(queries.forget_uploads, before, AT_ONCE):
            for upload_id in forgotten:
                await self._disk.drop_upload(upload_id)
        while unused := await self._database.read(queries.unused_contents, AT_ONCE):
            await self._drop_contents(unused)

    async def sweep_uploads(self) -> None:
        """Delete what has come of uploads that nobody knows of. Raises `Unavailable`."""
        for ids in _batches(await self._disk.uploads()):
            for upload_id in await self._strangers(ids, queries.awaited_uploads):
                await self._disk.drop_upload(upload_id)

    async def sweep_contents(self) -> None:
        """Delete contents that nobody knows of. Raises `Unavailable`."""
        for folder in await self._disk.folders():
            for hashes in _batches(await self._disk.contents(folder)):
                await self._drop_contents(await self._strangers(hashes, queries.known_contents))

    async def _strangers(self, found: Sequence[T], known: Callable[[Sequence[T]], Steps[set[T]]]) -> list[T]:
        there = await self._database.read(known, found)
        return [each for each in found if each not in there]

    async def _drop_contents(self, hashes: Sequence[str]) -> None:
        for sha256 in hashes:
            async with self._disk.placing():
                if await self._database.write(queries.release_content, sha256):
                    await self._disk.drop_content(sha256)


def _batches(found: Sequence[T]) -> Iterator[Sequence[T]]:
    return (found[start : start + AT_ONCE] for start in range(0, len(found), AT_ONCE))
