"""Numbers as texts give them: in figures or words, with a unit, exact or about; and whether one follows from another.

`1,234` and `1.234` are read as the language has it, and the other way too where both are possible: a text that mixes
the two habits is more common than one that means a number a thousand times smaller.
"""

import math
import re
from collections.abc import Callable, Sequence
from functools import cache
from typing import Literal, NamedTuple, TypeAlias

from orchd.claims.numbers.number_words import COUNTS, FRACTIONS, ORDINALS, SCALES
from orchd.claims.words.language import Language
from orchd.patterns import lazy_pattern

Bound: TypeAlias = Literal["exact", "about", "over", "least", "under", "most"]

_THOUSANDS = lazy_pattern(r"\d{1,3}(?:([.,'’   ])\d{3})(?:\1\d{3})*")
_PARTS = lazy_pattern(r"\d+")

_BREAK = "\n        "
_LIMITS_BY: dict[Bound, str] = {
    "most": """up to|at most|no more than|not more than|never more than|maximum of|no later than|not exceed|ate
        |no maximo|nao mais (?:de|que|do que)|maximo de|maxima de|sem ultrapassar|nao ultrapassar|within|nunca mais""",
    "least": """at least|no less than|no fewer than|not less than|minimum of|ao menos|pelo menos|no minimo
        |nao menos""",
    "over": """more than|over|above|exceeding|exceeds|exceeded|beyond|mais d[aeo]|mais do que|mais que|acima|alem|passa
        |passam|supera|superam|superou|superior a""",
    "under": """less than|fewer than|under|below|menos d[aeo]|menos do que|abaixo|inferior a|not reach|nao chega a
        |smaller than|menores que""",
    "about": r"""about|around|roughly|approximately|nearly|almost|circa|some(?!\sof)|close to|cerca|aproximadamente
        |quase|perto|por volta|em torno|uns|umas|ca|~|estimated|mais ou menos""",
}
"""What words before a number make of it, in the order in which they are tried."""

_BOUNDS: tuple[tuple[Bound, re.Pattern[str]], ...] = tuple(
    (
        read_bound,
        lazy_pattern(rf"(?:^|\s)(?:{''.join(words.split(_BREAK))})(?:\s(?:the|a|an|of|de|os|as|uns|umas|por|r|us))*$"),
    )
    for read_bound, words in _LIMITS_BY.items()
)
_NEAR = 0.05
"""By what share of it an `about` may be off."""
_ROUNDED = 0.03
"""By what share of it a number that looks rounded may be off, when nothing says that it is rounded."""


class Quantity(NamedTuple):
    """A number: its possible readings, the best first; times `factor` it counts the base of `dimension`.

    `ordinal`: a place in an order. `soft`: written as a word that may be no number at all (`one`, `um`).
    """

    values: tuple[float, ...]
    dimension: str | None = None
    factor: float = 1.0
    bound: Bound = "exact"
    ordinal: bool = False
    soft: bool = False
    scale: float = 1.0
    """What `million` and the like have made of the figures; the values have it already."""


def readings(figures: str, language: Language) -> tuple[float, ...]:
    """Return what a run of figures with points and commas can mean, most likely first."""
    digits = "".join(_PARTS.findall(figures))
    separators = [each for each in figures if not each.isdigit()]
    if not separators:
        return (_float(digits),)
    if len(set(separators)) > 1:
        return (_decimal(figures, figures.rindex(separators[-1])),)
    if not _THOUSANDS.fullmatch(figures):
        return (_decimal(figures, figures.index(separators[0])) if len(separators) == 1 else _float(digits),)
    if len(separators) > 1 or separators[0] not in ".,":
        return (_float(digits),)
    both = (_float(digits), _decimal(figures, figures.index(separators[0])))
    grouped = (separators[0] == ",") == (language == "en")
    return both if grouped else both[::-1]


@cache
def _beginnings(language: Language) -> frozenset[str]:
    tables = (COUNTS[language], SCALES[language], FRACTIONS[language], ORDINALS[language])
    return frozenset(word for table in tables for word in table)


def begins(word: str, language: Language) -> bool:
    """Tell whether a number in words may begin with a folded word, articles aside."""
    return word in _beginnings(language)


def read_number(words: Sequence[str], language: Language) -> tuple[float, int]:
    """Return the number that `words` (folded) begin with, and how many of them it takes; 0 words when there is none."""
    total, group, used, smallest = 0.0, 0.0, 0, math.inf
    counts, scales = COUNTS[language], SCALES[language]
    for index, word in enumerate(words):
        if word in counts and counts[word] < smallest and not (index and word in ("um", "uma") and used < index):
            group += counts[word]
            smallest = _below(counts[word])
        elif word in scales and (index or word in ("mil", "hundred")):
            if scales[word] < 1000:
                group = (group or 1) * scales[word]
            else:
                total, group = total + (group or 1) * scales[word], 0.0
            smallest = 100 if scales[word] == 100 else math.inf if scales[word] >= 1000 else 0
        elif not (word in ("and", "e") and index == used and index):
            break
        else:
            continue
        used = index + 1
    return total + group, used


