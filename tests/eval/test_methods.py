"""The ledger beats the baseline on claims that nothing was tuned on; the baseline is what its name says."""

import pytest

from tests.eval.labelled import PARTS, Claim, Kind, Labelled, Part, Source, labelled
from tests.eval.methods import LEDGER, compare, ledger_support, overlap, tuned_baseline
from tests.eval.metrics import auc, f1

SOURCE = Source("en-x", "en", "test", "The red boat left the harbour in 1950.")


def item(text: str, *, supported: bool = True, kind: Kind = "number") -> Labelled:
    return Labelled(Claim("en-x-1", SOURCE.id, kind, supported, text), SOURCE)


@pytest.mark.parametrize(
    ("text", "share"),
    [("The boat left.", 1), ("The harbour, THE boat!", 1), ("The blue boat left.", 0.75), ("Nobody knows.", 0)],
)
def test_overlap_is_the_share_of_word_types(text: str, share: float) -> None:
    assert overlap(item(text)) == share


def test_the_baseline_takes_the_threshold_that_is_best() -> None:
    dev = [item("The red boat."), item("The blue boat."), item("A blue plane.", supported=False)]
    method = tuned_baseline(dev)
    assert f1(method.judge(dev, [overlap(example) for example in dev])) == 1


def test_a_claim_without_findings_is_not_supported() -> None:
    assert ledger_support(item("...")) == 0


@pytest.mark.parametrize("part", PARTS)
def test_the_ledger_beats_word_overlap(part: Part) -> None:
    compared = compare(labelled(part), tuned_baseline(labelled("dev")))
    ours, base = [result.ours for result in compared], [result.base for result in compared]
    assert f1(ours) > f1(base)
    assert auc(ours) > auc(base)


def test_the_ledger_flags_below_its_threshold() -> None:
    wrong = item("The red boat left the harbour in 1960.", supported=False)
    supports = [LEDGER.threshold - 0.01, LEDGER.threshold]
    assert [result.flagged for result in LEDGER.judge([wrong, wrong], supports)] == [True, False]
