"""Counting tokens, as exactly as possible: by the server's tokenizer, by what the model counted before, by a
guess; and always saying which.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

from orchd.errors import NotFound, Unavailable
from orchd.features.text.cutting.calibration import TOKENS_PER_TURN, Calibration
from orchd.features.text.cutting.weights import THOUSAND, Guess, Ruler, running, total
from orchd.features.text.messages import Method
from orchd.llm import Backends
from orchd.llm.types import ANY_REQUESTER, Requester, Target, Turn

CAUTIOUS_PER_TURN = 12


class CountTarget(NamedTuple):
    """The model to count for; `target` None while it can't be reached, both None without any."""

    model: str | None
    target: Target | None


class TokenCount(NamedTuple):
    """A count: what to expect, what is hardly ever exceeded, and how it was found."""

    tokens: int
    at_most: int
    method: Method


class Basis(NamedTuple):
    """What to count with where no tokenizer is asked: a guess and what to multiply it by, on the cautious side.

    `expected` is what to multiply the expected guess by for the likely count. One basis is used for one request, so
    that what is learnt meanwhile can't make its own answer wrong.
    """

    method: Method
    guess: Guess
    factor: float
    expected: float

    @property
    def unit(self) -> int:
        """How many thousandths of the guess are counted as a token."""
        return max(1, int(THOUSAND / self.factor))

    def ruler(self, text: str) -> Ruler:
        """Return what measures the parts of a text, cautiously."""
        return Ruler(running(text, self.guess), self.unit)

    def at_most(self, text: str) -> int:
        """Return the cautious count of a whole text; the same as that of its ruler."""
        return -(-total(text, self.guess) // self.unit)

    def text(self, text: str) -> TokenCount:
        at_most = self.at_most(text)
        return TokenCount(
            min(math.ceil(total(text, "expected") * self.expected / THOUSAND), at_most), at_most, self.method
        )

    def turns(self, turns: Sequence[Turn]) -> TokenCount:
        """Count a conversation, with what templates add."""
        tallies = [self.text(turn.content) for turn in turns]
        return TokenCount(
            sum(tally.tokens + TOKENS_PER_TURN for tally in tallies),
            sum(tally.at_most + CAUTIOUS_PER_TURN for tally in tallies),
            self.method,
        )


class Counting:
    """Counts for the models of all servers. `default_model` is for requests that name none."""

    def __init__(self, backends: Backends, calibration: Calibration, default_model: str | None) -> None:
        self._backends = backends
        self._calibration = calibration
        self.default_model = default_model

    async def choose(self, asked: str | None, requester: Requester = ANY_REQUESTER) -> CountTarget:
        """Return the model to count for. Raises NotFound for a name that no server knows, Forbidden for one that may
        not be used; one whose server is away can still be counted for.
        """
        try:
            target = await self._backends.resolve(asked, None, self.default_model, requester=requester)
        except Unavailable:
            return CountTarget(asked or self.default_model, None)
        except NotFound:
            if asked:
                raise
            return CountTarget(None, None)
        return CountTarget(target.model.id, target)

    def basis(self, chosen: CountTarget) -> Basis:
        """Return what to count with without a tokenizer."""
        factor = self._calibration.factor(chosen.model)
        if factor is None:
            return Basis("heuristic", "cautious", 1.0, 1.0)
        return Basis("calibrated", "expected", factor.cautious, factor.expected)

    async def exact(self, chosen: CountTarget, what: str | tuple[Turn, ...]) -> int | None:
        """Return the tokenizer's count of a text, or of the prompt that turns make; None when there is none to ask."""
        if chosen.target is None:
            return None
        return 0 if what == "" else await self._backends.count_tokens(chosen.target, what)

    async def text(self, chosen: CountTarget, text: str) -> TokenCount:
        """Count a text. Waits for the tokenizer some seconds at most; raises nothing."""
        exact = await self.exact(chosen, text)
        return self.basis(chosen).text(text) if exact is None else TokenCount(exact, exact, "exact")

    async def turns(self, chosen: CountTarget, turns: Sequence[Turn]) -> TokenCount:
        """Count a conversation, with what the model's template adds."""
        exact = await self.exact(chosen, tuple(turns))
        return self.basis(chosen).turns(turns) if exact is None else TokenCount(exact, exact, "exact")


def scale_to(text: str, count: int) -> Basis:
    """Return the expected guess, scaled so that the whole text has its exact count; for proposals, to be judged."""
    expected = total(text, "expected") / THOUSAND
    factor = max(count, 1) / expected if expected else 1.0
    return Basis("exact", "expected", factor, factor)
