"""Whether a support of 0.8 means that four of five are supported: reliability curves and their error.

Sets differ in how many of their claims are supported, and no number can be right for all. So both labels weigh the same
(`even`): what a claim's support says of it when as many others are supported as not.
"""

from collections.abc import Sequence
from typing import NamedTuple

BINS = 10


class Supported(NamedTuple):
    """A claim's support, the truth, and what it weighs."""

    support: float
    truth: bool
    weight: float = 1.0


class Bin(NamedTuple):
    """Claims of about the same support: how many, their mean support, and the share that is supported."""

    claims: int
    support: float
    share: float
    weight: float


def even(judged: Sequence[Supported]) -> list[Supported]:
    """Return the claims weighed so that as many are supported as not."""
    count = {truth: sum(item.truth is truth for item in judged) for truth in (True, False)}
    return [item._replace(weight=item.weight * len(judged) / (2 * count[item.truth])) for item in judged]


def curve(judged: Sequence[Supported]) -> list[Bin | None]:
    """Return the reliability curve: a bin for each tenth of support, None where no claim is."""
    bins: list[list[Supported]] = [[] for _ in range(BINS)]
    for item in judged:
        bins[min(BINS - 1, int(item.support * BINS))].append(item)
    return [_bin(some) if some else None for some in bins]


def _bin(some: Sequence[Supported]) -> Bin:
    weight = sum(item.weight for item in some)
    mean = sum(item.weight * item.support for item in some) / weight
    return Bin(len(some), mean, sum(item.weight for item in some if item.truth) / weight, weight)


def calibration_error(judged: Sequence[Supported]) -> float:
    """Return the expected calibration error: how far support and share lie apart, bins by their weight."""
    bins = [each for each in curve(judged) if each is not None]
    total = sum(each.weight for each in bins)
    return sum(each.weight * abs(each.support - each.share) for each in bins) / total


def precision_from(judged: Sequence[Supported], least: float) -> float:
    """Return the share of the supported among those of a support from `least` on; 1 where there is none."""
    some = [item for item in judged if item.support >= least]
    return _share(some) if some else 1.0


def wrong_up_to(judged: Sequence[Supported], most: float) -> float:
    """Return the share of the unsupported among those of a support up to `most`; 1 where there is none."""
    some = [item for item in judged if item.support <= most]
    return 1 - _share(some) if some else 1.0


def _share(some: Sequence[Supported]) -> float:
    return sum(item.weight for item in some if item.truth) / sum(item.weight for item in some)
