"""What is heard of one generation: its text and when it came; and the clock of the model that works on it."""

import math
import time
from collections.abc import Callable
from typing import NamedTuple

import trio

from orchd.llm.answers.thoughts import split_thoughts
from orchd.llm.types import Channel, FailedAttempt, Phase, Target, Usage


def nobody(*_: object) -> None:
    """Nobody is told."""


class Hooks(NamedTuple):
    """Who is told of a generation while it runs; called from its task, they never block and never raise."""

    model: Callable[[Target], None] = nobody
    """This model is asked now."""
    phase: Callable[[Phase, float | None], None] = nobody
    queue: Callable[[int | None, int | None], None] = nobody
    delta: Callable[[Channel, str], None] = nobody


NO_HOOKS = Hooks()


class WorkClock:
    """Cancels `scope` once a model has worked for `seconds`. It stands still while no model works."""

    def __init__(self, scope: trio.CancelScope, seconds: float) -> None:
        self._scope = scope
        self._seconds = self._left = seconds
        self._since: float | None = None

    def run(self) -> None:
        """A model works."""
        if self._since is None:
            self._since = trio.current_time()
            self._scope.deadline = self._since + self._left

    def stop(self) -> None:
        """No model works: one is queued, or being loaded."""
        if self._since is not None:
            self._left -= trio.current_time() - self._since
            self._since, self._scope.deadline = None, math.inf

    def begin(self) -> None:
        """Another model is asked, which has all the time for itself."""
        self.stop()
        self._left = self._seconds


class Recording:
    """A listener that keeps all text, takes the time and counts the calls; `hooks` are told of what they want."""

    def __init__(self, target: Target, hooks: Hooks = NO_HOOKS, clock: WorkClock | None = None) -> None:
        self.target = target
        """The model that is asked; after a fall-back, the one that is asked now."""
        self.calls = 0
        """How many requests went to model servers: what a circuit breaker refuses, or what finds nobody, is no call."""
        self.usages: list[Usage | None] = []
        """What each answer took as its server counted, None where it told nothing; those of no use too."""
        self.waited = False
        """It had to wait for its turn, or for its model to be loaded."""
        self._texts: dict[Channel, list[str]] = {"content": [], "reasoning": []}
        self._hooks = hooks
        self._clock = clock
        self._called = False
        self._begun = time.monotonic()
        self._spoke: float | None = None
        self._first: float | None = None
        self._last: float | None = None
        self._closed: float | None = None

    @property
    def output(self) -> str:
        """All that was sent so far, thoughts included."""
        return "".join(self._texts["reasoning"]) + self.content

    @property
    def content(self) -> str:
        """The answer so far, as it was sent."""
        return "".join(self._texts["content"])

    def split(self) -> tuple[str, str]:
        """Return the thoughts, empty when there are none, and the answer without them."""
        thoughts, content = split_thoughts(self.content)
        return "".join(self._texts["reasoning"]) or thoughts, content

    @property
    def first_token_seconds(self) -> float | None:
        """When the first token came, be it of a tool call; None when none has."""
        first = self._first if self._spoke is None else self._spoke
        return None if first is None else first - self._begun

    @property
    def total_seconds(self) -> float:
        """How long it took, or takes so far."""
        return (self._closed or time.monotonic()) - self._begun

    def speed(self, usage: Usage | None) -> float | None:
        """Return the tokens a second after the first one; None where that can't be told."""
        if usage is None or self._first is None or self._last is None or self._last <= self._first:
            return None
        return max(0, usage.completion_tokens - 1) / (self._last - self._first)

    def on_phase(self, phase: Phase, progress: float | None) -> None:
        # `generating` comes with the first token, which may be a tool call's and no text.
        self.waited = self.waited or phase in ("queued", "loading")
        if phase == "generating" and self._spoke is None:
            self._spoke = time.monotonic()
        if phase == "generating":
            self._note_call()
        if self._clock is not None:
            (self._clock.run if phase in ("prompt", "generating") else self._clock.stop)()
        self._hooks.phase(phase, progress)

    def on_queue(self, position: int | None, eta_ms: int | None) -> None:
        self._hooks.queue(position, eta_ms)

    def on_delta(self, channel: Channel, text: str) -> None:
        self._note_call()
        if self._clock is not None:
            self._clock.run()
        self._last = time.monotonic()
        if self._first is None:
            self._first = self._last
        self._texts[channel].append(text)
        self._hooks.delta(channel, text)

    def on_failed(self, failure: FailedAttempt) -> None:
        """The outcome, or the error, has all of them."""

    def on_fallback(self, target: Target) -> None:
        self.target, self._called = target, False
        if self._clock is not None:
            self._clock.begin()
        self._hooks.model(target)

    def on_close(self) -> None:
        self._closed = time.monotonic()

    def on_call(self) -> None:
        self._called = True
        self.calls += 1

    def on_usage(self, usage: Usage | None) -> None:
        self.usages.append(usage)

    def _note_call(self) -> None:
        """Note that the model that is asked now says something, so that it certainly was asked."""
        if not self._called:
            self.on_call()
