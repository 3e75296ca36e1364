"""Precision, recall, F1, AUC and their uncertainty, of a method that looks for unsupported claims.

The positive class is *unsupported*: what matters to a reader is which of the doubtful claims are found, and how many
good ones are doubted for it. `turned` gives the other direction.

* AUC is the probability that a random unsupported claim looks more suspicious than a random supported one, ties counted
  half: the Mann-Whitney U over the number of pairs (Mann and Whitney 1947; Hanley and McNeil 1982), computed exactly
  from mid-ranks. 0.5 is chance; no threshold enters.
* Intervals are percentiles of a bootstrap (Efron 1979). Whole sources are drawn, not claims: claims about one text are
  alike, and drawing them singly would make the interval too narrow.
"""

import random
from collections import defaultdict
from collections.abc import Callable, Sequence
from itertools import groupby
from typing import NamedTuple


class Judged(NamedTuple):
    """What a method made of one claim, and the truth; `group` is drawn as a whole by the bootstrap."""

    suspicion: float
    flagged: bool
    unsupported: bool
    group: str


class Figures(NamedTuple):
    """The figures of one method on one set of claims, all 0..1."""

    precision: float
    recall: float
    f1: float
    auc: float


class Interval(NamedTuple):
    """The middle 95 % of the bootstrap."""

    low: float
    high: float


def precision(judged: Sequence[Judged]) -> float:
    """Return the share of truly unsupported claims among the flagged ones; 0 where none is flagged."""
    flagged = [result.unsupported for result in judged if result.flagged]
    return sum(flagged) / len(flagged) if flagged else 0.0


def recall(judged: Sequence[Judged]) -> float:
    """Return the share of flagged claims among the unsupported ones; 0 where there is none."""
    unsupported = [result.flagged for result in judged if result.unsupported]
    return sum(unsupported) / len(unsupported) if unsupported else 0.0


def f1(judged: Sequence[Judged]) -> float:
    """Return the harmonic mean of precision and recall: 2 hits / (flagged + unsupported)."""
    hits = sum(result.flagged and result.unsupported for result in judged)
    both = sum(result.flagged for result in judged) + sum(result.unsupported for result in judged)
    return 2 * hits / both if both else 0.0


def auc(judged: Sequence[Judged]) -> float:
    """Return the area under the ROC curve; raises `ValueError` where one of the classes is empty."""
    positives = sum(result.unsupported for result in judged)
    negatives = len(judged) - positives
    if not positives or not negatives:
        raise ValueError("AUC needs claims of both classes")
    ranks = 0.0
    below = 0
    for _, tied in groupby(sorted(judged), key=lambda one: one.suspicion):
        classes = [result.unsupported for result in tied]
        ranks += sum(classes) * (below + (len(classes) + 1) / 2)
        below += len(classes)
    return (ranks - positives * (positives + 1) / 2) / (positives * negatives)


def figures(judged: Sequence[Judged]) -> Figures:
    return Figures(precision(judged), recall(judged), f1(judged), auc(judged))


def turned(one: Judged) -> Judged:
    """Return the same judgement with *supported* as the positive class."""
    return Judged(-one.suspicion, not one.flagged, not one.unsupported, one.group)


def interval(
    judged: Sequence[Judged], metric: Callable[[Sequence[Judged]], float], *, rounds: int = 1000, seed: int = 5
) -> Interval:
    """Return the 95 % interval of `metric`; the same for the same input and seed."""
    groups: defaultdict[str, list[Judged]] = defaultdict(list)
    for result in judged:
        groups[result.group].append(result)
    chance = random.Random(seed)
    drawn = [chance.choices(list(groups.values()), k=len(groups)) for _ in range(rounds)]
    values = sorted(metric([result for group in sample for result in group]) for sample in drawn)
    return Interval(values[round(0.025 * (rounds - 1))], values[round(0.975 * (rounds - 1))])
