"""Places of imports: few at once, and none kept from others by a file that trickles."""

import json
from collections.abc import AsyncGenerator
from contextlib import aclosing

import pytest
import trio
from trio.testing import MockClock

from orchd.entity import Owner
from orchd.errors import Busy
from orchd.features.transfer import places
from orchd.features.transfer.import_queries import ImportStart
from orchd.features.transfer.importing import Importer
from orchd.features.transfer.places import AT_ONCE, GIVE_WAY_SECONDS, PATIENCE_SECONDS, SLOW_BYTES, ImportPlaces
from orchd.guard import Supervisor
from orchd.storage import Database
from tests.features.transfer.reading.samples import CHATGPT, LIBRECHAT, OPEN_WEBUI
from tests.features.transfer.test_importing import OWNER, importer, statuses
from tests.fix_workspace import BOB

FAST = SLOW_BYTES * 2


async def coming(seconds: float, size: int, count: int = 1_000) -> AsyncGenerator[bytes]:
    """A file, a piece of which comes every some seconds."""
    for _ in range(count):
        await trio.sleep(seconds)
        yield bytes(size)


class Imports:
    """Imports as they would run, and how each has ended."""

    def __init__(self) -> None:
        self.places = ImportPlaces()
        self.ends: dict[int, str] = {}

    async def take(self, user_id: int, pieces: AsyncGenerator[bytes], storing: float = 0.0) -> None:
        try:
            async with self.places.place(user_id) as pace:
                self.ends[user_id] = "runs"
                try:
                    async with aclosing(pace.measure(pieces)) as measured:
                        async for _ in measured:
                            pass
                finally:
                    with trio.CancelScope(shield=True):
                        await trio.sleep(storing)
            self.ends[user_id] = "whole"
        except Busy as error:
            self.ends[user_id] = f"{error.reason}: {error.message.partition(' ')[0]}"


@pytest.fixture
def imports() -> Imports:
    return Imports()


async def test_one_user_has_one_and_all_have_a_few(
    imports: Imports, nursery: trio.Nursery, autojump_clock: MockClock
) -> None:
    for user_id in range(AT_ONCE + 1):
        nursery.start_soon(imports.take, user_id, coming(1, FAST, 100))
        await trio.sleep(0.1)
    assert imports.ends == {0: "runs", 1: "runs", 2: "imports: others"}
    await imports.take(0, coming(1, FAST))
    assert imports.ends[0] == "imports: an"
    await trio.sleep(200)
    assert imports.ends[1] == "whole"
    await imports.take(2, coming(1, 1, 1))
    assert imports.ends[2] == "whole"


async def test_the_slowest_gives_way_once_it_had_its_time(
    imports: Imports, nursery: trio.Nursery, autojump_clock: MockClock
) -> None:
    nursery.start_soon(imports.take, 1, coming(1, 100), 5.0)
    nursery.start_soon(imports.take, 2, coming(1, 200))
    await trio.sleep(PATIENCE_SECONDS / 2)
    await imports.take(3, coming(1, FAST))
    assert imports.ends == {1: "runs", 2: "runs", 3: "imports: others"}
    await trio.sleep(PATIENCE_SECONDS)
    began = trio.current_time()
    await imports.take(3, coming(1, FAST, 10))
    assert imports.ends == {1: "imports: others", 2: "runs", 3: "whole"}
    assert trio.current_time() - began >= 15, "it had to store what had come"
    await imports.take(4, coming(1, FAST, 10))
    assert imports.ends[2] == "runs", "nobody had to give way"
    nursery.cancel_scope.cancel()


async def test_who_is_alone_may_be_as_slow_as_may_be(
    imports: Imports, nursery: trio.Nursery, autojump_clock: MockClock
) -> None:
    nursery.start_soon(imports.take, 1, coming(60, 1, 100))
    await trio.sleep(3_000)
    await imports.take(2, coming(1, FAST, 10))
    assert imports.ends == {1: "runs", 2: "whole"}
    await trio.sleep(4_000)
    assert imports.ends[1] == "whole"


async def test_a_file_that_is_stored_slowly_is_not_slow(
    imports: Imports, nursery: trio.Nursery, autojump_clock: MockClock
) -> None:
    """What counts is how long the daemon waits for it."""

    async def store(user_id: int) -> None:
        file = coming(0.001, 10, 20)
        async with imports.places.place(user_id) as pace, aclosing(pace.measure(file)) as pieces:
            async for _ in pieces:
                await trio.sleep(PATIENCE_SECONDS)

    for user_id in range(AT_ONCE):
        nursery.start_soon(store, user_id)
    await trio.sleep(PATIENCE_SECONDS * 5)
    with pytest.raises(Busy):
        async with imports.places.place(9):
            pass
    nursery.cancel_scope.cancel()


async def test_who_waits_for_one_that_does_not_end_is_refused(
    imports: Imports, nursery: trio.Nursery, autojump_clock: MockClock
) -> None:
    for user_id in range(AT_ONCE):
        nursery.start_soon(imports.take, user_id, coming(1, 1), GIVE_WAY_SECONDS * 2)
    await trio.sleep(PATIENCE_SECONDS + 1)
    began = trio.current_time()
    await imports.take(9, coming(1, FAST))
    assert imports.ends[9] == "imports: others"
    assert trio.current_time() - began == pytest.approx(GIVE_WAY_SECONDS)
    nursery.cancel_scope.cancel()


async def test_an_import_that_gives_way_to_others_keeps_what_has_come(
    store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "AT_ONCE", 1)
    monkeypatch.setattr(places, "PATIENCE_SECONDS", 0.0)
    monkeypatch.setattr(places, "SLOW_BYTES", 1e18)
    waits = trio.Event()

    async def pieces() -> AsyncGenerator[bytes]:
        yield json.dumps([CHATGPT, OPEN_WEBUI]).encode()[:-2]
        waits.set()
        await trio.sleep_forever()

    async def other() -> AsyncGenerator[bytes]:
        yield json.dumps([LIBRECHAT]).encode()

    async def slow(running: Importer) -> None:
        with pytest.raises(Busy) as refused:
            await running.take(OWNER, pieces(), ImportStart())
        assert (refused.value.reason, refused.value.retryable) == ("imports", True)

    async with trio.open_nursery() as ending:
        running = importer(store, Supervisor(ending))
        async with trio.open_nursery() as nursery:
            nursery.start_soon(slow, running)
            await waits.wait()
            await running.take(Owner(BOB.user_id), other(), ImportStart())
    assert await store.read(statuses) == [("interrupted", 1)]
