"""What is next for one subtask: run it, check it, try again, ask a person, or leave it.

Nothing here is remembered; it follows from the steps there are. An attempt that is approved stands. One that a judge
refuses is followed by another with the findings as guidance. When that is refused as well, or the attempts are used up,
a person is asked about the better of them, judged blind: no comparison can turn a refusal into an approval. A check for
which no judge could be reached is made again like a step that failed; what no model can say anything about waits for a
person at once. Who refuses may say why, and the next attempt hears of it. So a subtask fails without a person's word
only where there is no result.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple, TypeAlias

from orchd.features.task.core.actions import Action, AskPerson, BeginStep, Conditions, EndSubtask, GiveUpStep
from orchd.features.task.core.approval_hash import result_hash, step_hash
from orchd.features.task.core.causes import SubtaskCause, refusal_cause, step_failure
from orchd.features.task.core.results import CheckResult, StepOutput
from orchd.features.task.core.rows import (
    SUBTASK_ENDED,
    BetterAttempt,
    StepEnd,
    StepError,
    StepFailure,
    StepKey,
    StepKind,
    StepRow,
    StepSuccess,
    SubtaskRow,
    TaskApproval,
)
from orchd.features.task.core.state import TaskState
from orchd.features.verification import VerificationOutcome

LONGEST_PAUSE_SECONDS = 300.0
PAUSE_FACTOR = 4.0

INTERRUPTED = "interrupted"
"""Code of a step that was begun as often as it may be and had its end each time with its daemon's."""

NOT_AGAIN = frozenset({"invalid", "too_large", "forbidden", "unauthorized", "conflict", INTERRUPTED})
"""Codes of failures that another attempt would meet as well."""

NOT_ASKED = ("cooling", "stalled_before")
"""Reasons of failures that only follow from earlier ones: no model was asked."""

TOO_LONG = "answer_too_long"
"""Reason of an attempt that wrote more than can be checked."""

MOST_RUNS = 2

MOST_NOTE = 1_000
"""Characters that a person is told of what was said before."""

MOST_REFUSALS = 2
"""Attempts that judges refuse before a person is asked."""


class Pause(NamedTuple):
    """Nothing before this time, in Unix milliseconds."""

    until: int


class Wait(NamedTuple):
    """Nothing until a step that runs has ended, or, for a `person`, until that one has spoken."""

    person: bool = False


class Attempt(NamedTuple):
    """An attempt that has given something."""

    number: int
    output: StepOutput


Next: TypeAlias = Action | Pause | Wait


def next_of(state: TaskState, subtask: SubtaskRow, world: Conditions) -> Next:
    """Return what is next for a subtask that has not ended. Never waits."""
    held = _dependencies(state, subtask)
    if held is not None:
        return held
    attempts = state.steps_of(subtask.id, "execute")
    if not attempts:
        return _gate(state, subtask) or _attempt(subtask)
    following = next_try(state, attempts, world)
    match following:
        case StepSuccess():
            return _after_check(state, subtask, len(attempts), world)
        case StepFailure(error=error):
            made = _outputs(state, subtask)
            return _last_instance(state, subtask, world) if made else _failure(subtask, error)
        case _:
            return following


def _failure(subtask: SubtaskRow, error: StepError) -> EndSubtask:
    cause = step_failure(error.code, error.message, error.reason)
    return EndSubtask(subtask.id, "failed", error.message, cause)


def guidance(state: TaskState, subtask: SubtaskRow) -> str | None:
    """Return what the next attempt is told about those before, of earlier rounds too: what persons said, the last word
    first, then what was found wrong with the last one.
    """
    made = _made_by(state.steps.get(subtask.id, {}).values())
    words = [_word(state, subtask, attempt) for attempt in reversed(made)]
    notes = [word.note for word in words if word is not None and word.status in ("approved", "refused")]
    checked = _check_of(state, subtask, made[-1].number) if made else None
    found = dict.fromkeys([*notes, checked.guidance if checked is not None else "", _be_shorter(state, subtask)])
    return "\n".join(text for text in found if text) or None


def _be_shorter(state: TaskState, subtask: SubtaskRow) -> str:
    """Return what to say where the last attempt was too long, empty where it wasn't."""
    steps = [
        step for step in state.steps.get(subtask.id, {}).values() if step.kind == "execute" and step.end is not None
    ]
    error = steps[-1].error if steps else None
    return f"Be shorter: {error.message}." if error is not None and error.reason == TOO_LONG else ""


def models_to_avoid(state: TaskState, subtask: SubtaskRow) -> list[str]:
    """Return the models whose attempts were not good enough, each once."""
    steps = state.steps_of(subtask.id, "execute")
    made = [step.result.model for step in steps if isinstance(step.result, StepOutput)]
    failed = [step.error.model for step in steps if step.error is not None and step.error.model is not None]
    return list(dict.fromkeys([*made, *failed]))


