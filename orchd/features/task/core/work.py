"""What the runner of tasks hands to those who do the work, and what they hand back.

Everything here is stored as JSON with the step that it belongs to, so that a crash between two steps loses nothing:
members may be added with a default, but none may be renamed or lost. The runner (`runner.py`) decides when something is
asked; a `Workers` decides how it is done and by which model, and knows nothing of tables.
"""

from collections.abc import Sequence
from typing import Literal, Protocol, TypeAlias

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


class TaskBrief(Struct, frozen=True):
    """A task as the planner and the consolidator see it; `model` None leaves the choice to them.

    For the planner, `inputs` are the results of the tasks that it waited for.
    """

    task_id: int
    title: str
    description: str
    user_id: int
    model: str | None = None
    inputs: list[Part] = []
    earlier: EarlierPlan | None = None
    urgent: bool = False
    models: tuple[str, ...] | None = None
    project_id: int | None = None
    token_id: int | None = None
    background: bool = False


class PartLink(Struct, frozen=True):
    """Where the answer speaks of a part: what stands there, and whose result it is."""

    mark: str
    subtask_id: int


class SubtaskOrder(Struct, frozen=True):
    """A subtask that is to be done. `guidance`: what was wrong with the attempt before; `avoid`: models that failed."""

    task_id: int
    task_title: str
    task_description: str
    subtask_id: int
    title: str
    prompt: str
    task_type: TaskType
    difficulty: int
    assistant: str | None
    model: str | None
    attempt: int
    guidance: str | None
    avoid: list[str]
    parts: list[Part]
    user_id: int
    urgent: bool = False
    models: tuple[str, ...] | None = None
    project_id: int | None = None
    token_id: int | None = None
    background: bool = False


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


class TextListener(Protocol):
    """What is told of a step's text while it runs; called from its task, never blocks, never raises."""

    def on_delta(self, text: str) -> None:
        """`text` (never empty) was generated."""

    def on_model(self, name: str) -> None:
        """A model was chosen, as "id@backend"; again when another one takes over."""


class StepListener(TextListener, Protocol):
    """What workers tell of a step while it runs; as `TextListener`."""

    def on_cost(self, cost: Cost) -> None:
        """So much was spent, on top of all before; told as it is spent, so that it is known of a step cut off too."""


class Workers(Protocol):
    """Who does the work. All wait as long as models take, and may be cancelled at any time.

    They raise `OrchdError`, or `NoAnswerError` where it is known what was spent; that fails the attempt, and the next
    one avoids the model that failed.
    """

    async def plan(self, task: TaskBrief, listener: StepListener) -> tuple[Plan, Cost]:
        """Split a task."""

    async def execute(self, order: SubtaskOrder, listener: StepListener) -> StepOutput:
        """Do a subtask."""

    async def check(self, order: SubtaskOrder, made: StepOutput, listener: StepListener) -> CheckResult:
        """Have a result judged by others than its author."""

    async def better(
        self,
        order: SubtaskOrder,
        first: StepOutput,
        second: StepOutput,
        listener: StepListener,
        scores: tuple[int | None, int | None],
    ) -> tuple[Literal[0, 1], Cost]:
        """Say which of two results is the better one, judged without knowing who made them, and what asking took; their
        `scores` decide where no judge does."""

    async def consolidate(self, task: TaskBrief, parts: Sequence[Part], listener: StepListener) -> StepOutput:
        """Join the approved results, in order, into the task's answer."""
