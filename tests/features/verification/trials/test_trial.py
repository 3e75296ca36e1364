import math
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from orchd.features.verification.judging.standing import UNTRIED
from orchd.features.verification.remarks import VerifyRemark
from orchd.features.verification.trials.samples import RESULTS
from orchd.features.verification.trials.trial import Trial

WRONG = sum(bool(sample.fault) for sample in RESULTS)
RIGHT = len(RESULTS) - WRONG


def trial(right: int = RIGHT, approved: int = 0, refused: int | None = None, claims: tuple[int, ...] = ()) -> Trial:
    """One in which so many right and wrong results were approved, and so many claims told rightly of either kind."""
    good, bad = claims or (8, 8)
    left = WRONG - approved if refused is None else refused
    return Trial(RIGHT, right, WRONG, approved, left, 8, good, 8 - good, 8, 8 - bad, bad)


def test_who_approves_of_everything_or_of_nothing_has_failed() -> None:
    assert trial(approved=6).failure == VerifyRemark(code="approved_wrong", count=6, total=6)
    assert trial(approved=2).failure == VerifyRemark(code="approved_wrong", count=2, total=6)
    assert trial(right=0).failure == VerifyRemark(code="approved_none", total=2)
    assert trial(refused=0).failure == VerifyRemark(code="refused_few", count=0, total=6)
    assert trial(approved=1, refused=4).failure == VerifyRemark(code="refused_few", count=4, total=6)
    assert [trial(right, approved).failure for right, approved in product((1, 2), (0, 1))] == [None] * 4


def test_a_coin_seldom_passes() -> None:
    """By all ways in which it can fall, as the module says."""
    ways = product((0, 1), repeat=RIGHT + WRONG)
    passed = [trial(sum(way[:RIGHT]), sum(way[RIGHT:])).failure is None for way in ways]
    assert sum(passed) / len(passed) == 7 / 64 * 3 / 4


@given(st.integers(0, 8), st.integers(0, 8))
def test_a_word_weighs_as_much_as_it_tells_and_is_never_certain(right: int, wrong: int) -> None:
    weight = trial(claims=(right, wrong)).weight
    assert -2.1 < weight.doubted <= 0 <= weight.supported < 2.1
    assert (weight.supported > 0) == (weight.doubted < 0)
    assert weight.supported == 0 or right + wrong > 8
    assert weight.supported > 0 or right + wrong < 11
    assert weight.supported <= math.log((right + 1) / (8 - wrong + 1)) or not weight.supported


def test_who_says_the_same_of_all_says_nothing() -> None:
    assert trial(claims=(8, 0)).weight == (0, 0)
    assert trial(claims=(1, 2)).weight == (0, 0), "nor for the contrary"
    assert round(trial(claims=(8, 8)).weight.supported, 2) == 2.02
    assert trial(claims=(7, 6)).weight.supported > UNTRIED.weight.supported > trial(claims=(5, 5)).weight.supported


def test_what_follows_is_why_it_failed_and_what_it_weighs() -> None:
    assert trial(approved=6).standing.failure == trial(approved=6).failure
    assert trial().standing == (None, trial().weight)
