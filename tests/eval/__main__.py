"""Score the ledger and what costs nothing: `python -m tests.eval [--dev] [--misses] [--claims DIR]`."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.eval import combined, fit, opinions
from tests.eval.labelled import PARTS, Part, labelled
from tests.eval.methods import LEDGER, Compared, compare, tuned_baseline
from tests.eval.report import table

TITLES: dict[Part, str] = {"dev": "dev (the ledger was tuned on it)", "heldout": "held-out (nothing was tuned on it)"}


def section(part: Part, compared: Sequence[Compared]) -> str:
    unsupported = sum(not result.item.claim.supported for result in compared)
    sources = len({result.item.source.id for result in compared})
    head = f"{TITLES[part]}: {len(compared)} claims over {sources} sources, {unsupported} unsupported"
    return f"\n{head}\n\n{table(compared)}"


def misses(compared: Sequence[Compared]) -> list[str]:
    """Return a line for each claim that the ledger judged wrongly, the surest mistakes first."""
    wrong = [result for result in compared if result.ours.flagged != result.ours.unsupported]
    wrong.sort(key=lambda one: abs(one.ours.suspicion + LEDGER.threshold), reverse=True)
    return [
        f"{-result.ours.suspicion:.2f}  {'missed' if result.ours.unsupported else 'doubted'}  "
        f"{result.item.claim.kind}  {result.item.claim.id}  {result.item.claim.text}"
        for result in wrong
    ]


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.eval", description=__doc__)
    parser.add_argument("--dev", action="store_true", help="score the dev part only, as while tuning")
    parser.add_argument(
        "--misses", action="store_true", help="list what the ledger got wrong on dev (held-out stays unread)"
    )
    parser.add_argument("--claims", type=Path, help="a directory of public sets: each family by a fit without it")
    return parser.parse_args()


def main() -> None:
    asked = arguments()
    dev = labelled("dev")
    baseline = tuned_baseline(dev)
    print("Positive class: unsupported claims. Flagged: support below the threshold.")
    print("Half of the claims are unsupported: flagging all of them has F1 0.67; an AUC of 0.50 is chance.")
    print(f"Thresholds: ledger {LEDGER.threshold:g}; word overlap {baseline.threshold:.3f}, its best F1 on dev.")
    for part in ("dev",) if asked.dev else PARTS:
        print(section(part, compare(labelled(part), baseline)))
    if not asked.dev:
        print("\nthe ledger and scripted judges of known accuracy together (AUC; right at a support of 0.5)\n")
        print(combined.table([*combined.report(asked.claims)]))
    if asked.claims is not None:
        print("\npublic sets (AUC, each family by a fit without it; bold: a baseline above the ledger's interval)\n")
        print(*fit.report(fit.left_out(fit.read(asked.claims))), sep="\n")
    if asked.misses:
        print("\nwrong on dev (support, what happened, kind, claim):", *misses(compare(dev, baseline)), sep="\n")


if __name__ == "__main__":
    opinions.main() if "--judge" in sys.argv else main()
