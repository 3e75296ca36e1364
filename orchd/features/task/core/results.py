"""What those who do the work of a task hand back.

Everything here is stored as JSON with the step that it belongs to, so that a crash between two steps loses nothing:
members may be added with a default, but none may be renamed or lost.
"""

from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, Struct

from orchd.features.models import TaskType
from orchd.features.verification import VerificationOutcome
from orchd.llm import Cost

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


class StepOutput(Struct, frozen=True):
    """A result: who made it ("id@backend"), why that one, what it took; `links`, `notes` are for the joined answer."""

    text: str
    model: str
    reasons: list[str]
    cost: Cost
    links: list[PartLink] = []
    notes: str = ""


class SubtaskVerdict(Struct, frozen=True):
    """What one model thought of an attempt."""

    model: str
    opinion: SubtaskOpinion
    score: SubtaskScore | None
    notes: str


class CheckResult(Struct, frozen=True):
    """How a check ended. `guidance` is for the next attempt; `ledger_id` names the stored ledger of claims.

    `unasked`: why it is undecided for want of a judge that may be there another time; None otherwise.
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
