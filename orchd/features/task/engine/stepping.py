"""One step as its worker sees it: from the task's state to an order, and from what comes back to a result.

What is too large to be stored is refused here, so that storing an end can't fail for that reason.
"""

from typing import NamedTuple, assert_never

import msgspec

from orchd.errors import Internal, TooLarge, UpstreamError
from orchd.features.task.core.actions import BeginStep
from orchd.features.task.core.results import StepOutput
from orchd.features.task.core.rows import BetterAttempt, StepError, StepResult, SubtaskRow
from orchd.features.task.core.state import TaskState
from orchd.features.task.core.subtasks import best_before, guidance, models_to_avoid, score
from orchd.features.task.core.work import StepListener, SubtaskOrder, TaskBrief, Workers
from orchd.llm import Cost, NoAnswerError

MAX_RESULT_CHARACTERS = 1_000_000
"""Longest result of a step: in JSON it takes 6 MB at most, which MySQL's default packet holds."""

MAX_NOTES = 10_000
MAX_ERROR = 2_000


class WorkerResult(NamedTuple):
    """What a worker made, and what it took."""

    result: StepResult
    cost: Cost


async def perform(workers: Workers, state: TaskState, begin: BeginStep, listener: StepListener) -> WorkerResult:
    """Run a step. Waits as long as models take; may be cancelled. Raises `OrchdError`, `NoAnswerError`."""
    match begin.kind:
        case "plan":
            return await _plan(workers, state, listener)
        case "execute":
            made = await workers.execute(order_of(state, _subtask(state, begin), begin.key.attempt), listener)
            return WorkerResult(_storable(made), made.cost)
        case "check":
            return await _check(workers, state, begin, listener)
        case "better":
            return await _better(workers, state, begin, listener)
        case "consolidate":
            joined = await workers.consolidate(state.task, list(state.results()), listener)
            return WorkerResult(_storable(joined), joined.cost)
        case _:
            assert_never(begin.kind)


def error_of(failed: NoAnswerError) -> StepError:
    """Return an error as it is stored with the step that it ended."""
    error, model = failed.error, failed.model
    named = model if model is not None and len(model) <= MAX_ERROR else None
    return StepError(error.code, error.message[:MAX_ERROR], error.retryable, named, error.reason)


def order_of(state: TaskState, subtask: SubtaskRow, attempt: int) -> SubtaskOrder:
    """Return a subtask as its worker sees it, with what is to be learnt from the attempts before."""
    told, avoid = guidance(state, subtask), models_to_avoid(state, subtask)
    return SubtaskOrder(state.task, subtask, attempt, told, avoid, state.parts(subtask))


async def _plan(workers: Workers, state: TaskState, listener: StepListener) -> WorkerResult:
    plan, cost = await workers.plan(TaskBrief(state.task, state.inputs, state.earlier_plan()), listener)
    if not plan.subtasks:
        raise UpstreamError("the plan has no subtasks")
    if sum(len(planned.prompt) for planned in plan.subtasks) > MAX_RESULT_CHARACTERS:
        raise TooLarge(f"the plan has more than {MAX_RESULT_CHARACTERS} characters", reason="result_too_long")
    return WorkerResult(plan, cost)


async def _check(workers: Workers, state: TaskState, begin: BeginStep, listener: StepListener) -> WorkerResult:
    assert begin.made is not None
    subtask = _subtask(state, begin)
    made = _output_of(state, subtask, begin.made)
    checked = await workers.check(order_of(state, subtask, begin.made), made, listener)
    notes, told = checked.notes[:MAX_NOTES], checked.guidance[:MAX_NOTES]
    return WorkerResult(msgspec.structs.replace(checked, notes=notes, guidance=told), checked.cost)


async def _better(workers: Workers, state: TaskState, begin: BeginStep, listener: StepListener) -> WorkerResult:
    assert begin.made is not None
    subtask = _subtask(state, begin)
    first = best_before(state, subtask, begin.made)
    order = order_of(state, subtask, begin.made)
    scores = (score(state, subtask, first.number), score(state, subtask, begin.made))
    better, cost = await workers.better(order, first.output, _output_of(state, subtask, begin.made), listener, scores)
    return WorkerResult(BetterAttempt(first.number, begin.made, better), cost)


def _subtask(state: TaskState, begin: BeginStep) -> SubtaskRow:
    assert begin.subtask_id is not None
    return state.subtasks[begin.subtask_id]


def _output_of(state: TaskState, subtask: SubtaskRow, attempt: int) -> StepOutput:
    found = [step.result for step in state.steps_of(subtask.id, "execute") if step.key.attempt == attempt]
    if not found or not isinstance(found[0], StepOutput):
        raise Internal(f"attempt {attempt} of subtask {subtask.id} has no result")
    return found[0]


def _storable(made: StepOutput) -> StepOutput:
    if len(made.text) > MAX_RESULT_CHARACTERS:
        error = TooLarge(f"the result has more than {MAX_RESULT_CHARACTERS} characters", reason="result_too_long")
        raise NoAnswerError(error, made.cost, made.model)
    return msgspec.structs.replace(made, notes=made.notes[:MAX_NOTES])
