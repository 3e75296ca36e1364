"""Tasks as frames show them: rows of the tables to members of payloads. Nothing here waits.

A frame must fit through a connection that has other things to send. So where the texts of a task are long together,
each is cut to its fair share, and `cut` says so; a single subtask or a task asked for by itself is shown whole.
"""

import math
from collections.abc import Iterable, Sequence
from typing import TypeVar

import msgspec
from msgspec import Struct

from orchd.entity import view
from orchd.features.task.core.rows import QualityFigures, SubtaskRow, TaskRow
from orchd.features.task.store.listing_queries import TIMED, TaskDetails, TaskFigures, TaskSummary
from orchd.features.task.wire.live_messages import (
    TaskCounts,
    TaskModelFigures,
    TaskStatistics,
    TaskTimes,
)
from orchd.features.task.wire.messages import TaskItem, TaskLink, TaskListItem, TaskSpent, TaskUpdated
from orchd.features.task.wire.subtask_messages import SubtaskItem
from orchd.llm import Price
from orchd.protocol.page import beginning, fitting, share, size
from orchd.protocol.types import MAX_INTEGER, Expense, timestamp

R = TypeVar("R", bound=Struct)


def task_item(task: TaskRow, depends_on: Sequence[int], room: int | None = None) -> TaskItem:
    """Show a task; no text of it longer than `room` bytes as JSON."""
    return view(
        TaskItem,
        task,
        **_texts(task, room, "description", "result", "result_notes"),
        result_remarks=_remarks(task.result_remarks, room),
        started=task.ready or task.owner is not None or task.started_at is not None,
        depends_on=list(depends_on),
        spent=TaskSpent(
            task.calls, min(task.tokens, MAX_INTEGER), round(task.seconds, 3), expenses_of(task.prices or ())
        ),
        links=[view(TaskLink, link) for link in task.links],
    )


def expenses_of(prices: Iterable[Price]) -> list[Expense]:
    """Show what something cost."""
    return [Expense(min(price.micros, MAX_INTEGER), price.currency) for price in prices]


def subtask_item(subtask: SubtaskRow, room: int | None = None) -> SubtaskItem:
    """Show a subtask; no text of it longer than `room` bytes as JSON."""
    texts = _texts(subtask, room, "prompt", "result", "notes")
    remarks = _remarks(subtask.remarks, room)
    return view(SubtaskItem, subtask, **texts, remarks=remarks)


def _remarks(remarks: list[R] | None, room: int | None) -> list[R] | None:
    """Return remarks where they go into `room` bytes: in part they would say something else."""
    return remarks if room is None or remarks is None or size(remarks) <= room else None


def _texts(row: Struct, room: int | None, *names: str) -> dict[str, object]:
    """Return the texts of a row, and whether one of them is cut."""
    whole = {name: getattr(row, name) for name in names}
    shown = {name: text and beginning(text, room) for name, text in whole.items()}
    return {**shown, "cut": shown != whole}


def subtask_items(subtasks: Sequence[SubtaskRow]) -> list[SubtaskItem]:
    """Show some subtasks in one frame."""
    room = _room(subtasks)
    return [subtask_item(subtask, room) for subtask in subtasks]


def task_update(shown: TaskDetails, needed: Sequence[int], now: int) -> TaskUpdated:
    """Show a task and its subtasks to somebody who sees these of the tasks that it waits for; `now` in Unix
    milliseconds."""
    room = _room(
        shown.subtasks,
        shown.task.description,
        shown.task.result,
        shown.task.result_notes,
        _remarks_json(shown.task.result_remarks),
    )
    items = [subtask_item(subtask, room) for subtask in shown.subtasks]
    return TaskUpdated(task_item(shown.task, needed, room), items, timestamp(now))


def _room(subtasks: Sequence[SubtaskRow], *others: str | None) -> int | None:
    """Return how many bytes each long text may have in one frame, None when all may be whole."""
    texts = (
        text
        for subtask in subtasks
        for text in (subtask.prompt, subtask.result, subtask.notes, _remarks_json(subtask.remarks))
    )
    return share([*others, *texts])


def _remarks_json(remarks: Sequence[Struct] | None) -> str | None:
    """Return remarks as they are written in a frame."""
    return None if remarks is None else msgspec.json.encode(remarks).decode()


def list_item(row: TaskSummary) -> TaskListItem:
    """Show a row of a list."""
    return view(TaskListItem, row.task, subtasks=row.subtasks, completed=row.completed)


def statistics(figures: TaskFigures) -> TaskStatistics:
    """Show figures over all tasks."""
    done, failed = (figures.by_status.get(status, 0) for status in ("completed", "failed"))
    times = sorted(figures.times)
    return TaskStatistics(
        total=sum(figures.by_status.values()),
        by_status=TaskCounts(**figures.by_status),
        success_rate=round(done / (done + failed), 4) if done + failed else None,
        calls=figures.calls,
        tokens=min(figures.tokens, MAX_INTEGER),
        seconds=round(figures.seconds, 3),
        times=TaskTimes(min(len(times), TIMED), percentile(times, 50), percentile(times, 95)),
        by_model=fitting(_model_figures(row) for row in figures.by_model),
    )


def percentile(ordered: Sequence[int], percent: int) -> float | None:
    """Return the seconds that so many percent of ordered times (milliseconds) don't exceed, by nearest rank."""
    if not ordered:
        return None
    return ordered[math.ceil(percent / 100 * len(ordered)) - 1] / 1000


def _model_figures(row: QualityFigures) -> TaskModelFigures:
    figures = row.model, row.task_type, row.runs, row.checked, row.approved, row.mean_score
    return TaskModelFigures(*figures, row.tokens, round(row.seconds, 3))
