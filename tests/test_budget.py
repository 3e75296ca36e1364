"""Memory held for clients, and places."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchd.budget import SHARE, Allotment, MemoryBudget, UserPlaces
from orchd.errors import Busy


def test_one_gets_its_share_and_all_get_the_limit() -> None:
    budget = MemoryBudget(100, "texts", "user")
    held = [budget.hold(who, 25) for who in range(SHARE)]
    with pytest.raises(Busy) as caught:
        budget.hold(0, 1)
    assert caught.value.message == "texts of this user fill their memory"
    assert caught.value.details == {"reason": "memory", "maxBytes": 25}
    with pytest.raises(Busy) as caught:
        budget.hold("another", 1)
    assert (caught.value.message, caught.value.details["maxBytes"]) == ("texts fill their memory", 100)
    held[0].release()
    held[0].release()
    budget.hold("another", 25)


def test_one_that_is_larger_than_all_is_taken_by_itself() -> None:
    budget = MemoryBudget(100, "texts")
    held = budget.hold("a", 1000)
    with pytest.raises(Busy):
        budget.hold("b", 1)
    held.release()
    budget.hold("b", 1)


def test_what_turned_out_to_be_more_counts() -> None:
    budget = MemoryBudget(100, "texts")
    held = budget.hold("a", 1)
    held.resize(100)
    assert budget.held == 100
    with pytest.raises(Busy):
        budget.hold("b", 1)
    held.resize(10)
    budget.hold("b", 90)


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 60))))
def test_it_is_never_over_the_limit_and_all_comes_back(asked: list[tuple[int, int]]) -> None:
    budget, taken = MemoryBudget(100, "texts"), list[tuple[Allotment, int]]()
    for who, amount in asked:
        try:
            taken.append((budget.hold(who, amount), amount))
        except Busy:
            continue
        assert budget.held == sum(amount for _, amount in taken) <= 100
    for held, _ in taken:
        held.release()
    assert budget.held == 0
    assert not budget._held


def test_places_of_one_and_of_all_are_given_back() -> None:
    places = UserPlaces(lambda: Busy("there is no place", reason="texts"), of_one=2, most=3)
    with pytest.raises(ValueError, match="x"), places.place(1):
        raise ValueError("x")
    with places.place(1), places.place(1), places.place(2):
        for user in (1, 2, 3):
            with pytest.raises(Busy, match="there is no place"):
                places.enter(user)
    for user in (1, 1, 2):
        places.enter(user)
    places.leave(1)
    with pytest.raises(Busy), places.place(2), places.place(2):
        pass


def test_places_may_be_bounded_for_each_alone() -> None:
    places = UserPlaces(lambda: Busy("there is no place", reason="texts"), of_one=1)
    for user in range(100):
        places.enter(user)
    with pytest.raises(Busy):
        places.enter(99)
