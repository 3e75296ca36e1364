"""From signs to a number: a logistic sum of what speaks for a claim and what speaks against it.

The weights were fitted by `tests/eval/fit.py`: logistic regression, drawn towards weights set by hand, on the part of
the labelled set that is for tuning and on examples of our own. It is a lexical method. What it gives is an order, and a
threshold that suits texts like those; it is no proof, and no probability.
"""

import math
from typing import NamedTuple

from orchd.prose.copying import added, copied, replaced
from orchd.prose.denial import denied, strength
from orchd.prose.missing import missing
from orchd.prose.pair import Pair
from orchd.prose.relations import elsewhere, joined, swapped


class Signs(NamedTuple):
    """What a comparison found, each 0 to 1; or the weights of these. `told`: covered, of what comes after the subject.

    `..._close`: counts as far as the passage has the
    rest of the claim, `..._copied` as far as it is copied: contradictions are surer there.
    """

    covered: float
    told: float
    copied: float
    number: float
    date: float
    name: float
    denied: float
    denied_close: float
    replaced: float
    replaced_close: float
    replaced_copied: float
    added: float
    elsewhere: float
    joined: float
    swapped: float
    strength: float


_ENOUGH = 0.9
"""Covered beyond this, the rest is small change."""
_CLOSE = (0.55, 0.95)
"""Covered less than the first, a passage is about something else; from the second on it is about the same."""

WEIGHTS = Signs(
    covered=4.27,
    told=0.72,
    copied=-0.76,
    number=-3.11,
    date=-3.71,
    name=-3.47,
    denied=-0.15,
    denied_close=-3.47,
    replaced=-0.27,
    replaced_close=-1.03,
    replaced_copied=-1.86,
    added=-0.94,
    elsewhere=-0.61,
    joined=-1.96,
    swapped=-3.28,
    strength=-1.31,
)
BIAS = -1.92

_METHODS: dict[str, str] = {
    "number": "number",
    "date": "date",
    "name": "name",
    "denied": "negation",
    "denied_close": "negation",
    "elsewhere": "relation",
    "joined": "relation",
    "swapped": "relation",
    "strength": "strength",
}
"""Sign → what a finding calls it, when it is more than a matter of words."""
_CLEAR = 1.0
"""What a sign must cost to be named."""


def signs(pair: Pair) -> Signs:
    """Look for everything that speaks for and against."""
    covered, copy = pair.covered, copied(pair)
    low, high = _CLOSE
    close = max(0.0, min(1.0, (covered - low) / (high - low)))
    denial, replacement = denied(pair), replaced(pair)
    return Signs(
        covered=min(covered, _ENOUGH) / _ENOUGH,
        told=pair.told,
        copied=copy,
        number=missing(pair, "number"),
        date=missing(pair, "date"),
        name=missing(pair, "name", "code"),
        denied=denial,
        denied_close=denial * close,
        replaced=replacement,
        replaced_close=replacement * close,
        replaced_copied=replacement * copy,
        added=added(pair, copy),
        elsewhere=elsewhere(pair),
        joined=joined(pair) * close,
        swapped=swapped(pair) * close,
        strength=strength(pair),
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
