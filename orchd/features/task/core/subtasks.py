"""What is next for one subtask: run it, check it, try again, ask a person, or leave it.

Nothing here is remembered; it follows from the steps there are. An attempt that is approved stands. One that is
rejected is followed by another with the findings as guidance, until the attempts are used up; then the better of them,
judged blind, is kept, and the subtask is `rejected`: no comparison can turn a refusal into an approval. What no model
can decide waits for a person.
"""

from collections.abc import Iterable
from typing import NamedTuple, TypeAlias

from orchd.features.task.core.actions import Action, AskPerson, BeginStep, Conditions, EndSubtask, GiveUpStep
from orchd.features.task.core.approval_hash import result_hash, step_hash
from orchd.features.task.core.rows import SUBTASK_ENDED, BetterAttempt, StepKey, StepKind, StepRow, SubtaskRow
from orchd.features.task.core.state import TaskState
from orchd.features.task.core.work import CheckOutcome, CheckResult, StepOutput

LONGEST_PAUSE_SECONDS = 300.0
PAUSE_FACTOR = 4.0

INTERRUPTED = "interrupted"
"""Code of a step that was begun as often as it may be and had its end each time with its daemon's."""

NOT_AGAIN = frozenset({"invalid", "too_large", "forbidden", "unauthorized", "conflict", INTERRUPTED})
"""Codes of failures that another attempt would meet as well."""

MOST_RUNS = 2


class Pause(NamedTuple):
    """Nothing before this time, in Unix milliseconds."""

    until: int


class Wait(NamedTuple):
    """Nothing until a step that runs has ended, or, for a `person`, until that one has spoken."""

    person: bool = False


Next: TypeAlias = Action | Pause | Wait


def next_of(state: TaskState, subtask: SubtaskRow, world: Conditions) -> Next:
    """Return what is next for a subtask that has not ended. Never waits."""
    held = _dependencies(state, subtask)
    if held is not None:
        return held
    attempts = state.steps_of(subtask.id, "execute")
    if not attempts:
        return _gate(state, subtask) or _attempt(subtask)
    last = attempts[-1]
    if last.status == "intent":
        return busy_or_again(state, last)
    if last.status == "failed":
        return _after_failure(state, subtask, attempts, world)
    return _after_check(state, subtask, attempts, world)


def guidance(state: TaskState, subtask: SubtaskRow) -> str | None:
    """Return what the next attempt is told about the one before; a person's word comes before a model's."""
    made = [step for step in state.steps_of(subtask.id, "execute") if isinstance(step.result, StepOutput)]
    if not made:
        return None
    last = made[-1]
    assert isinstance(last.result, StepOutput)
    word = state.approval("result", subtask.id, result_hash(subtask, last.key.attempt, last.result))
    checked = _check_of(state, subtask, last.key.attempt)
    found = [word.note if word is not None else "", checked.guidance if checked is not None else ""]
    return "\n".join(text for text in found if text) or None


def models_to_avoid(state: TaskState, subtask: SubtaskRow) -> list[str]:
    """Return the models whose attempts were not good enough, each once."""
    steps = state.steps_of(subtask.id, "execute")
    made = [step.result.model for step in steps if isinstance(step.result, StepOutput)]
    failed = [step.error.model for step in steps if step.error is not None and step.error.model is not None]
    return list(dict.fromkeys([*made, *failed]))


def best_before(state: TaskState, subtask: SubtaskRow, attempt: int) -> StepRow:
    """Return the best attempt of those before `attempt`, as far as they have been compared."""
    made = [step for step in _outputs(state, subtask) if step.key.attempt < attempt]
    best = made[0]
    for later in made[1:]:
        best = _better_of(state, subtask, best, later)
    return best


def score(state: TaskState, subtask: SubtaskRow, attempt: int) -> int | None:
    """Return the score of an attempt, None when its check gave none."""
    checked = _check_of(state, subtask, attempt)
    return None if checked is None else checked.score


def busy_or_again(state: TaskState, step: StepRow) -> Next:
    """Return what to do about a step without an end: wait if it runs here; else its run is over, so begin it again."""
    if step.key in state.running:
        return Wait()
    if step.runs < MOST_RUNS or step.retryable:
        return BeginStep(step.key, step.kind, step.subtask_id, step.made, again=True)
    return GiveUpStep(step.key)


def retry(failed: StepRow, tries: int, world: Conditions) -> Pause | None:
    """Return until when to wait before a failed step is tried again, None when it must not be; `tries` there were."""
    assert failed.error is not None
    assert failed.ended_at is not None
    if failed.error.code in NOT_AGAIN or tries >= world.limits.attempts:
        return None
    seconds = min(LONGEST_PAUSE_SECONDS, world.limits.pause_seconds * PAUSE_FACTOR ** (tries - 1))
    return Pause(failed.ended_at + round(seconds * 1000))


def tried_again(tries: list[StepRow], world: Conditions) -> BeginStep | Pause | None:
    """Return the next try of a step whose last one failed, when it is due; None when it has failed for good."""
    last = tries[-1]
    pause = retry(last, len(tries), world)
    if pause is None or pause.until > world.now:
        return pause
    return BeginStep(StepKey(last.key.name, last.key.attempt + 1), last.kind, last.subtask_id, last.made)


def _dependencies(state: TaskState, subtask: SubtaskRow) -> Next | None:
    needed = [state.subtasks[needed_id] for needed_id in subtask.depends_on if needed_id in state.subtasks]
    lost = [other for other in needed if other.status in SUBTASK_ENDED and other.status != "completed"]
    if lost:
        return EndSubtask(subtask.id, "skipped", f"it needs “{lost[0].title}”, which is {lost[0].status}")
    return Wait() if any(other.status != "completed" for other in needed) else None


