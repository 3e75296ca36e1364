from hypothesis import given
from hypothesis import strategies as st

from orchd.features.task.core.work import Cost

counts = st.integers(0, 1000)
costs = st.builds(Cost, counts, counts, counts, counts.map(float))


@given(st.lists(costs))
def test_costs_add_up_in_any_order(given_costs: list[Cost]) -> None:
    total = Cost()
    for cost in given_costs:
        total = total.plus(cost)
    assert total.tokens == sum(cost.tokens for cost in given_costs)
    assert total.calls == sum(cost.calls for cost in given_costs)
    assert sum((cost.seconds for cost in reversed(given_costs)), 0.0) == total.seconds
