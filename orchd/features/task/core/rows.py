"""What the tables hold, as values; what frames show of it as it is stands here once. The SQL is in `store/`."""

from typing import Annotated, Literal, NamedTuple, TypeAlias

from msgspec import Meta, Struct, field

from orchd.entity import Belonging, Elsewhere, NamedColumn, SpreadMember, StoredAs, TaggedMember, TypedBy
from orchd.features.models import TaskType
from orchd.features.task.core.causes import SubtaskCause, TaskCause
from orchd.features.task.core.results import (
    CheckResult,
    PartLink,
    Plan,
    StepOutput,
    SubtaskScore,
    TaskAssignmentGround,
    TaskJoinRemark,
)
from orchd.features.verification import VerifyRemark
from orchd.llm import Price
from orchd.protocol.types import Count, RowId, ServerPayload, Timestamp

TaskStatus: TypeAlias = Annotated[
    Literal[
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
    ],
    Meta(title="TaskState", description="How a task stands."),
]
SubtaskStatus: TypeAlias = Annotated[
    Literal["pending", "executing", "validating", "waiting", "completed", "rejected", "failed", "cancelled", "skipped"],
    Meta(title="SubtaskState", description="How a subtask stands."),
]
TaskPriority: TypeAlias = Annotated[
    Literal["low", "medium", "high", "urgent"],
    Meta(title="TaskPriority", description="Which of the tasks that could go on does so first."),
]
WaitsFor: TypeAlias = Annotated[
    Literal["approval", "dependencies", "brakes", "budget", "quota"],
    Meta(
        title="TaskWaitsFor",
        description="What a task waits for: a word of a person, other tasks, a less busy machine, a higher budget, "
        "or the end of the time for which a quota is used up.",
    ),
]
StepKind: TypeAlias = Annotated[
    Literal["plan", "execute", "check", "better", "consolidate"],
    Meta(title="StepKind", description="What a step of a task does."),
]
StepStatus: TypeAlias = Annotated[
    Literal["intent", "done", "failed"],
    Meta(title="StepState", description="How an attempt stands: begun, done or failed."),
]
ApprovalKind: TypeAlias = Annotated[
    Literal["plan", "step", "result", "dependency"],
    Meta(
        title="ApprovalKind",
        description="What a person is asked: may the plan be run, may this step be begun, does its result stand, does "
        "the task go on without one that it depends on.",
    ),
]
QUESTIONS: dict[ApprovalKind, str] = {
    "plan": "May the plan be run?",
    "step": "May this step be begun?",
    "result": "Does its result stand?",
    "dependency": "Does it go on without a task that it depends on?",
}
ApprovalStatus: TypeAlias = Annotated[
    Literal["open", "approved", "refused", "withdrawn"],
    Meta(title="ApprovalState", description="How a question to a person stands; `withdrawn`: it is no longer asked."),
]
LogLevel: TypeAlias = Annotated[
    Literal["info", "warning", "error"], Meta(title="LogLevel", description="How much a line of the log matters.")
]

ENDED: frozenset[TaskStatus] = frozenset({"completed", "failed", "cancelled"})
RUNNING: frozenset[TaskStatus] = frozenset({"planning", "executing", "validating", "consolidating"})
SUBTASK_ENDED: frozenset[SubtaskStatus] = frozenset({"completed", "rejected", "failed", "cancelled", "skipped"})


NONE_IS_EMPTY = StoredAs({None: ""})
PRIORITIES = StoredAs({"low": 0, "medium": 1, "high": 2, "urgent": 3})
PAUSE_IS_WISHED = StoredAs({False: "", True: "pause"})


class TaskBudget(Struct, frozen=True, rename="camel"):
    """What a task may take; null is no limit."""

    max_calls: Count | None
    max_tokens: Count | None
    max_minutes: float | None


class TaskListed(Struct, frozen=True, kw_only=True, rename="camel"):
    """What lists show of a task."""

    id: RowId
    user_id: Count
    project_id: RowId | None
    title: str
    priority: Annotated[TaskPriority, PRIORITIES]
    status: TaskStatus
    waits_for: Annotated[WaitsFor | None, NONE_IS_EMPTY]
    reason: Annotated[str | None, NONE_IS_EMPTY]
    due_at: Timestamp | None
    created_at: Timestamp
    updated_at: Timestamp
    completed_at: Timestamp | None
    deleted_at: Timestamp | None

    @property
    def whose(self) -> Belonging:
        """Whom it belongs to."""
        return Belonging(self.user_id, self.project_id)


class TaskMembers(TaskListed, frozen=True, kw_only=True):
    """A task, as far as it is shown as it is stored."""

    description: str
    cause: TaskCause | None
    pausing: Annotated[bool, NamedColumn("wish"), PAUSE_IS_WISHED]
    model: str | None
    auto_run: bool
    planned: bool
    plan_model: str | None
    round: Count
    budget: Annotated[TaskBudget, SpreadMember]
    result: str | None
    result_notes: str
    result_remarks: list[TaskJoinRemark] | None
    started_at: Timestamp | None


