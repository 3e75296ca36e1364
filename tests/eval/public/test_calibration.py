"""Calibration agrees with its definition, counted the slow way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.eval.public.calibration import Supported, calibration_error, curve, even, precision_from, wrong_up_to

ONE = st.builds(Supported, st.floats(0, 1), st.booleans(), st.just(1.0))
BOTH = st.lists(ONE, min_size=2, max_size=40).filter(lambda some: len({item.truth for item in some}) == 2)


def test_what_holds_is_calibrated_and_the_opposite_is_not() -> None:
    right = [Supported(0.8, number < 8) for number in range(10)]
    assert calibration_error(right) == pytest.approx(0)
    assert calibration_error([Supported(0.0, True), Supported(1.0, False)]) == 1


@given(BOTH)
def test_both_labels_weigh_the_same(some: list[Supported]) -> None:
    weights = {truth: sum(item.weight for item in even(some) if item.truth is truth) for truth in (True, False)}
    assert weights[True] == pytest.approx(weights[False])
    assert sum(weights.values()) == pytest.approx(len(some))


@given(BOTH)
def test_every_claim_is_in_one_bin_and_the_error_is_a_share(some: list[Supported]) -> None:
    bins = [each for each in curve(some) if each is not None]
    assert sum(each.claims for each in bins) == len(some)
    assert 0 <= calibration_error(some) <= 1


def test_what_a_threshold_gives() -> None:
    some = [Supported(0.9, True), Supported(0.9, False), Supported(0.2, False), Supported(0.1, True)]
    assert precision_from(some, 0.9) == wrong_up_to(some, 0.2) == 0.5
    assert precision_from(some, 0.95) == wrong_up_to(some, 0.05) == 1
