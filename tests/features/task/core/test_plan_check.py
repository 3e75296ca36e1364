"""Subtasks that wait for each other can be done in some order, or they are no plan."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchd.features.task.core.plan_check import MAX_DEPTH, UnusablePlan, check_order

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
            check_order(graph)
    else:
        check_order(graph)


def test_who_is_in_a_circle_is_named() -> None:
    with pytest.raises(UnusablePlan, match=r"in a circle: 1, 2$"):
        check_order([{1}, {0}, set()])


def test_only_so_many_wait_in_a_row() -> None:
    row = [set[int](), *({before} for before in range(MAX_DEPTH))]
    check_order(row[:-1])
    check_order([*row[:-1], {0}])
    with pytest.raises(UnusablePlan, match=f"^{MAX_DEPTH + 1} subtasks wait for each other in a row"):
        check_order(row)
