"""Trying other models when one fails: only before the first token, and never on what would fail anywhere.

A server that stalled may still be at work on the request that was given up, so it is not asked again, neither for the
same model nor for another one. What is wrong with the request itself ends the attempts.
"""

from collections.abc import Awaitable, Callable, Sequence

from orchd.errors import (
    Invalid,
    OrchdError,
    RequestCancelled,
    ShuttingDown,
    Timeout,
    TooLarge,
    Unavailable,
    let_go_of_frames,
)
from orchd.llm.costs import CostsWithin
from orchd.llm.types import (
    AttemptListener,
    Channel,
    FailedAttempt,
    Listener,
    Outcome,
    Phase,
    QueueListener,
    Target,
)
from orchd.reasons import Reason

FINAL = (Invalid, TooLarge, RequestCancelled, ShuttingDown)
"""What says nothing about the model, so that another one would not help."""
STALLS: tuple[Reason, ...] = ("first_event", "gap", "total")
NOT_ASKED: tuple[Reason, ...] = ("cooling", "stalled_before")
"""What follows from earlier failures, and tells less than they do: nobody was asked."""


class Attempts:
    """The attempts at one generation: what failed so far, and whether another one may follow."""

    def __init__(self) -> None:
        self.failures: list[FailedAttempt] = []
        self._errors: list[OrchdError] = []
        self._stalled: set[str] = set()

    def check(self, backend: str) -> None:
        """Raise Unavailable for a server that may still be at work on an earlier attempt."""
        if backend in self._stalled:
            raise Unavailable(
                f"{backend} stalled, and is not asked again at once", reason="stalled_before", backend=backend
            )

    def note_failure(self, model: str, backend: str, error: OrchdError) -> None:
        """Note why an attempt failed."""
        let_go_of_frames(error)
        self._errors.append(error)
        self.failures.append(describe(model, backend, error))
        if isinstance(error, Timeout) and error.reason in STALLS:
            self._stalled.add(backend)

    def error(self, which: int | None = None) -> OrchdError:
        """Return what to raise when all have failed: the last error of a model that was asked, or the one at `which`;
        of several, with all `attempts`.
        """
        asked = [error for error in self._errors if error.reason not in NOT_ASKED]
        found = (asked or self._errors)[-1] if which is None else self._errors[which]
        if len(self._errors) > 1:
            found.attempts = [failure._asdict() for failure in self.failures]
        return found


def describe(model: str, backend: str, error: OrchdError) -> FailedAttempt:
    """Return why an attempt failed, as it is told."""
    return FailedAttempt(model, backend, error.code, error.reason, error.message, error.retryable)


class OutputListener(CostsWithin):
    """A listener that knows whether output has come: text, or a tool call, which shows by the phase only."""

    def __init__(self, inner: Listener) -> None:
        self.spoke = False
        super().__init__(inner)

    def on_phase(self, phase: Phase, progress: float | None) -> None:
        self.spoke = self.spoke or phase == "generating"
        self._inner.on_phase(phase, progress)

    def on_queue(self, position: int | None, eta_ms: int | None) -> None:
        if isinstance(self._inner, QueueListener):
            self._inner.on_queue(position, eta_ms)

    def on_delta(self, channel: Channel, text: str) -> None:
        self.spoke = True
        self._inner.on_delta(channel, text)

    def on_close(self) -> None:
        """The whole generation ends later; nobody is told."""

    def on_failed(self, failure: FailedAttempt) -> None:
        if isinstance(self._inner, AttemptListener):
            self._inner.on_failed(failure)

    def on_fallback(self, target: Target) -> None:
        if isinstance(self._inner, AttemptListener):
            self._inner.on_fallback(target)


async def try_each(
    target: Target,
    fallbacks: Sequence[str],
    resolve: Callable[[str], Awaitable[Target]],
    ask: Callable[[Target, Listener], Awaitable[Outcome]],
    listener: Listener,
) -> Outcome:
    """Ask `target`, then as long as that may help each of `fallbacks`, and tell `listener` of it.

    Raises what ends the attempts, else `Attempts.error`.
    """
    heard, attempts = OutputListener(listener), Attempts()
    for name in (None, *fallbacks):
        model, place = (target.model.id, target.backend) if name is None else (name, "")
        try:
            chosen = target if name is None else await resolve(name)
            model, place = chosen.model.id, chosen.backend
            attempts.check(place)
            if name is not None:
                heard.on_fallback(chosen)
            outcome = await ask(chosen, heard)
            return outcome._replace(failures=tuple(attempts.failures), backend=place)
        except OrchdError as error:
            if heard.spoke or isinstance(error, FINAL):
                raise
            attempts.note_failure(model, place, error)
            heard.on_failed(attempts.failures[-1])
    raise attempts.error()
