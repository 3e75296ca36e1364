"""Notice when an answer has begun to repeat itself word for word, for ever.

A text *ends in a loop* when its end is one piece of at most `max_period` code points over and over: at least
`min_repeats` times and for at least `min_characters` code points (the last repetition may be cut short). With P for the
piece's length, its *period*, a loop is thus a run of period P that is `max(min_characters, min_repeats * P)` long.
Only exact repetition counts: a list that goes on counting ("Step 17: ...", "Step 18: ...") is none.

The hard part is to look rarely and still miss nothing:

* Which period? Take the last `reach` characters and find where they stood before, nearest first. For every period up to
  `reach` that distance is the run's smallest period, for two runs of different periods that overlap in as much as both
  periods together have one smaller period in common (Fine and Wilf, 1965). A run must be `reach + period` long to be
  found so; therefore small periods, whose loops are short, are sought with a smaller reach.
* When? If a look finds a run, nothing about it can be decided before as many characters have come as it lacks. A run
  that it doesn't find lacks a quarter of `min_characters` at least (that is why four repetitions are the fewest). So a
  look waits for whichever comes first, and one look in about 1 500 characters is enough to be exact to the character.
"""

from bisect import bisect_left
from typing import NamedTuple

MIN_CHARACTERS = 6_000
"""Code points. A hundred lines of 59 on request, or 20 equal objects of 299, are not yet a loop; see the samples in
the tests. A real loop costs about 1 500 tokens until it is stopped."""

MIN_REPEATS = 12
"""Counts for periods over 500 only: ten equal copies of anything that long are not yet a loop."""

MAX_PERIOD = 2_000
"""Code points: a few paragraphs."""

FEWEST_REPEATS = 4
"""Below it the distance between looks is no longer safe."""


class LoopLimits(NamedTuple):
    """When an answer counts as one that repeats itself for ever; see `LoopDetector`. No `characters`: never."""

    repeats: int
    characters: int
    period: int


class LoopDetector:
    """Tells when a text that only grows has ended in a loop. One for each channel of an answer.

    The verdict depends on the text alone, not on how it is cut into pieces. Keeps the last
    `max(min_characters, min_repeats * max_period)` code points and those since the last look. Never blocks.
    """

    def __init__(
        self, min_repeats: int = MIN_REPEATS, min_characters: int = MIN_CHARACTERS, max_period: int = MAX_PERIOD
    ) -> None:
        """Raise ValueError for fewer than `FEWEST_REPEATS`, or for no characters or period at all."""
        if min_repeats < FEWEST_REPEATS or min_characters < 1 or max_period < 1:
            raise ValueError(f"a loop has at least {FEWEST_REPEATS} repeats, one character and a period of one")
        self.period: int | None = None
        """The length of the piece that is repeated, once there is a loop."""
        self._min_repeats = min_repeats
        self._min_characters = min_characters
        self._reaches = _reaches(max(1, min_characters // min_repeats), max_period)
        self._window = self._needed_length(max_period)
        self._pieces: list[str] = []
        self._left = self._needed_length(1)

    def add(self, text: str) -> bool:
        """Append `text` to the text so far; return whether it ends in a loop, or ever did up to a character of it.

        True comes with the piece that holds the first character at which there is a loop, and for good.
        """
        if self.period is not None:
            return True
        self._pieces.append(text)
        self._left -= len(text)
        if self._left > 0:
            return False
        self._catch_up()
        return self.period is not None

    def _catch_up(self) -> None:
        """Look at each place in the text kept that is due, even if it came all at once."""
        text = "".join(self._pieces)
        end = len(text) + self._left
        while end <= len(text):
            wait = self._look(text[max(0, end - self._window) : end])
            if wait == 0:
                self._pieces.clear()
                return
            end += wait
        self._pieces = [text[-self._window :]]
        self._left = end - len(text)

    def _look(self, text: str) -> int:
        """Return how many characters must come before another look can say more; 0 when `text` ends in a loop."""
        backwards = text[: -2 * self._reaches[-1] - 1 : -1]
        wait = self._needed_length(1) // 4
        for reach in self._reaches:
            # `find` backwards, since it is linear for long texts where `rfind` may take their square.
            period = backwards.find(backwards[:reach], 1, 2 * reach)
            if period < 0:
                continue
            needed = self._needed_length(period)
            lacking = needed - _run(text, period, needed)
            if lacking == 0:
                self.period = period
                return 0
            wait = min(wait, lacking)
        return wait

    def _needed_length(self, period: int) -> int:
        """Return the length from which a run of this period is a loop."""
        return max(self._min_characters, self._min_repeats * period)


def _reaches(first: int, last: int) -> list[int]:
    """Return the reaches to seek with: `first`, up to which all loops have one length, then doubled up to `last`."""
    reaches = [min(first, last)]
    while reaches[-1] < last:
        reaches.append(min(2 * reaches[-1], last))
    return reaches


def _run(text: str, period: int, most: int) -> int:
    """Return how many characters at the end of `text` have this period, `most` at most."""
    lengths = range(period, min(most, len(text)) + 1)
    return period - 1 + bisect_left(lengths, True, key=lambda length: not _repeats(text, period, length))


def _repeats(text: str, period: int, length: int) -> bool:
    """Whether each of the last `length` characters equals the one `period` before it, as far as both are among them."""
    start = len(text) - length
    return text.startswith(text[start + period :], start)