class TaskRow(TaskMembers, frozen=True, kw_only=True):
    """One task as the runner has it.

    `ready`: a runner should look at it; `owner`: the daemon run that owns it, None when none does. `version`
    grows with each change, whoever makes it. `round` counts from 1 how often the task was begun anew (`task:retry`);
    `planned`: its subtasks come from a planner, so they need approval unless `auto_run`. `models`: the only ones that
    it may use, as the token was limited that made it; None: any.
    """

    ready: bool
    owner: str | None
    version: int
    calls: int
    tokens: int
    seconds: float
    prices: tuple[Price, ...] | None
    """What its answers cost, as far as that is known; None: of none."""
    links: list[PartLink]
    models: tuple[str, ...] | None
    token_id: int | None
    """The token that made it, if one did; `background`: that one waits for people."""
    background: bool


class SubtaskRow(Struct, frozen=True, kw_only=True, rename="camel"):
    """One subtask, with the ids of those that it needs. `attempts` counts all there were; `kept` is the one whose
    result this is."""

    id: RowId
    task_id: RowId
    position: Count
    title: str
    prompt: str
    task_type: TaskType
    difficulty: Annotated[int, Meta(ge=1, le=10)]
    assistant: str | None
    model: str | None
    needs_approval: bool
    depends_on: Annotated[tuple[RowId, ...], Elsewhere]
    status: SubtaskStatus
    attempts: Count
    kept: Count | None
    result: str | None
    result_model: str | None
    score: SubtaskScore | None
    reviewer: str | None
    notes: str
    cause: SubtaskCause | None
    remarks: list[VerifyRemark] | None
    verified: bool
    self_checked: bool
    reasons: tuple[str, ...]
    grounds: list[TaskAssignmentGround] | None
    created_at: Timestamp
    updated_at: Timestamp
    completed_at: Timestamp | None


NEW_TASK: dict[str, object] = {
    "status": "pending", "waits_for": None, "reason": None, "pausing": False, "ready": False, "owner": None,
    "version": 1, "round": 1, "planned": False, "plan_model": None, "calls": 0, "tokens": 0, "seconds": 0.0,
    "prices": None,
    "project_id": None, "result": None, "result_notes": "", "result_remarks": None, "links": [],
    "started_at": None, "completed_at": None,
    "deleted_at": None, "models": None,
    "token_id": None,
    "background": False,
    "cause": None,
}  # fmt: skip
NEW_SUBTASK: dict[str, object] = {
    "model": None, "needs_approval": False, "status": "pending", "attempts": 0, "kept": None, "result": None,
    "result_model": None, "score": None, "reviewer": None, "notes": "", "cause": None, "remarks": None,
    "verified": False, "self_checked": False, "reasons": (), "grounds": None, "completed_at": None,
}  # fmt: skip


class StepKey(NamedTuple):
    """Names a step for good: nothing is run again under a key that is done.

    `name` is `plan`, `execute:SUBTASK`, `check:SUBTASK:ATTEMPT`, `better:SUBTASK:ATTEMPT` or `consolidate`; `attempt`
    counts from 1. A check that fails is tried again as attempt 2 of the same check.
    """

    name: Annotated[str, NamedColumn("step")]
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

    key: Annotated[StepKey, SpreadMember]
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


class TaskApproval(ServerPayload, frozen=True):
    """`task:approval`: to subscribers, when a person is asked, and when that has changed.

    A question to a person: may the plan be run (`plan`), may this subtask be begun (`step`), does its result stand
    (`result`), does the task go on without another one that came to nothing (`dependency`)? `note` says which one that
    is, or what persons said of the results that they refused before; once it is answered, what was said with the
    answer. `hash` binds to exactly that; when it is changed, there is another hash or another question. It stays `open`
    until somebody answers; `withdrawn`: it is no longer asked.
    """

    id: RowId = field(name="approvalId")
    task_id: RowId
    subtask_id: RowId | None
    kind: ApprovalKind
    hash: str
    status: Annotated[ApprovalStatus, NamedColumn("state")]
    note: str
    created_at: Timestamp
    decided_at: Timestamp | None


class Blocker(NamedTuple):
    """Another task that this one depends on and that is not completed; `title` is empty where not everybody sees it who
    sees this one."""

    task_id: int
    title: str
    status: TaskStatus
    round: int = 1


class QualityFigures(NamedTuple):
    """What is known of a model at a kind of task (see `model_quality`), or what one step adds to that. Tokens and
    seconds are those of its runs."""

    model: str
    task_type: TaskType
    runs: int = 0
    checked: int = 0
    approved: int = 0
    scored: int = 0
    score_sum: int = 0
    tokens: int = 0
    seconds: float = 0.0

    @property
    def mean_score(self) -> float | None:
        """From 0 to 100, None when there is none."""
        return round(self.score_sum / self.scored, 1) if self.scored else None
