"""What is next for a subtask, step by step."""

import pytest
from msgspec.structs import replace

from orchd.features.task.core.actions import AskPerson, BeginStep, Conditions, EndSubtask, GiveUpStep, StepLimits
from orchd.features.task.core.approval_hash import result_hash, step_hash
from orchd.features.task.core.causes import SubtaskCause, TaskFailure, step_failure
from orchd.features.task.core.results import CheckResult, StepOutput, SubtaskVerdict
from orchd.features.task.core.rows import (
    ApprovalStatus,
    BetterAttempt,
    StepError,
    StepFailure,
    StepKey,
    StepKind,
    StepResult,
    StepRow,
    StepSuccess,
    TaskApproval,
)
from orchd.features.task.core.state import TaskState
from orchd.features.task.core.subtasks import (
    MOST_NOTE,
    PAUSE_FACTOR,
    Next,
    Pause,
    Wait,
    best_before,
    busy_or_again,
    cause_of,
    guidance,
    models_to_avoid,
    next_of,
    score,
)
from orchd.llm import Cost
from tests.features.task.hands import verdict
from tests.features.task.states import FIRST, of, subtask

WORLD = Conditions(100_000, StepLimits(attempts=2, pause_seconds=10))
NAMES: dict[StepKind, str] = {"execute": "execute:1", "check": "check:1:{}", "better": "better:1:{}"}


def made(attempt: int) -> StepOutput:
    return StepOutput(f"text {attempt}", f"m{attempt}@x", [], Cost())


def step(kind: StepKind, attempt: int, end: StepResult | StepError | None, *, tried: int = 1, runs: int = 1) -> StepRow:
    """The step about an attempt, with its end."""
    key = StepKey(NAMES[kind].format(attempt), attempt if kind == "execute" else tried)
    about = None if kind == "execute" else attempt
    row = StepRow(key, kind, 1, about, 1, runs=runs)
    if isinstance(end, StepError):
        return replaced(row, end=StepFailure(end, 100_000))
    return row if end is None else replaced(row, end=StepSuccess(end, 100_000))


def replaced(row: StepRow, **changes: object) -> StepRow:
    return replace(row, **changes)


def having(*steps: StepRow) -> TaskState:
    """A task of one subtask with these steps."""
    attempts = sum(step.kind == "execute" for step in steps)
    state = of(subtask(1, attempts=attempts))
    for step in steps:
        state = state.with_step(step, running=False)
    return state


def following(state: TaskState, world: Conditions = WORLD) -> Next:
    return next_of(state, state.subtasks[1], world)


def begin(kind: StepKind, attempt: int, tried: int = 1) -> BeginStep:
    key = step(kind, attempt, None, tried=tried).key
    return BeginStep(key, kind, 1, None if kind == "execute" else attempt)


ATTEMPT = step("execute", 1, made(1))
REJECTED = step("check", 1, verdict("rejected", 40))
SECOND = step("execute", 2, made(2))
REJECTED_TOO = step("check", 2, verdict("rejected", 30))


def ask(attempt: int, note: str = "") -> AskPerson:
    """A person is asked about an attempt."""
    return AskPerson("result", 1, result_hash(subtask(1), attempt, made(attempt)), attempt, note)


def test_an_attempt_is_made_checked_and_stands() -> None:
    assert following(having()) == begin("execute", 1)
    assert following(having(ATTEMPT)) == begin("check", 1)
    for outcome in ("verified", "self_checked"):
        approved = step("check", 1, verdict("verified" if outcome == "verified" else "self_checked"))
        assert following(having(ATTEMPT, approved)) == EndSubtask(1, "completed", kept=1)


def test_a_rejection_leads_to_another_attempt_and_then_to_a_comparison_and_a_person() -> None:
    assert following(having(ATTEMPT, REJECTED)) == begin("execute", 2)
    state = having(ATTEMPT, REJECTED, SECOND, REJECTED_TOO)
    assert following(state) == begin("better", 2)
    for better in (0, 1):
        compared = state.with_step(step("better", 2, BetterAttempt(1, 2, 1 if better else 0)), running=False)
        assert following(compared) == ask(better + 1)


def test_without_a_judge_the_score_decides() -> None:
    state = having(ATTEMPT, REJECTED, SECOND, REJECTED_TOO, step("better", 2, StepError("invalid", "no")))
    assert following(state) == ask(1)
    assert best_before(state, state.subtasks[1], 3).number == 1
    assert (score(state, state.subtasks[1], 1), score(state, state.subtasks[1], 9)) == (40, None)


