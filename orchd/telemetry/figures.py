"""Tallies and histograms by labels, of which there are only so many, whatever clients and model servers are called."""

from bisect import bisect_left
from collections.abc import Mapping
from types import MappingProxyType
from typing import TypeAlias

Labels: TypeAlias = tuple[str, ...]

OTHER = "other"
"""The label that is shared by all that come when there are as many as there may be."""
MOST_COUNTS = 200
"""Different labels of one kind of count."""
MOST_HISTOGRAMS = 64
"""The same of one kind of histogram, each of which is a score of series."""


class Tallies:
    """Tallies by labels, `most` different ones and that of all others."""

    __slots__ = ("_by_labels", "_most")

    def __init__(self, most: int = MOST_COUNTS) -> None:
        self._most = most
        self._by_labels: dict[Labels, float] = {}

    def add(self, labels: Labels, amount: float = 1) -> None:
        """Count; negative amounts are no counts."""
        try:
            self._by_labels[labels] += amount
        except KeyError:
            self._begin(labels, amount)

    def _begin(self, labels: Labels, amount: float) -> None:
        if len(self._by_labels) >= self._most:
            labels = tuple(OTHER for _ in labels)
        self._by_labels[labels] = self._by_labels.get(labels, 0) + amount

    def read(self) -> Mapping[Labels, float]:
        """Return what was counted so far; it goes on growing."""
        return MappingProxyType(self._by_labels)


class Histogram:
    """How often values were at most each of `bounds`, which ascend, and above them all; and their sum."""

    __slots__ = ("bounds", "counts", "total")

    def __init__(self, bounds: tuple[float, ...]) -> None:
        self.bounds = bounds
        self.counts = [0] * (len(bounds) + 1)
        """Values of each bucket alone: above the bound before, and not above its own."""
        self.total = 0.0

    def note(self, value: float) -> None:
        self.counts[bisect_left(self.bounds, value)] += 1
        self.total += value


class Histograms:
    """Histograms by labels, `most` different ones and that of all others."""

    __slots__ = ("_bounds", "_by_labels", "_most")

    def __init__(self, bounds: tuple[float, ...], most: int = MOST_HISTOGRAMS) -> None:
        self._bounds = bounds
        self._most = most
        self._by_labels: dict[Labels, Histogram] = {}

    def of(self, labels: Labels) -> Histogram:
        """Return the histogram with these labels, for good: whoever notes often keeps it."""
        found = self._by_labels.get(labels)
        if found is None:
            if len(self._by_labels) >= self._most:
                labels = tuple(OTHER for _ in labels)
            found = self._by_labels.setdefault(labels, Histogram(self._bounds))
        return found

    def read(self) -> Mapping[Labels, Histogram]:
        """Return what was noted so far; it goes on growing."""
        return MappingProxyType(self._by_labels)
