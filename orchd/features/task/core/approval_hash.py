"""What exactly a person approves: a hash of the action, so that an approval can't be used for anything else.

The hash is SHA-256 over a JSON array that names the kind of the action and everything that decides what will be done.
When any of it is edited, the hash is another one and the person is asked anew.
"""

import hashlib
from collections.abc import Iterable

import msgspec

from orchd.features.task.core.results import Part, StepOutput
from orchd.features.task.core.rows import Blocker, SubtaskRow, TaskRow

_DELETED = "deleted:"


def plan_hash(task: TaskRow, subtasks: Iterable[SubtaskRow]) -> str:
    """Bind to a whole plan: the task's text, which subtasks there are, in which order, and what each is told."""
    return _hash(
        "plan", _task_facts(task), [[subtask.id, *_doing(subtask), subtask.depends_on] for subtask in subtasks]
    )


def step_hash(task: TaskRow, subtask: SubtaskRow, parts: Iterable[Part]) -> str:
    """Bind to running a subtask on the task's text and the results that it is handed; further attempts are covered."""
    return _hash(
        "step", _task_facts(task), subtask.id, _doing(subtask), [[part.subtask_id, part.text] for part in parts]
    )


def dependency_hash(task: TaskRow, lost: Iterable[Blocker]) -> str:
    """Bind to going on without what these tasks, as they ended, would have come to."""
    return _hash("dependency", task.id, [[blocker.task_id, blocker.status, blocker.round] for blocker in lost])


def deleted_hash(task: TaskRow, deleted_id: int) -> str:
    """Bind to going on without what a task that was deleted would have come to."""
    return _DELETED + _hash("deleted", task.id, deleted_id)[len(_DELETED) :]


def is_about_deleted(action: str) -> bool:
    """Tell whether a hash is one of `deleted_hash`: what it is about does not change any more."""
    return action.startswith(_DELETED)


def result_hash(subtask: SubtaskRow, attempt: int, made: StepOutput) -> str:
    """Bind to taking one attempt's text as the result of a subtask."""
    return _hash("result", subtask.id, attempt, made.text)


def _task_facts(task: TaskRow) -> list[object]:
    """What each of its steps is told of the task."""
    return [task.id, task.title, task.description]


def _doing(one: SubtaskRow) -> list[object]:
    return [one.title, one.prompt, one.task_type, one.difficulty, one.assistant, one.model, one.needs_approval]


def _hash(*action: object) -> str:
    return hashlib.sha256(msgspec.json.encode(action)).hexdigest()
