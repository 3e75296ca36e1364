"""The line of strangers who log in: one at a time, with rests between them, and not too long."""

import pytest
import trio
import trio.testing

from orchd.errors import Busy
from orchd.server.entry.strangers import (
    LONGEST_REST_SECONDS,
    MOST_OF_A_NETWORK,
    MOST_WAITING,
    RESTS,
    StrangersLine,
)

Clock = trio.testing.MockClock


async def look(line: StrangersLine, seconds: float, began: list[float], network: str = "a") -> None:
    async with line.turn(network):
        began.append(trio.current_time())
        await trio.sleep(seconds)


async def test_after_each_there_is_a_rest(autojump_clock: Clock) -> None:
    line, began = StrangersLine(), list[float]()
    first = trio.current_time()
    async with trio.open_nursery() as nursery:
        for _ in range(3):
            nursery.start_soon(look, line, 0.1, began)
    assert began == pytest.approx([first + number * 0.1 * (1 + RESTS) for number in range(3)])


async def test_who_comes_later_waits_for_nothing(autojump_clock: Clock) -> None:
    line, began = StrangersLine(), list[float]()
    await look(line, 0.1, began)
    await trio.sleep(0.1 * RESTS)
    came = trio.current_time()
    await look(line, 0.1, began)
    assert began[1] == came


async def test_the_rest_is_bounded(autojump_clock: Clock) -> None:
    line, began = StrangersLine(), list[float]()
    await look(line, 60.0, began)
    ended = trio.current_time()
    await look(line, 0.1, began)
    assert began[1] == pytest.approx(ended + LONGEST_REST_SECONDS)


async def test_a_failure_or_a_cancellation_ends_a_turn(autojump_clock: Clock) -> None:
    line, began = StrangersLine(), list[float]()
    with pytest.raises(RuntimeError):
        async with line.turn("a"):
            raise RuntimeError
    with trio.move_on_after(0.1):
        await look(line, 60.0, began)
    await look(line, 0.1, began)
    assert len(began) == 2


async def test_only_so_many_wait(autojump_clock: Clock) -> None:
    line, began = StrangersLine(), list[float]()
    async with trio.open_nursery() as nursery:
        for number in range(MOST_WAITING + 1):  # one has a turn
            line.require_place(number)
            nursery.start_soon(look, line, 0.1, began, str(number))
            await trio.testing.wait_all_tasks_blocked()
        with pytest.raises(Busy) as refused:
            line.require_place("another one")
        assert refused.value.retry_after_ms
    line.require_place("another one")


async def test_one_network_takes_no_more_than_its_share(autojump_clock: Clock) -> None:
    line, began = StrangersLine(), list[float]()
    async with trio.open_nursery() as nursery:
        for _ in range(MOST_OF_A_NETWORK):
            line.require_place("a")
            nursery.start_soon(look, line, 0.1, began)
            await trio.testing.wait_all_tasks_blocked()
        with pytest.raises(Busy):
            line.require_place("a")
        line.require_place("b")
    line.require_place("a")
    assert len(line._there) == 0
