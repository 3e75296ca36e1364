"""From signs to a number: a logistic sum of what speaks for a claim and what speaks against it.

The weights were fitted by `tests/eval/fit.py`: logistic regression, drawn towards weights set by hand, on the part of
the labelled set that is for tuning and on examples of our own. It is a lexical method. What it gives is an order, and a
threshold that suits texts like those; it is no proof, and no probability.
"""

import math
from typing import NamedTuple

from orchd.claims.signs.copying import score_copying, score_replacement
from orchd.claims.signs.denial import score_denial, strength
from orchd.claims.signs.exclusive import score_exclusion
from orchd.claims.signs.framing import score_frame
from orchd.claims.signs.missing import missing
from orchd.claims.signs.pair import Alignment
from orchd.claims.signs.relations import elsewhere, is_swapped, score_subject
from orchd.claims.signs.strangers import score_stranger
from orchd.claims.signs.symbols import score_symbols
from orchd.claims.types import ClaimVerdict


class Signs(NamedTuple):
    """What a comparison found, each 0 to 1; or the weights of these. `told`: covered, of what comes after the subject.

    `..._close`: counts as far as the passage has the rest of the claim, `..._copied` as far as it is copied:
    contradictions are surer there. `moved`: missing here, but somewhere in the sources. `frame`: the claim tells as a
    fact what the passage says under a condition, as somebody's word, as a question or a plan. `symbol`: a mark such as
    `>` is another one.
    """

    covered: float
    told: float
    copied: float
    number: float
    date: float
    name: float
    denied_close: float
    replaced_close: float
    replaced_copied: float
    elsewhere: float
    joined: float
    swapped: float
    strength: float
    excluded: float
    moved: float
    frame: float
    symbol: float


_ENOUGH = 0.9
"""Covered beyond this, the rest is small change."""
_CLOSE = (0.65, 1.0)
"""Covered less than the first, a passage is about something else; from the second on it is about the same."""

_FIRM = 1.2
"""A copy of nearly all words counts as a whole one, and one of half of them for little."""

WEIGHTS = Signs(
    covered=3.83,
    told=0.57,
    copied=-0.39,
    number=-2.7,
    date=-4.21,
    name=-3.5,
    denied_close=-4.25,
    replaced_close=-0.92,
    replaced_copied=-3.8,
    elsewhere=-0.7,
    joined=-2.16,
    swapped=-3.14,
    strength=-1.29,
    excluded=-2.16,
    moved=-1.44,
    frame=-4.0,
    symbol=-4.5,
)
BIAS = -1.71

_METHODS: dict[str, str] = {
    "number": "number",
    "date": "date",
    "name": "name",
    "denied_close": "negation",
    "elsewhere": "relation",
    "joined": "relation",
    "swapped": "relation",
    "strength": "strength",
    "excluded": "negation",
    "frame": "strength",
    "symbol": "number",
}
"""Sign → what a finding calls it, when it is more than a matter of words."""
REFUTING = frozenset(_METHODS.values())
"""Methods by which a source says something else than the claim, rather than nothing."""
SURE, REFUTED, LOST = 0.7, 0.25, 0.15
"""The least support of `supported`, the most of `contradicted` and of `not_found`; what lies between is `unclear`."""
_CLEAR = 1.0
"""What a sign must cost to be named."""


def signs(pair: Alignment) -> Signs:
    """Look for everything that speaks for and against."""
    covered, copy = pair.covered, score_copying(pair)
    low, high = _CLOSE
    close = max(0.0, min(1.0, (covered - low) / (high - low)))
    denial, replacement = score_denial(pair), score_replacement(pair)
    return Signs(
        covered=min(covered, _ENOUGH) / _ENOUGH,
        told=pair.told,
        copied=copy,
        number=missing(pair, "number"),
        date=missing(pair, "date"),
        name=max(missing(pair, "name", "code"), score_stranger(pair)),
        denied_close=denial * close,
        replaced_close=replacement * close,
        replaced_copied=replacement * min(1.0, _FIRM * copy**2),
        elsewhere=elsewhere(pair),
        joined=score_subject(pair) * close,
        swapped=is_swapped(pair) * close,
        strength=strength(pair),
        excluded=score_exclusion(pair),
        moved=pair.moved,
        frame=score_frame(pair),
        symbol=score_symbols(pair),
    )


def support(found: Signs) -> float:
    """Return how far the signs support a claim, 0 to 1."""
    total = BIAS + sum(weight * sign for weight, sign in zip(WEIGHTS, found, strict=True))
    return 1 / (1 + math.exp(-total))


def decisive(found: Signs) -> str:
    """Return the method that speaks most clearly against a claim; `lexical` when it is just not there, or not so."""
    costs: dict[str, float] = {}
    for name, method in _METHODS.items():
        costs[method] = costs.get(method, 0.0) - getattr(WEIGHTS, name) * getattr(found, name)
    method = max(costs, key=lambda method: (costs[method], method))
    return method if costs[method] >= _CLEAR else "lexical"


def verdict(value: float, method: str) -> ClaimVerdict:
    """Return what a support, and the method that decided, come to in one word."""
    if value >= SURE:
        return "supported"
    if value <= REFUTED and method in REFUTING:
        return "contradicted"
    return "not_found" if value <= LOST and method not in REFUTING else "unclear"
