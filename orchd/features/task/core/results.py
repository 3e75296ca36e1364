"""What those who do the work of a task hand back.

Everything here is stored as JSON with the step that it belongs to, so that a crash between two steps loses nothing:
members may be added with a default, but none may be renamed or lost.
"""

from typing import Literal, TypeAlias

from msgspec import Struct

from orchd.features.models import TaskType
from orchd.llm import Cost

CheckOutcome: TypeAlias = Literal["verified", "self_checked", "rejected", "undecided"]
"""How a check ended: approved by another model, approved by the only one there is, refused, or for a person to say."""

JudgeOpinion: TypeAlias = Literal["approved", "rejected", "abstained"]


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


class VerdictRecord(Struct, frozen=True):
    """What one model thought of a result; `score` 0 to 100, None when it gave none that could be read."""

    model: str
    opinion: JudgeOpinion
    score: int | None
    notes: str


class CheckResult(Struct, frozen=True):
    """How a check ended. `guidance` is for the next attempt; `ledger_id` names the stored ledger of claims.

    `unasked`: why it is undecided for want of a judge that may be there another time; None otherwise.
    """

    outcome: CheckOutcome
    score: int | None
    reviewer: str | None
    notes: str
    guidance: str
    ledger_id: int | None
    verdicts: list[VerdictRecord]
    cost: Cost
    unasked: str | None = None