def test_of_equal_ones_the_earlier_stays_where_no_judge_can_be_asked() -> None:
    unasked = (step("better", 2, StepError("invalid", "no")),)
    alike = step("check", 2, verdict("rejected", 40))
    assert following(having(ATTEMPT, REJECTED, SECOND, alike, *unasked)) == ask(1)
    more = step("check", 2, verdict("rejected", 41))
    assert following(having(ATTEMPT, REJECTED, SECOND, more, *unasked)) == ask(2)


@pytest.mark.parametrize(("first", "second", "kept"), [(0, None, 1), (None, 0, 1), (None, 1, 2), (None, None, 1)])
def test_no_score_counts_as_the_least(first: int | None, second: int | None, kept: int) -> None:
    checks = step("check", 1, verdict("rejected", first)), step("check", 2, verdict("rejected", second))
    state = having(ATTEMPT, SECOND, *checks, step("better", 2, StepError("invalid", "no")))
    assert following(state) == ask(kept)


def test_the_best_of_those_before_is_looked_for() -> None:
    scores = (40, 90, 95)
    attempts = [step("execute", number, made(number)) for number in (1, 2, 3)]
    checks = [step("check", number, verdict("rejected", given)) for number, given in enumerate(scores, 1)]
    state = having(*attempts, *checks)
    assert [best_before(state, state.subtasks[1], attempt).number for attempt in (2, 3, 4)] == [1, 2, 3]


def test_a_comparison_that_came_at_the_second_try_decides() -> None:
    tries = step("better", 2, StepError("timeout", "slow")), step("better", 2, BetterAttempt(1, 2, 1), tried=2)
    assert following(having(ATTEMPT, REJECTED, SECOND, REJECTED_TOO, *tries)) == ask(2)


def test_a_failure_is_followed_by_a_pause_and_another_attempt() -> None:
    failed = step("execute", 1, StepError("timeout", "slow", True))
    assert following(having(failed)) == Pause(110_000)
    assert following(having(failed), WORLD._replace(now=110_000)) == begin("execute", 2)
    again = step("execute", 2, StepError("timeout", "slow again", True))
    why = step_failure("timeout", "slow again", None)
    assert following(having(failed, again)) == EndSubtask(1, "failed", "slow again", why)


def test_the_reason_of_a_failure_is_its_cause() -> None:
    empty = step("execute", 1, StepError("upstream_error", "it is empty", reason="empty_response"))
    left_alone = step("execute", 2, StepError("unavailable", "left alone", True, reason="cooling"))
    why = SubtaskCause("failed", error=TaskFailure("upstream_error", "it is empty", "empty_response"))
    assert following(having(empty, left_alone)) == EndSubtask(1, "failed", "it is empty", why)
    assert cause_of([left_alone]).error.message == "left alone"


def test_a_failure_after_a_rejection_leaves_what_there_is_to_a_person() -> None:
    state = having(ATTEMPT, REJECTED, step("execute", 2, StepError("timeout", "slow")))
    assert following(state) == ask(1)


def test_what_would_fail_again_is_not_tried_again() -> None:
    assert following(having(step("execute", 1, StepError("invalid", "no sense")))) == EndSubtask(
        1, "failed", "no sense", step_failure("invalid", "no sense", None)
    )


def test_a_check_that_fails_is_tried_again_and_then_decides_nothing() -> None:
    late = WORLD._replace(now=110_000)
    failed = step("check", 1, StepError("unavailable", "away"))
    assert following(having(ATTEMPT, failed)) == Pause(110_000)
    assert following(having(ATTEMPT, failed), late) == begin("check", 1, tried=2)
    state = having(ATTEMPT, failed, step("check", 1, StepError("unavailable", "away"), tried=2))
    assert isinstance(following(state, late), AskPerson)
    patient = Conditions(100_000, StepLimits(attempts=3, pause_seconds=10))
    assert following(state, patient) == Pause(100_000 + int(10 * PAUSE_FACTOR) * 1000)


def word(state: TaskState, status: ApprovalStatus, note: str = "", attempt: int = 1) -> TaskState:
    action = result_hash(state.subtasks[1], attempt, made(attempt))
    given = TaskApproval(5, 7, 1, "result", action, status, note, FIRST, None)
    return replace(state, approvals=(*state.approvals, given))


def test_what_is_undecided_is_for_a_person() -> None:
    state = having(ATTEMPT, step("check", 1, verdict("undecided", None)))
    assert following(state) == ask(1)
    assert following(word(state, "open")) == Wait(person=True)
    assert following(word(state, "approved", "yes")) == EndSubtask(1, "completed", "yes", kept=1, reviewer="person")
    assert following(word(state, "refused")) == begin("execute", 2)


