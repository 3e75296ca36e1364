"""The tables on public sets: each family as a fit without it predicts it, beside what costs nothing."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from orchd.claims import weights
from tests.eval.metrics import Interval, Judged, auc, interval
from tests.eval.public.baselines import BASELINES
from tests.eval.public.calibration import Supported, calibration_error, curve, even, precision_from, wrong_up_to

ROUNDS = 200


class Scored(NamedTuple):
    """A labelled claim, what the ledger makes of it, and what each baseline does."""

    family: str
    name: str
    source: str
    truth: bool
    support: float
    baselines: dict[str, float]

    @property
    def calibrated(self) -> Supported:
        """It as what calibration is measured by."""
        return Supported(self.support, self.truth)


class Row(NamedTuple):
    """The figures of one set. `right`: balanced accuracy at a support of 0.5."""

    name: str
    claims: int
    auc: float
    interval: Interval
    right: float
    supported: float
    baselines: dict[str, float]

    @property
    def better(self) -> list[str]:
        """Which baselines have a higher AUC than the ledger's interval reaches."""
        return [name for name, value in self.baselines.items() if value > self.interval.high]


def rows(scored: Sequence[Scored], least: float = weights.SUPPORTED) -> list[Row]:
    """Return the figures of each set; `least` is the least support of `supported`."""
    return [
        _row(name, [item for item in scored if item.name == name], least)
        for name in dict.fromkeys(o.name for o in scored)
    ]


def _row(name: str, some: Sequence[Scored], least: float) -> Row:
    ours = _judged(some, [item.support for item in some])
    return Row(
        name,
        len(some),
        auc(ours),
        interval(ours, auc, rounds=ROUNDS),
        balanced_accuracy(ours),
        precision_from([item.calibrated for item in some], least),
        {each: auc(_judged(some, [item.baselines[each] for item in some])) for each in BASELINES},
    )


def _judged(some: Sequence[Scored], supports: Sequence[float]) -> list[Judged]:
    return [
        Judged(-support, support < 0.5, not example.truth, example.source)
        for example, support in zip(some, supports, strict=True)
    ]


def balanced_accuracy(judged: Sequence[Judged]) -> float:
    """Return the mean of the shares that are right among the supported and among the unsupported."""
    rates = []
    for unsupported in (True, False):
        right = [result.flagged is unsupported for result in judged if result.unsupported is unsupported]
        rates.append(sum(right) / len(right))
    return sum(rates) / len(rates)


def markdown(found: Sequence[Row]) -> str:
    """Return the table of all sets, and their mean."""
    head = ["set", "claims", "ledger (95 %)", *BASELINES, "right", "`supported` right"]
    lines = [[each.name, str(each.claims), _spread(each), *_others(each), *_rates(each)] for each in found]
    size = len(found)
    mean = ["mean", "", f"{sum(each.auc for each in found) / size:.3f}"]
    mean += [f"{sum(each.baselines[name] for each in found) / size:.3f}" for name in BASELINES]
    mean += [f"{sum(each.right for each in found) / size:.3f}", f"{sum(each.supported for each in found) / size:.2f}"]
    return "\n".join(f"| {' | '.join(line)} |" for line in [head, ["---"] * len(head), *lines, mean])


def _spread(each: Row) -> str:
    return f"{each.auc:.3f} ({each.interval.low:.2f}-{each.interval.high:.2f})"


def _others(each: Row) -> list[str]:
    return [f"**{value:.3f}**" if name in each.better else f"{value:.3f}" for name, value in each.baselines.items()]


def _rates(each: Row) -> list[str]:
    return [f"{each.right:.3f}", f"{each.supported:.2f}"]


def calibration(
    scored: Sequence[Scored], least: float = weights.SUPPORTED, most: float = weights.NOT_FOUND
) -> Iterator[str]:
    """Yield the reliability curve of all families together, each weighing the same, and its error."""
    judged: list[Supported] = []
    for family in dict.fromkeys(item.family for item in scored):
        some = even([item.calibrated for item in scored if item.family == family])
        judged += [item._replace(weight=item.weight / len(some)) for item in some]
    yield "| support | claims | mean | supported |"
    yield "|---|---|---|---|"
    for number, each in enumerate(curve(judged)):
        if each is not None:
            yield f"| from {number / 10:.1f} | {each.claims} | {each.support:.2f} | {each.share:.2f} |"
    natural = [item.calibrated for item in scored]
    yield ""
    yield (
        f"Expected calibration error {calibration_error(judged):.3f}. Of those called `supported` (from"
        f" {least:g}) {precision_from(natural, least):.0%} are; of those with a support up to"
        f" {most:g}, {wrong_up_to(natural, most):.0%} are not."
    )
