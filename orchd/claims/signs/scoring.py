"""From signs to a number: how likely the sources say it at all, times how likely they say nothing else.

Both are logistic sums, of the signs of presence and of those of conflict, so that a contradiction counts as far as what
it contradicts is there. The weights were fitted (`weights`) with claims of public sets and our own, half of them
supported: in such a mixture the number is about the share of claims that are. It is a lexical method, and no proof.
"""

import math
from collections.abc import Mapping
from typing import NamedTuple

from orchd.claims import weights
from orchd.claims.reading.token import TokenKind
from orchd.claims.signs.copying import names_another, score_copying, score_parallel, score_replacement
from orchd.claims.signs.denial import score_denial
from orchd.claims.signs.exclusive import score_exclusion
from orchd.claims.signs.framing import score_frame
from orchd.claims.signs.missing import has_rival, is_nowhere, score_missing
from orchd.claims.signs.pair import Alignment
from orchd.claims.signs.presence import PresenceSigns
from orchd.claims.signs.relations import is_swapped, score_subject
from orchd.claims.signs.strangers import score_stranger
from orchd.claims.signs.strength import score_strength
from orchd.claims.signs.symbols import score_symbols
from orchd.claims.types import ClaimVerdict


class ConflictSigns(NamedTuple):
    """What a comparison with a passage found against a claim, each 0 to 1.

    `denied`, `joined` (only where it is clear) and `swapped` count as far as the passage has the rest of the claim,
    `replaced` as far as it is copied: contradictions are surer there. `moved`: missing here, but somewhere in the
    sources.
    """

    number: float = 0.0
    date: float = 0.0
    name: float = 0.0
    stranger: float = 0.0
    denied: float = 0.0
    replaced: float = 0.0
    joined: float = 0.0
    swapped: float = 0.0
    strength: float = 0.0
    excluded: float = 0.0
    moved: float = 0.0
    frame: float = 0.0
    symbol: float = 0.0


_CLOSE = (0.65, 1.0)
"""Covered less than the first, a passage is about something else; from the second on it is about the same."""
_FIRM = 1.2
"""A copy of nearly all words counts as a whole one, and one of half of them for little."""

_METHODS: dict[str, str] = {
    "number": "number",
    "date": "date",
    "name": "name",
    "stranger": "name",
    "denied": "negation",
    "replaced": "replacement",
    "joined": "relation",
    "swapped": "relation",
    "strength": "strength",
    "excluded": "negation",
    "frame": "strength",
    "symbol": "number",
}
"""Sign → what a finding calls it."""
_DOUBTS = ("replaced", "strength", "frame", "moved")
"""Signs that a source says less than a claim, or something else perhaps: on texts of others, where they alone spoke
against a claim, it was as often right as wrong. So they take support away, and contradict nothing.
"""
_FACTS: dict[str, tuple[TokenKind, ...]] = {"number": ("number",), "date": ("date",), "name": ("name", "code")}
"""The same holds for these where nothing else stands in the place of the fact, or the sources have it elsewhere: the
claim may add it, or join what two sentences say.
"""
_CLEAR = 1.0
"""What a sign must cost to be named."""


class Refutation(NamedTuple):
    """What of the signs of conflict is clear: that the sources say something else; that they have a fact nowhere."""

    otherwise: ConflictSigns
    nowhere: ConflictSigns


class Likelihood(NamedTuple):
    """How likely it is that the sources say a claim at all, that they say nothing else, and nothing clearly else.

    `known`: that every number, date and name of it stands somewhere in them.
    """

    present: float
    consistent: float
    unrefuted: float
    known: float

    @property
    def support(self) -> float:
        """How likely they support it."""
        return self.present * self.consistent


def find_conflict(pair: Alignment) -> ConflictSigns:
    """Look for everything that speaks against a claim."""
    low, high = _CLOSE
    close = max(0.0, min(1.0, (pair.covered - low) / (high - low)))
    replaced = max(score_parallel(pair), score_replacement(pair) * min(1.0, _FIRM * score_copying(pair) ** 2))
    renamed = replaced if names_another(pair) else 0.0
    return ConflictSigns(
        number=score_missing(pair, "number"),
        date=score_missing(pair, "date"),
        name=score_missing(pair, "name", "code"),
        stranger=max(score_stranger(pair), renamed),
        denied=score_denial(pair) * close,
        replaced=replaced - renamed,
        joined=(score_subject(pair) * close) ** 2,
        swapped=is_swapped(pair) * close,
        strength=score_strength(pair),
        excluded=score_exclusion(pair),
        moved=pair.moved,
        frame=score_frame(pair),
        symbol=score_symbols(pair),
    )


def find_refutation(pair: Alignment, conflict: ConflictSigns) -> Refutation:
    """Return what of the signs is clear."""
    facts = {sign: getattr(conflict, sign) for sign in _FACTS}
    doubts = [*_DOUBTS, *(sign for sign, kinds in _FACTS.items() if not has_rival(pair, *kinds))]
    nowhere = {sign: cost for sign, cost in facts.items() if is_nowhere(pair, *_FACTS[sign])}
    return Refutation(conflict._replace(**dict.fromkeys(doubts, 0.0)), ConflictSigns(**nowhere))


def likelihood(presence: PresenceSigns, conflict: ConflictSigns, refutation: Refutation | None = None) -> Likelihood:
    """Return what the signs come to; `refutation` is what of `conflict` is clear, nothing if that isn't given."""
    clear = Refutation(ConflictSigns(), ConflictSigns()) if refutation is None else refutation
    against = (conflict, clear.otherwise, clear.nowhere)
    return Likelihood(
        _logistic(weights.PRESENCE_BIAS, weights.PRESENCE, presence),
        *(_logistic(weights.CONFLICT_BIAS, weights.CONFLICT, signs) for signs in against),
    )


def _logistic(bias: float, weight: Mapping[str, float], found: PresenceSigns | ConflictSigns) -> float:
    total = bias + sum(weight[name] * sign for name, sign in zip(found._fields, found, strict=True))
    return 1 / (1 + math.exp(-total))


def method_of(found: ConflictSigns) -> str:
    """Return the method that speaks most clearly against a claim; `lexical` when it is just not there."""
    costs: dict[str, float] = {}
    for name, method in _METHODS.items():
        costs[method] = costs.get(method, 0.0) - weights.CONFLICT[name] * getattr(found, name)
    method = max(costs, key=lambda method: (costs[method], method))
    return method if costs[method] >= _CLEAR else "lexical"


def verdict(found: Likelihood) -> ClaimVerdict:
    """Return in one word what the sources say."""
    if found.support >= weights.SUPPORTED:
        return "supported"
    if found.unrefuted <= weights.CONTRADICTED and found.present >= weights.NOT_FOUND:
        return "contradicted"
    is_lacking = found.present <= weights.NOT_FOUND or found.known <= weights.CONTRADICTED
    return "not_found" if is_lacking else "unclear"
