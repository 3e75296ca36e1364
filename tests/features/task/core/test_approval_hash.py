import msgspec
import pytest

from orchd.features.task.core.approval_hash import plan_hash, result_hash, step_hash
from orchd.features.task.core.results import Part, StepOutput
from orchd.llm import Cost
from tests.features.task.states import budget, subtask, task

MADE = StepOutput("text", "m@x", [], Cost())


def test_equal_actions_have_equal_hashes() -> None:
    assert plan_hash(task(), [subtask(1), subtask(2, 1)]) == plan_hash(task(), [subtask(1), subtask(2, 1)])
    assert step_hash(task(), subtask(1), [Part(2, "t", "x")]) == step_hash(
        task(), subtask(1), [Part(2, "other title", "x")]
    )
    assert result_hash(subtask(1), 1, MADE) == result_hash(subtask(1, status="waiting"), 1, MADE)
    assert len(plan_hash(task(), [])) == 64


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("title", "x"), ("prompt", "x"), ("task_type", "code"), ("difficulty", 9), ("assistant", "x"), ("model", "x"),
        ("needs_approval", True), ("depends_on", (3,)), ("id", 9),
    ],
)  # fmt: skip
def test_whatever_decides_what_is_done_changes_the_hash(member: str, value: object) -> None:
    one = subtask(2, 1)
    changed = msgspec.structs.replace(one, **{member: value})
    assert plan_hash(task(), [one]) != plan_hash(task(), [changed])
    if member != "depends_on":
        assert step_hash(task(), one, []) != step_hash(task(), changed, [])


def test_the_order_the_task_and_the_handed_results_count() -> None:
    assert plan_hash(task(), [subtask(1), subtask(2)]) != plan_hash(task(), [subtask(2), subtask(1)])
    assert plan_hash(task(), [subtask(1)]) != plan_hash(task(id=8), [subtask(1)])
    assert step_hash(task(), subtask(1), [Part(2, "t", "x")]) != step_hash(task(), subtask(1), [Part(2, "t", "y")])
    assert result_hash(subtask(1), 1, MADE) != result_hash(subtask(1), 2, MADE)
    assert result_hash(subtask(1), 1, MADE) != result_hash(subtask(2), 1, MADE)


def test_the_tasks_text_counts_since_each_step_is_told_it() -> None:
    for changed in (task(title="Stay"), task(description="From B to A")):
        assert plan_hash(task(), [subtask(1)]) != plan_hash(changed, [subtask(1)])
        assert step_hash(task(), subtask(1), []) != step_hash(changed, subtask(1), [])
    assert plan_hash(task(), []) == plan_hash(task(priority=3, calls=9, budget=budget(1)), [])


def test_what_is_one_action_is_never_another() -> None:
    """An approval of one kind is no approval of another, even about the same words."""
    assert len({plan_hash(task(), []), step_hash(task(), subtask(1), []), result_hash(subtask(1), 1, MADE)}) == 3
