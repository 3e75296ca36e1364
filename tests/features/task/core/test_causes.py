"""Why a task stands as it does, for programs: bounded, stored as it is told, and without the names of other tasks."""

import msgspec
import pytest

from orchd.features.task.core.actions import Conditions
from orchd.features.task.core.causes import (
    MAX_REASON,
    MAX_TITLES,
    TaskBrakeCause,
    TaskCause,
    explain,
    failure,
    first_titles,
)
from orchd.features.task.core.rows import Blocker, TaskStatus
from orchd.features.task.core.transitions import advance
from tests.features.task.any_task import LIMITS
from tests.features.task.states import planning


def test_it_is_no_longer_than_may_be_stored() -> None:
    why = explain("x" * 2 * MAX_REASON, TaskCause("defect", error=failure("internal", "y" * 2 * MAX_REASON, None)))
    told = msgspec.json.decode(msgspec.json.encode(why.cause))
    assert (len(why.text), len(told["error"]["message"])) == (MAX_REASON, MAX_REASON)
    assert len(first_titles(str(number) for number in range(2 * MAX_TITLES))) == MAX_TITLES


def test_it_comes_back_as_it_was_stored_and_leaves_out_what_it_has_not() -> None:
    cause = TaskCause("brakes", brakes=[TaskBrakeCause("cpu", 91.5, 80), TaskBrakeCause("no_server", None, None)])
    stored = msgspec.json.encode(cause)
    assert msgspec.json.decode(stored, type=TaskCause) == cause
    assert set(msgspec.json.decode(stored)) == {"code", "brakes"}


@pytest.mark.parametrize("status", ["executing", "failed"])
def test_no_other_task_is_named(status: TaskStatus) -> None:
    state = msgspec.structs.replace(planning(), blockers=(Blocker(8, "Sell house", status),))
    state, _, _ = advance(state, Conditions(0, LIMITS), "epoch")
    cause = state.task.cause
    assert cause is not None
    assert cause.code == ("dependencies" if status == "executing" else "dependency_question")
    assert b"house" not in msgspec.json.encode(cause)
