"""What the tables hold, as values. The SQL is in `store/`."""

from typing import Annotated, Literal, NamedTuple, TypeAlias

from msgspec import Struct

from orchd.entity import Elsewhere, NamedColumn, SpreadMember, TaggedMember, TypedBy
from orchd.features.models import TaskType
from orchd.features.task.core.work import CheckResult, PartLink, Plan, StepOutput

TaskStatus: TypeAlias = Literal[
    "pending",
    "planning",
    "executing",
    "validating",
    "consolidating",
    "waiting",
    "paused",
    "completed",
    "failed",
    "cancelled",
]
SubtaskStatus: TypeAlias = Literal[
    "pending", "executing", "validating", "waiting", "completed", "rejected", "failed", "cancelled", "skipped"
]
WaitsFor: TypeAlias = Literal["", "approval", "dependencies", "brakes", "budget"]
"""What a task with the status `waiting` waits for; empty otherwise."""

PersonRequest: TypeAlias = Literal["", "pause"]
"""What a person asked for and the runner has not done yet."""

StepKind: TypeAlias = Literal["plan", "execute", "check", "better", "consolidate"]
StepStatus: TypeAlias = Literal["intent", "done", "failed"]
ApprovalKind: TypeAlias = Literal["plan", "step", "result"]
ApprovalStatus: TypeAlias = Literal["open", "approved", "refused"]
LogLevel: TypeAlias = Literal["info", "warning", "error"]

ENDED: frozenset[TaskStatus] = frozenset({"completed", "failed", "cancelled"})
RUNNING: frozenset[TaskStatus] = frozenset({"planning", "executing", "validating", "consolidating"})
SUBTASK_ENDED: frozenset[SubtaskStatus] = frozenset({"completed", "rejected", "failed", "cancelled", "skipped"})


class Budget(Struct, frozen=True):
    """What a task may take; None is no limit. Minutes are those of its steps together."""

    max_calls: int | None = None
    max_tokens: int | None = None
    max_minutes: float | None = None


class TaskRow(Struct, frozen=True, kw_only=True):
    """One task. Times in Unix milliseconds.

    `ready`: a runner should look at it; `owner`: the daemon run that owns it, None when none does. `version`
    grows with each change, whoever makes it. `round` counts from 1 how often the task was begun anew (`task:retry`);
    `planned`: its subtasks come from a planner, so they need approval unless `auto_run`.
    """

    id: int
    user: Annotated[str, NamedColumn("user_name")]
    title: str
    description: str
    priority: int
    """0 low, 1 medium, 2 high, 3 urgent."""
    model: str | None
    status: TaskStatus = "pending"
    waits_for: WaitsFor = ""
    reason: str = ""
    wish: PersonRequest = ""
    ready: bool = False
    owner: str | None = None
    version: int
    round: int = 1
    planned: bool = False
    plan_model: str | None = None
    auto_run: bool
    budget: Annotated[Budget, SpreadMember("max_calls", "max_tokens", "max_minutes")]
    calls: int = 0
    tokens: int = 0
    seconds: float = 0.0
    due_at: int | None
    result: str | None = None
    result_notes: str = ""
    links: list[PartLink] = []
    created_at: int
    updated_at: int
    started_at: int | None = None
    completed_at: int | None = None


class SubtaskRow(Struct, frozen=True, kw_only=True):
    """One subtask, with the ids of those that it needs. `attempts` counts all there were; `kept` is the one whose
    result this is. Times in Unix milliseconds."""

    id: int
    task_id: int
    position: int
    title: str
    prompt: str
    task_type: TaskType
    difficulty: int
    assistant: str | None
    model: str | None = None
    needs_approval: bool = False
    depends_on: Annotated[tuple[int, ...], Elsewhere]
    status: SubtaskStatus = "pending"
    attempts: int = 0
    kept: int | None = None
    result: str | None = None
    result_model: str | None = None
    score: int | None = None
    reviewer: str | None = None
    notes: str = ""
    verified: bool = False
    self_checked: bool = False
    reasons: tuple[str, ...] = ()
    created_at: int = 0
    updated_at: int = 0
    completed_at: int | None = None