def best_before(state: TaskState, subtask: SubtaskRow, attempt: int) -> Attempt:
    """Return the best attempt of those before `attempt` that may be taken, as far as they have been compared."""
    return _best_of(state, subtask, [other for other in _takeable(state, subtask) if other.number < attempt])


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


def cause_of(steps: list[StepRow]) -> StepFailure:
    """Return why steps failed, one of which did: the last failure of those where a model was asked, if there is one."""
    failures = [step.end for step in steps if isinstance(step.end, StepFailure)]
    return next((failed for failed in reversed(failures) if failed.error.reason not in NOT_ASKED), failures[-1])


def next_try(state: TaskState, tries: list[StepRow], world: Conditions) -> Next | StepEnd:
    """Return what is next for a step that was tried so often, or its end when it is done, its cause when it has
    failed for good."""
    last = tries[-1]
    if last.end is None:
        return busy_or_again(state, last)
    if isinstance(last.end, StepSuccess):
        return last.end
    again = None if last.end.error.code in NOT_AGAIN else _again(tries, last.end, world)
    return again or cause_of(tries)


def _again(tries: list[StepRow], end: StepEnd, world: Conditions) -> Pause | BeginStep | None:
    """Return the next try of a step after the `end` of the last one, or the pause before it; None when there were
    enough."""
    last, count = tries[-1], len(tries)
    if count >= world.limits.attempts:
        return None
    seconds = min(LONGEST_PAUSE_SECONDS, world.limits.pause_seconds * PAUSE_FACTOR ** (count - 1))
    until = end.ended_at + round(seconds * 1000)
    if until > world.now:
        return Pause(until)
    return BeginStep(StepKey(last.key.name, last.key.attempt + 1), last.kind, last.subtask_id, last.made)


def _dependencies(state: TaskState, subtask: SubtaskRow) -> Next | None:
    needed = [state.subtasks[needed_id] for needed_id in subtask.depends_on if needed_id in state.subtasks]
    lost = [other for other in needed if other.status in SUBTASK_ENDED and other.status != "completed"]
    if lost:
        cause = SubtaskCause("needed_lost", title=lost[0].title)
        return EndSubtask(subtask.id, "skipped", f"it needs “{lost[0].title}”, which is {lost[0].status}", cause)
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
        why = f"a person refused to run it: {word.note}".rstrip(": ")
        return EndSubtask(subtask.id, "cancelled", why, refusal_cause("step_refused", word.note))
    return Wait(person=True) if word.status == "open" else None


def _attempt(subtask: SubtaskRow) -> BeginStep:
    return BeginStep(StepKey(f"execute:{subtask.id}", subtask.attempts + 1), "execute", subtask.id)


def _after_check(state: TaskState, subtask: SubtaskRow, attempts: int, world: Conditions) -> Next:
    last = _outputs(state, subtask)[-1]
    verdict = _verdict(state, subtask, last.number, world)
    if not isinstance(verdict, str):
        return verdict
    if verdict in ("verified", "self_checked"):
        return EndSubtask(subtask.id, "completed", kept=last.number)
    return _not_approved(state, subtask, last, attempts, world)


def _not_approved(state: TaskState, subtask: SubtaskRow, last: Attempt, attempts: int, world: Conditions) -> Next:
    """Return what follows a result that no judge has approved: another attempt where one may help, or a person."""
    takeable, left = _takeable(state, subtask), attempts < world.limits.attempts
    if not takeable and left:
        return _attempt(subtask)  # as the person has said
    asked = next((other for other in takeable if _word(state, subtask, other) is not None), None)
    if asked is not None:
        return _person(state, subtask, asked)
    unwanted = [other for other in takeable if _is_refused(state, subtask, other)]
    if takeable and last not in unwanted:
        return _person(state, subtask, last)
    return _attempt(subtask) if left and len(unwanted) < MOST_REFUSALS else _last_instance(state, subtask, world)


def _last_instance(state: TaskState, subtask: SubtaskRow, world: Conditions) -> Next:
    """Ask a person about the better one of what there is, unless persons have refused all of it."""
    takeable = _takeable(state, subtask)
    for other in takeable[1:]:
        following = _comparison(state, subtask, other.number, world)
        if following is not None:
            return following
    if takeable:
        return _person(state, subtask, _best_of(state, subtask, takeable))
    made = _outputs(state, subtask)
    word = _word(state, subtask, made[-1])
    best = _best_of(state, subtask, made).number
    if word is None:
        return EndSubtask(subtask.id, "rejected", kept=best)
    why = f"a person refused it: {word.note}".rstrip(": ")
    return EndSubtask(subtask.id, "rejected", why, refusal_cause("result_refused", word.note), best)


