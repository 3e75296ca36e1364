"""How often a question is asked, of whom first, and after which pauses: pure, so that it can be tried in any order.

A round begins with the first model, and ends with the first that gives an answer or with the last one's failure. What
failed by bad luck is asked again, each time beginning with the next model. A model that is left alone for a while, for
it failed again and again or its server limits how often it may be asked, is no failed round where it is the only one:
it is waited for.
"""

from collections.abc import Sequence
from typing import NamedTuple

from orchd.errors import Invalid, OrchdError, RequestCancelled, ShuttingDown, TooLarge, UpstreamError
from orchd.llm.types import Target
from orchd.reasons import Reason

LONGEST_NAP_SECONDS = 5.0
"""After which it is looked again whether a model is still left alone: somebody else may have found it well."""

LEFT_ALONE: tuple[Reason, ...] = ("cooling", "rate_limited")

HOPELESS = (Invalid, RequestCancelled, ShuttingDown)
"""What no other model and no pause would change."""


class Retry(NamedTuple):
    """A policy: `rounds` at most, the second `first_pause` seconds after the first, each pause twice the one before.

    `patience` is how many seconds a model that is left alone is waited for in all. `squeeze` is what a prompt may have
    of its room after a model found it too long; 1 where it can't be made shorter.
    """

    rounds: int
    first_pause: float = 0.5
    patience: float = 0.0
    squeeze: float = 1.0


ONCE = Retry(1)


class Rounds:
    """The rounds of one question: whom to ask in `order`, and which `share` (0..1) of its room the prompt may have."""

    def __init__(self, retry: Retry, targets: Sequence[Target]) -> None:
        self.order = list(targets)
        self.share = 1.0
        self.failed = 0
        """How many rounds have failed; waits are none."""
        self._retry = retry
        self._pause = retry.first_pause
        self._patience = retry.patience

    def after(self, error: OrchdError, *, answering: bool = False) -> float | None:
        """Return how many seconds after this failure to ask again, None where that is no use.

        `answering`: the model is at work on another question of the same asker. That one will tell whether it is well,
        so waiting takes no patience meanwhile.
        """
        alone, wanted = len(self.order) == 1, (error.retry_after_ms or 0) / 1000
        if alone and error.reason in LEFT_ALONE and error.retry_after_ms is not None:
            nap = min(wanted, LONGEST_NAP_SECONDS if error.reason == "cooling" else self._retry.patience)
            return self._wait(max(nap, self._retry.first_pause), answering=answering)
        self.failed += 1
        if self.failed >= self._retry.rounds or not self._is_worth_another(error):
            return None
        if isinstance(error, TooLarge):
            self.share *= self._retry.squeeze
        self.order = [*self.order[1:], self.order[0]]
        pause, self._pause = self._pause, 2 * self._pause
        return max(pause, min(wanted, self._retry.patience)) if alone else pause

    def _wait(self, nap: float, *, answering: bool) -> float | None:
        if self._patience <= 0:
            return None
        self._patience -= 0 if answering else nap
        return nap

    def _is_worth_another(self, error: OrchdError) -> bool:
        if isinstance(error, HOPELESS) or error.reason == "quota":
            return False
        if len(self.order) > 1:
            return True
        if isinstance(error, TooLarge):
            return self._retry.squeeze < 1
        return error.reason != "load_failed" and (error.retryable or isinstance(error, UpstreamError))
