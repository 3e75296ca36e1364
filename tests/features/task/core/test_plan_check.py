"""What can't be carried out is no plan."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchd.features.task.core.plan_check import (
    MAX_DEPTH,
    MAX_PROMPT_CHARACTERS,
    MAX_SUBTASKS,
    MAX_TITLE_CHARACTERS,
    UnusablePlan,
    check_plan,
    longest_chain,
)
from orchd.features.task.core.work import PlannedSubtask


def subtask(*depends_on: int, **changes: object) -> PlannedSubtask:
    members: dict[str, object] = {"title": "T", "prompt": "P", "depends_on": [*depends_on], **changes}
    return PlannedSubtask(**members)  # type: ignore[arg-type] # the tests give wrong values on purpose


def test_a_sound_plan_passes() -> None:
    check_plan([subtask(), subtask(0), subtask(0, 1, assistant="Ada", difficulty=10)], ["Ada"])


@pytest.mark.parametrize(
    ("plan", "why"),
    [
        ([], "no subtasks"),
        ([subtask()] * (MAX_SUBTASKS + 1), "101 subtasks"),
        ([subtask(title=" ")], "subtask 1: the title is empty"),
        ([subtask(title="x" * (MAX_TITLE_CHARACTERS + 1))], "the title is over 200"),
        ([subtask(), subtask(prompt=" \n")], "subtask 2: the prompt is empty"),
        ([subtask(prompt="x" * (MAX_PROMPT_CHARACTERS + 1))], "the prompt is over 100000"),
        ([subtask(difficulty=0)], "from 1 to 10"),
        ([subtask(difficulty=11)], "from 1 to 10"),
        ([subtask(assistant="Eve")], r"no assistant 'Eve' \(known: Ada, Bob\)"),
        ([subtask(0)], "subtask 1 depends on itself"),
        ([subtask(1)], "does not exist"),
        ([subtask(-1), subtask()], "does not exist"),
        ([subtask(), subtask(0, 0)], "twice"),
        ([subtask(1), subtask(0), subtask()], "in a circle: 1, 2"),
        ([subtask(*([] if n == 0 else [n - 1])) for n in range(MAX_DEPTH + 1)], "21 subtasks wait"),
    ],
)
def test_why_a_plan_is_refused(plan: list[PlannedSubtask], why: str) -> None:
    with pytest.raises(UnusablePlan, match=why):
        check_plan(plan, ["Bob", "Ada"])


GRAPHS = st.integers(1, 12).flatmap(
    lambda count: st.lists(st.sets(st.integers(0, count - 1), max_size=4), min_size=count, max_size=count)
)


def reaches_itself(graph: list[set[int]], start: int) -> bool:
    seen: set[int] = set()
    left = [*graph[start]]
    while left:
        one = left.pop()
        if one == start:
            return True
        if one not in seen:
            seen.add(one)
            left += graph[one]
    return False


@given(GRAPHS)
def test_circles_are_found_and_nothing_else(graph: list[set[int]]) -> None:
    circular = any(reaches_itself(graph, start) for start in range(len(graph)))
    if circular:
        with pytest.raises(UnusablePlan, match="circle"):
            longest_chain(graph)
    else:
        assert longest_chain(graph) == max(walk(graph, start) for start in range(len(graph)))


def walk(graph: list[set[int]], start: int) -> int:
    return 1 + max((walk(graph, neighbour) for neighbour in graph[start]), default=0)
