"""What becomes of a task that waits for others: it waits while they may still be completed. One that has ended without
a result, or was deleted, is a question to a person: go on without it, or not at all?
"""

from collections.abc import Sequence

from orchd.features.task.core.actions import Action, AskPerson, EndSubtask, EndTask, ReleaseTask
from orchd.features.task.core.approval_hash import dependency_hash, is_about_deleted
from orchd.features.task.core.causes import MAX_REASON, TaskCause, refusal_cause
from orchd.features.task.core.rows import ENDED, SUBTASK_ENDED, Blocker, TaskApproval
from orchd.features.task.core.state import TaskState

WAITING_FOR_OTHERS = "it waits for other tasks"
WORD_WANTED = "a person must say whether it goes on without what it depends on"
NAMING = (WAITING_FOR_OTHERS, WORD_WANTED)
"""The reasons behind which other tasks are named, after a colon."""
SOME_TASKS = "tasks that it depends on"
"""Instead of their names, where not everybody who sees the task sees them."""


def wait_or_ask(state: TaskState) -> AskPerson | ReleaseTask | None:
    """Return what is to be done while the tasks that this one depends on aren't completed; None: nothing holds it."""
    deleted = [asked for asked in _questions(state, "open") if is_about_deleted(asked.hash)]
    if deleted:
        return _wait_for_word(deleted[0].note)
    lost = lost_of(state.blockers)
    word = state.approval("dependency", None, dependency_hash(state.task, lost)) if lost else None
    if lost and word is None:
        return AskPerson("dependency", None, dependency_hash(state.task, lost), note=_list_blockers(lost)[:MAX_REASON])
    if word is not None and word.status == "open":
        return _wait_for_word(word.note)
    waiting = [blocker for blocker in state.blockers if blocker not in lost]
    if not waiting:
        return None
    reason = f"{WAITING_FOR_OTHERS}: {_list_blockers(waiting)}"
    return ReleaseTask("waiting", "dependencies", reason[:MAX_REASON], ready=False, cause=TaskCause("dependencies"))


def given_up(state: TaskState) -> list[Action]:
    """Return how a task ends whose person does not want it without what it waited for; nothing when that isn't so."""
    unwanted = _questions(state, "refused")
    if not unwanted or state.running:
        return []
    note = unwanted[-1].note[:MAX_REASON]
    reason = f"a person refused to go on without what it depends on: {note}".rstrip(": ")[:MAX_REASON]
    left = [subtask for subtask in state.subtasks.values() if subtask.status not in SUBTASK_ENDED]
    why = refusal_cause("dependency_refused", note)
    return [EndSubtask(subtask.id, "cancelled", reason, why) for subtask in left] or [
        EndTask("cancelled", reason, TaskCause("dependency_refused", note=note))
    ]


def lost_of(blockers: Sequence[Blocker]) -> list[Blocker]:
    """Return the tasks that will come to nothing unless a person begins them anew."""
    return [blocker for blocker in blockers if blocker.status in ENDED]


def _questions(state: TaskState, status: str) -> list[TaskApproval]:
    return [asked for asked in state.approvals if asked.kind == "dependency" and asked.status == status]


def _wait_for_word(question: str) -> ReleaseTask:
    reason, cause = f"{WORD_WANTED}: {question}", TaskCause("dependency_question")
    return ReleaseTask("waiting", "approval", reason[:MAX_REASON], ready=False, cause=cause)


def _list_blockers(blockers: Sequence[Blocker]) -> str:
    return ", ".join(task_name(blocker.task_id, blocker.title, blocker.status) for blocker in blockers)


def task_name(task_id: int, title: str, status: str) -> str:
    """Return what another task is called in a text that everybody reads who sees this one; without a title it is not
    for all of them."""
    return f"{task_id} “{title}” ({status})" if title else f"another one ({status})"


def without_names(reason: str) -> str:
    """Return a reason without the other tasks that it names: the log is read by those, too, with whom the task is
    shared later."""
    return next((start for start in NAMING if reason.startswith(f"{start}: ")), reason)
