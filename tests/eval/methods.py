"""The two methods that are compared: the product's ledger, and how much of a claim's vocabulary stands in the source.

Unigram overlap is what one would try first, and it knows nothing of order, numbers or negation. A method that doesn't
clearly beat it on changed numbers, swapped names and turned sentences isn't worth its code.
"""

import re
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import msgspec

from orchd.claims import SUPPORTED, ledger
from orchd.claims import Source as LedgerSource
from tests.eval.labelled import Labelled
from tests.eval.metrics import Judged, f1

WORD = re.compile(r"\w+")


class Method(msgspec.Struct, frozen=True):
    """A method's support for each claim, 0..1, and the support from which on it takes a claim as supported."""

    name: str
    threshold: float

    def judge(self, items: Sequence[Labelled], supports: Sequence[float]) -> list[Judged]:
        return [
            Judged(-support, support < self.threshold, not item.claim.supported, item.source.id)
            for item, support in zip(items, supports, strict=True)
        ]


LEDGER = Method("ledger", SUPPORTED)


@cache
def ledger_support(item: Labelled) -> float:
    """Return the least support that the ledger gives to any part of the claim; 0 where it found nothing to check."""
    findings = ledger(item.claim.text, [LedgerSource(item.source.id, item.source.text)])
    return min((finding.support for finding in findings), default=0.0)


def words(text: str) -> set[str]:
    return set(WORD.findall(text.casefold()))


def overlap(item: Labelled) -> float:
    """Return the share of the claim's word types that the source has."""
    claimed = words(item.claim.text)
    return len(claimed & words(item.source.text)) / len(claimed)


def tuned_baseline(dev: Sequence[Labelled]) -> Method:
    """Return the baseline with the threshold that has the best F1 on `dev`; of equals the lowest."""
    supports = [overlap(item) for item in dev]
    candidates = [Method("overlap", threshold) for threshold in sorted({*supports, 1.01})]
    return max(candidates, key=lambda method: f1(method.judge(dev, supports)))


class Compared(NamedTuple):
    """One claim, and what the two methods made of it."""

    item: Labelled
    ours: Judged
    base: Judged


def compare(items: Sequence[Labelled], baseline: Method) -> list[Compared]:
    """Judge each claim with the ledger and with the baseline."""
    ours = LEDGER.judge(items, [ledger_support(item) for item in items])
    base = baseline.judge(items, [overlap(item) for item in items])
    return [Compared(*each) for each in zip(items, ours, base, strict=True)]
