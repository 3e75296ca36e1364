import pytest
import trio
from trio.testing import MockClock, wait_all_tasks_blocked

from orchd.llm.scheduler.queue import REPORT_SECONDS, Queue
from orchd.llm.types import Priority, Requester
from tests.fix_upstream import Recorder


class Waiter(Recorder):
    """A listener that also hears its place; holds its turn until told to go."""

    def __init__(self, queue: Queue, model: str = "A", requester: Requester = Requester()) -> None:  # noqa: B008
        super().__init__()
        self.places: list[tuple[int | None, int | None]] = []
        self.began = trio.Event()
        self.go = trio.Event()
        self.scope = trio.CancelScope()
        self._queue, self._model, self._claim = queue, model, requester

    def on_queue(self, position: int | None, eta_ms: int | None) -> None:
        self.places.append((position, eta_ms))

    async def run(self) -> None:
        with self.scope:
            async with self._queue.turn(self._model, self._claim, self) as heard:
                self.began.set()
                heard.on_phase("prompt", None)
                await self.go.wait()


@pytest.fixture
async def queue(nursery: trio.Nursery) -> Queue:
    found = Queue("box", lambda _: None)
    found.plan.total = 1
    nursery.start_soon(found.run)
    return found


async def start(nursery: trio.Nursery, *waiters: Waiter) -> None:
    for waiter in waiters:
        nursery.start_soon(waiter.run)
        await wait_all_tasks_blocked()


async def test_the_first_begins_at_once_and_the_next_hears_where_it_is(
    queue: Queue, nursery: trio.Nursery, autojump_clock: MockClock
) -> None:
    first, second, third = (Waiter(queue) for _ in range(3))
    await start(nursery, first, second, third)
    assert (first.began.is_set(), second.began.is_set()) == (True, False)
    assert (first.phases, second.phases) == ([("prompt", None)], [("queued", None)])
    await trio.sleep(10)
    assert [waiter.places[-1] for waiter in (second, third)] == [(1, None), (2, None)]
    first.go.set()
    await second.began.wait()
    await trio.sleep(1)
    assert third.places[-1] == (1, 10_000), "ten seconds were measured"
    assert first.places == []


async def test_whose_model_is_loaded_hears_how_long_earlier_loads_took(
    queue: Queue, nursery: trio.Nursery, autojump_clock: MockClock
) -> None:
    told: list[list[tuple[int | None, int | None]]] = []
    for _ in range(2):
        queue.note_listing(())
        waiter = Waiter(queue)
        async with queue.turn("A", Requester(), waiter) as heard:
            heard.on_phase("loading", None)
            await trio.sleep(12)
            heard.on_phase("loading", 0.5)
            await trio.sleep(8)
            heard.on_phase("prompt", None)
        told.append(waiter.places)
    assert told == [[], [(None, 20_000), (None, 8_000)]]


async def test_places_are_told_only_when_they_change_and_not_too_often(
    queue: Queue, nursery: trio.Nursery, autojump_clock: MockClock
) -> None:
    waiters = [Waiter(queue) for _ in range(100)]
    await start(nursery, *waiters)
    await trio.sleep(60)
    assert len(waiters[-1].places) <= 2
    for waiter in waiters[:50]:
        waiter.go.set()
    await waiters[50].began.wait()
    await trio.sleep(2 * REPORT_SECONDS)
    assert waiters[-1].places[-1][0] == 49
    assert len(waiters[-1].places) <= 5


async def test_giving_up_lets_the_next_one_in(queue: Queue, nursery: trio.Nursery, autojump_clock: MockClock) -> None:
    first, second, third = (Waiter(queue) for _ in range(3))
    await start(nursery, first, second, third)
    second.scope.cancel()
    await wait_all_tasks_blocked()
    first.scope.cancel()
    await third.began.wait()
    assert not second.began.is_set()
    assert [entry.state for entry in queue.entries()] == ["running"]


async def test_a_turn_that_comes_to_one_who_just_gave_up_is_passed_on(
    queue: Queue, nursery: trio.Nursery, autojump_clock: MockClock
) -> None:
    first, second, third = (Waiter(queue) for _ in range(3))
    await start(nursery, first, second, third)
    first.go.set()
    second.scope.cancel()
    await third.began.wait()
    assert not second.began.is_set()


async def test_those_who_wait_for_a_load_hear_of_it(
    queue: Queue, nursery: trio.Nursery, autojump_clock: MockClock
) -> None:
    queue.plan.total, queue.plan.resident = 4, ()
    loading = trio.Event()

    async def load() -> None:
        async with queue.turn("A", Requester(), Recorder()) as heard:
            await loading.wait()
            heard.on_delta("content", "x")
            await trio.sleep(100)

    nursery.start_soon(load)
    await wait_all_tasks_blocked()
    second, other = Waiter(queue), Waiter(queue, "B")
    await start(nursery, second, other)
    await trio.sleep(1)
    assert (second.phases[-1], other.phases[-1]) == (("loading", None), ("queued", None))
    assert [entry.why for entry in queue.entries()] == [None, "loading", "other_model"]
    loading.set()
    await second.began.wait()
    assert not other.began.is_set()


