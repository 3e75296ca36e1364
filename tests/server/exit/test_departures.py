"""Clients that leave, told by the kernel. How those are noticed that are read from shows in `test_answer`."""

from collections.abc import AsyncIterator

import pytest
import trio
import trio.testing

from orchd.server.exit.departures import Departures

Clock = trio.testing.MockClock


class Sockets:
    """Pairs of connected sockets, which are closed at the end of a test."""

    def __init__(self) -> None:
        self._open: list[trio.SocketStream] = []

    def pair(self) -> tuple[trio.SocketStream, trio.SocketStream]:
        ours, theirs = map(trio.SocketStream, trio.socket.socketpair())
        self._open += ours, theirs
        return ours, theirs

    def close(self) -> None:
        for stream in self._open:
            stream.socket.close()


@pytest.fixture
async def sockets() -> AsyncIterator[Sockets]:
    found = Sockets()
    yield found
    found.close()


@pytest.fixture
async def departures(nursery: trio.Nursery) -> Departures:
    found = Departures()
    nursery.start_soon(found.run)
    await trio.testing.wait_all_tasks_blocked()
    return found


async def wait_departure(departures: Departures, stream: trio.abc.Stream, seconds: float) -> bool:
    """Return whether the client leaves within so many seconds."""
    left = trio.Event()
    assert departures.watch(stream, left.set)
    with trio.move_on_after(seconds):
        await left.wait()
    departures.forget(stream)
    return left.is_set()


@pytest.mark.parametrize("whole", [True, False])
async def test_who_has_left_is_told_by_the_kernel(
    whole: bool, departures: Departures, nursery: trio.Nursery, sockets: Sockets, autojump_clock: Clock
) -> None:
    ours, theirs = sockets.pair()
    await theirs.send_all(b"another request" * 1_000)
    leave = theirs.aclose if whole else theirs.send_eof

    async def leave_later() -> None:
        await trio.sleep(5)
        await leave()

    nursery.start_soon(leave_later)
    assert await wait_departure(departures, ours, 60)
    assert trio.current_time() >= 5
    assert bytes(await ours.receive_some(20)) == b"another request" + b"anoth", "what was sent is there still"


async def test_who_had_left_before_is_noticed_too(
    departures: Departures, sockets: Sockets, autojump_clock: Clock
) -> None:
    ours, theirs = sockets.pair()
    await theirs.aclose()
    assert await wait_departure(departures, ours, 60)


async def test_who_is_watched_no_more_ends_nothing(
    departures: Departures, sockets: Sockets, autojump_clock: Clock
) -> None:
    ours, theirs = sockets.pair()
    assert not await wait_departure(departures, ours, 5)
    assert not await wait_departure(departures, ours, 5), "the same connection, again"
    told: list[str] = []
    assert departures.watch(ours, lambda: told.append("left"))
    departures.forget(ours)
    departures.forget(ours)
    await theirs.aclose()
    await trio.sleep(5)
    assert not told


async def test_one_of_many_leaves_alone(
    departures: Departures, nursery: trio.Nursery, sockets: Sockets, autojump_clock: Clock
) -> None:
    pairs = [sockets.pair() for _ in range(20)]
    left: list[int] = []

    async def follow(place: int) -> None:
        if await wait_departure(departures, pairs[place][0], 60):
            left.append(place)

    for place in range(20):
        nursery.start_soon(follow, place)
    await trio.sleep(1)
    for place in (3, 7):
        await pairs[place][1].aclose()
    await trio.sleep(1)
    assert sorted(left) == [3, 7]


async def test_those_under_way_are_watched_by_a_service_that_is_begun_again(
    nursery: trio.Nursery, sockets: Sockets, autojump_clock: Clock
) -> None:
    departures, (ours, theirs) = Departures(), sockets.pair()

    async def run_twice() -> None:
        with trio.move_on_after(5):
            await departures.run()
        await trio.sleep(5)
        await departures.run()

    async def leave_between() -> None:
        await trio.sleep(7)
        await theirs.aclose()

    nursery.start_soon(run_twice)
    nursery.start_soon(leave_between)
    await trio.testing.wait_all_tasks_blocked()
    assert await wait_departure(departures, ours, 60)
    assert trio.current_time() >= 10
    nursery.cancel_scope.cancel()


@pytest.mark.parametrize("way", ["no service", "memory", "watched already"])
async def test_others_must_be_read_from(
    way: str, nursery: trio.Nursery, sockets: Sockets, autojump_clock: Clock
) -> None:
    departures = Departures()
    if way != "no service":
        nursery.start_soon(departures.run)
        await trio.testing.wait_all_tasks_blocked()
    ours, theirs = trio.testing.memory_stream_pair() if way == "memory" else sockets.pair()
    if way == "watched already":
        assert departures.watch(ours, lambda: None)
    assert not departures.watch(ours, lambda: None)
    departures.forget(ours)
    await theirs.aclose()
    nursery.cancel_scope.cancel()
