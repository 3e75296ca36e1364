"""One text asked of the models that were chosen: with fall-backs, pauses, a deadline, and what it cost.

A failure before the first token is the scheduler's business: it goes on with the next model at once. Here is what comes
after that: an answer that broke off, an empty or garbled one, servers that were all busy. Then the next model begins,
after a pause. The deadline counts from when a model begins to work: loading and waiting in line may take long.
"""

import time
from collections.abc import Awaitable, Callable, Sequence
from typing import NamedTuple, Protocol, TypeAlias

import msgspec
import trio

from orchd.errors import Cancelled, Invalid, OrchdError, ShuttingDown, Timeout, TooLarge, UpstreamError
from orchd.features.models import check_response
from orchd.features.task.core.work import Cost, Heard, NoAnswerError
from orchd.llm import Backends, Channel, Claim, Outcome, Phase, Prompt, Target, answer_of, is_cut_off, refuses_schema

ROUNDS = 3
"""How often a text is asked for, each time beginning with the next model."""

FIRST_PAUSE_SECONDS = 1.0
"""Before the second round; doubled for the third."""

LONGEST_PAUSE_SECONDS = 120.0
"""The longest pause that a server's own word for it gets."""

WORK_SECONDS = 3600.0
MAX_ANSWER_BYTES = 4 * 1024 * 1024

USELESS = frozenset(["empty", "error_report", "placeholder", "template", "garbled"])
"""Rules of `check_response` whose breach fails an attempt. The others are for those who check the result: "None" can
be right, and so can a text that was cut off where it ends."""

SOFT = ("temperature", "response_format")
"""Members of a request that a model may do without: each result is checked."""

HOPELESS = (Invalid, Cancelled, ShuttingDown)
"""What no other model and no pause would change."""

SQUEEZE = 0.6
"""What the prompt may have of its room after a model found it too long."""


class Written(NamedTuple):
    """A text, who wrote it, and sentences on what went wrong before."""

    text: str
    target: Target
    finish_reason: str
    reasons: list[str]
    cost: Cost


class Fitted(NamedTuple):
    """A prompt made for a model, and what making it cost; `cuts` are sentences on what it leaves out."""

    prompt: Prompt
    cost: Cost = Cost()
    cuts: tuple[str, ...] = ()


Fit: TypeAlias = Callable[[Target, float], Awaitable[Fitted]]
"""Makes the prompt for a model, in a share (0..1) of the room that there is."""


class Measure(Protocol):
    """Counts tokens, cautiously; `Texts` does."""

    def at_most(self, target: Target, text: str) -> int:
        """Return the tokens that a text hardly ever exceeds."""


class Generator:
    """Asks models for texts. `seconds` is the time that one of them may work on one text."""

    def __init__(self, backends: Backends, measure: Measure, seconds: float = WORK_SECONDS) -> None:
        self._backends = backends
        self._measure = measure
        self._seconds = seconds

    async def write(self, targets: Sequence[Target], fit: Fit, claim: Claim, heard: Heard) -> Written:
        """Return the text of the first model that gives one.

        Raises NoAnswerError: the last error, the model that was to be asked first, and what all rounds cost.
        """
        run = _Run(self._backends, self._measure, self._seconds, claim, heard)
        order, share, pause = list(targets), 1.0, FIRST_PAUSE_SECONDS
        for attempt in range(1, ROUNDS + 1):
            try:
                return await run.attempt(order, fit, share)
            except OrchdError as error:
                if attempt == ROUNDS or not _worth_another(error, order):
                    raise NoAnswerError(error, run.cost, order[0].full_name) from error
                run.note(order[0], error)
                share = share * SQUEEZE if isinstance(error, TooLarge) else share
                order = [*order[1:], order[0]]
                pauses = _asked_pause(error) if len(order) == 1 else 0.0
            await trio.sleep(max(pause, pauses))
            pause *= 2
        raise AssertionError("the last round returns or raises")


