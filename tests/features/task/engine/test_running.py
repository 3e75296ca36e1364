"""One task in hand: what it stores when, and what it does when storing fails."""

from collections.abc import Callable, Iterator
from typing import ParamSpec, TypeVar

import pytest
import trio
from trio.testing import MockClock

from orchd.errors import RateLimited, Timeout, Unavailable
from orchd.features.task.core.actions import StepLimits
from orchd.features.task.core.results import PlannedSubtask, StepOutput
from orchd.features.task.core.work import StepListener, SubtaskOrder
from orchd.features.task.engine.running import Run, RunnerDeps, read_state
from orchd.features.task.store import lifecycle_queries
from orchd.features.task.store.saving_queries import save
from orchd.llm import Cost, NoAnswerError
from orchd.storage import Statement, Steps
from tests.features.chat.room import MemoryDatabase
from tests.features.task.hands import Ears, Gate, Hands, Purse, create, steps_of, working

P = ParamSpec("P")
T = TypeVar("T")

BROAD = [PlannedSubtask(f"p{n}", "Do it") for n in range(4)]


class Doubtful(MemoryDatabase):
    """Commits, and then says at some of the runner's commits that it is away."""

    def __init__(self) -> None:
        super().__init__()
        self.saves = 0
        self.doubtful: Callable[[int], bool] = lambda _number: False

    async def write(self, steps: Callable[P, Steps[T]], *args: P.args, **kwargs: P.kwargs) -> T:
        value = await super().write(steps, *args, **kwargs)
        if steps is save:
            self.saves += 1
            if self.doubtful(self.saves):
                raise Unavailable("the connection was lost")
        return value


@pytest.fixture
def memory() -> Iterator[Doubtful]:
    database = Doubtful()
    yield database
    database.close()


async def claimed(memory: Doubtful, hands: Hands) -> Run:
    """A task that is in hand."""
    task_id = await memory.write(create)
    await memory.write(lifecycle_queries.acquire, [task_id], "me")
    limits = StepLimits(pause_seconds=1.0)
    return Run(
        RunnerDeps(memory, lambda: hands, Ears(), Purse(), "me", limits, now=lambda: round(trio.current_time() * 1000)),
        task_id,
    )


async def status(memory: Doubtful, run: Run) -> str:
    state = await read_state(memory, run.task_id)
    assert state is not None
    return state.task.status


async def test_ends_that_come_together_are_one_commit(memory: Doubtful, autojump_clock: MockClock) -> None:
    async def all_at_once(_name: str) -> None:
        await trio.sleep(10)

    run = await claimed(memory, Hands(BROAD, script=all_at_once))
    await run.run()
    assert await status(memory, run) == "completed"
    # planning; its end with the plan; four attempts; their ends with the checks; those with the joining; the end
    assert memory.saves <= 6


async def test_a_step_that_no_model_answers_tells_what_it_cost(memory: Doubtful, autojump_clock: MockClock) -> None:
    async def none_answers(_name: str) -> None:
        raise NoAnswerError(Timeout("it was silent", reason="gap"), Cost(3, 40, 2, 0.5), "alpha@one")

    run = await claimed(memory, Hands(BROAD, script=none_answers))
    with trio.fail_after(900):
        await run.run()
    state = await read_state(memory, run.task_id)
    assert state is not None
    assert state.task.status == "failed"
    failures = [step.error for steps in state.steps.values() for step in steps.values() if step.error]
    assert {(error.code, error.message, error.model) for error in failures} == {
        ("timeout", "it was silent", "alpha@one")
    }
    assert state.task.calls == 3 * len(failures)


@pytest.mark.parametrize("which", [lambda _: True, lambda number: number % 2 == 0, lambda number: number == 3])
async def test_a_commit_whose_answer_is_lost_counts_once(
    memory: Doubtful, autojump_clock: MockClock, which: Callable[[int], bool]
) -> None:
    doubted: set[int] = set()

    def doubtful(number: int) -> bool:
        if which(number) and number - 1 not in doubted:
            doubted.add(number)
            return True
        return False

    memory.doubtful = doubtful
    hands = Hands(BROAD)
    run = await claimed(memory, hands)
    with trio.fail_after(900):
        await run.run()
    state = await read_state(memory, run.task_id)
    assert state is not None
    assert state.task.status == "completed"
    assert doubted
    assert set(hands.done.values()) == {1}
    assert state.task.calls == sum(hands.done.values())


