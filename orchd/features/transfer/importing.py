"""Imports: a file is cut while it comes, read by a worker some conversations at a time, and stored. What was sent when
it breaks off is stored; sent again, it is skipped."""

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing, suppress
from typing import NamedTuple

import trio

from orchd.clock import unix_now
from orchd.entity import Owner
from orchd.errors import Invalid, OrchdError, StartError, Timeout, TooLarge, Unavailable
from orchd.features.conversation import check_into
from orchd.features.presence import Presence
from orchd.features.transfer.drafts import SWEEP_SECONDS, Drafts
from orchd.features.transfer.import_queries import (
    ImportEnd,
    ImportStart,
    begin_import,
    end_import,
    forget_some,
    get_import,
    import_epochs,
    interrupt_imports,
)
from orchd.features.transfer.import_rows import ConversationImportItem
from orchd.features.transfer.places import ImportPlaces, SlowFile
from orchd.features.transfer.reading import elements as element_reading
from orchd.features.transfer.reading.conversation import ReadElement
from orchd.features.transfer.reading.cutting import MAX_ELEMENT, Element, ElementCutter
from orchd.features.transfer.storing import PlacedElement, StoreWish, Storing
from orchd.guard import Supervisor, guarded
from orchd.storage import Database
from orchd.worker.pool import TextWorkers

BATCH_BYTES, BATCH_ELEMENTS = 1024 * 1024, 100
"""How much a worker reads at once, or one conversation."""
CUT_BYTES = 8 * 1024
"""How much of a file is cut before others have their turn."""
MAX_ELEMENTS = 100_000
"""Of one file."""
KEPT_IMPORTS = 20
"""Of one user, the latest: a file of nothing but commas has a report, too."""
LINES_AT_ONCE = 500
"""Lines of older reports that one transaction deletes."""
READ_SECONDS = 60.0
"""How long a worker may read one batch."""


class ImportRooms(NamedTuple):
    """What imports are given. `look` has what was stored told; `max_rows`: how many conversations one user may have."""

    database: Database
    workers: TextWorkers
    drafts: Drafts
    supervisor: Supervisor
    look: Callable[[], None]
    max_rows: int


class Importer:
    """Runs imports, each in the task of whoever sends the file."""

    def __init__(self, rooms: ImportRooms, presence: Presence) -> None:
        self._rooms = rooms
        self._presence = presence
        self._places = ImportPlaces()

    async def take(self, owner: Owner, pieces: AsyncGenerator[bytes], start: ImportStart) -> ConversationImportItem:
        """Import a file that comes in pieces; return how that has ended.

        Raises what is wrong with the file or with what is sent, with the id of the import in its details; `Busy`,
        `NotFound` and `Forbidden` before there is one.
        """
        database = self._rooms.database
        async with self._places.place(owner.user_id) as pace:
            await database.read(check_into, owner, start.project_id)
            while await database.write_relaxed(forget_some, owner, KEPT_IMPORTS - 1, LINES_AT_ONCE, unix_now()):
                await trio.lowlevel.checkpoint()
            import_id = await database.write(begin_import, owner, start, self._presence.epoch, unix_now())
            self._rooms.look()
            run = _ImportRun(self._rooms, StoreWish(owner, import_id, start.project_id, self._rooms.max_rows))
            await self._run(run, owner, import_id, pace.measure(pieces))
            return await database.read(get_import, owner, import_id)

    async def _run(self, run: "_ImportRun", owner: Owner, import_id: int, pieces: AsyncGenerator[bytes]) -> None:
        """Run an import; store how it ends, by another task where this one is cancelled."""
        ended = False
        try:
            await run.take(pieces)
            ended = True
            await self._end(owner, import_id, ImportEnd("done", run.read))
        except OrchdError as error:
            ended = True
            error.tell(conversationImportId=import_id)
            interrupted = error.retryable or error.reason == "broken_off"
            with guarded("the end of an import", import_id=import_id):
                await self._end(
                    owner, import_id, ImportEnd("interrupted" if interrupted else "failed", run.read, error)
                )
            raise
        finally:
            if not ended:
                end = ImportEnd("interrupted", run.read)
                self._rooms.supervisor.run("the end of an import", self._end, owner, import_id, end)

    async def _end(self, owner: Owner, import_id: int, end: ImportEnd) -> None:
        await self._rooms.database.write(end_import, owner, import_id, end, unix_now())
        self._rooms.look()

    async def keep_sweeping(self) -> None:
        """Note again and again which imports have ended with a run that is dead, until cancelled."""
        while True:
            with suppress(Unavailable, StartError):  # the next round tries again, unless the daemon can't start at all
                await self._rooms.database.wait_ready()
                await self.sweep()
            await trio.sleep(SWEEP_SECONDS)

    async def sweep(self) -> None:
        """Note which imports have ended with a run that is dead. Raises `Unavailable`."""
        for epoch in await self._presence.dead(await self._rooms.database.read(import_epochs)):
            await self._rooms.database.write(interrupt_imports, epoch, unix_now())
            self._rooms.look()