class StepKey(NamedTuple):
    """Names a step for good: nothing is run again under a key that is done.

    `name` is `plan`, `execute:SUBTASK`, `check:SUBTASK:ATTEMPT`, `better:SUBTASK:ATTEMPT` or `consolidate`; `attempt`
    counts from 1. A check that fails is tried again as attempt 2 of the same check.
    """

    name: str
    attempt: int


class StepError(Struct, frozen=True):
    """Why a step failed, as `error_json` holds it: the error's members, and the `model` if it is known which failed."""

    code: str
    message: str
    retryable: bool = False
    model: str | None = None
    reason: str | None = None


class BetterAttempt(Struct, frozen=True):
    """Which of two attempts was found better."""

    first: int
    second: int
    better: Literal[0, 1]


StepResult: TypeAlias = Plan | StepOutput | CheckResult | BetterAttempt
RESULTS: dict[StepKind, type[StepResult]] = {
    "plan": Plan,
    "execute": StepOutput,
    "check": CheckResult,
    "better": BetterAttempt,
    "consolidate": StepOutput,
}
"""What `result_json` of a step that is done holds."""


class StepSuccess(Struct, frozen=True):
    """What came of a step; time in Unix milliseconds."""

    result: Annotated[StepResult, TypedBy("kind", RESULTS)]
    ended_at: int


class StepFailure(Struct, frozen=True):
    """Why nothing came of a step; time in Unix milliseconds."""

    error: StepError
    ended_at: int


StepEnd: TypeAlias = StepSuccess | StepFailure
STEP_ENDS: dict[StepStatus, type[StepEnd] | None] = {"intent": None, "done": StepSuccess, "failed": StepFailure}


class StepRow(Struct, frozen=True):
    """One step; `end` None: it was begun. `made`: the attempt of `execute` that a check or a comparison is about.
    `runs` counts how often it was begun; one that was interrupted is begun once more, or as often as it takes when it
    is `retryable`."""

    key: Annotated[StepKey, SpreadMember("step", "attempt")]
    kind: StepKind
    subtask_id: int | None
    made: int | None
    round: int
    runs: int = 1
    retryable: bool = False
    epoch: str = ""
    started_at: int = 0
    end: Annotated[StepEnd | None, TaggedMember("state", STEP_ENDS)] = None

    @property
    def status(self) -> StepStatus:
        """How it stands."""
        return "intent" if self.end is None else "done" if isinstance(self.end, StepSuccess) else "failed"

    @property
    def result(self) -> StepResult | None:
        """What came of it, None unless it is done."""
        return self.end.result if isinstance(self.end, StepSuccess) else None

    @property
    def error(self) -> StepError | None:
        """Why it failed, if it did."""
        return self.end.error if isinstance(self.end, StepFailure) else None


class ApprovalRow(Struct, frozen=True):
    """A person's word that is wanted or given; `hash` is that of the exact action (see `approval_hash.py`)."""

    id: int
    task_id: int
    subtask_id: int | None
    kind: ApprovalKind
    hash: str
    status: Annotated[ApprovalStatus, NamedColumn("state")]
    note: str
    created_at: int
    decided_at: int | None


class Blocker(NamedTuple):
    """Another task that this one depends on and that is not completed."""

    task_id: int
    title: str
    status: TaskStatus


class LogEntry(Struct, frozen=True):
    """One line of a task's log; `details_json` is an object of JSON values."""

    subtask_id: int | None
    level: LogLevel
    message: str
    details_json: str | None = None


class LogRow(Struct, frozen=True):
    """A line of a log as it is stored; time in Unix milliseconds."""

    id: int
    task_id: int
    subtask_id: int | None
    level: LogLevel
    message: str
    details_json: str | None
    created_at: int


class QualityDelta(NamedTuple):
    """What one step says about a model: added to its row of `model_quality`."""

    model: str
    task_type: TaskType
    runs: int = 0
    checked: int = 0
    approved: int = 0
    scored: int = 0
    score: int = 0
    tokens: int = 0
    seconds: float = 0.0
