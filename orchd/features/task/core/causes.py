"""Why a task stands as it does, for programs: what its `reason` says for people. No other task is named here, since not
everybody who sees the one sees the others."""

from collections.abc import Iterable, Sequence
from typing import Annotated, Literal, NamedTuple, TypeAlias

from msgspec import UNSET, Meta, Struct, UnsetType

from orchd.protocol.types import Count, ErrorReason, Timestamp

MAX_REASON = 1000
"""Characters of a reason; it names many tasks or subtasks at most in part."""
MAX_SUBTASK_TEXT = 300
"""Characters of a text in a subtask's cause; a task may have a hundred of them in one frame."""
MAX_TITLES = 20
"""Subtasks that a cause names."""

TaskCauseCode: TypeAlias = Annotated[
    Literal[
        "brakes",
        "budget_calls",
        "budget_minutes",
        "budget_tokens",
        "cancelled",
        "circle",
        "decision",
        "defect",
        "dependencies",
        "dependency_question",
        "dependency_refused",
        "joining_again",
        "no_judge",
        "no_result",
        "not_joined",
        "not_planned",
        "paused",
        "plan_question",
        "plan_refused",
        "planning_again",
        "quota",
        "subtasks_lost",
    ],
    Meta(title="TaskCauseCode", description="Why a task waits, is paused, or has ended without an answer."),
]
BrakeName: TypeAlias = Annotated[
    Literal["cpu", "memory", "vram", "disk", "disk_space", "database_space", "no_server"],
    Meta(
        title="TaskBrakeName",
        description="What holds tasks back: the processor, memory, graphics memory or disk in use, too little room on "
        "the disk or on the database's, or that no model server answers.",
    ),
]
BrakeLimit: TypeAlias = Annotated[float, Meta(ge=0, le=100)]


class TaskBrakeCause(Struct, frozen=True, rename="camel"):
    """What holds tasks back just now; `percent` in use and its `limit` are null where it is no share of something."""

    what: BrakeName
    percent: BrakeLimit | None
    limit: BrakeLimit | None


class TaskFailure(Struct, frozen=True):
    """What a model or its server could not do. `code` is that of an error, or `interrupted`: the daemon ended twice
    while it was at it. `reason` says more where there is more to say."""

    code: str
    message: str
    reason: ErrorReason | UnsetType = UNSET


class TaskCause(Struct, frozen=True, rename="camel"):
    """Why a task stands as it does, for programs; which members there are follows from `code`.

    `budget_…`: `spent` of `limit`. `quota`: `endsAt`. `brakes`: `brakes`, as they were when it began to wait.
    `decision`, `no_judge`: `titles` of the subtasks that wait for a person, or for somebody to check them.
    `subtasks_lost`: `lost` of `total`, with their `titles`. `dependency_refused`: `note`. `planning_again` and
    `joining_again` (a try failed and another follows), `not_planned`, `not_joined`, `defect`: `error`.
    """

    code: TaskCauseCode
    spent: Annotated[float, Meta(ge=0)] | UnsetType = UNSET
    limit: Annotated[float, Meta(ge=0)] | UnsetType = UNSET
    ends_at: Timestamp | UnsetType = UNSET
    brakes: list[TaskBrakeCause] | UnsetType = UNSET
    titles: list[str] | UnsetType = UNSET
    lost: Count | UnsetType = UNSET
    total: Count | UnsetType = UNSET
    note: str | UnsetType = UNSET
    error: TaskFailure | UnsetType = UNSET


SubtaskCauseCode: TypeAlias = Annotated[
    Literal["dependency_refused", "failed", "needed_lost", "result_refused", "step_refused"],
    Meta(title="SubtaskCauseCode", description="Why a subtask has no result that stands."),
]


class SubtaskCause(Struct, frozen=True, rename="camel"):
    """Why a subtask stands as it does, for programs; which members there are follows from `code`.

    `failed`: `error`, of the last attempt, though another one may follow. `needed_lost`: `title` of another subtask
    that it needs. `step_refused` (a person did not let it begin), `result_refused` and `dependency_refused` (a person
    did not want it without what the task waited for): `note`, where they said something.
    """

    code: SubtaskCauseCode
    error: TaskFailure | UnsetType = UNSET
    title: str | UnsetType = UNSET
    note: str | UnsetType = UNSET


def step_failure(code: str, message: str, reason: str | None) -> SubtaskCause:
    """Return that an attempt failed."""
    return SubtaskCause("failed", error=failure(code, message[:MAX_SUBTASK_TEXT], reason))


def refusal_cause(code: SubtaskCauseCode, note: str) -> SubtaskCause:
    """Return that a person refused something, and what they said."""
    return SubtaskCause(code, note=note[:MAX_SUBTASK_TEXT] or UNSET)


class Explanation(NamedTuple):
    """The same twice: in a sentence for people, and for programs."""

    text: str
    cause: TaskCause


def explain(text: str, cause: TaskCause) -> Explanation:
    """Return both, with a sentence that is not longer than may be stored."""
    return Explanation(text[:MAX_REASON], cause)


def failure(code: str, message: str, reason: str | None) -> TaskFailure:
    """Return what failed, with words that are not longer than may be stored."""
    return TaskFailure(code, message[:MAX_REASON], reason or UNSET)


def first_titles(titles: Iterable[str]) -> list[str]:
    """Return as many titles as a cause may name."""
    named: Sequence[str] = list(titles)
    return [*named[:MAX_TITLES]]
