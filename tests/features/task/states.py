"""Tasks' states for tests: made by hand, or as the runner would have stored them."""

from collections.abc import Collection

import msgspec

from orchd.features.task.core.results import PlannedSubtask
from orchd.features.task.core.rows import SubtaskRow, TaskBudget, TaskRow
from orchd.features.task.core.state import TaskState
from orchd.protocol.types import timestamp

FIRST = timestamp(0)


def budget(max_calls: int | None = None, max_tokens: int | None = None, max_minutes: float | None = None) -> TaskBudget:
    """What a task may take."""
    return TaskBudget(max_calls, max_tokens, max_minutes)


def task(**changes: object) -> TaskRow:
    """A task of the daemon run `epoch` that was told to run."""
    row = TaskRow(
        id=7, user_id=0, project_id=None, title="Move house", description="From A to B", priority="medium", model=None,
        status="pending", waits_for=None, reason=None, pausing=False, ready=True, owner="epoch", version=3, round=1,
        planned=False, plan_model=None, auto_run=True, budget=budget(), calls=0, tokens=0, seconds=0.0, prices=None,
        due_at=None,
        result=None, result_notes="", result_remarks=None, links=[], created_at=FIRST, updated_at=FIRST,
        started_at=None, completed_at=None, deleted_at=None,
        models=None,
        token_id=None,
        background=False,
        cause=None,
    )  # fmt: skip
    return msgspec.structs.replace(row, **changes)


def planning(**changes: object) -> TaskState:
    """A task without subtasks."""
    return TaskState(task(**changes), {}, {})


def subtask(subtask_id: int, *depends_on: int, **changes: object) -> SubtaskRow:
    """A subtask that was not begun."""
    row = SubtaskRow(
        id=subtask_id, task_id=7, position=subtask_id - 1, title=f"part {subtask_id}", prompt=f"Do {subtask_id}",
        task_type="general", difficulty=5, assistant=None, model=None, needs_approval=False, depends_on=depends_on,
        status="pending", attempts=0, kept=None, result=None, result_model=None, score=None, reviewer=None, notes="",
        cause=None, remarks=None, verified=False, self_checked=False, reasons=(), grounds=None,
        created_at=FIRST, updated_at=FIRST, completed_at=None,
    )  # fmt: skip
    return msgspec.structs.replace(row, **changes)


def of(*subtasks: SubtaskRow, **changes: object) -> TaskState:
    """A task with these subtasks."""
    return TaskState(task(**changes), {subtask.id: subtask for subtask in subtasks}, {})


def planned(needs: tuple[set[int], ...]) -> list[PlannedSubtask]:
    """A plan whose subtasks need what is said of each."""
    return [PlannedSubtask(f"part {place}", f"Do {place}", sorted(needed)) for place, needed in enumerate(needs)]


def stored_plan(state: TaskState, needs: tuple[set[int], ...], approvals: Collection[int] = ()) -> TaskState:
    """The state after its plan was stored: ids from 1 in the order of the plan."""
    rows = {
        place + 1: subtask(place + 1, *(place + 1 for place in sorted(needed)), needs_approval=place in approvals)
        for place, needed in enumerate(needs)
    }
    return msgspec.structs.replace(state, subtasks=rows, drafts=())
