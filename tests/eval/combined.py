"""Put the ledger's support and the words of scripted judges of known accuracy together, by the daemon's own rule.

`python -m tests.eval.combined [--claims DIR] [--write]`: on the labelled set here, and on public sets, each family
predicted by a fit without it. A judge of an accuracy of 0.75 says of three claims in four what is so, and passes a
trial in which it is right as often, by chance. What is shown is the mean of `ROUNDS` such judges.
"""

import argparse
import math
import random
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from statistics import fmean
from typing import NamedTuple

from msgspec.structs import replace

from orchd.features.verification.checking.combining import total_support
from orchd.features.verification.judging.standing import JudgeWeight
from orchd.features.verification.messages import VerifyClaimItem, VerifyClaimOpinion
from orchd.features.verification.trials.samples import CLAIMS
from orchd.features.verification.trials.trial import Trial
from tests.eval import fit
from tests.eval.document import DOCUMENT, put
from tests.eval.labelled import PARTS, labelled
from tests.eval.metrics import Interval, Judged, auc, interval
from tests.eval.opinions import Example, balanced, weakest
from tests.eval.public.examples import OWN

ACCURACIES = (0.6, 0.75, 0.9)
ROUNDS = 20
Z95 = 1.96
BEGIN = "<!-- judges and the ledger: written by python -m tests.eval.combined -->\n"
END = "<!-- end of judges and the ledger -->\n"


class Case(NamedTuple):
    """A claim as the ledger has it, the text it was held against, and whether that bears it out."""

    item: VerifyClaimItem
    source: str
    supported: bool


class Pair(NamedTuple):
    """Area under the curve, and the mean of what is right of either kind at a support of 0.5."""

    area: float
    right: float


class Row(NamedTuple):
    """A set by the ledger alone, with the intervals of its figures, and with a judge of each accuracy. `margin`: half
    of the interval of what a judge alone is right in, times its standard deviation for one claim.
    """

    name: str
    claims: int
    alone: Pair
    areas: Interval
    rights: Interval
    margin: float
    together: Mapping[float, Pair]


def cases() -> dict[str, list[Case]]:
    """Return the claims of the labelled set, by its parts."""
    found: dict[str, list[Case]] = {}
    for part in PARTS:
        for each in labelled(part):
            given = Example(each.source.text, each.claim.text, each.claim.supported)
            if (item := weakest(given)) is not None:
                found.setdefault(part, []).append(Case(item, given.source, given.supported))
    return found


def public(directory: Path) -> dict[str, list[Case]]:
    """Return the claims of public sets, as a fit without their family predicts them."""
    found: dict[str, list[Case]] = {}
    for each in fit.left_out(fit.read(directory)):
        if each.given is not None and each.one.family != OWN:
            case = Case(predicted(each.support), each.given.source, each.one.supported)
            found.setdefault(each.one.name, []).append(case)
    return found


def predicted(support: float) -> VerifyClaimItem:
    """Return a claim of which only the support is known."""
    return VerifyClaimItem(0, "", 0, 0, support, "lexical", None, None, None, None, None, None, "unclear")


def trial_of(accuracy: float, chance: random.Random) -> JudgeWeight:
    """Return the weight of a judge by its trial."""
    right = sum(chance.random() < accuracy for sample in CLAIMS if sample.supported)
    wrong = sum(chance.random() < accuracy for sample in CLAIMS if not sample.supported)
    of_right, of_wrong = (sum(sample.supported is side for sample in CLAIMS) for side in (True, False))
    counted = (of_right, right, of_right - right, of_wrong, of_wrong - wrong, wrong)
    return Trial(2, 2, 6, 0, 6, *counted).weight


def judged(case: Case, accuracy: float, weight: JudgeWeight, chance: random.Random) -> float:
    """Return what the ledger and the word of a judge come to."""
    supported = case.supported is (chance.random() < accuracy)
    word, moves = ("supported", weight.supported) if supported else ("unsupported", weight.doubted)
    said = VerifyClaimOpinion("judge", "judge", None, word, "", moves)  # type: ignore[arg-type] # one of the two
    return total_support(replace(case.item, judged=word, opinions=[said]))


def told(some: Sequence[Case], values: Sequence[float]) -> list[Judged]:
    return [
        Judged(-value, value < 0.5, not case.supported, case.source) for case, value in zip(some, values, strict=True)
    ]