def _gate(state: TaskState, subtask: SubtaskRow) -> Next | None:
    """Return what keeps a subtask from its first attempt that a person must agree to."""
    if not subtask.needs_approval or subtask.attempts:
        return None
    action = step_hash(state.task, subtask, state.parts(subtask))
    word = state.approval("step", subtask.id, action)
    if word is None:
        return AskPerson("step", subtask.id, action)
    if word.status == "refused":
        return EndSubtask(subtask.id, "cancelled", f"a person refused to run it: {word.note}".rstrip(": "))
    return Wait(person=True) if word.status == "open" else None


def _attempt(subtask: SubtaskRow) -> BeginStep:
    return BeginStep(StepKey(f"execute:{subtask.id}", subtask.attempts + 1), "execute", subtask.id)


def _after_failure(state: TaskState, subtask: SubtaskRow, attempts: list[StepRow], world: Conditions) -> Next:
    pause = retry(attempts[-1], len(attempts), world)
    if pause is not None:
        return pause if pause.until > world.now else _attempt(subtask)
    if _outputs(state, subtask):
        return _compare(state, subtask, world)
    error = attempts[-1].error
    assert error is not None
    return EndSubtask(subtask.id, "failed", error.message)


def _after_check(state: TaskState, subtask: SubtaskRow, attempts: list[StepRow], world: Conditions) -> Next:
    last = attempts[-1]
    verdict = _verdict(state, subtask, last, world)
    if not isinstance(verdict, str):
        return verdict
    if verdict in ("verified", "self_checked"):
        return EndSubtask(subtask.id, "completed", kept=last.key.attempt)
    if verdict == "undecided":
        return _person(state, subtask, attempts, world)
    return _again(state, subtask, attempts, world)


def _again(state: TaskState, subtask: SubtaskRow, attempts: list[StepRow], world: Conditions) -> Next:
    return _attempt(subtask) if len(attempts) < world.limits.attempts else _compare(state, subtask, world)


def _person(state: TaskState, subtask: SubtaskRow, attempts: list[StepRow], world: Conditions) -> Next:
    last = attempts[-1]
    assert isinstance(last.result, StepOutput)
    action = result_hash(subtask, last.key.attempt, last.result)
    word = state.approval("result", subtask.id, action)
    if word is None:
        return AskPerson("result", subtask.id, action)
    if word.status == "open":
        return Wait(person=True)
    if word.status == "approved":
        return EndSubtask(subtask.id, "completed", word.note, kept=last.key.attempt, reviewer="person")
    return _again(state, subtask, attempts, world)


def _verdict(state: TaskState, subtask: SubtaskRow, attempt: StepRow, world: Conditions) -> Next | CheckOutcome:
    """Return how the check of an attempt ended, or what is to be done until it has; one that isn't available decides
    nothing."""
    checks = _about(state, subtask, "check", attempt.key.attempt)
    if not checks:
        return BeginStep(
            StepKey(f"check:{subtask.id}:{attempt.key.attempt}", 1), "check", subtask.id, attempt.key.attempt
        )
    last = checks[-1]
    if last.status == "intent":
        return busy_or_again(state, last)
    if last.status == "failed":
        return tried_again(checks, world) or "undecided"
    assert isinstance(last.result, CheckResult)
    return last.result.outcome


def _compare(state: TaskState, subtask: SubtaskRow, world: Conditions) -> Next:
    """Compare the rejected attempts one after the other; the better one is kept."""
    best, *others = _outputs(state, subtask)
    for other in others:
        tries = _about(state, subtask, "better", other.key.attempt)
        following = _comparison(state, subtask, other, tries, world)
        if following is not None:
            return following
        best = _better_of(state, subtask, best, other)
    return EndSubtask(subtask.id, "rejected", kept=best.key.attempt)


def _comparison(
    state: TaskState, subtask: SubtaskRow, other: StepRow, tries: list[StepRow], world: Conditions
) -> Next | None:
    attempt = other.key.attempt
    if not tries:
        return BeginStep(StepKey(f"better:{subtask.id}:{attempt}", 1), "better", subtask.id, attempt)
    if tries[-1].status == "intent":
        return busy_or_again(state, tries[-1])
    return tried_again(tries, world) if tries[-1].status == "failed" else None


def _better_of(state: TaskState, subtask: SubtaskRow, best: StepRow, other: StepRow) -> StepRow:
    """Return the better one as it was judged, else by score; the earlier one of two that are equal."""
    done = (step.result for step in reversed(_about(state, subtask, "better", other.key.attempt)))
    choice = next((result for result in done if isinstance(result, BetterAttempt)), None)
    if choice is not None:
        return (best, other)[choice.better]
    attempt, later = best.key.attempt, other.key.attempt
    higher = (score(state, subtask, later) or 0) > (score(state, subtask, attempt) or 0)
    return other if higher else best


def _outputs(state: TaskState, subtask: SubtaskRow) -> list[StepRow]:
    return [step for step in state.steps_of(subtask.id, "execute") if step.status == "done"]


def _about(state: TaskState, subtask: SubtaskRow, kind: StepKind, attempt: int) -> list[StepRow]:
    return [step for step in state.steps_of(subtask.id, kind) if step.made == attempt]


def _check_of(state: TaskState, subtask: SubtaskRow, attempt: int) -> CheckResult | None:
    results: Iterable[object] = (step.result for step in _about(state, subtask, "check", attempt))
    return next((result for result in results if isinstance(result, CheckResult)), None)