async def test_what_is_there_to_see(queue: Queue, nursery: trio.Nursery, autojump_clock: MockClock) -> None:
    running = Waiter(queue, requester=Requester(Priority.TASK, 6, 7))
    await start(nursery, running, Waiter(queue), Waiter(queue, requester=Requester(Priority.BACKGROUND)))
    await trio.sleep(5)
    first, second, third = queue.entries()
    assert (first.state, first.user, first.conversation, first.position, first.why) == ("running", 6, 7, None, None)
    assert (second.state, second.priority, second.position, second.why) == ("waiting", Priority.CHAT, 1, "slots")
    assert (third.priority, third.position) == (Priority.BACKGROUND, 2)
    assert third.seconds == pytest.approx(5.0, abs=0.5)


async def test_a_load_that_comes_to_nothing_has_the_models_listed_again(
    nursery: trio.Nursery, autojump_clock: MockClock
) -> None:
    moved: list[str | None] = []
    queue = Queue("box", moved.append)
    queue.plan.resident = ()
    with trio.move_on_after(1):
        async with queue.turn("A", Requester(), Recorder()):
            await trio.sleep_forever()
    assert moved == [None]
    async with queue.turn("A", Requester(), Recorder()) as heard:
        heard.on_phase("generating", None)
        heard.on_phase("generating", None)
    assert moved == [None, "A"]


async def test_what_fails_is_not_measured(nursery: trio.Nursery, autojump_clock: MockClock) -> None:
    queue = Queue("box", lambda _: None)

    async def fail() -> None:
        async with queue.turn("A", Requester(), Recorder()):
            await trio.sleep(5)
            raise ValueError("boom")

    with pytest.raises(ValueError, match="boom"):
        await fail()
    assert queue.plan.speeds.generation("A") is None


async def test_the_wait_that_is_expected(queue: Queue, nursery: trio.Nursery, autojump_clock: MockClock) -> None:
    assert queue.expected_wait("A") == 0.0
    await start(nursery, Waiter(queue), Waiter(queue))
    queue.plan.speeds.note_generation("A", 5.0)
    assert queue.expected_wait("A") == 10.0
    queue.plan.resident = ("B",)
    queue.plan.speeds.note_load("A", 7.0)
    assert queue.expected_wait("A") == 17.0


async def test_a_request_begins_when_only_time_passes(
    queue: Queue, nursery: trio.Nursery, autojump_clock: MockClock
) -> None:
    """A task leaves an idle model its place for a while; see `plan`."""
    queue.plan.resident = ("A",)
    queue.plan.speeds.note_load("B", 10.0)
    chat, task = Waiter(queue), Waiter(queue, "B", Requester(Priority.TASK))
    await start(nursery, chat, task)
    await trio.sleep(5)
    chat.go.set()
    ended = trio.current_time()
    await trio.sleep(19)
    assert not task.began.is_set()
    assert [entry.why for entry in queue.entries()] == ["other_model"]
    await task.began.wait()
    assert trio.current_time() - ended == pytest.approx(20.0, abs=0.01)


async def test_an_alarm_is_forgotten_when_its_request_is_given_up(
    queue: Queue, nursery: trio.Nursery, autojump_clock: MockClock
) -> None:
    queue.plan.resident = ("A",)
    queue.plan.speeds.note_load("B", 10.0)
    chat, task = Waiter(queue), Waiter(queue, "B", Requester(Priority.TASK))
    await start(nursery, chat, task)
    chat.go.set()
    await wait_all_tasks_blocked()
    assert queue.plan.alarm
    task.scope.cancel()
    await trio.sleep(60)
    assert queue.entries() == []
    assert not task.began.is_set()
    last = Waiter(queue)
    await start(nursery, last)
    assert last.began.is_set()
    assert not queue.plan.alarm


async def test_whoever_looks_on_is_told_when_something_comes_begins_or_leaves(
    queue: Queue, nursery: trio.Nursery, autojump_clock: MockClock
) -> None:
    seen: list[list[str]] = []
    queue.stirred = lambda: seen.append([entry.state for entry in queue.entries()])
    first, second = Waiter(queue), Waiter(queue)
    await start(nursery, first, second)
    assert seen[-1] == ["running", "waiting"]
    second.scope.cancel()
    await wait_all_tasks_blocked()
    assert seen[-1] == ["running"]
    first.go.set()
    await wait_all_tasks_blocked()
    assert seen[-1] == []
    told = len(seen)
    await trio.sleep(100)
    assert len(seen) == told