def pair(found: Sequence[Judged]) -> Pair:
    return Pair(auc(found), balanced(found))


def together(some: Sequence[Case], accuracy: float, rounds: int) -> Pair:
    """Return the mean over judges of an accuracy; the same for the same claims."""
    chance, pairs = random.Random(5), list[Pair]()
    for _ in range(rounds):
        weight = trial_of(accuracy, chance)
        pairs.append(pair(told(some, [judged(case, accuracy, weight, chance) for case in some])))
    return Pair(fmean(each.area for each in pairs), fmean(each.right for each in pairs))


def row(name: str, some: Sequence[Case], rounds: int = ROUNDS) -> Row:
    alone = told(some, [case.item.support for case in some])
    both = {accuracy: together(some, accuracy, rounds) for accuracy in ACCURACIES}
    supported = sum(case.supported for case in some)
    margin = Z95 / 2 * math.sqrt(1 / supported + 1 / (len(some) - supported))
    areas, rights = (interval(alone, metric, rounds=200) for metric in (auc, balanced))
    return Row(name, len(some), pair(alone), areas, rights, margin, both)


def worse(one: Row) -> tuple[list[float], list[float]]:
    """Return with which judges the area is below the interval of the judge alone or of the ledger alone, and then with
    which ones what is right is.
    """
    judges = {accuracy: accuracy - one.margin * math.sqrt(accuracy * (1 - accuracy)) for accuracy in ACCURACIES}
    areas = [accuracy for accuracy, low in judges.items() if one.together[accuracy].area < max(low, one.areas.low)]
    rights = [accuracy for accuracy, low in judges.items() if one.together[accuracy].right < max(low, one.rights.low)]
    return areas, rights


def table(found: Sequence[Row]) -> str:
    """Return the table in Markdown, and which rows are worse than either alone."""
    with_judges = [f"with {accuracy:g}" for accuracy in ACCURACIES]
    head = ["set", "claims", "ledger (95 %)", *with_judges, "ledger, right", *with_judges]
    lines = [head, ["---"] * len(head), *map(_cells, found), _means(found)]
    low: tuple[list[str], list[str]] = [], []
    for each in found:
        for names, accuracies in zip(low, worse(each), strict=True):
            names += [f"{each.name} with {accuracy:g}" for accuracy in accuracies]
    areas, rights = (", ".join(names) or "none" for names in low)
    end = f"Below the 95 % interval of the judge alone or of the ledger alone: by AUC {areas}; by `right` {rights}."
    return "\n".join([*(f"| {' | '.join(line)} |" for line in lines), "", end])


def _cells(one: Row) -> list[str]:
    low, high = one.areas
    areas = [f"{one.together[accuracy].area:.3f}" for accuracy in ACCURACIES]
    right = [f"{one.together[accuracy].right:.3f}" for accuracy in ACCURACIES]
    alone = f"{one.alone.area:.3f} ({low:.2f}-{high:.2f})"
    return [one.name, str(one.claims), alone, *areas, f"{one.alone.right:.3f}", *right]


def _means(found: Sequence[Row]) -> list[str]:
    areas = [fmean(each.together[accuracy].area for each in found) for accuracy in ACCURACIES]
    right = [fmean(each.together[accuracy].right for each in found) for accuracy in ACCURACIES]
    alone = fmean(each.alone.area for each in found), fmean(each.alone.right for each in found)
    figures = [alone[0], *areas, alone[1], *right]
    return ["mean", "", *(f"{figure:.3f}" for figure in figures)]


def report(directory: Path | None) -> Iterator[Row]:
    """Yield the rows of the sets here, and of those in a directory."""
    sets = cases() | ({} if directory is None else public(directory))
    yield from (row(name, some) for name, some in sets.items())


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.eval.combined", description=__doc__)
    parser.add_argument("--claims", type=Path, help="a directory of public sets, NAME.jsonl")
    parser.add_argument("--write", action="store_true", help=f"write {DOCUMENT.name}")
    asked = parser.parse_args()
    made = table(list(report(asked.claims)))
    print(made)
    if asked.write:
        document = DOCUMENT.read_text(encoding="utf-8")
        DOCUMENT.write_text(put(document, BEGIN, f"{made}\n", END), encoding="utf-8")


if __name__ == "__main__":
    main()
