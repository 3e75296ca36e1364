"""What exactly a person approves: a hash of the action, so that an approval can't be used for anything else.

The hash is SHA-256 over a JSON array that names the kind of the action and everything that decides what will be done.
When any of it is edited, the hash is another one and the person is asked anew.
"""

import hashlib
from collections.abc import Iterable

import msgspec

from orchd.features.task.records import SubtaskRow
from orchd.features.task.work import Made, Part


def plan_hash(task_id: int, subtasks: Iterable[SubtaskRow]) -> str:
    """Bind to a whole plan: which subtasks there are, in which order, and what each is told."""
    return _hash("plan", task_id, [[one.id, *_doing(one), one.depends_on] for one in subtasks])


def step_hash(subtask: SubtaskRow, parts: Iterable[Part]) -> str:
    """Bind to running a subtask on the results that it is handed; its further attempts are covered."""
    return _hash("step", subtask.id, _doing(subtask), [[part.subtask_id, part.text] for part in parts])


def result_hash(subtask: SubtaskRow, attempt: int, made: Made) -> str:
    """Bind to taking one attempt's text as the result of a subtask."""
    return _hash("result", subtask.id, attempt, made.text)


def _doing(one: SubtaskRow) -> list[object]:
    return [one.title, one.prompt, one.task_type, one.difficulty, one.assistant, one.model, one.needs_approval]


def _hash(*action: object) -> str:
    return hashlib.sha256(msgspec.json.encode(action)).hexdigest()