class _Run:
    """The attempts at one text, and what they cost together."""

    def __init__(self, backends: Backends, measure: Measure, seconds: float, claim: Claim, heard: Heard) -> None:
        self.cost = Cost()
        self._backends = backends
        self._measure = measure
        self._seconds = seconds
        self._claim = claim
        self._heard = heard
        self._reasons: list[str] = []
        self._schemas = True

    async def attempt(self, order: Sequence[Target], fit: Fit, share: float) -> Written:
        """Ask the first model, and the next ones where it fails before its first token."""
        fitted = await self._fitted(fit, order[0], share)
        targets = [order[0], *(one for one in order[1:] if _is_as_large(one, order[0]))]
        listener, outcome = await self._answer(targets, fitted.prompt)
        chosen = targets[len(outcome.failures)]
        if outcome.failures:
            self._reasons += [f"{one.model}@{one.backend} failed: {one.message}." for one in outcome.failures]
            self._heard.on_model(chosen.full_name)
        text = answer_of(listener.text)
        _check(text, outcome.finish_reason, chosen)
        if outcome.finish_reason == "length":
            self._reasons.append("The text was cut off at its greatest length.")
        reasons = [*self._reasons, *fitted.cuts]
        return Written(text, chosen, outcome.finish_reason, reasons, self.cost)

    def note(self, target: Target, error: OrchdError) -> None:
        """Keep why a round failed. A server may also fail at holding its model to a schema: the next goes without."""
        self._schemas = self._schemas and error.reason != "server_error"
        self._reasons.append(f"{target.full_name} failed: {error.message}.")

    async def _fitted(self, fit: Fit, target: Target, share: float) -> Fitted:
        begun = time.monotonic()
        fitted = await fit(target, share)
        spent = msgspec.structs.replace(fitted.cost, seconds=_since(begun))
        self.cost = self.cost.plus(spent)
        return fitted

    async def _answer(self, targets: list[Target], prompt: Prompt) -> tuple["_Listener", Outcome]:
        try:
            if self._schemas or prompt.schema is None:
                return await self._ask(targets, prompt)
        except UpstreamError as error:
            if not refuses_schema(error, prompt):
                raise
            self._schemas = False
        return await self._ask(targets, msgspec.structs.replace(prompt, schema=None))

    async def _ask(self, targets: list[Target], prompt: Prompt) -> tuple["_Listener", Outcome]:
        self._heard.on_model(targets[0].full_name)
        begun, outcome, calls = time.monotonic(), None, 1
        with trio.CancelScope() as scope:
            listener = _Listener(self._heard, scope, self._seconds)
            try:
                outcome = await self._backends.stream(
                    targets[0],
                    prompt,
                    listener,
                    max_bytes=MAX_ANSWER_BYTES,
                    claim=self._claim,
                    fallbacks=[one.full_name for one in targets[1:]],
                )
                calls += len(outcome.failures)
            except OrchdError as error:
                calls = max(1, len(error.attempts))
                raise
            finally:
                self._account(targets[0], prompt, listener, outcome, Cost(calls, seconds=_since(begun)))
        if outcome is None:
            raise Timeout(f"{targets[0].full_name} worked for longer than {self._seconds:.0f} s", reason="total")
        return listener, outcome

    def _account(
        self, target: Target, prompt: Prompt, listener: "_Listener", outcome: Outcome | None, spent: Cost
    ) -> None:
        """Add what was spent; tokens as the server counted them, guessed where it tells none or broke off."""
        usage = None if outcome is None else outcome.usage
        read, written = (0, 0) if usage is None else (max(0, usage.prompt_tokens), max(0, usage.completion_tokens))
        if usage is None and listener.text:
            read = sum(self._measure.at_most(target, turn.content) for turn in prompt.turns)
            written = self._measure.at_most(target, listener.text)
        self.cost = self.cost.plus(spent).plus(Cost(0, read, written))


class _Listener:
    """Keeps the answer, passes it on, and starts the clock when a model begins to work."""

    def __init__(self, heard: Heard, scope: trio.CancelScope, seconds: float) -> None:
        self._pieces: list[str] = []
        self._heard = heard
        self._scope = scope
        self._seconds = seconds
        self._working = False

    @property
    def text(self) -> str:
        """The answer so far; a model's thoughts are its own."""
        return "".join(self._pieces)

    def on_phase(self, phase: Phase, progress: float | None) -> None:
        """Set the clock when work begins, and stop it while another model is waited for."""
        self._clock(phase in ("prompt", "generating"))

    def on_delta(self, channel: Channel, text: str) -> None:
        """Keep it and pass it on."""
        self._clock(True)
        if channel == "content":
            self._pieces.append(text)
            self._heard.on_delta(text)

    def on_close(self) -> None:
        """Nothing follows from it."""

    def _clock(self, working: bool) -> None:
        if working != self._working:
            self._working = working
            self._scope.deadline = trio.current_time() + self._seconds if working else float("inf")


def _is_as_large(other: Target, first: Target) -> bool:
    """Tell whether a prompt that was made for `first` can be expected to fit into another model's context."""
    known, needed = other.model.context, first.model.context
    return known is None or (needed is not None and known >= needed)


def _check(text: str, finish_reason: str, target: Target) -> None:
    """Raise UpstreamError for what no server should have sent as an answer. A short one is fine."""
    found = [one for one in check_response(text) if one.rule in USELESS]
    if not found and finish_reason != "length" and is_cut_off(finish_reason):
        raise UpstreamError(f"{target.full_name} gave only a part: `{finish_reason}`", reason="cut_off")
    if found:
        raise UpstreamError(f"{target.full_name}: {found[0].reason}", reason="unusable_answer")


def _worth_another(error: OrchdError, order: Sequence[Target]) -> bool:
    if isinstance(error, HOPELESS):
        return False
    return len(order) > 1 or error.retryable or isinstance(error, UpstreamError | TooLarge)


def _asked_pause(error: OrchdError) -> float:
    """Return for how many seconds a server wants to be left alone: the only model there is would fail again."""
    after = error.retry_after_ms
    return 0.0 if after is None else min(after / 1000, LONGEST_PAUSE_SECONDS)


def _since(begun: float) -> float:
    return round(time.monotonic() - begun, 3)
