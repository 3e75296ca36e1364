from hypothesis import given
from hypothesis import strategies as st

from orchd.errors import Unavailable
from orchd.llm import Cost, NoAnswerError

COSTS = st.builds(Cost, st.integers(0, 9), st.integers(0, 999), st.integers(0, 999), st.integers(0, 999).map(float))


@given(COSTS, COSTS, COSTS)
def test_costs_add_up_in_any_order(one: Cost, two: Cost, three: Cost) -> None:
    assert one.plus(Cost()) == one
    assert one.plus(two) == two.plus(one)
    assert one.plus(two).plus(three) == one.plus(two.plus(three))
    assert one.plus(two).tokens == one.tokens + two.tokens


def test_the_failure_says_why() -> None:
    failed = NoAnswerError(Unavailable("away"), Cost(2), "m@box")
    assert (str(failed), failed.spent.calls, failed.tried, failed.recording) == ("away", 2, 0, None)
