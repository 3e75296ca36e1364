"""The figures of a trial: what ended as checked though it has a fault, what was refused though it has none."""

from collections import Counter
from collections.abc import Iterator, Sequence
from math import sqrt
from typing import NamedTuple

from tests.eval.tasks.checking import SourceCheck
from tests.eval.tasks.seeding import CONTENT, KINDS
from tests.eval.tasks.trial import Ending, Panel, Result

CHECKED: tuple[Ending, ...] = ("verified", "self-checked")
REFUSED: tuple[Ending, ...] = ("rejected", "failed", "asked", "replaced", "marked")
"""Endings that say something is wrong, or that nobody could tell."""

SOUND = "sound"
Z95 = 1.96


class PanelResults(NamedTuple):
    """What all scenarios ended as with one panel."""

    panel: Panel
    faulty: list[Result]
    faultless: list[Result]
    condensed: list[Result]
    checks: list[SourceCheck]


def leaks(results: Sequence[Result]) -> list[Result]:
    """Return the faulty ones that ended as checked."""
    return [result for result in results if result.ending in CHECKED]


def of_kind(results: Sequence[Result], kind: str, *, joined: bool) -> list[Result]:
    """Return those with a fault of a kind in a step, or in a joined text."""
    faults = [(result, result.scenario.fault) for result in results]
    return [
        result
        for result, fault in faults
        if fault is not None and fault.kind == kind and (fault.part is None) == joined
    ]


def kinds_tried(results: Sequence[Result], *, joined: bool) -> Iterator[str]:
    """Yield the kinds of faults that there are in steps, or in joined texts."""
    return (kind for kind in KINDS if of_kind(results, kind, joined=joined))


def is_content(result: Result) -> bool:
    """Whether one must know the material to see the fault."""
    return result.scenario.fault is not None and result.scenario.fault.kind in CONTENT


def kept(result: Result) -> bool:
    """Whether a faultless task went through: each step checked, and the joined text taken."""
    return all(step.ending in CHECKED for step in result.steps) and result.joined in CHECKED


def taken(result: Result) -> bool:
    """Whether a task went through whose joined text leaves things out; these may be named beside it."""
    return steps_kept(result) and result.joined in (*CHECKED, "marked")


def steps_kept(result: Result) -> bool:
    """Whether no step of a faultless task was refused."""
    return all(step.ending in CHECKED for step in result.steps)


def share(some: Sequence[bool]) -> tuple[float, float, float]:
    """Return a share of true ones with its 95 % interval (Wilson's)."""
    count, true = len(some), sum(some)
    if not count:
        return 0.0, 0.0, 1.0
    rate, z = true / count, Z95 * Z95 / count
    middle = (rate + z / 2) / (1 + z)
    spread = Z95 / (1 + z) * sqrt(rate * (1 - rate) / count + z / count / 4)
    return rate, max(0.0, middle - spread), min(1.0, middle + spread)


class Joining(NamedTuple):
    """How joined texts are held against their parts: of the faulty ones those that were not taken as they are (recall),
    and of those that were not taken the faulty ones (precision)."""

    faulty: int
    seen: int
    faultless: int
    doubted: int

    @property
    def recall(self) -> float:
        """The share of the faulty that was seen."""
        return self.seen / self.faulty if self.faulty else 0.0

    @property
    def precision(self) -> float:
        """The share of the alarms that was right."""
        alarms = self.seen + self.doubted
        return self.seen / alarms if alarms else 1.0


def joining(faulty: Sequence[Result], faultless: Sequence[Result]) -> Joining:
    """Return the figures of joined texts; tasks of which nothing was joined don't count."""
    wrong = [result for result in faulty if result.scenario.fault and result.scenario.fault.part is None]
    wrong = [result for result in wrong if result.joined != "unreached"]
    right = [result for result in faultless if result.joined != "unreached"]
    seen = sum(result.joined not in CHECKED for result in wrong)
    return Joining(len(wrong), seen, len(right), sum(result.joined not in CHECKED for result in right))


class Agreement(NamedTuple):
    """What a panel's first judge said of the steps it was asked about, by whether they have a fault."""

    approved_faulty: int
    refused_faulty: int
    abstained_faulty: int
    approved_faultless: int
    refused_faultless: int
    abstained_faultless: int


def agreement(results: Sequence[Result]) -> Agreement:
    """Count the first opinion on each step that was judged at all."""
    said = Counter[tuple[bool, str]]()
    for result in results:
        fault = result.scenario.fault
        for place, step in enumerate(result.steps):
            if step.opinions:
                said[fault is not None and fault.part == place, step.opinions[0]] += 1
    return Agreement(
        *(said[faulty, word] for faulty in (True, False) for word in ("approved", "rejected", "abstained"))
    )
