"""Trying other models when one fails: only before the first token, and never on what would fail anywhere.

A server that stalled may still be at work on the request that was given up, so it is not asked again, neither for the
same model nor for another one. What is wrong with the request itself ends the attempts.
"""

from orchd.errors import Cancelled, Invalid, OrchdError, ShuttingDown, Timeout, TooLarge, Unavailable
from orchd.llm.types import Channel, Failure, Listener, Phase, QueueListener

FINAL = (Invalid, TooLarge, Cancelled, ShuttingDown)
"""What says nothing about the model, so that another one would not help."""
STALLS = ("first_event", "gap", "total")


class Attempts:
    """The attempts at one generation: what failed so far, and whether another one may follow."""

    def __init__(self) -> None:
        self.failures: list[Failure] = []
        self._errors: list[OrchdError] = []
        self._stalled: set[str] = set()

    def check(self, backend: str) -> None:
        """Raise Unavailable for a server that may still be at work on an earlier attempt."""
        if backend in self._stalled:
            raise Unavailable(
                f"{backend} stalled, and is not asked again at once", reason="stalled_before", backend=backend
            )

    def failed(self, model: str, backend: str, error: OrchdError) -> None:
        """Note why an attempt failed."""
        reason = error.details.get("reason")
        self._errors.append(error)
        self.failures.append(
            Failure(model, backend, error.code, reason if isinstance(reason, str) else None, error.message)
        )
        if isinstance(error, Timeout) and reason in STALLS:
            self._stalled.add(backend)

    def error(self) -> OrchdError:
        """Return what to raise when all have failed: the last error; of several, all are in `details.attempts`."""
        last = self._errors[-1]
        if len(self._errors) == 1:
            return last
        told = [failure._asdict() for failure in self.failures]
        return type(last)(last.message, **{**last.details, "attempts": told})


class Heard:
    """A listener that knows whether text has come."""

    def __init__(self, inner: Listener) -> None:
        self.spoke = False
        self._inner = inner

    def on_phase(self, phase: Phase, progress: float | None) -> None:
        """Pass it on."""
        self._inner.on_phase(phase, progress)

    def on_queue(self, position: int, eta_ms: int | None) -> None:
        """Pass it on."""
        if isinstance(self._inner, QueueListener):
            self._inner.on_queue(position, eta_ms)

    def on_delta(self, channel: Channel, text: str) -> None:
        """Note it and pass it on."""
        self.spoke = True
        self._inner.on_delta(channel, text)

    def on_close(self) -> None:
        """The whole generation ends later; nobody is told."""
