"""What any checker must know before it is asked anything that counts: which of two plain claims a text bears out.

Who always says Yes, or writes about something else, is found out so. The result is remembered for a while: most answers
have few claims, and a server's models seldom change.
"""

from collections.abc import Callable

import trio

from orchd.features.verification.checking.checkers import ClaimChecker
from orchd.features.verification.checking.questions import ClaimQuestion, opinion_on, share_of
from orchd.llm import Scorer

CONTROL_TEXT = "The library in Mill Street opens at nine and has two reading rooms. On Mondays it is closed."
CONTROL_TRUE, CONTROL_FALSE = "The library has two reading rooms.", "The library has a swimming pool on its roof."
CONTROL_CALLS = 2
LEAST_APART = 0.2
"""By how much the shares of Yes for the two must differ."""

REMEMBER_SECONDS = 3_600.0
MAX_REMEMBERED = 200


class ControlResults:
    """Which checkers passed, and which did not, by their names."""

    def __init__(self, clock: Callable[[], float] = trio.current_time) -> None:
        self._clock = clock
        self._known: dict[str, tuple[float, bool]] = {}

    def recall(self, name: str) -> bool | None:
        """Return whether it passed; None when that is not known, or no longer."""
        until, passed = self._known.get(name, (0.0, False))
        return passed if until > self._clock() else None

    async def passes(self, scorer: Scorer, checker: ClaimChecker) -> bool:
        """Tell whether a checker tells the two apart, asking it where that is not known. Raises OrchdError."""
        known = self.recall(checker.name)
        if known is not None:
            return known
        passed = await _tells_apart(scorer, checker)
        if len(self._known) >= MAX_REMEMBERED:
            del self._known[next(iter(self._known))]
        self._known[checker.name] = self._clock() + REMEMBER_SECONDS, passed
        return passed


async def _tells_apart(scorer: Scorer, checker: ClaimChecker) -> bool:
    shares: list[float] = []
    for claim in (CONTROL_TRUE, CONTROL_FALSE):  # one by one: the first shows what the server takes
        said = await opinion_on(scorer, checker, ClaimQuestion(0, claim, CONTROL_TEXT))
        if said is None:
            return False
        shares.append(share_of(said))
    true, false = shares
    return true > 0.5 > false and true - false >= LEAST_APART