def fraction(words: Sequence[str], language: Language) -> tuple[float, int]:
    """Return the fraction that `words` (folded) begin with, as `two thirds`, and how many of them it takes."""
    parts = FRACTIONS[language]
    head = words[0] if words else ""
    if len(words) > 1 and words[1] in parts:
        if head in ("a", "an", "um", "uma", "one"):
            return parts[words[1]], 2
        if head in COUNTS[language] and COUNTS[language][head] < 10 and words[1].endswith("s"):
            return COUNTS[language][head] * parts[words[1]], 2
    certain = ("metade", "meia", "meio") if language == "pt" else ("half", "halves")
    shared = (
        head in parts and len(words) > 1 and words[1] in ("of", "de", "da", "do", "das", "dos") and head != "second"
    )
    return (parts[head], 1) if head in certain or shared else (0.0, 0)


def read_bound(before: str) -> tuple[Bound, str]:
    """Return how the number after `before`, the folded words in front of it, is limited, and by which of them."""
    for kind, pattern in _BOUNDS:
        found = pattern.search(before)
        if found is not None:
            return kind, found[0]
    return "exact", ""


def agreement(claimed: Quantity, found: Quantity) -> float:
    """Return how far a claim's number follows from one of a source, 0 to 1."""
    if claimed.ordinal != found.ordinal or not _comparable(claimed.dimension, found.dimension):
        return 0.0
    measured = claimed.dimension is not None and found.dimension is not None
    ours, theirs = (claimed.factor, found.factor) if measured else (1.0, 1.0)
    converts = _CONVERSIONS.get((claimed.dimension, found.dimension), _as_is)
    best = max(
        _follows(value * ours, converts(other * theirs), claimed.bound, found.bound)
        for value in claimed.values
        for other in found.values
    )
    return best * (0.9 if claimed.values[0] != found.values[0] and best == 1 and len(claimed.values) > 1 else 1)


def _comparable(one: str | None, other: str | None) -> bool:
    return one == other or one is None or other is None or (one, other) in _CONVERSIONS


def _as_is(value: float) -> float:
    return value


_CONVERSIONS: dict[tuple[str | None, str | None], Callable[[float], float]] = {
    ("celsius", "fahrenheit"): lambda value: (value - 32) / 1.8,
    ("fahrenheit", "celsius"): lambda value: value * 1.8 + 32,
    ("celsius", "degrees"): _as_is,
    ("degrees", "celsius"): _as_is,
    ("fahrenheit", "degrees"): _as_is,
    ("degrees", "fahrenheit"): _as_is,
    **{("cents", money): lambda value: value * 100 for money in ("usd", "eur", "gbp", "brl", "aud", "cad")},
    **{(money, "cents"): lambda value: value / 100 for money in ("usd", "eur", "gbp", "brl", "aud", "cad")},
}
"""A claim's dimension, a source's → what the source's number is in the claim's, where a factor doesn't do."""


def _follows(claimed: float, found: float, limit: Bound, known: Bound) -> float:
    if math.isclose(claimed, found, rel_tol=1e-4):
        return _LIMITS.get((limit, known), 1.0)
    if claimed * found < 0:
        return 0.0
    scale = max(abs(claimed), abs(found))
    off = abs(claimed - found) / scale
    if limit == "about":
        return 0.9 if off <= _NEAR else 0.0
    if limit in ("over", "least") and known not in ("under", "most"):
        return 0.85 if claimed < found <= 1.3 * claimed else 0.0
    if limit in ("under", "most") and known not in ("over", "least"):
        return 0.85 if found < claimed <= 1.3 * found else 0.0
    return 0.7 if off <= _ROUNDED and _rounds_to(found, claimed) else 0.0


_LIMITS: dict[tuple[Bound, Bound], float] = {
    ("least", "most"): 0.1,
    ("most", "least"): 0.1,
    ("over", "under"): 0.1,
    ("under", "over"): 0.1,
    ("over", "most"): 0.1,
    ("under", "least"): 0.1,
    ("most", "over"): 0.1,
    ("least", "under"): 0.1,
    ("exact", "under"): 0.3,
    ("exact", "over"): 0.4,
    ("exact", "most"): 0.5,
    ("exact", "least"): 0.5,
    ("over", "exact"): 0.4,
    ("under", "exact"): 0.4,
    ("over", "about"): 0.4,
}
"""How far it follows when the figures are the same, by the limits of claim and source; 1 for all others."""


def _rounds_to(found: float, claimed: float) -> bool:
    """Tell whether `claimed` is `found` with fewer digits."""
    digits = len(f"{claimed:.10g}".replace(".", "").lstrip("0").rstrip("0"))
    return math.isclose(float(f"{found:.{max(1, digits)}g}"), claimed, rel_tol=1e-9)


def _below(value: float) -> float:
    """Return under what a word after one of `value` must be to belong to the same number: `vinte e dois`."""
    return 0 if value < 20 else 10 if value < 100 else 100


def _decimal(figures: str, point: int) -> float:
    whole, part = "".join(_PARTS.findall(figures[:point])), "".join(_PARTS.findall(figures[point:]))
    return _float(f"{whole or 0}.{part or 0}")


def _float(text: str) -> float:
    return float(text[:300])
