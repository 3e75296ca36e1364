from msgspec.structs import replace

from orchd.features.task.core.actions import (
    Action,
    AskPerson,
    BeginStep,
    EndSubtask,
    EndTask,
    ReleaseTask,
    StepFailed,
    StepFinished,
    StepStopped,
)
from orchd.features.task.core.causes import SubtaskCause, TaskCause, TaskFailure
from orchd.features.task.core.results import Plan, StepOutput
from orchd.features.task.core.rows import BetterAttempt, QualityFigures, StepError, StepKey, StepKind, StepResult
from orchd.features.task.core.state import TaskState
from orchd.features.task.core.task_log import MAX_MESSAGE, LogEntry, LogFact, of_action, of_event, quality_deltas
from orchd.features.task.core.transitions import apply
from orchd.llm import Cost
from tests.features.task.hands import DIAMOND, verdict
from tests.features.task.states import of, subtask

MADE = StepOutput("four", "m@x", ["fast"], Cost(1, 2, 3, 4.0))


def running(kind: StepKind, made: int | None = None) -> tuple[TaskState, StepKey]:
    key = StepKey(kind, 1)
    subtask_id = None if kind in ("plan", "consolidate") else 1
    return apply(of(subtask(1, result_model="m@x")), BeginStep(key, kind, subtask_id, made), 0, "me"), key


def told(kind: StepKind, result: StepResult, made: int | None = None) -> tuple[str, int | None, dict[str, object]]:
    state, key = running(kind, made)
    (entry,) = of_event(state, StepFinished(key, result, Cost(1, 2, 3), 1.5))
    return entry.message, entry.subtask_id, entry.details or {}


def test_each_end_is_told_in_words() -> None:
    message, subtask_id, details = told("plan", Plan(DIAMOND, "p@x"))
    assert (message, subtask_id, details["titles"]) == (
        "planned: 4 subtasks",
        None,
        ["pack", "carry", "clean", "unpack"],
    )
    message, subtask_id, details = told("execute", MADE)
    assert (message, subtask_id) == ("attempt 1 has given 4 characters", 1)
    assert details == {
        "attempt": 1, "calls": 1, "promptTokens": 2, "completionTokens": 3, "seconds": 1.5, "model": "m@x",
        "reasons": ["fast"],
    }  # fmt: skip
    assert told("check", verdict("rejected", 30), 2)[0] == "the result of attempt 2 is rejected, score 30"
    assert told("check", verdict("undecided", None), 2)[0] == "the result of attempt 2 is undecided: no model could say"
    unasked = replace(verdict("undecided", None), unasked="x is away")
    assert told("check", unasked, 2)[0] == "the check of attempt 2 could not ask any model: x is away"
    assert told("better", BetterAttempt(1, 2, 1), 2)[0] == "of the attempts 1 and 2, 2 is the better one"
    assert told("consolidate", MADE)[0] == "joining the results has given 4 characters"


def test_a_check_that_asked_nobody_is_a_warning() -> None:
    state, key = running("check", 2)
    for unasked, level in ((None, "info"), ("x is away", "warning")):
        result = replace(verdict("undecided", None), unasked=unasked)
        (entry,) = of_event(state, StepFinished(key, result, Cost(), 1.0))
        assert entry.level == level


def test_a_failure_names_the_model() -> None:
    state, key = running("check", 2)
    (entry,) = of_event(state, StepFailed(key, StepError("timeout", "slow" * 1000, True, "m@x"), 1.0))
    assert entry.level == "warning"
    assert entry.message.startswith("the check of attempt 2 failed: slow")
    assert len(entry.message) == MAX_MESSAGE
    assert (entry.details or {})["model"] == "m@x"


