"""The figures agree with their definitions, counted the slow way."""

import math
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.eval.metrics import Judged, auc, f1, interval, precision, recall, turned

SUSPICIONS = st.integers(-20, 20).map(float)
"""Few values, so that ties are frequent; whole numbers, so that a monotone map keeps them apart."""

ONE = st.builds(Judged, SUSPICIONS, st.booleans(), st.booleans(), st.sampled_from("abcd"))
MANY = st.lists(ONE, min_size=1, max_size=40)
BOTH = MANY.filter(lambda judged: len({result.unsupported for result in judged}) == 2)


def brute_force(judged: list[Judged]) -> float:
    """Compare each unsupported claim with each supported one."""
    worse = [result.suspicion for result in judged if result.unsupported]
    better = [result.suspicion for result in judged if not result.unsupported]
    return sum((a > b) + (a == b) / 2 for a, b in product(worse, better)) / (len(worse) * len(better))


@given(BOTH)
def test_auc_is_the_share_of_pairs_in_the_right_order(judged: list[Judged]) -> None:
    assert auc(judged) == pytest.approx(brute_force(judged))


@given(BOTH)
def test_auc_knows_only_the_order(judged: list[Judged]) -> None:
    stretched = [result._replace(suspicion=math.atan(result.suspicion) * 7 + 3) for result in judged]
    assert auc(stretched) == auc(judged)


@given(BOTH)
def test_auc_of_the_opposite_order_is_the_rest(judged: list[Judged]) -> None:
    opposite = [result._replace(suspicion=-result.suspicion) for result in judged]
    assert auc(judged) + auc(opposite) == pytest.approx(1)


@given(BOTH)
def test_auc_is_the_same_for_both_classes(judged: list[Judged]) -> None:
    assert auc([turned(result) for result in judged]) == pytest.approx(auc(judged))


def test_auc_needs_both_classes() -> None:
    with pytest.raises(ValueError, match="both classes"):
        auc([Judged(0.5, True, True, "a")])


@given(MANY)
def test_f1_is_the_harmonic_mean(judged: list[Judged]) -> None:
    p, r = precision(judged), recall(judged)
    assert f1(judged) == pytest.approx(2 * p * r / (p + r) if p + r else 0)


@given(MANY)
def test_turning_twice_changes_nothing(judged: list[Judged]) -> None:
    assert [turned(turned(result)) for result in judged] == judged


def test_the_figures_of_a_small_example() -> None:
    hit, false_alarm = Judged(3, True, True, "a"), Judged(2, True, False, "a")
    missed, passed = Judged(1, False, True, "b"), Judged(0, False, False, "b")
    judged = [hit, hit, false_alarm, missed, passed, passed]
    assert precision(judged) == recall(judged) == f1(judged) == pytest.approx(2 / 3)
    assert auc(judged) == pytest.approx(8 / 9)
    assert precision([turned(result) for result in judged]) == pytest.approx(2 / 3)


def test_nothing_flagged_has_no_precision() -> None:
    assert precision([Judged(0, False, True, "a")]) == 0
    assert f1([Judged(0, False, True, "a")]) == 0


@given(BOTH)
def test_an_interval_is_repeatable_and_in_order(judged: list[Judged]) -> None:
    found = interval(judged, recall, rounds=40)
    assert found == interval(judged, recall, rounds=40)
    assert 0 <= found.low <= found.high <= 1


def test_whole_sources_are_drawn() -> None:
    """Two sources of which one is all right and one all wrong: drawn singly, claims would give a narrow interval."""
    judged = [Judged(0, right, True, group) for group, right in (("a", True), ("b", False)) for _ in range(500)]
    assert interval(judged, recall) == (0, 1)


def test_an_interval_gets_narrower_with_more_sources() -> None:
    def width(sources: int) -> float:
        judged = [Judged(0, number % 2 == 0, True, str(number)) for number in range(sources)]
        low, high = interval(judged, recall)
        return high - low

    assert width(400) < width(20) / 2
