from collections.abc import Sequence

import trio
from hypothesis import given, settings
from hypothesis import strategies as st
from trio.testing import MockClock, wait_all_tasks_blocked

from orchd.wakeup import Signal, beat_after, next_beat
from tests.examples import examples


async def test_what_was_set_before_is_noticed_once() -> None:
    signal = Signal()
    signal.set()
    signal.set()
    await signal.wait()
    with trio.move_on_after(0) as scope:
        await signal.wait()
    assert scope.cancelled_caught


async def test_all_who_wait_are_woken() -> None:
    signal = Signal()
    async with trio.open_nursery() as nursery:
        for _ in range(3):
            nursery.start_soon(signal.wait)
        await wait_all_tasks_blocked()
        signal.set()


async def test_a_cancelled_wait_takes_nothing_from_the_next() -> None:
    signal = Signal()
    signal.set()
    with trio.CancelScope() as scope:
        scope.cancel()
        await signal.wait()
    assert scope.cancelled_caught
    await signal.wait()


async def test_what_is_set_between_two_who_were_woken_is_kept() -> None:
    signal = Signal()
    left = [0, 0]

    async def wait(mine: int) -> None:
        await signal.wait()
        left[mine] += 1
        if sum(left) == 1:
            signal.set()  # before the other one, who was woken too, has come to run

    async with trio.open_nursery() as nursery:
        nursery.start_soon(wait, 0)
        nursery.start_soon(wait, 1)
        await wait_all_tasks_blocked()
        signal.set()
    await signal.wait()


STEPS = st.lists(st.sampled_from(("add", "pause", "cancel")), max_size=30)
PAUSES = st.lists(st.integers(0, 3), max_size=30)


@settings(max_examples=examples(60))
@given(STEPS, PAUSES)
def test_no_news_is_lost(steps: Sequence[str], pauses: Sequence[int]) -> None:
    """However adding, pausing, cancelled waits and work on what was found fall together, all that was added is seen."""
    assert trio.run(_seen, steps, pauses, clock=MockClock(autojump_threshold=0)) == steps.count("add")


async def _seen(steps: Sequence[str], pauses: Sequence[int]) -> int:
    signal, added, seen = Signal(), 0, 0
    waiting = trio.CancelScope()

    async def look() -> None:
        nonlocal seen, waiting
        busy = list(pauses)
        while seen < steps.count("add"):
            with trio.CancelScope() as waiting:
                await signal.wait()
                seen = added
                for _ in range(busy.pop() if busy else 0):  # more may be added meanwhile
                    await trio.lowlevel.cancel_shielded_checkpoint()

    with trio.move_on_after(1):  # nothing goes on by itself: the virtual clock jumps there when news is lost
        async with trio.open_nursery() as nursery:
            nursery.start_soon(look)
            for step in steps:
                if step == "add":
                    added += 1
                    signal.set()
                elif step == "cancel":
                    waiting.cancel()
                else:
                    await trio.lowlevel.checkpoint()
    return seen


@given(
    st.floats(0.0, 1e9, allow_nan=False),
    st.one_of(st.floats(0.01, 1e4, allow_nan=False), st.integers(1, 3600).map(float)),
)
@settings(max_examples=examples(200))
def test_a_beat_is_later_and_not_by_more_than_its_seconds(now: float, seconds: float) -> None:
    beat = beat_after(now, seconds)
    assert now < beat <= now + seconds * 1.001 + 1e-6 * now
    assert beat_after(beat, seconds) > beat


async def test_who_waits_for_beats_is_woken_together(autojump_clock: MockClock) -> None:
    woken: list[tuple[str, float]] = []
    start = trio.current_time()

    async def wait(name: str, later: float, seconds: float) -> None:
        await trio.sleep(later)
        await next_beat(seconds)
        woken.append((name, trio.current_time() - start))

    async with trio.open_nursery() as nursery:
        nursery.start_soon(wait, "a", 0.3, 1.0)
        nursery.start_soon(wait, "b", 0.7, 1.0)
        nursery.start_soon(wait, "c", 0.1, 2.0)
    assert {name: round(at, 6) for name, at in woken} == {"a": 1.0, "b": 1.0, "c": 2.0}
