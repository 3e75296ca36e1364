"""Tasks as frames show them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchd.features.task.core.rows import QualityFigures
from orchd.features.task.store.listing_queries import TaskDetails, TaskFigures
from orchd.features.task.wire.views import percentile, statistics, subtask_item, task_item, task_update
from orchd.features.verification import VerifyRemark
from orchd.protocol.page import MAX_REPLY_BYTES, size
from orchd.protocol.types import timestamp
from tests.features.task.states import subtask, task


def test_a_task_is_shown() -> None:
    row = task(
        status="waiting", waits_for="budget", reason="spent", pausing=True, due_at=timestamp(1000), priority="urgent"
    )
    item = task_item(row, [4, 5])
    assert (item.status, item.waits_for, item.reason, item.pausing) == ("waiting", "budget", "spent", True)
    assert (item.priority, item.due_at, item.depends_on) == ("urgent", "1970-01-01T00:00:01.000Z", [4, 5])
    assert (item.cut, item.completed_at) == (False, None)
    quiet = task_item(task(), [])
    assert (quiet.waits_for, quiet.reason, quiet.pausing) == (None, None, False)


def test_a_subtask_is_shown() -> None:
    row = subtask(2, 1, result="done", reasons=("it is there",), completed_at=timestamp(2000), score=80)
    item = subtask_item(row)
    assert (item.depends_on, item.result, item.reasons, item.score) == ((1,), "done", ("it is there",), 80)
    assert item.completed_at == "1970-01-01T00:00:02.000Z"


@given(st.lists(st.integers(0, 300_000), min_size=1, max_size=20), st.integers(0, 900_000))
def test_a_frame_has_a_bound_and_says_what_is_cut(lengths: list[int], result: int) -> None:
    subtasks = [subtask(place, result="x" * length) for place, length in enumerate(lengths, 1)]
    shown = task_update(TaskDetails(task(result="y" * result), {}, subtasks, []), (), 0)
    texts = [subtask.prompt + (subtask.result or "") for subtask in shown.subtasks]
    texts += [shown.task.description + (shown.task.result or "")]
    assert sum(map(len, texts)) <= MAX_REPLY_BYTES
    assert size(shown) < 1024 * 1024 < 2 * MAX_REPLY_BYTES + 1
    for item, row in zip(shown.subtasks, subtasks, strict=True):
        assert item.cut == (item.result != row.result)
    if sum(lengths) + result + 1000 < MAX_REPLY_BYTES:
        assert not any(subtask.cut for subtask in shown.subtasks)


def test_remarks_are_shown_whole_or_left_to_whoever_asks_for_one() -> None:
    remarks = [VerifyRemark(code="said", quote="x" * 4_000), VerifyRemark(code="unsettled")]
    short, long = subtask(1, notes="fine", remarks=remarks), subtask(2, result="y" * 900_000)
    assert task_update(TaskDetails(task(), {}, [short], []), (), 0).subtasks[0].remarks == remarks
    assert task_update(TaskDetails(task(), {}, [short, long], []), (), 0).subtasks[0].remarks == remarks
    many = [subtask(place, remarks=remarks, result="y" * 9_000) for place in range(1, 100)]
    shown = task_update(TaskDetails(task(), {}, many, []), (), 0)
    assert {item.remarks is None for item in shown.subtasks} == {True}
    assert size(shown) < 1024 * 1024
    assert subtask_item(many[0]).remarks == remarks


@pytest.mark.parametrize(("percent", "expected"), [(50, 0.005), (95, 0.010), (100, 0.010)])
def test_percentiles_by_nearest_rank(percent: int, expected: float) -> None:
    assert percentile(range(1, 11), percent) == expected
    assert percentile([], percent) is None


def test_statistics() -> None:
    by_model = [QualityFigures("m@x", "code", 5, 4, 3, 2, 150, 99, 1.23456)]
    shown = statistics(TaskFigures({"completed": 3, "failed": 1, "paused": 2}, 7, 8, 9.0, [3000, 1000], by_model))
    assert (shown.total, shown.by_status.completed, shown.by_status.pending, shown.success_rate) == (6, 3, 0, 0.75)
    assert (shown.times.tasks, shown.times.p50, shown.times.p95) == (2, 1.0, 3.0)
    assert (shown.by_model[0].score, shown.by_model[0].seconds) == (75.0, 1.235)
    assert statistics(TaskFigures({}, 0, 0, 0.0, [], [])).success_rate is None