def test_who_is_asked_again_is_told_what_was_said_before() -> None:
    checks, compared = (REJECTED, REJECTED_TOO), step("better", 2, BetterAttempt(1, 2, 0))
    state = having(ATTEMPT, checks[0], SECOND, checks[1], compared)
    assert following(state) == ask(1), "the better one"
    state = word(state, "refused", "too short")
    assert following(state) == ask(2, "attempt 1 was refused: too short")
    assert following(word(state, "open", attempt=2)) == Wait(person=True)
    silent = word(having(ATTEMPT, checks[0], SECOND, checks[1], compared), "refused")
    assert following(silent) == ask(2, "attempt 1 was refused")
    long = word(having(ATTEMPT, checks[0], SECOND, checks[1], compared), "refused", "x" * 2 * MOST_NOTE)
    again = following(long)
    assert isinstance(again, AskPerson)
    assert len(again.note) == MOST_NOTE


def test_the_last_word_stands_first_and_what_nobody_said_guides_nobody() -> None:
    third = step("execute", 3, made(3)), step("check", 3, verdict("undecided", None))
    state = having(ATTEMPT, REJECTED, SECOND, REJECTED_TOO, *third)
    state = word(word(state, "refused", "too short"), "refused", "too dull", attempt=2)
    note = "attempt 2 was refused: too dull\nattempt 1 was refused: too short"
    assert following(state, WORLD._replace(limits=StepLimits(attempts=3))) == ask(3, note)
    unsaid: tuple[ApprovalStatus, ...] = ("open", "withdrawn")
    for status in unsaid:
        told = guidance(word(state, status, note, attempt=3), state.subtasks[1])
        assert told == "too dull\ntoo short\nmend undecided"


REFUSED = SubtaskVerdict("judge@x", "rejected", 30, "bad")
UNASKED = replace(verdict("undecided", None), unasked="x can't be reached")


def test_a_check_that_reached_no_judge_is_made_again_after_a_pause() -> None:
    state = having(ATTEMPT, step("check", 1, UNASKED))
    assert following(state) == Pause(110_000)
    later = WORLD._replace(now=110_000)
    assert following(state, later) == begin("check", 1, tried=2)
    state = state.with_step(step("check", 1, None, tried=2), running=True)
    assert following(state, later) == Wait()
    state = state.with_step(step("check", 1, verdict("verified"), tried=2), running=False)
    assert following(state, later) == EndSubtask(1, "completed", kept=1)


def test_a_person_is_asked_when_no_judge_is_reached_as_often_as_a_step_is_tried() -> None:
    state = having(ATTEMPT, step("check", 1, UNASKED), step("check", 1, UNASKED, tried=2))
    assert following(state) == ask(1)
    failed = step("check", 1, StepError("unavailable", "away"), tried=2)
    assert following(having(ATTEMPT, step("check", 1, UNASKED), failed)) == ask(1)


def test_the_pauses_of_a_check_grow_whatever_it_was_that_failed() -> None:
    world = Conditions(100_000, StepLimits(attempts=4, pause_seconds=10))
    failed = step("check", 1, StepError("unavailable", "away"))
    state = having(ATTEMPT, failed, step("check", 1, UNASKED, tried=2))
    assert following(state, world) == Pause(100_000 + round(10_000 * PAUSE_FACTOR))


def test_what_counts_is_the_last_check_of_an_attempt() -> None:
    state = having(ATTEMPT, step("check", 1, UNASKED), step("check", 1, verdict("rejected", 40), tried=2))
    assert score(state, state.subtasks[1], 1) == 40
    assert guidance(state, state.subtasks[1]) == "mend rejected"
    assert following(state) == begin("execute", 2)


DOUBTED = replace(verdict("undecided", 30), verdicts=[REFUSED])
"""How a check ends when the only other model refuses."""


@pytest.mark.parametrize("refusal", [verdict("rejected", 30), DOUBTED], ids=["by all there are", "by one of two"])
def test_a_refusal_is_tried_again_once_and_then_a_person_has_the_last_word(refusal: CheckResult) -> None:
    patient = WORLD._replace(limits=StepLimits(attempts=4))
    checks = [step("check", attempt, refusal) for attempt in (1, 2, 3)]
    once = having(ATTEMPT, checks[0])
    assert following(once, patient) == begin("execute", 2)
    twice = having(ATTEMPT, checks[0], SECOND, checks[1], step("better", 2, BetterAttempt(1, 2, 0)))
    assert following(twice, patient) == ask(1), "the better one"
    assert following(word(twice, "open"), patient) == Wait(person=True)
    assert following(word(twice, "approved"), patient) == EndSubtask(1, "completed", "", kept=1, reviewer="person")
    refused = word(twice, "refused", "too short")
    assert following(refused, patient) == begin("execute", 3), "it has a note now"
    third = step("execute", 3, made(3)), checks[2]
    compared = step("better", 2, BetterAttempt(1, 2, 0))
    thrice = word(having(ATTEMPT, checks[0], SECOND, checks[1], compared, *third), "refused", "too short")
    assert following(thrice, patient) == begin("better", 3), "of those that no person has refused"
    done = thrice.with_step(step("better", 3, BetterAttempt(2, 3, 1)), running=False)
    assert best_before(done, done.subtasks[1], 3).number == 2
    assert following(done, patient) == ask(3, "attempt 1 was refused: too short")
    over = word(done, "refused", "no", 3)
    assert following(over, WORLD._replace(limits=StepLimits(attempts=3))) == EndSubtask(
        1, "rejected", "a person refused it: no", SubtaskCause("result_refused", note="no"), 3
    )
    assert following(over, patient) == begin("execute", 4)


