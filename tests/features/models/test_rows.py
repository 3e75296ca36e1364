from hypothesis import given
from hypothesis import strategies as st

from orchd.features.models.generating.benchmark_messages import ModelSpread
from orchd.features.models.rows import spread


def test_a_spread_leaves_out_what_is_unknown() -> None:
    assert spread([3, None, 1, 2]) == ModelSpread(1, 2, 3)
    assert spread([1, 2]) == ModelSpread(1, 1.5, 2)
    assert spread([None]) is None
    assert spread([]) is None


@given(st.lists(st.integers(0, 10**6), min_size=1))
def test_the_middle_lies_in_the_middle(values: list[int]) -> None:
    found = spread(values)
    assert found is not None
    assert found.min == min(values) <= found.median <= max(values) == found.max
