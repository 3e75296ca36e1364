import pytest

from orchd.errors import Internal, Timeout, TooLarge, UpstreamError
from orchd.features.task.core.actions import BeginStep
from orchd.features.task.core.results import PlannedSubtask, StepOutput
from orchd.features.task.core.rows import BetterAttempt, StepError, StepKey, StepRow, StepSuccess
from orchd.features.task.core.state import TaskState
from orchd.features.task.engine import stepping
from orchd.llm import Cost, NoAnswerError
from tests.features.task.hands import Ears, Hands, verdict
from tests.features.task.states import of, planning, subtask


def with_attempts(count: int) -> TaskState:
    """A subtask with attempts that were all rejected."""
    state = of(subtask(1, attempts=count), description="all of it", model="fixed")
    for attempt in range(1, count + 1):
        made = StepOutput(f"text {attempt}", f"m{attempt}@x", [], Cost())
        row = StepRow(StepKey("execute:1", attempt), "execute", 1, None, 1, end=StepSuccess(made, 0))
        rejected = StepSuccess(verdict("rejected"), 0)
        checked = StepRow(StepKey(f"check:1:{attempt}", 1), "check", 1, attempt, 1, end=rejected)
        state = state.with_step(row, running=False).with_step(checked, running=False)
    return state


async def perform(hands: Hands, state: TaskState, begin: BeginStep) -> stepping.WorkerResult:
    return await stepping.perform(hands, state, begin, Ears())


async def test_an_order_tells_all_that_is_known() -> None:
    order = stepping.order_of(with_attempts(2), with_attempts(2).subtasks[1], 3)
    assert (order.task.description, order.subtask.title, order.subtask.prompt) == ("all of it", "part 1", "Do 1")
    assert (order.attempt, order.guidance, order.avoid) == (3, "mend rejected", ["m1@x", "m2@x"])


async def test_a_check_is_about_its_attempt() -> None:
    hands = Hands()
    done = await perform(hands, with_attempts(2), BeginStep(StepKey("check:1:2", 1), "check", 1, 2))
    assert (list(hands.done), done.result, done.cost) == (["check part 1 2"], verdict("verified"), Cost(1, 20, 10, 0.5))
    with pytest.raises(Internal):
        await perform(hands, with_attempts(2), BeginStep(StepKey("check:1:3", 1), "check", 1, 3))


async def test_a_comparison_is_with_the_best_so_far() -> None:
    state = with_attempts(3)
    chosen = StepRow(StepKey("better:1:2", 1), "better", 1, 2, 1, end=StepSuccess(BetterAttempt(1, 2, 1), 0))
    done = await perform(
        Hands(), state.with_step(chosen, running=False), BeginStep(StepKey("better:1:3", 1), "better", 1, 3)
    )
    assert done.result == BetterAttempt(2, 3, 1)
    assert done.cost == Cost(2, 40, 10, 0.4), "as it was counted"


async def test_what_can_not_be_stored_is_refused() -> None:
    long = "x" * (stepping.MAX_RESULT_CHARACTERS + 1)

    class Talkative(Hands):
        async def execute(self, *_: object) -> StepOutput:
            return StepOutput(long, "m@x", [], Cost(2, 40, 10))

    state = of(subtask(1))
    with pytest.raises(NoAnswerError) as refused:
        await perform(Talkative(), state, BeginStep(StepKey("execute:1", 1), "execute", 1))
    assert (stepping.error_of(refused.value).code, stepping.error_of(refused.value).model) == ("too_large", "m@x")
    assert refused.value.spent == Cost(2, 40, 10), "it was spent all the same"
    begin = BeginStep(StepKey("plan", 1), "plan", None)
    with pytest.raises(TooLarge):
        await perform(Hands([PlannedSubtask("t", long)]), planning(), begin)
    with pytest.raises(UpstreamError):
        await perform(Hands([]), planning(), begin)


def test_an_error_is_stored_within_bounds() -> None:
    slow = NoAnswerError(Timeout("slow"), Cost(), "m@x")
    assert stepping.error_of(slow) == StepError("timeout", "slow", True, "m@x")
    lengthy = stepping.error_of(NoAnswerError(Timeout("s" * 10_000), Cost(), "m" * 10_000))
    assert (len(lengthy.message), lengthy.model) == (stepping.MAX_ERROR, None)