def _person(state: TaskState, subtask: SubtaskRow, attempt: Attempt) -> Next:
    word = _word(state, subtask, attempt)
    if word is None:
        action = result_hash(subtask, attempt.number, attempt.output)
        return AskPerson("result", subtask.id, action, attempt.number, _refusals(state, subtask))
    if word.status == "open":
        return Wait(person=True)
    return EndSubtask(subtask.id, "completed", word.note, kept=attempt.number, reviewer="person")


def _refusals(state: TaskState, subtask: SubtaskRow) -> str:
    """Return what persons said of the attempts that they refused, the last word first, for whoever is asked again."""
    words = [(made.number, _word(state, subtask, made)) for made in reversed(_outputs(state, subtask))]
    unwanted = [(number, word) for number, word in words if word is not None and word.status == "refused"]
    lines = [f"attempt {number} was refused: {word.note}".rstrip(": ") for number, word in unwanted]
    return "\n".join(lines)[:MOST_NOTE]


def _word(state: TaskState, subtask: SubtaskRow, attempt: Attempt) -> TaskApproval | None:
    """Return a person's word on an attempt, open or given, None when nobody was asked."""
    return state.approval("result", subtask.id, result_hash(subtask, attempt.number, attempt.output))


def _takeable(state: TaskState, subtask: SubtaskRow) -> list[Attempt]:
    """Return the attempts with a result since the last one that a person has refused."""
    found: list[Attempt] = []
    for attempt in _outputs(state, subtask):
        word = _word(state, subtask, attempt)
        found = [] if word is not None and word.status == "refused" else [*found, attempt]
    return found


def _is_refused(state: TaskState, subtask: SubtaskRow, attempt: Attempt) -> bool:
    """Tell whether a judge has refused an attempt, which may be undecided for all that."""
    checked = _check_of(state, subtask, attempt.number)
    if checked is None:
        return False
    return checked.outcome == "rejected" or any(verdict.opinion == "rejected" for verdict in checked.verdicts)


def _verdict(state: TaskState, subtask: SubtaskRow, attempt: int, world: Conditions) -> Next | VerificationOutcome:
    """Return how the check of an attempt ended, or what is to be done until it has; one that isn't available decides
    nothing."""
    checks = _about(state, subtask, "check", attempt)
    if not checks:
        return BeginStep(StepKey(f"check:{subtask.id}:{attempt}", 1), "check", subtask.id, attempt)
    following = next_try(state, checks, world)
    match following:
        case StepSuccess(result=CheckResult() as checked):
            return (None if checked.unasked is None else _again(checks, following, world)) or checked.outcome
        case StepSuccess() | StepFailure():
            return "undecided"
        case _:
            return following


def _comparison(state: TaskState, subtask: SubtaskRow, attempt: int, world: Conditions) -> Next | None:
    tries = _about(state, subtask, "better", attempt)
    if not tries:
        return BeginStep(StepKey(f"better:{subtask.id}:{attempt}", 1), "better", subtask.id, attempt)
    following = next_try(state, tries, world)
    return None if isinstance(following, StepSuccess | StepFailure) else following


def _best_of(state: TaskState, subtask: SubtaskRow, attempts: Sequence[Attempt]) -> Attempt:
    best = attempts[0]
    for other in attempts[1:]:
        best = _better_of(state, subtask, best, other)
    return best


def _better_of(state: TaskState, subtask: SubtaskRow, best: Attempt, other: Attempt) -> Attempt:
    """Return the better one as it was judged, else by score; the earlier one of two that are equal."""
    done = (step.result for step in reversed(_about(state, subtask, "better", other.number)))
    choice = next((result for result in done if isinstance(result, BetterAttempt)), None)
    if choice is not None:
        return (best, other)[choice.better]
    higher = (score(state, subtask, other.number) or 0) > (score(state, subtask, best.number) or 0)
    return other if higher else best


def _outputs(state: TaskState, subtask: SubtaskRow) -> list[Attempt]:
    return _made_by(state.steps_of(subtask.id, "execute"))


def _made_by(steps: Iterable[StepRow]) -> list[Attempt]:
    return [Attempt(step.key.attempt, step.result) for step in steps if isinstance(step.result, StepOutput)]


def _about(state: TaskState, subtask: SubtaskRow, kind: StepKind, attempt: int) -> list[StepRow]:
    return [step for step in state.steps_of(subtask.id, kind) if step.made == attempt]


def _check_of(state: TaskState, subtask: SubtaskRow, attempt: int) -> CheckResult | None:
    """Return how an attempt was judged last, one of an earlier round too."""
    steps = [*state.steps.get(subtask.id, {}).values()][::-1]
    results = (step.result for step in steps if step.kind == "check" and step.made == attempt)
    return next((result for result in results if isinstance(result, CheckResult)), None)
