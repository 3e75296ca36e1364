"""Leaving alone what fails again and again: a circuit breaker for a server and for each of its models. Pure.

Only failures that say something about the server count; that a prompt is too long or a key is wrong does not, nor
anything else that a server finds wrong with a request, nor an answer that is all there but for its finish reason. After
some in a row the circuit opens: requests are refused at once, with the time when to come back. Then one request is let
through, on trial; while it runs the others are still refused. If it succeeds the circuit closes, else it stays open
for twice as long. The trial is a request that somebody wants, never one of our own: nothing is sent to a server that
must not be disturbed.

A server that limits a rate and says when to come back is no failure either: its model is left alone for so long.
"""

from typing import NamedTuple

from orchd.errors import OrchdError, RateLimited, Timeout, Unavailable, UpstreamError
from orchd.reasons import Reason

FAILURES = 3
FIRST_PAUSE_SECONDS = 5.0
LONGEST_PAUSE_SECONDS = 120.0
TRIAL_SECONDS = 60.0
"""How soon others are told to come back while a trial runs: nobody knows how long it takes."""
MAX_MODELS = 1_000

SERVER_REASONS: tuple[Reason, ...] = ("connect",)
NOT_THE_REQUEST = (408, 425, 429)
"""Of the statuses that blame the request, those that don't: it took too long, came too early or too often."""
MODEL_REASONS: tuple[Reason, ...] = (
    "load_failed",
    "server_error",
    "connection_lost",
    "truncated",
    "empty_response",
    "first_event",
    "gap",
)


class Circuit:
    """One circuit. Times are seconds of any one clock."""

    def __init__(self) -> None:
        self.failures = 0
        self._pause = FIRST_PAUSE_SECONDS
        self._until = float("-inf")
        self._trial: object | None = None
        self._held = float("-inf")

    def hold(self, now: float, seconds: float) -> None:
        """Refuse requests for so long, at most LONGEST_PAUSE_SECONDS: then it is worth asking again."""
        self._held = now + min(seconds, LONGEST_PAUSE_SECONDS)

    @property
    def asked_for_a_pause(self) -> bool:
        """It did so once, which a success of an earlier request doesn't take back."""
        return self._held > float("-inf")

    def pause(self, now: float) -> float:
        """Return for how many seconds the server asked to be left alone."""
        return max(0.0, self._held - now)

    def wait(self, now: float) -> float:
        """Return for how many seconds requests are refused; 0: they may come."""
        if self.failures < FAILURES:
            return 0.0
        if self._trial is not None:
            return TRIAL_SECONDS
        return max(0.0, self._until - now)

    def begin(self, who: object) -> None:
        """Note that `who` is let through: on trial, if the circuit was open."""
        if self.failures >= FAILURES:
            self._trial = who

    def end(self, who: object) -> None:
        """Note that `who` ended in a way that says nothing."""
        if self._trial is who:
            self._trial = None

    def record_failure(self, who: object, now: float) -> None:
        """Note a failure of `who`."""
        on_trial = self._trial is not None and self._trial is who
        self.failures += 1
        if self.failures == FAILURES or on_trial:
            self._pause = min(self._pause * 2, LONGEST_PAUSE_SECONDS) if on_trial else FIRST_PAUSE_SECONDS
            self._until = now + self._pause
        self.end(who)

    def record_success(self) -> None:
        """Note that all is well."""
        self.failures, self._trial = 0, None


class Verdict(NamedTuple):
    """What a failure says something about."""

    server: bool
    model: bool


def judge_failure(error: OrchdError) -> Verdict:
    """Tell whether an error says something about the server, or about the model on it."""
    reason, status = error.reason, error.http_status
    if reason in SERVER_REASONS and isinstance(error, Timeout | Unavailable):
        return Verdict(server=True, model=False)
    if isinstance(error, Unavailable | RateLimited):
        return Verdict(server=status in (429, 503), model=False)
    if status is not None and 400 <= status < 500 and status not in NOT_THE_REQUEST:
        return Verdict(server=False, model=False)
    if isinstance(error, UpstreamError) and reason == "truncated" and error.output:
        return Verdict(server=False, model=False)
    return Verdict(server=False, model=isinstance(error, Timeout | UpstreamError) and reason in MODEL_REASONS)


class Breaker:
    """The circuits of the server called `name`, and of its models."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._server = Circuit()
        self._models: dict[str, Circuit] = {}

    def wait(self, model: str | None, now: float) -> float:
        """Return for how many seconds requests are refused, those for `model` if one is given."""
        circuit = None if model is None else self._models.get(model)
        own = 0.0 if circuit is None else max(circuit.wait(now), circuit.pause(now))
        return max(self._server.wait(now), own)

    def check(self, model: str, now: float) -> None:
        """Raise Unavailable while requests for `model` are refused, RateLimited while the server asked for a pause;
        `retry_after_ms` says for how long.
        """
        if (held := self._pause(model, now)) > self._server.wait(now):
            raise RateLimited(
                f"{self._name} limits how often {model} may be asked",
                reason="rate_limited",
                backend=self._name,
                retry_after_ms=max(1, round(held * 1000)),
            )
        if seconds := self.wait(model, now):
            what = self._name if self._server.wait(now) else f"{model} on {self._name}"
            raise Unavailable(
                f"{what} failed several times in a row and is left alone for a while",
                reason="cooling",
                backend=self._name,
                retry_after_ms=max(1, round(seconds * 1000)),
            )

    def _pause(self, model: str, now: float) -> float:
        circuit = self._models.get(model)
        return 0.0 if circuit is None else circuit.pause(now)

    def begin(self, model: str, who: object) -> None:
        """Note that a request is let through; one of the following must be called with the same `who`."""
        self._server.begin(who)
        if (circuit := self._models.get(model)) is not None:
            circuit.begin(who)

    def end(self, model: str, who: object) -> None:
        """Note an end that says nothing, as a cancelled request's."""
        self._server.end(who)
        if (circuit := self._models.get(model)) is not None:
            circuit.end(who)

    def record_failure(self, model: str, who: object, error: OrchdError, now: float) -> None:
        verdict, after = judge_failure(error), error.retry_after_ms
        if isinstance(error, RateLimited) and after is not None:
            self._server.record_success()
            self._circuit(model).hold(now, after / 1000)
        elif verdict.server:
            self._server.record_failure(who, now)
        elif verdict.model:
            self._server.record_success()  # it answered, if badly
            self._circuit(model).record_failure(who, now)
        self.end(model, who)

    def _circuit(self, model: str) -> Circuit:
        if model not in self._models and len(self._models) >= MAX_MODELS:
            del self._models[next(iter(self._models))]
        return self._models.setdefault(model, Circuit())

    def record_success(self, model: str) -> None:
        """Note a success: the server is well, and the model on it."""
        self._server.record_success()
        circuit = self._models.get(model)
        if circuit is not None and circuit.asked_for_a_pause:
            circuit.record_success()
        else:
            self._models.pop(model, None)

    def reachable(self) -> None:
        """Note that the server answered a probe, which speaks for the server and not for its models."""
        self._server.record_success()
