"""Memory held for clients."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchd.budget import SHARE, Budget
from orchd.errors import Busy


def test_one_gets_its_share_and_all_get_the_limit() -> None:
    budget = Budget(100, "texts")
    for who in range(SHARE):
        budget.take(who, 25)
    with pytest.raises(Busy) as caught:
        budget.take(0, 1)
    assert caught.value.message == "texts of this connection fill their memory"
    assert caught.value.details == {"reason": "memory", "maxBytes": 25}
    with pytest.raises(Busy) as caught:
        budget.take("another", 1)
    assert (caught.value.message, caught.value.details["maxBytes"]) == ("texts fill their memory", 100)
    budget.give(0, 25)
    budget.take("another", 25)


def test_one_that_is_larger_than_all_is_taken_by_itself() -> None:
    budget = Budget(100, "texts")
    budget.take("a", 1000)
    with pytest.raises(Busy):
        budget.take("b", 1)
    budget.give("a", 1000)
    budget.take("b", 1)


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 60))))
def test_it_is_never_over_the_limit_and_all_comes_back(asked: list[tuple[int, int]]) -> None:
    budget, taken = Budget(100, "texts"), list[tuple[int, int]]()
    for who, amount in asked:
        try:
            budget.take(who, amount)
        except Busy:
            continue
        taken.append((who, amount))
        assert budget.held == sum(held for _, held in taken) <= 100
    for who, amount in taken:
        budget.give(who, amount)
    assert budget.held == 0
    assert not budget._held
