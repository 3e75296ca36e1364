"""Measure a checker behind a URL on labelled claims, alone and together with the ledger.

    python -m tests.eval --judge URL [--model NAME] [--claims DIRECTORY] [--limit N]

It is asked as the daemon asks it. `--claims` takes a directory of files with one `{"source", "claim", "supported"}` a
line instead of the labelled set here. The last line says which weight in the sum of logits would have been best.
"""

import argparse
import json
import math
import random
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import trio
from msgspec.structs import replace

from orchd.claims import Source, ledger
from orchd.errors import OrchdError
from orchd.features.verification.checking.checkers import ClaimChecker, made_for_it
from orchd.features.verification.checking.combining import WEIGHTS, total_support
from orchd.features.verification.checking.consulting import AT_ONCE
from orchd.features.verification.checking.forms import CLAIM_CHARACTERS, plain
from orchd.features.verification.checking.passages import PASSAGE_CHARACTERS, passages
from orchd.features.verification.checking.questions import ClaimQuestion, opinion_on, share_of
from orchd.features.verification.hallucination.claims import items
from orchd.features.verification.messages import VerifyClaimItem, VerifyClaimOpinion
from orchd.llm import Backends, BackendSpec, Priority, Requester, Scorer, Target, checker_kind
from orchd.llm.types import ANY_REQUESTER
from tests.eval.labelled import PARTS, labelled
from tests.eval.metrics import Judged, auc

SECONDS = 120.0
"""For one answer."""
GRID = [step / 20 for step in range(41)]
"""Weights that are tried."""


class Example(NamedTuple):
    """A claim, what it is held against, and whether that bears it out."""

    source: str
    claim: str
    supported: bool


class Measured(NamedTuple):
    """What the ledger made of a claim, and the checker's opinion in it, if it had one."""

    example: Example
    item: VerifyClaimItem

    @property
    def said(self) -> VerifyClaimOpinion | None:
        return next(iter(self.item.opinions), None)


def sets(directory: Path | None, limit: int) -> dict[str, list[Example]]:
    """Return the sets by their names, `limit` claims of each, drawn anew by the same seed."""
    if directory is None:
        found: dict[str, list[Example]] = {
            part: [Example(each.source.text, each.claim.text, each.claim.supported) for each in labelled(part)]
            for part in PARTS
        }
    else:
        found = {path.stem: read(path) for path in sorted(directory.glob("*.jsonl"))}
    return {name: random.Random(5).sample(some, min(limit, len(some))) for name, some in found.items()}


def read(path: Path) -> list[Example]:
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [Example(row["source"], row["claim"], row["supported"]) for row in rows]


def weakest(example: Example) -> VerifyClaimItem | None:
    """Return the part of a claim for which the ledger finds least, with the words of all of it; None without any."""
    source = Source("source", example.source)
    found = items(ledger(example.claim, [source]), [source], grounded=True)
    worst = min(found, key=lambda item: item.support, default=None)
    return None if worst is None else replace(worst, index=0, claim=example.claim)


async def measure(scorer: Scorer, checker: ClaimChecker, examples: Sequence[Example]) -> list[Measured]:
    """Ask about each claim, several at once. Raises OrchdError: what can't be asked can't be measured."""
    waiting = [Measured(example, item) for example in examples if (item := weakest(example)) is not None]
    numbers, done = iter(range(len(waiting))), dict[int, Measured]()

    async def ask() -> None:
        for number in numbers:
            example, item = waiting[number]
            passage = passages([item], [Source("source", example.source)]).get(0, example.source)
            question = ClaimQuestion(0, plain(item.claim, CLAIM_CHARACTERS), plain(passage, PASSAGE_CHARACTERS))
            said = await opinion_on(scorer, checker, question)
            done[number] = Measured(example, replace(item, opinions=[] if said is None else [said]))

    async with trio.open_nursery() as nursery:
        for _ in range(AT_ONCE):
            nursery.start_soon(ask)
    return [done[number] for number in range(len(waiting))]


def judged(some: Sequence[Measured], values: Sequence[float]) -> list[Judged]:
    return [
        Judged(-value, value < 0.5, not measure.example.supported, measure.example.source)
        for measure, value in zip(some, values, strict=True)
    ]


