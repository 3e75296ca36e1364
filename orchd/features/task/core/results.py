"""What those who do the work of a task hand back.

Everything here is stored as JSON with the step that it belongs to, so that a crash between two steps loses nothing:
members may be added with a default, but none may be renamed or lost.
"""

from typing import Annotated, Literal, TypeAlias

from msgspec import UNSET, Meta, Struct, UnsetType

from orchd.features.models import ModelGround, ResponseRule, TaskType
from orchd.features.task.core.causes import TaskFailure
from orchd.features.verification import VerificationOutcome, VerifyRemark
from orchd.llm import Cost
from orchd.protocol.types import Count

SubtaskOpinion: TypeAlias = Annotated[
    Literal["approved", "rejected", "abstained"],
    Meta(title="SubtaskOpinion", description="What one model thought of an attempt."),
]
SubtaskScore: TypeAlias = Annotated[int, Meta(ge=0, le=100)]


class PlannedSubtask(Struct, frozen=True):
    """One piece of a plan. `depends_on` are indices into the plan; `difficulty` 1 to 10; `assistant` by its name."""

    title: str
    prompt: str
    depends_on: list[int] = []
    difficulty: int = 5
    assistant: str | None = None
    task_type: TaskType = "general"


class Plan(Struct, frozen=True):
    """A whole plan, checked: no cycles, no empty prompts. `model` wrote it, as "id@backend"."""

    subtasks: list[PlannedSubtask]
    model: str | None = None


class Part(Struct, frozen=True):
    """An approved result that is handed on; `subtask_id` 0: it is that of another task."""

    subtask_id: int
    title: str
    text: str


class EarlierPlan(Struct, frozen=True):
    """A plan that a person did not take, and what persons said of it and of those before."""

    subtasks: list[PlannedSubtask]
    notes: list[str] = []


class PartLink(Struct, frozen=True):
    """Where the answer speaks of a part: what stands there, and whose result it is."""

    mark: str
    subtask_id: int


JoinRemarkCode: TypeAlias = Annotated[
    Literal[
        "as_they_are",
        "claims_left_out",
        "cut_off",
        "does_not_hold",
        "far_longer",
        "far_shorter",
        "invented",
        "model_failed",
        "no_answer",
        "other_language",
        "result_missing",
        "too_long",
        "too_long_for_models",
        "unmarked",
    ],
    Meta(title="TaskJoinRemarkCode", description="What is to be said of how the results were joined."),
]


class TaskJoinRemark(Struct, frozen=True, rename="camel", kw_only=True):
    """What is to be said of how a task's results were joined, for programs; which members there are follows from
    `code`.

    `as_they_are`: they are put together without a model, and why: `too_long_for_models`, `model_failed` (`error`),
    `cut_off` (the text of `model`), `does_not_hold` (what `model` wrote, and why not): it is `no_answer` (it breaks a
    `rule`; `quote`, `languages`, `otherLanguages`), `too_long` to be held against the results, `far_longer` or
    `far_shorter` than they are, `invented` (the `claims` that no result has), `result_missing` (`titles`). Of a text
    that a model has joined: `claims_left_out` (`count`, the first of the `claims`), `unmarked` (`titles` of the results
    that it has no mark for). Of any answer, also of a single result: `other_language` (it is in one of the `languages`,
    the task in one of `otherLanguages`).
    """

    code: JoinRemarkCode
    model: str | UnsetType = UNSET
    error: TaskFailure | UnsetType = UNSET
    rule: ResponseRule | UnsetType = UNSET
    quote: str | UnsetType = UNSET
    languages: list[str] | UnsetType = UNSET
    other_languages: list[str] | UnsetType = UNSET
    claims: list[str] | UnsetType = UNSET
    titles: list[str] | UnsetType = UNSET
    count: Count | UnsetType = UNSET


AssignmentGroundCode: TypeAlias = Annotated[
    Literal[
        "all_failed",
        "assistant_gone",
        "assistant_other",
        "assistant_unable",
        "assistant_uses",
        "failed",
        "fixed",
        "last_resort",
        "next",
        "none_made_for",
        "order_condensed",
        "result_cut",
        "suits",
        "text_condensed",
    ],
    Meta(
        title="TaskAssignmentGroundCode", description="Why a piece of work goes to a model, and what it is shown of it."
    ),
]


class TaskAssignmentGround(Struct, frozen=True, rename="camel", kw_only=True):
    """Why a piece of work goes to a model, for programs; which members there are follows from `code`.

    `fixed`: a person has said `model`. `assistant_gone`: the `assistant` is not there any more; `assistant_uses` the
    `models`; it would use `model`, but that is not there (`assistant_unable`, `error`) or for something else
    (`assistant_other`, `purpose`). `none_made_for` the `taskType`. `suits`: for work of this `taskType` and
    `difficulty` the `model` is best, by its `grounds`. `last_resort`: an attempt of these `models` failed;
    `all_failed`: of all that there are. `next`: the `models` that follow if `model` fails.
    `failed`: the `model` was asked, and gave no answer that could be used (`error`). What didn't fit into its context:
    the order (`order_condensed`) and the task's text (`text_condensed`), which were condensed part by part; of another
    result, its `title` told, `count` characters were left out (`result_cut`).
    """

    code: AssignmentGroundCode
    assistant: str | UnsetType = UNSET
    model: str | UnsetType = UNSET
    models: list[str] | UnsetType = UNSET
    task_type: TaskType | UnsetType = UNSET
    difficulty: Annotated[int, Meta(ge=1, le=10)] | UnsetType = UNSET
    purpose: str | UnsetType = UNSET
    error: TaskFailure | UnsetType = UNSET
    grounds: list[ModelGround] | UnsetType = UNSET
    title: str | UnsetType = UNSET
    count: Count | UnsetType = UNSET


class StepOutput(Struct, frozen=True):
    """A result: who made it ("id@backend"), why that one, what it took; `links`, `notes` are for the joined answer, and
    `remarks` say for programs what the notes say; `grounds` say so what the first of the `reasons` say."""

    text: str
    model: str
    reasons: list[str]
    cost: Cost
    links: list[PartLink] = []
    notes: str = ""
    remarks: list[TaskJoinRemark] = []
    grounds: list[TaskAssignmentGround] = []


class SubtaskVerdict(Struct, frozen=True):
    """What one model thought of an attempt; `remarks` say for programs what `notes` says, and are empty in those of an
    older daemon."""

    model: str
    opinion: SubtaskOpinion
    score: SubtaskScore | None
    notes: str
    remarks: list[VerifyRemark] = []


class CheckResult(Struct, frozen=True):
    """How a check ended. `guidance` is for the next attempt; `ledger_id` names the stored ledger of claims.

    `unasked`: why it is undecided for want of a judge that may be there another time; None otherwise. `remarks` say for
    programs what `notes` says, `faults` what `guidance` says.
    """

    outcome: VerificationOutcome
    score: int | None
    reviewer: str | None
    notes: str
    guidance: str
    ledger_id: int | None
    verdicts: list[SubtaskVerdict]
    cost: Cost
    unasked: str | None = None
    remarks: list[VerifyRemark] = []
    faults: list[VerifyRemark] = []
