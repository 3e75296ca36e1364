from orchd.features.task.core.results import Part
from orchd.features.task.core.rows import StepKey, StepRow, TaskApproval
from orchd.features.task.core.state import OF_TASK
from tests.features.task.states import FIRST, of, subtask


def step(name: str, subtask_id: int | None, round_: int = 1) -> StepRow:
    return StepRow(StepKey(name, 1), "execute" if subtask_id else "plan", subtask_id, None, round_)


def test_steps_are_found_by_key_by_subtask_and_by_round() -> None:
    state = of(subtask(1), round=2)
    for row in (step("plan", None), step("execute:1", 1), step("execute:1b", 1, 2)):
        state = state.with_step(row, running=row.round == 2)
    assert state.step(StepKey("plan", 1)) == step("plan", None)
    assert state.step(StepKey("plan", 2)) is None
    assert [step.key.name for step in state.steps_of(1, "execute")] == ["execute:1b"]
    assert state.steps_of(OF_TASK, "plan") == []
    assert state.running == {StepKey("execute:1b", 1)}


def test_only_what_has_no_end_can_be_running() -> None:
    state = of(subtask(1)).with_step(step("execute:1", 1), running=False)
    gone = StepKey("execute:9", 1)
    assert state.with_running(frozenset({StepKey("execute:1", 1), gone})).running == {StepKey("execute:1", 1)}


def test_results_are_handed_on_in_order() -> None:
    done = {"status": "completed", "completed_at": 1}
    state = of(subtask(2, result="b", **done), subtask(1, result="a", **done), subtask(3, 1, 2), subtask(4, 1))
    assert list(state.results()) == [Part(2, "part 2", "b"), Part(1, "part 1", "a")]
    assert state.parts(state.subtasks[3]) == list(state.results())
    assert state.parts(state.subtasks[4]) == [Part(1, "part 1", "a")]


def test_steps_of_what_has_ended_can_be_dropped() -> None:
    state = of(subtask(1, status="failed"), subtask(2)).with_step(step("execute:1", 1), running=False)
    state = state.with_step(step("execute:2", 2), running=False)
    left = state.with_open_steps()
    assert list(left.steps) == [2]
    assert left.with_open_steps() is left


def test_a_word_is_found_by_its_action() -> None:
    word = TaskApproval(1, 7, 1, "step", "hash", "open", "", FIRST, None)
    state = of(subtask(1))
    assert state.approval("step", 1, "hash") is None
    state = type(state)(state.task, state.subtasks, state.steps, (word,))
    assert state.approval("step", 1, "hash") is word
    assert state.approval("step", 1, "other") is state.approval("result", 1, "hash") is None
