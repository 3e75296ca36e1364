import random

import pytest

from orchd.features.verification.judging.standing import JudgeWeight
from tests.eval.combined import ACCURACIES, Case, Row, cases, judged, pair, predicted, row, table, told, trial_of, worse
from tests.eval.metrics import Interval

SOME = [
    Case(predicted(0.6 if supported else 0.4), str(at), supported) for at in range(20) for supported in (True, False)
]


def test_a_judge_of_an_accuracy_says_what_is_so_as_often() -> None:
    chance, weight = random.Random(5), JudgeWeight(2.0, -2.0)
    case = Case(predicted(0.5), "", True)
    right = [judged(case, 0.75, weight, chance) > 0.5 for _ in range(2000)]
    assert sum(right) / len(right) == pytest.approx(0.75, abs=0.03)


def test_a_better_judge_weighs_more() -> None:
    weights = [trial_of(accuracy, random.Random(5)).supported for accuracy in (0.0, *ACCURACIES, 1.0)]
    assert weights == sorted(weights)
    assert weights[0] == 0 < weights[-1]


def test_together_they_are_no_worse_than_either_on_the_labelled_set() -> None:
    for name, some in cases().items():
        assert worse(row(name, some[:120], rounds=3)) == ([], [])


def test_what_is_worse_is_named() -> None:
    perfect = pair(told(SOME, [case.item.support for case in SOME]))
    assert perfect == (1.0, 1.0)
    bad = Row(
        "set",
        40,
        perfect,
        Interval(0.95, 1.0),
        Interval(0.9, 1.0),
        0.3,
        dict.fromkeys(ACCURACIES, perfect._replace(area=0.8)),
    )
    assert worse(bad) == ([*ACCURACIES], [])
    assert "by AUC set with 0.6, set with 0.75, set with 0.9; by `right` none." in table([bad])
    assert table([bad._replace(together=dict.fromkeys(ACCURACIES, perfect))]).endswith("by AUC none; by `right` none.")
    assert row("set", SOME, rounds=1).alone == perfect
