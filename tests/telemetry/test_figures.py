"""Figures: sums that come out, and no more labels than there may be."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchd.telemetry.figures import OTHER, Histogram, Histograms, Tallies

NAMES = st.lists(st.text(max_size=3), max_size=60)


@given(NAMES, st.integers(1, 5))
def test_nothing_that_was_counted_is_lost_and_labels_stay_few(names: list[str], most: int) -> None:
    tallies = Tallies(most)
    for name in names:
        tallies.add((name, "x"))
    found = tallies.read()
    assert sum(found.values()) == len(names)
    assert len(found) <= most + 1
    own = [labels for labels in found if labels != (OTHER, OTHER)]
    expected = Counter(names)
    assert all(found[labels] == expected[labels[0]] for labels in own), "who has a label has it alone"


def test_amounts_add_up() -> None:
    tallies = Tallies()
    tallies.add(("a",), 2.5)
    tallies.add(("a",), 4)
    assert dict(tallies.read()) == {("a",): 6.5}


@given(st.lists(st.floats(-10, 10)))
def test_each_value_is_in_the_first_bucket_that_holds_it(values: list[float]) -> None:
    histogram = Histogram((-1.0, 0.0, 2.5))
    for value in values:
        histogram.note(value)
    assert histogram.counts == [
        sum(value <= -1 for value in values),
        sum(-1 < value <= 0 for value in values),
        sum(0 < value <= 2.5 for value in values),
        sum(value > 2.5 for value in values),
    ]
    assert histogram.total == pytest.approx(sum(values, 0.0))  # `sum` loses less since Python 3.12


@given(NAMES, st.integers(1, 5))
def test_histograms_stay_few_and_keep_all(names: list[str], most: int) -> None:
    histograms = Histograms((1.0,), most)
    for name in names:
        histograms.of((name,)).note(0.5)
    assert len(histograms.read()) <= most + 1
    assert sum(sum(each.counts) for each in histograms.read().values()) == len(names)
    assert all(histograms.of((name,)) is histograms.of((name,)) for name in names)
