"""Leaving alone what fails again and again: a circuit breaker for a server and for each of its models. Pure.

Only failures that say something about the server count; that a prompt is too long or a key is wrong does not. After
some in a row the circuit opens: requests are refused at once, with the time when to come back. Then one request is let
through, on trial; while it runs the others are still refused. If it succeeds the circuit closes, else it stays open
for twice as long. The trial is a request that somebody wants, never one of our own: nothing is sent to a server that
must not be disturbed.
"""

from typing import NamedTuple

from orchd.errors import OrchdError, Timeout, Unavailable, UpstreamError

FAILURES = 3
FIRST_PAUSE_SECONDS = 5.0
LONGEST_PAUSE_SECONDS = 120.0
TRIAL_SECONDS = 60.0
"""How soon others are told to come back while a trial runs: nobody knows how long it takes."""
MAX_MODELS = 1_000

SERVER_REASONS = ("connect",)
MODEL_REASONS = ("load_failed", "server_error", "connection_lost", "truncated", "empty_response", "first_event", "gap")


class Circuit:
    """One circuit. Times are seconds of any one clock."""

    def __init__(self) -> None:
        self.failures = 0
        self._pause = FIRST_PAUSE_SECONDS
        self._until = float("-inf")
        self._trial: object | None = None

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

    def failed(self, who: object, now: float) -> None:
        """Note a failure of `who`."""
        on_trial = self._trial is not None and self._trial is who
        self.failures += 1
        if self.failures == FAILURES or on_trial:
            self._pause = min(self._pause * 2, LONGEST_PAUSE_SECONDS) if on_trial else FIRST_PAUSE_SECONDS
            self._until = now + self._pause
        self.end(who)

    def closed(self) -> None:
        """Note that all is well."""
        self.failures, self._trial = 0, None


class Verdict(NamedTuple):
    """What a failure says something about."""

    server: bool
    model: bool


def judge_failure(error: OrchdError) -> Verdict:
    """Tell whether an error says something about the server, or about the model on it."""
    reason = error.details.get("reason")
    if reason in SERVER_REASONS and isinstance(error, Timeout | Unavailable):
        return Verdict(server=True, model=False)
    if isinstance(error, Unavailable):
        return Verdict(server=error.details.get("status") in (429, 503), model=False)
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
        return max(self._server.wait(now), 0.0 if circuit is None else circuit.wait(now))

    def check(self, model: str, now: float) -> None:
        """Raise Unavailable while requests for `model` are refused; `details.retryAfterMs` says for how long."""
        if seconds := self.wait(model, now):
            what = self._name if self._server.wait(now) else f"{model} on {self._name}"
            raise Unavailable(
                f"{what} failed several times in a row and is left alone for a while",
                reason="cooling",
                backend=self._name,
                retryAfterMs=max(1, round(seconds * 1000)),
            )

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

    def failed(self, model: str, who: object, error: OrchdError, now: float) -> None:
        """Note a failure."""
        verdict = judge_failure(error)
        if verdict.server:
            self._server.failed(who, now)
        elif verdict.model:
            self._server.closed()  # it answered, if badly
            if len(self._models) >= MAX_MODELS:
                del self._models[next(iter(self._models))]
            self._models.setdefault(model, Circuit()).failed(who, now)
        self.end(model, who)

    def succeeded(self, model: str) -> None:
        """Note a success: the server is well, and the model on it."""
        self._server.closed()
        self._models.pop(model, None)

    def reachable(self) -> None:
        """Note that the server answered a probe, which speaks for the server and not for its models."""
        self._server.closed()
