"""A task whose dependency comes to nothing asks a person, and does not wait for ever."""

import msgspec
import pytest

from orchd.features.task.core.actions import Action, AskPerson, Conditions, EndTask, ReleaseTask, StepLimits
from orchd.features.task.core.approval_hash import deleted_hash
from orchd.features.task.core.dependencies import lost_of
from orchd.features.task.core.rows import Blocker, TaskApproval
from orchd.features.task.core.state import TaskState
from orchd.features.task.core.task_log import of_action
from orchd.features.task.core.transitions import advance
from tests.features.task.states import FIRST, of, planning, subtask, task

WORLD = Conditions(0, StepLimits())
HIDDEN = Blocker(11, "", "failed")
GOING, FAILED, CANCELLED = Blocker(8, "A", "executing"), Blocker(9, "B", "failed"), Blocker(10, "C", "cancelled")


def waiting(*blockers: Blocker, state: TaskState | None = None) -> TaskState:
    return msgspec.structs.replace(state or planning(), blockers=blockers)


def go(state: TaskState) -> tuple[TaskState, list[Action]]:
    state, taken, _ = advance(state, WORLD, "epoch")
    return state, taken


def answered(state: TaskState, status: str, note: str = "") -> TaskState:
    given = [msgspec.structs.replace(asked, status=status, note=note) for asked in state.approvals]
    return msgspec.structs.replace(state, approvals=tuple(given)).with_task(owner="epoch", status="waiting")


def test_one_that_goes_on_is_waited_for_without_a_question() -> None:
    state, taken = go(waiting(GOING))
    assert [type(action) for action in taken] == [ReleaseTask]
    assert (state.task.status, state.task.waits_for) == ("waiting", "dependencies")
    assert lost_of([GOING, FAILED, CANCELLED]) == [FAILED, CANCELLED]


@pytest.mark.parametrize("lost", [FAILED, CANCELLED])
def test_one_that_came_to_nothing_is_a_question_to_a_person(lost: Blocker) -> None:
    state, taken = go(waiting(GOING, lost))
    assert [type(action) for action in taken] == [AskPerson, ReleaseTask]
    assert (state.task.status, state.task.waits_for) == ("waiting", "approval")
    [asked] = state.approvals
    assert (asked.kind, asked.status, asked.subtask_id) == ("dependency", "open", None)
    assert asked.note == f"{lost.task_id} “{lost.title}” ({lost.status})"
    assert asked.note in (state.task.reason or "")
    assert [type(action) for action in go(state.with_task(owner="epoch"))[1]] == [ReleaseTask], "asked once"


def test_a_yes_lets_it_go_on_but_for_others_that_still_run() -> None:
    state = answered(go(waiting(FAILED))[0], "approved")
    assert go(state)[0].task.status == "planning"
    state = answered(go(waiting(GOING, FAILED))[0], "approved")
    assert go(state)[0].task.waits_for == "dependencies"


def test_a_no_ends_the_task_with_its_subtasks() -> None:
    state = go(waiting(FAILED, state=of(subtask(1), subtask(2, 1))))[0]
    state, taken = go(answered(state, "refused", "it needs B"))
    assert isinstance(taken[-1], EndTask)
    assert (state.task.status, {subtask.status for subtask in state.subtasks.values()}) == ("cancelled", {"cancelled"})
    assert state.task.reason == "a person refused to go on without what it depends on: it needs B"


def test_a_word_counts_for_what_it_was_about() -> None:
    state = answered(go(waiting(FAILED))[0], "approved")
    for changed in (FAILED._replace(round=2), FAILED._replace(status="cancelled")):
        again = go(msgspec.structs.replace(state, blockers=(changed,)))[1]
        assert isinstance(again[0], AskPerson)
    assert isinstance(go(msgspec.structs.replace(state, blockers=(FAILED, CANCELLED)))[1][0], AskPerson)


def test_a_deleted_one_is_asked_about_first_and_held_until_there_is_a_word() -> None:
    deleted = task(id=11, title="D")
    action = deleted_hash(task(), deleted.id)
    asked = TaskApproval(3, 7, None, "dependency", action, "open", "11 “D” (deleted)", FIRST, None)
    state = msgspec.structs.replace(waiting(FAILED), approvals=(asked,))
    held = go(state)[0]
    assert (held.task.waits_for, held.approvals) == ("approval", (asked,))
    assert isinstance(go(answered(state, "approved"))[1][0], AskPerson), "then about the one that failed"
    assert go(answered(state, "refused"))[0].task.status == "cancelled"


def test_what_not_everybody_sees_is_not_named() -> None:
    _, taken = go(waiting(HIDDEN))
    assert isinstance(taken[0], AskPerson)
    assert taken[0].note == "another one (failed)"
    state = go(waiting(GOING, HIDDEN._replace(status="executing")))[0]
    assert state.task.reason == "it waits for other tasks: 8 “A” (executing), another one (executing)"


def test_the_log_names_no_other_task() -> None:
    for reason in ("it waits for other tasks", "a person must say whether it goes on without what it depends on"):
        (line,) = of_action(ReleaseTask("waiting", "dependencies", f"{reason}: 8 “A” (pending)", ready=False))
        assert line.message == f"waiting: {reason}"
    (line,) = of_action(ReleaseTask("waiting", "brakes", "the disk is full: 99 %", ready=True))
    assert line.message == "waiting: the disk is full: 99 %"
