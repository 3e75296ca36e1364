"""What was heard of one generation: its text, and when it came."""

import time
from collections.abc import Callable
from typing import Protocol

from orchd.errors import OrchdError
from orchd.features.models.messages import ModelAttempt, ModelFailure, ModelTimings, ModelUsage
from orchd.llm.types import Channel, Failure, Phase, Target, Usage
from orchd.protocol.types import MAX_INTEGER


class Onlooker(Protocol):
    """Who is told of phases."""

    def on_phase(self, phase: Phase, progress: float | None) -> None:
        """As a `Listener` is."""

    def on_queue(self, position: int, eta_ms: int | None) -> None:
        """As a `QueueListener` is."""

    def of(self, target: Target) -> None:
        """It is about this model from now on."""


class Heard:
    """A listener that keeps all text, takes the time, and passes on what `onlooker` and `tell` want."""

    def __init__(self, onlooker: Onlooker | None = None, tell: Callable[[Channel, str], None] | None = None) -> None:
        self._texts: dict[Channel, list[str]] = {"content": [], "reasoning": []}
        self._onlooker = onlooker
        self._tell = tell
        self.waited = False
        """It had to wait for its turn, or for its model to be loaded."""
        self._begun = time.monotonic()
        self._spoke: float | None = None
        self._first: float | None = None
        self._last: float | None = None
        self._closed: float | None = None

    @property
    def content(self) -> str:
        """The answer so far."""
        return "".join(self._texts["content"])

    @property
    def reasoning(self) -> str | None:
        """The thoughts so far, None when there are none."""
        return "".join(self._texts["reasoning"]) or None

    def on_phase(self, phase: Phase, progress: float | None) -> None:
        """Pass it on. The phase `generating` is the first token's, which may be a tool call's and no text."""
        self.waited = self.waited or phase in ("queued", "loading")
        if phase == "generating" and self._spoke is None:
            self._spoke = time.monotonic()
        if self._onlooker is not None:
            self._onlooker.on_phase(phase, progress)

    def on_queue(self, position: int, eta_ms: int | None) -> None:
        if self._onlooker is not None:
            self._onlooker.on_queue(position, eta_ms)

    def on_failed(self, failure: Failure) -> None:
        """The outcome, or the error, has all of them."""

    def on_fallback(self, target: Target) -> None:
        """Another model is asked now."""
        if self._onlooker is not None:
            self._onlooker.of(target)

    def on_delta(self, channel: Channel, text: str) -> None:
        """Keep the text, and pass it on."""
        self._last = time.monotonic()
        if self._first is None:
            self._first = self._last
        self._texts[channel].append(text)
        if self._tell is not None:
            self._tell(channel, text)

    def on_close(self) -> None:
        """Note the time."""
        self._closed = time.monotonic()

    def timings(self, usage: Usage | None) -> ModelTimings:
        """Return how long it took, from when this was made. The speed is that of the tokens after the first."""
        speed, spoke = None, self._first if self._spoke is None else self._spoke
        if usage is not None and self._first is not None and self._last is not None and self._last > self._first:
            speed = round(max(0, usage.completion_tokens - 1) / (self._last - self._first), 2)
        return ModelTimings(
            first_token_ms=None if spoke is None else _milliseconds(spoke - self._begun),
            total_ms=_milliseconds((self._closed or time.monotonic()) - self._begun),
            tokens_per_second=speed,
        )


def usage_of(usage: Usage | None) -> ModelUsage | None:
    """Return a server's counts within the wire's bounds."""
    if usage is None:
        return None
    return ModelUsage(
        prompt_tokens=_bounded(usage.prompt_tokens),
        completion_tokens=_bounded(usage.completion_tokens),
        total_tokens=_bounded(usage.total_tokens),
        reasoning_tokens=None if usage.reasoning_tokens is None else _bounded(usage.reasoning_tokens),
    )


def failure(error: OrchdError) -> ModelFailure:
    """Return an error as an answer or an attempt carries it."""
    return ModelFailure(error.code, error.message, error.retryable)


def attempt(failed: Failure) -> ModelAttempt:
    """Return an attempt that another one followed."""
    return ModelAttempt(failed.model, ModelFailure(failed.code, failed.message, failed.retryable))


def _milliseconds(seconds: float) -> int:
    return max(0, round(seconds * 1000))


def _bounded(count: int) -> int:
    return min(max(count, 0), MAX_INTEGER)