def test_decisions_are_told_and_what_goes_without_saying_is_not() -> None:
    key = StepKey("execute:1", 1)
    told: dict[Action, str] = {
        EndSubtask(1, "completed", kept=2): "the subtask is completed",
        EndSubtask(1, "failed", "slow"): "the subtask is failed: slow",
        AskPerson("plan", None, "h"): "a person is asked to approve the plan",
        ReleaseTask("waiting", "brakes", "busy", ready=True): "waiting: busy",
        ReleaseTask("waiting", "budget", "spent", ready=False): "waiting: spent",
        EndTask("completed", ""): "the task is completed",
        EndTask("failed", "why"): "the task is failed: why",
        BeginStep(key, "execute", 1, again=True): "execute is begun again after an interruption",
    }
    for action, message in told.items():
        assert [entry.message for entry in of_action(action)] == [message]
    silents: list[Action] = [BeginStep(key, "execute", 1), ReleaseTask("executing", None, None, ready=True)]
    for silent in silents:
        assert not list(of_action(silent))


def test_what_counts_for_a_model() -> None:
    state, key = running("execute")
    assert list(quality_deltas(state, StepFinished(key, MADE, MADE.cost, 9.0))) == [
        QualityFigures("m@x", "general", runs=1, tokens=5, seconds=4.0)
    ]
    state, key = running("check", 1)

    def of_check(result: StepResult) -> list[QualityFigures]:
        return list(quality_deltas(state, StepFinished(key, result, Cost(), 1.0)))

    assert of_check(verdict("verified", 90)) == [QualityFigures("m@x", "general", 0, 1, 1, 1, 90)]
    assert of_check(verdict("rejected", None)) == [QualityFigures("m@x", "general", 0, 1, 0, 0, 0)]
    assert of_check(verdict("self_checked", 90)) == of_check(verdict("undecided", 50)) == []
    assert not list(quality_deltas(state, StepStopped(key, 1.0)))
    state, key = running("plan")
    assert not list(quality_deltas(state, StepFinished(key, Plan(DIAMOND), Cost(), 1.0)))


def test_a_step_that_is_gone_is_not_told() -> None:
    state, _ = running("plan")
    assert not list(of_event(state, StepFinished(StepKey("gone", 1), MADE, Cost(), 1.0)))


def facts(*entries: LogEntry) -> list[LogFact]:
    return [entry.fact for entry in entries]


def test_each_line_is_told_to_programs_too() -> None:
    def of_end(kind: StepKind, result: StepResult, made: int | None = None) -> LogFact:
        state, key = running(kind, made)
        (entry,) = of_event(state, StepFinished(key, result, Cost(), 1.5))
        return entry.fact

    assert of_end("plan", Plan(DIAMOND, "p@x")) == LogFact("planned", count=4)
    assert of_end("execute", MADE) == LogFact("step_done", "execute", 1, count=4)
    assert of_end("consolidate", MADE) == LogFact("step_done", "consolidate", count=4), "of no attempt"
    rejected = LogFact("checked", attempt=2, outcome="rejected", score=30)
    assert of_end("check", verdict("rejected", 30), 2) == rejected
    unasked = replace(verdict("undecided", None), unasked="x is away")
    assert of_end("check", unasked, 2) == LogFact("check_unasked", attempt=2)
    assert of_end("better", BetterAttempt(1, 2, 1), 2) == LogFact("compared", attempt=2, attempts=[1, 2])
    state, key = running("check", 2)
    failed = of_event(state, StepFailed(key, StepError("timeout", "slow", True, "m@x", "gap"), 1.0))
    assert facts(*failed) == [LogFact("step_failed", "check", 2, error=TaskFailure("timeout", "slow", "gap"))]


def test_decisions_are_told_to_programs_with_their_causes() -> None:
    lost, spent = SubtaskCause("needed_lost", title="a"), TaskCause("budget_calls", spent=2, limit=2)
    told: list[tuple[Action, LogFact]] = [
        (
            EndSubtask(1, "skipped", "it needs “a”", lost),
            LogFact("subtask_ended", subtask_status="skipped", subtask_cause=lost),
        ),
        (EndSubtask(1, "completed", kept=2), LogFact("subtask_ended", subtask_status="completed")),
        (ReleaseTask("waiting", "budget", "spent", False, spent), LogFact("task_held", status="waiting", cause=spent)),
        (EndTask("completed", None), LogFact("task_ended", status="completed")),
        (AskPerson("plan", None, "hash"), LogFact("asked", question="plan")),
    ]
    for action, fact in told:
        assert facts(*of_action(action)) == [fact]