async def test_a_task_that_is_cut_off_says_that_its_steps_may_be_begun_again(
    memory: Doubtful, autojump_clock: MockClock, nursery: trio.Nursery
) -> None:
    gate = Gate("execute")
    run = await claimed(memory, Hands(BROAD, script=gate))
    nursery.start_soon(run.run)
    await gate.reached.wait()
    run._deps.draining = True
    run.cut()
    await run.ended.wait()
    steps = [step for step in await memory.read(steps_of, run.task_id) if step.kind == "execute"]
    assert [(step.status, step.retryable, step.runs) for step in steps] == [("intent", True, 1)] * 4
    state = await read_state(memory, run.task_id)
    assert state is not None
    assert (state.task.owner, state.task.ready) == (None, True)


async def test_a_step_that_is_cut_off_is_billed_for_what_it_has_cost(
    memory: Doubtful, autojump_clock: MockClock, nursery: trio.Nursery
) -> None:
    class Spending(Hands):
        async def execute(self, order: SubtaskOrder, listener: StepListener) -> StepOutput:
            for _ in range(order.subtask.id % 2):  # every other one asks
                listener.on_cost(Cost(2, 100, 20))
            return await super().execute(order, listener)

    gate = Gate("execute")
    run = await claimed(memory, Spending(BROAD, script=gate))
    nursery.start_soon(run.run)
    await gate.reached.wait()
    before = await read_state(memory, run.task_id)
    run._deps.draining = True
    run.cut()
    await run.ended.wait()
    after = await read_state(memory, run.task_id)
    assert before is not None
    assert after is not None
    assert (after.task.calls - before.task.calls, after.task.tokens - before.task.tokens) == (4, 240)


async def test_an_end_that_comes_while_the_database_is_away_is_kept(
    memory: Doubtful, autojump_clock: MockClock
) -> None:
    async def script(name: str) -> None:
        if name == "execute p0 1":
            await trio.sleep(1)
            memory.away = True
        elif name == "execute p1 1":
            await trio.sleep(1.2)
        elif name == "execute p2 1":
            await trio.sleep(1.4)
            memory.away = False

    hands = Hands(BROAD, script=script)
    run = await claimed(memory, hands)
    await run.run()
    assert await status(memory, run) == "completed"
    assert set(hands.done.values()) == {1}


async def test_what_is_not_ours_is_left_alone(memory: Doubtful, autojump_clock: MockClock) -> None:
    run = await claimed(memory, hands := Hands())
    await memory.write(lifecycle_queries.take_over, {"me"})
    await run.run()
    assert (memory.saves, hands.done) == (0, {})
    assert run.version is None


async def test_an_edit_meanwhile_is_seen_before_the_next_step(
    memory: Doubtful, autojump_clock: MockClock, nursery: trio.Nursery
) -> None:
    gate = Gate("execute p0")
    hands = Hands([PlannedSubtask("p0", "Do it"), PlannedSubtask("p1", "Do it", [0])], script=gate)
    run = await claimed(memory, hands)
    nursery.start_soon(run.run)
    await gate.reached.wait()
    await memory.write(rename, run.task_id)
    gate.open.set()  # nobody has told the run
    await run.ended.wait()
    assert [order.subtask.prompt for order in hands.orders] == ["Do it", "Do it well"]


def rename(task_id: int) -> Steps[None]:
    yield Statement("UPDATE subtask SET prompt = 'Do it well' WHERE task_id = ? AND title = 'p1'", (task_id,))
    yield from lifecycle_queries.reconsider(task_id, 1)


async def test_a_step_that_a_quota_refuses_waits_with_the_reason_and_goes_on(
    memory: Doubtful, autojump_clock: MockClock
) -> None:
    purse, asked = Purse(), list[str]()

    async def refuse(name: str) -> None:
        asked.append(name)
        if len(asked) <= 5:  # more often than a step is tried
            purse.why = "the quota of 3 requests a day is used up until midnight"
            raise NoAnswerError(RateLimited(purse.why, reason="quota", retry_after_ms=9), Cost(), None)

    async with working(memory, Hands(BROAD, script=refuse)) as works:
        works.deps.quotas = purse
        task_id = await memory.write(create)
        for _ in range(5):
            purse.why = None
            works.runner.wake()
            waiting = await works.until(task_id, lambda task: task.waits_for == "quota")
            assert (waiting.status, waiting.reason, waiting.owner) == ("waiting", purse.why, None)
            await trio.sleep(60)
            assert (await works.task(task_id)).waits_for == "quota", "nobody takes it up meanwhile"
        purse.why = None
        works.runner.wake()
        assert (await works.until(task_id)).status == "completed"
        state = await read_state(memory, task_id)
        assert state is not None
        assert not [step for steps in state.steps.values() for step in steps.values() if step.error], "none has failed"