class _Batch:
    """Some elements of a file, and what a worker has read of them once that is `over`; `until`: the bytes of the file
    by then."""

    def __init__(self, elements: Sequence[Element], until: int) -> None:
        self.elements = elements
        self.until = until
        self.read: list[ReadElement] = []
        self.failure: OrchdError | None = None
        self.over = trio.Event()


class _ImportRun:
    """One import while it runs: a worker reads some of it while what it has read before is stored."""

    def __init__(self, rooms: ImportRooms, wish: StoreWish) -> None:
        self._rooms = rooms
        self._cutter = ElementCutter()
        self._storing = Storing(rooms.database, rooms.drafts, wish)
        self._elements: list[Element] = []
        self._bytes = 0
        """Those of the elements that have come."""
        self._begun: _Batch | None = None
        """What a worker reads."""
        self._place = 0
        self.read = 0
        """Bytes of the file by now."""

    async def take(self, pieces: AsyncGenerator[bytes]) -> None:
        """Import a file. What can't go on is raised once all before it is stored."""
        failure: OrchdError | None = None
        async with trio.open_nursery() as nursery:
            try:
                await self._take(Supervisor(nursery), pieces)
            except OrchdError as error:
                failure = error
                nursery.cancel_scope.cancel()
        if failure is not None:
            raise failure

    async def _take(self, supervisor: Supervisor, pieces: AsyncGenerator[bytes]) -> None:
        broken: Invalid | SlowFile | None = None
        try:
            async with aclosing(pieces):
                async for piece in pieces:
                    await self._cut(supervisor, piece)
            await self._add(supervisor, self._cutter.end())
        except (Invalid, SlowFile) as error:
            broken = error
        await self._work_off(supervisor)
        await self._store(self._begun)
        if broken is not None:
            raise broken

    async def _cut(self, supervisor: Supervisor, piece: bytes) -> None:
        """Cut a piece, a little at a time: brackets alone take hundreds of times as long as text."""
        for start in range(0, len(piece), CUT_BYTES):
            some = piece[start : start + CUT_BYTES]
            self.read += len(some)
            await self._add(supervisor, self._cutter.feed(some))
            await trio.lowlevel.checkpoint()

    async def _add(self, supervisor: Supervisor, elements: Sequence[Element]) -> None:
        for element in elements:
            self._elements.append(element)
            self._bytes += len(element.data or b"")
            if self._bytes >= BATCH_BYTES or len(self._elements) >= BATCH_ELEMENTS:
                await self._work_off(supervisor)

    async def _work_off(self, supervisor: Supervisor) -> None:
        """Have a worker read what has come, and store what it has read before."""
        elements, self._elements, self._bytes = self._elements, [], 0
        if not elements:
            return
        before, self._begun = self._begun, _Batch(elements, self.read)
        supervisor.run("reading of an import", self._read_batch, self._begun)
        await self._store(before)

    async def _store(self, batch: _Batch | None) -> None:
        if batch is None:
            return
        await batch.over.wait()
        if batch.failure is not None:
            raise batch.failure
        if self._place + len(batch.elements) > MAX_ELEMENTS:
            raise TooLarge(
                f"a file may have {MAX_ELEMENTS} conversations; send it in parts", reason="too_many_conversations"
            )
        read = iter(batch.read)
        placed = []
        for element in batch.elements:
            self._place += 1
            placed.append(PlacedElement(self._place, _passed_over(element) or next(read)))
        await self._storing.store(placed, batch.until)
        self._rooms.look()

    async def _read_batch(self, batch: _Batch) -> None:
        with guarded("reading of an import") as guard:
            batch.read = await self._read([element.data for element in batch.elements if element.data is not None])
        batch.failure = guard.error
        batch.over.set()

    async def _read(self, elements: list[bytes]) -> list[ReadElement]:
        """Have a worker read some elements; where that fails, each by itself, so that one doesn't spoil the others."""
        if not elements:
            return []
        is_own = self._cutter.is_own
        try:
            return await self._rooms.workers.run(
                element_reading.read_elements, elements, is_own, seconds=READ_SECONDS, slow=True, apart=True
            )
        except (Timeout, TooLarge):
            failed = True
        except Unavailable as error:
            failed = error.reason == "worker"
            if not failed:
                raise
        if len(elements) == 1:
            return [ReadElement(fault="unreadable", message="it could not be read with the time and memory there is")]
        return [read for element in elements for read in await self._read([element])]


def _passed_over(element: Element) -> ReadElement | None:
    """Return what is told of an element that was not kept; None for one that was."""
    if element.data is not None:
        return None
    if element.fault == "nesting":
        return ReadElement(fault="nesting", message="it is nested too deeply")
    return ReadElement(fault="too_large", message=f"it has more than {MAX_ELEMENT} bytes")
