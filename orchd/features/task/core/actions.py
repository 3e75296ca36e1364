"""What the machine may decide to do next, and what may come of a step: the vocabulary between machine and runner."""

from collections.abc import Mapping
from typing import NamedTuple, TypeAlias

from orchd.features.task.core.causes import Explanation, SubtaskCause, TaskCause
from orchd.features.task.core.rows import (
    ApprovalKind,
    StepError,
    StepKey,
    StepKind,
    StepResult,
    SubtaskStatus,
    TaskStatus,
    WaitsFor,
)
from orchd.llm import Cost


class StepLimits(NamedTuple):
    """Bounds of every task: attempts at one step, subtasks running at once, seconds before a failed step's next try."""

    attempts: int = 3
    parallel: int = 4
    pause_seconds: float = 5.0


class Conditions(NamedTuple):
    """What a decision depends on besides the task: the time in Unix milliseconds, `brakes` the reason why no new work
    may begin on this machine, `draining` whether this daemon is about to stop, `spending` what running steps have
    spent so far, which is not in the task's figures yet, `quota` why whoever made the task may ask nothing now."""

    now: int
    limits: StepLimits
    brakes: Explanation | None = None
    draining: bool = False
    spending: Mapping[StepKey, Cost] = {}
    quota: Explanation | None = None


class BeginStep(NamedTuple):
    """Run a step; `again`: it was begun before by a run of the daemon that is over."""

    key: StepKey
    kind: StepKind
    subtask_id: int | None
    made: int | None = None
    again: bool = False


class GiveUpStep(NamedTuple):
    """Take a step as failed that was interrupted too often."""

    key: StepKey


class ResumeTask(NamedTuple):
    """Say that the task is being worked on again, although its next step is not due yet."""


class AskPerson(NamedTuple):
    """Ask a person; `made`: the attempt that a result is from, which is then shown as the subtask's; `note` is what
    they should know."""

    kind: ApprovalKind
    subtask_id: int | None
    hash: str
    made: int | None = None
    note: str = ""


class EndSubtask(NamedTuple):
    """End a subtask; `kept` is the attempt whose result stands, `reviewer` who had the last word if no model."""

    subtask_id: int
    status: SubtaskStatus
    notes: str = ""
    cause: SubtaskCause | None = None
    kept: int | None = None
    reviewer: str | None = None


class ReleaseTask(NamedTuple):
    """Release the task for now. `ready`: somebody should take it up again as soon as they can."""

    status: TaskStatus
    waits_for: WaitsFor | None
    reason: str | None
    ready: bool
    cause: TaskCause | None = None


class EndTask(NamedTuple):
    """The task is over."""

    status: TaskStatus
    reason: str | None
    cause: TaskCause | None = None


Action: TypeAlias = BeginStep | GiveUpStep | ResumeTask | AskPerson | EndSubtask | ReleaseTask | EndTask


class StepFinished(NamedTuple):
    """A step has its result; `seconds` it ran."""

    key: StepKey
    result: StepResult
    cost: Cost
    seconds: float


class StepFailed(NamedTuple):
    """A step raised; `seconds` it ran, and what it cost for nothing, which is nothing where no model was asked."""

    key: StepKey
    error: StepError
    seconds: float
    cost: Cost = Cost()


class StepStopped(NamedTuple):
    """A step was cut off by us before its end and may be run again; `seconds` it ran, and what it cost until then."""

    key: StepKey
    seconds: float
    cost: Cost = Cost()


StepEvent: TypeAlias = StepFinished | StepFailed | StepStopped
