"""What a person sends, measured and read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchd.errors import Invalid, OrchdError, TooLarge
from orchd.features.task.wire.drafts import checked_subtask, checked_task
from orchd.features.task.wire.messages import MAX_DESCRIPTION_CHARACTERS, TaskCreate, TaskLimits, TaskUpdate
from orchd.features.task.wire.subtask_messages import SubtaskCreate, SubtaskUpdate
from orchd.protocol.schema.shape import objects
from orchd.protocol.types import FIRST_MOMENT, LAST_MOMENT, read_moment, timestamp, unix_milliseconds
from tests.wire_schema import published


def test_a_draft_of_a_task() -> None:
    sent = TaskCreate(" Go ", priority="low", budget=TaskLimits(3), due_at=timestamp(5))
    assert checked_task(sent) == TaskCreate("Go", priority="low", budget=TaskLimits(3), due_at=timestamp(5))


@pytest.mark.parametrize(
    ("wrong", "error", "field"),
    [
        (TaskCreate(" "), Invalid, "title"),
        (TaskCreate("x" * 201), TooLarge, "title"),
        (TaskCreate("x", "x" * (MAX_DESCRIPTION_CHARACTERS + 1)), TooLarge, "description"),
        (TaskCreate("x", due_at="2026-13-01T00:00:00.000Z"), Invalid, "dueAt"),
    ],
)
def test_a_task_that_can_not_be(wrong: TaskCreate, error: type[OrchdError], field: str) -> None:
    with pytest.raises(error) as refused:
        checked_task(wrong)
    assert refused.value.details["field"] == field


@pytest.mark.parametrize(
    ("wrong", "error", "field"),
    [
        (SubtaskCreate(1, "x", "\n"), Invalid, "prompt"),
        (SubtaskCreate(1, "x" * 201, "x"), TooLarge, "title"),
        (SubtaskCreate(1, "x", "x" * 100_001), TooLarge, "prompt"),
    ],
)
def test_a_subtask_that_can_not_be(wrong: SubtaskCreate, error: type[OrchdError], field: str) -> None:
    with pytest.raises(error) as refused:
        checked_subtask(wrong)
    assert refused.value.details["field"] == field


@pytest.mark.parametrize(("definition", "member"), [("TaskCreate", "title"), ("TaskCreate", "description")])
def test_the_limits_that_the_schema_tells_are_those_that_hold(definition: str, member: str) -> None:
    most = published()["$defs"][definition]["properties"][member]
    longest = "x" * next(node["maxLength"] for node in objects(most) if "maxLength" in node)
    checked_task(TaskCreate(**{"title": "x", member: longest}))
    with pytest.raises(TooLarge):
        checked_task(TaskCreate(**{"title": "x", member: longest + "x"}))


@pytest.mark.parametrize("member", ["title", "prompt"])
def test_so_are_those_of_a_subtask(member: str) -> None:
    longest = "x" * published()["$defs"]["SubtaskCreate"]["properties"][member]["maxLength"]
    checked_subtask(SubtaskCreate(**{"task_id": 1, "title": "x", "prompt": "x", member: longest}))
    with pytest.raises(TooLarge):
        checked_subtask(SubtaskCreate(**{"task_id": 1, "title": "x", "prompt": "x", member: longest + "x"}))


def test_what_is_not_given_stays() -> None:
    for sent in (TaskUpdate(7), TaskUpdate(7, model=None, due_at=None, budget=TaskLimits(), priority="high")):
        assert checked_task(sent) == sent
    for told in (SubtaskUpdate(1), SubtaskUpdate(1, model=None, depends_on=())):
        assert checked_subtask(told) == told
    assert checked_task(TaskUpdate(7, " Go ")).title == checked_subtask(SubtaskUpdate(1, " Go ")).title == "Go"


@given(st.integers(FIRST_MOMENT, LAST_MOMENT))
def test_times_come_back(moment: int) -> None:
    read_moment(timestamp(moment), "dueAt")
    assert unix_milliseconds(timestamp(moment)) == moment


@pytest.mark.parametrize(
    "written", ["2026-02-30T00:00:00Z", "2026-01-02T03:04:60Z", "0000-01-01T00:00:00Z", "0001-01-01T00:00:00+00:01"]
)
def test_there_is_no_such_time(written: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_moment(written, "dueAt")
    assert refused.value.details == {"reason": "time", "field": "dueAt", "path": "$.data.dueAt"}