def balanced(found: Sequence[Judged]) -> float:
    """Return the mean of how many of the unsupported and of the supported claims are judged rightly."""
    sides = [[result.flagged == side for result in found if result.unsupported == side] for side in (True, False)]
    return sum(sum(side) / len(side) for side in sides if side) / sum(bool(side) for side in sides)


def row(name: str, some: Sequence[Measured]) -> str:
    """Return a line of the table: area and balanced accuracy by the ledger, by the checker, by both."""
    told = [measure for measure in some if measure.said is not None]
    if len({measure.example.supported for measure in told}) < 2:
        return f"{name:<16}{len(some):>7}{len(told):>9}   too few answers"
    ways = [
        judged(told, [measure.item.support for measure in told]),
        judged(told, [share_of(measure.said) for measure in told if measure.said is not None]),
        judged(told, [total_support(measure.item) for measure in told]),
    ]
    figures = "".join(f"{auc(way):>9.3f}{balanced(way):>7.3f}" for way in ways)
    return f"{name:<16}{len(some):>7}{len(told):>9}{figures}"


def loss(some: Sequence[Measured], weight: float) -> float:
    """Return how surprising the labels are, for each claim on average, if an opinion has this weight."""
    total = 0.0
    for measure in some:
        logit = _logit(measure.item.support, 7.0) + weight * _logit(
            share_of(measure.said) if measure.said else 0.5, 4.0
        )
        total += math.log1p(math.exp(-logit if measure.example.supported else logit))
    return total / max(1, len(some))


def best_weight(some: Sequence[Measured]) -> float:
    return min(GRID, key=lambda weight: loss(some, weight))


def _logit(value: float, most: float) -> float:
    inner = min(max(value, 1e-6), 1 - 1e-6)
    return max(-most, min(most, math.log(inner / (1 - inner))))


async def chosen(backends: Backends, name: str | None) -> ClaimChecker:
    """Return the model to measure: the one named, else one made for it, else the first that chats."""
    if name is None and (made := made_for_it(backends, (), ANY_REQUESTER)):
        return made[0]
    target: Target = await backends.resolve(name, None, None)
    servers = {health.name: health.kind for health in backends.health()}
    return ClaimChecker(target, checker_kind(target.model.id) or "chat", servers.get(target.backend))


async def run(asked: argparse.Namespace) -> None:
    """Print a line for each set as soon as it is measured."""
    backends = Backends([BackendSpec(asked.judge)])
    async with trio.open_nursery() as nursery:
        await nursery.start(backends.run)
        await backends.wait_first_probe()
        checker, everything = await chosen(backends, asked.model), list[Measured]()
        scorer = Scorer(backends, Requester(Priority.BACKGROUND), SECONDS)
        print(f"{checker.name}, asked as {checker.kind}. AUC and balanced accuracy:")
        print(f"{'set':<16}{'claims':>7}{'answers':>9}{'ledger':>16}{'checker':>16}{'both':>16}")
        for name, some in sets(asked.claims, asked.limit).items():
            measured = await measure(scorer, checker, some)
            everything += measured
            print(row(name, measured), flush=True)
        if told := [measure for measure in everything if measure.said is not None]:
            print(f"best weight here: {best_weight(told):.2f}; the daemon's for its kind: {WEIGHTS[checker.kind]:.2f}")
        calls = max(1, scorer.cost.calls)
        print(f"{scorer.cost.calls} calls, {scorer.cost.seconds / calls:.2f} s each, the wait for their turn included")
        nursery.cancel_scope.cancel()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.eval", description=__doc__)
    parser.add_argument("--judge", metavar="URL", required=True, help="the model server")
    parser.add_argument("--model", help="a model's name there")
    parser.add_argument("--claims", metavar="DIRECTORY", type=Path, help="other sets, a file each")
    parser.add_argument("--limit", type=int, default=200, help="claims of each set at most (200)")
    failures: list[BaseException] = []
    try:
        trio.run(run, parser.parse_args())
    except* OrchdError as group:
        failures.extend(group.exceptions)
    if failures:
        raise SystemExit(f"it could not be measured: {failures[0]}")