def test_what_a_person_refused_and_what_then_failed_is_rejected() -> None:
    state = word(having(ATTEMPT, REJECTED), "refused")
    failed = step("execute", 2, StepError("timeout", "slow"))
    why = SubtaskCause("result_refused")
    assert following(state.with_step(failed, running=False)) == EndSubtask(1, "rejected", "a person refused it", why, 1)


def test_findings_and_notes_are_told_in_all_rounds_to_come() -> None:
    state = word(having(ATTEMPT, REJECTED, SECOND, REJECTED_TOO), "refused", "name the harbour")
    again = state.with_task(round=2)
    assert guidance(again, again.subtasks[1]) == "name the harbour\nmend rejected"
    failed = replaced(step("execute", 3, StepError("timeout", "slow")), round=2)
    assert guidance(again.with_step(failed, running=False), again.subtasks[1]) == "name the harbour\nmend rejected"
    assert following(again) == begin("execute", 3), "it is a round of its own for all that"


def test_after_an_attempt_that_was_too_long_the_next_one_is_to_be_shorter() -> None:
    lengthy = step("execute", 1, StepError("upstream_error", "at most 600 words", True, reason="answer_too_long"))
    state = having(lengthy)
    assert guidance(state, state.subtasks[1]) == "Be shorter: at most 600 words."
    after = having(lengthy, SECOND, REJECTED_TOO)
    assert guidance(after, after.subtasks[1]) == "mend rejected"


def test_the_next_attempt_learns_from_the_one_before() -> None:
    state = having(ATTEMPT, step("check", 1, verdict("undecided", None)))
    one = state.subtasks[1]
    assert guidance(having(), one) is None
    assert guidance(state, one) == "mend undecided"
    assert guidance(word(state, "refused", "shorter"), one) == "shorter\nmend undecided"
    assert models_to_avoid(having(ATTEMPT, step("execute", 2, StepError("timeout", "slow", True, "m9@x"))), one) == [
        "m1@x",
        "m9@x",
    ]


def test_a_step_of_a_dead_run_is_begun_once_more() -> None:
    for runs, expected in (
        (1, BeginStep(StepKey("execute:1", 1), "execute", 1, again=True)),
        (2, GiveUpStep(StepKey("execute:1", 1))),
    ):
        orphan = step("execute", 1, None, runs=runs)
        assert following(having(orphan)) == expected
        assert busy_or_again(having().with_step(orphan, running=True), orphan) == Wait()
    cut = replaced(step("execute", 1, None, runs=2), retryable=True)
    assert isinstance(following(having(cut)), BeginStep)


def test_a_person_agrees_to_the_first_attempt_where_one_must() -> None:
    one = subtask(1, needs_approval=True)
    state = of(one)
    action = step_hash(state.task, one, [])
    assert following(state) == AskPerson("step", 1, action)

    def said(status: ApprovalStatus) -> Next:
        word = TaskApproval(5, 7, 1, "step", action, status, "too dear", FIRST, None)
        return following(replace(state, approvals=(word,)))

    assert said("open") == Wait(person=True)
    assert said("approved") == begin("execute", 1)
    why = SubtaskCause("step_refused", note="too dear")
    assert said("refused") == EndSubtask(1, "cancelled", "a person refused to run it: too dear", why)
    assert following(state.with_subtask(replace(one, attempts=1))) == begin("execute", 2), "it was asked about before"


def test_what_it_needs_comes_first() -> None:
    state = of(subtask(1), subtask(2, 1))
    assert next_of(state, state.subtasks[2], WORLD) == Wait()
    state = of(subtask(1, status="rejected", completed_at=1), subtask(2, 1))
    why = SubtaskCause("needed_lost", title="part 1")
    told = "it needs “part 1”, which is rejected"
    assert next_of(state, state.subtasks[2], WORLD) == EndSubtask(2, "skipped", told, why)
    state = of(subtask(1, status="completed", completed_at=1, result="x"), subtask(2, 1))
    assert next_of(state, state.subtasks[2], WORLD) == BeginStep(StepKey("execute:2", 1), "execute", 2)
