"""What the runner of tasks hands to those who do the work.

The runner (`runner.py`) decides when something is asked; a `Workers` decides how it is done and by which model, and
knows nothing of tables.
"""

from collections.abc import Sequence
from typing import Literal, NamedTuple, Protocol

from orchd.features.task.core.results import CheckResult, EarlierPlan, Part, Plan, StepOutput
from orchd.features.task.core.rows import SubtaskRow, TaskRow
from orchd.llm import Cost, Priority, Requester


class TaskBrief(NamedTuple):
    """A task that is to be planned. `inputs`: the results of the tasks that it waited for."""

    task: TaskRow
    inputs: Sequence[Part] = ()
    earlier: EarlierPlan | None = None


class SubtaskOrder(NamedTuple):
    """A subtask that is to be done. `guidance`: what was wrong with the attempt before; `avoid`: models that failed."""

    task: TaskRow
    subtask: SubtaskRow
    attempt: int
    guidance: str | None
    avoid: Sequence[str]
    parts: Sequence[Part]


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

    async def plan(self, brief: TaskBrief, listener: StepListener) -> tuple[Plan, Cost]:
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

    async def consolidate(self, task: TaskRow, parts: Sequence[Part], listener: StepListener) -> StepOutput:
        """Join the approved results, in order, into the task's answer."""


def requester_of(task: TaskRow) -> Requester:
    """Return on whose behalf the models of a task are asked."""
    urgency = Priority.URGENT if task.priority == "urgent" else Priority.TASK
    priority = Priority.BACKGROUND if task.background else urgency
    models = None if task.models is None else frozenset(task.models)
    return Requester(priority, task.user_id, f"task {task.id}", task.token_id, models, task.id)
