"""The one way to ask a model a question: of several models in turn, again after bad luck, within a time, paid for.

A failure before the first token is `fallback`'s business, which goes on with the next model at once. Here is what comes
after that: an answer that broke off, one that is of no use, servers that were all busy; then the next round begins. A
server that refuses the JSON schema is asked without. What the server doesn't tell of tokens is guessed from the text.
"""

import math
from collections.abc import Awaitable, Callable, Sequence
from typing import NamedTuple, TypeAlias

import trio
from msgspec import Struct
from msgspec.structs import replace

from orchd.errors import OrchdError, Timeout, UpstreamError
from orchd.llm.answers.failures import refuses_schema
from orchd.llm.answers.finish import is_cut_off
from orchd.llm.asking.cost import Cost, NoAnswerError
from orchd.llm.asking.fallback import NOT_ASKED
from orchd.llm.asking.recording import NO_HOOKS, Hooks, Recording, WorkClock, nobody
from orchd.llm.asking.rounds import ONCE, Retry, Rounds
from orchd.llm.registry import MAX_ANSWER_BYTES, Backends
from orchd.llm.types import Outcome, Prompt, Requester, Target
from orchd.reasons import Reason


class FittedPrompt(NamedTuple):
    """A prompt made for a model, and what making it cost; `cuts` are sentences on what it leaves out."""

    prompt: Prompt
    cost: Cost = Cost()
    cuts: tuple[str, ...] = ()


Fit: TypeAlias = Callable[[Target, float], Awaitable[FittedPrompt]]
"""Makes the prompt for a model, in a share (0..1) of the room that there is. May raise NoAnswerError."""

Measure: TypeAlias = Callable[[Target, str], int]
"""Returns the tokens that a text hardly ever exceeds with a model."""

Check: TypeAlias = Callable[[Target, str, str], None]
"""Gets an answer and its finish reason. Raises UpstreamError for one that is of no use."""


class AskedInVain(NamedTuple):
    """A model that gave no answer that could be used, and why, by the wire's error code."""

    model: str
    code: str
    message: str
    reason: Reason | None

    @property
    def words(self) -> str:
        return f"{self.model} failed: {self.message}."


class Answer(NamedTuple):
    """An answer without its thoughts, who gave it, who was asked in vain before, and sentences on what was left out.

    `tried` is how often it was asked, waits for a model that was left alone aside.
    """

    text: str
    target: Target
    outcome: Outcome
    recording: Recording
    cost: Cost
    tried: int
    in_vain: tuple[AskedInVain, ...]
    cuts: tuple[str, ...]

    @property
    def reasons(self) -> list[str]:
        """What went wrong before, and what was left out."""
        return [*(asked.words for asked in self.in_vain), *self.cuts]

    @property
    def finish_reason(self) -> str:
        """How it ended, as `Outcome` has it."""
        return self.outcome.finish_reason


def whole(target: Target, text: str, finish_reason: str) -> None:
    """Take an answer that says something and is there as a whole; one that has its greatest length may be cut off."""
    if not text.strip():
        raise UpstreamError(f"{target.full_name} gave an empty answer", reason="empty_response")
    if finish_reason != "length" and is_cut_off(finish_reason):
        raise UpstreamError(f"{target.full_name} gave only a part: `{finish_reason}`", reason="cut_off")


class RoundFailure(NamedTuple):
    """Why a round failed, and the model that was to be asked first in it."""

    error: OrchdError
    model: str


class _Question(Struct):
    """A question while it is asked: what it cost so far, what was heard last, and why earlier rounds failed."""

    prompt: Prompt | Fit
    check: Check
    max_bytes: int
    cost: Cost = Cost()
    recording: Recording | None = None
    in_vain: list[AskedInVain] = []
    schemas: bool = True
    cause: RoundFailure | None = None

    def note(self, model: str, error: OrchdError) -> None:
        """Keep why a round failed. A server may also fail at holding its model to a schema: the next goes without."""
        self.schemas = self.schemas and error.reason != "server_error"
        if error.reason not in NOT_ASKED or self.cause is None:
            self.cause = RoundFailure(error, model)
        self.note_vain(AskedInVain(model, error.code, error.message, error.reason))

    def note_vain(self, asked: AskedInVain) -> None:
        """Note that a model gave no answer; the same failure in several rounds is one."""
        if asked not in self.in_vain:
            self.in_vain.append(asked)


class Asker:
    """Asks questions as `requester` says whose turn it is, and keeps count of their cost, those in vain included.

    `seconds` is the time that a model may work on one of them: its load and the wait for its turn are not counted.
    `paid` is told each cost as it comes to be, also of what is cancelled.
    """

    def __init__(
        self,
        backends: Backends,
        requester: Requester,
        *,
        measure: Measure = lambda target, text: 0,
        seconds: float = math.inf,
        hooks: Hooks = NO_HOOKS,
        paid: Callable[[Cost], None] = nobody,
    ) -> None:
        self.cost = Cost()
        self._backends = backends
        self._requester = requester
        self._measure = measure
        self._seconds = seconds
        self._hooks = hooks
        self._paid = paid
        self._answering = 0

    async def ask(
        self,
        targets: Sequence[Target],
        prompt: Prompt | Fit,
        retry: Retry = ONCE,
        check: Check = lambda target, text, finish_reason: None,
        *,
        max_bytes: int = MAX_ANSWER_BYTES,
    ) -> Answer:
        """Return the first answer that one of `targets` (never none) gives and `check` takes.

        Over `max_bytes` of UTF-8 it is cut off with finish reason `length`. Waits for turns and loads without a bound.
        Raises NoAnswerError: the last error of a model that was asked, the one that was to be asked first then, and
        what all rounds cost.
        """
        question, rounds = _Question(prompt, check, max_bytes), Rounds(retry, targets)
        while True:
            try:
                answer = await self._round(question, rounds.order, rounds.share)
                return answer._replace(tried=rounds.failed + 1)
            except OrchdError as error:
                question.note(rounds.order[0].full_name, error)
                pause = rounds.after(error, answering=self._answering > 0)
                if pause is None:
                    assert question.cause is not None
                    cause, model = question.cause
                    raise NoAnswerError(cause, question.cost, model, rounds.failed, question.recording) from error
            await trio.sleep(pause)

    async def _round(self, question: _Question, order: Sequence[Target], share: float) -> Answer:
        """Ask the first model, and the next ones where it fails before its first token."""
        fitted = await self._fit(question, order[0], share)
        targets = [order[0], *(target for target in order[1:] if _is_as_large(target, order[0]))]
        self._hooks.model(order[0])
        recording, outcome = await self._answer(question, targets, fitted.prompt)
        chosen = targets[len(outcome.failures)]
        for each in outcome.failures:
            question.note_vain(AskedInVain(f"{each.model}@{each.backend}", each.code, each.message, each.reason))
        _, text = recording.split()
        question.check(chosen, text, outcome.finish_reason)
        cut_off = ("The text was cut off at its greatest length.",) if outcome.finish_reason == "length" else ()
        cuts = (*cut_off, *fitted.cuts)
        return Answer(text, chosen, outcome, recording, question.cost, 0, (*question.in_vain,), cuts)

    async def _fit(self, question: _Question, target: Target, share: float) -> FittedPrompt:
        if isinstance(question.prompt, Prompt):
            return FittedPrompt(question.prompt)
        begun, cost = trio.current_time(), Cost()
        try:
            fitted = await question.prompt(target, share)
            cost = fitted.cost
        except NoAnswerError as failed:
            cost = failed.spent
            raise failed.error from None
        finally:
            self._pay(question, replace(cost, seconds=trio.current_time() - begun))
        return fitted

    async def _answer(
        self, question: _Question, targets: Sequence[Target], prompt: Prompt
    ) -> tuple[Recording, Outcome]:
        """Ask with the schema, and without it where a server may just not know schemas."""
        try:
            return await self._attempt(question, targets, prompt if question.schemas else _plain(prompt))
        except UpstreamError as error:
            if not question.schemas or not refuses_schema(error, prompt):
                raise
        question.schemas = False
        return await self._attempt(question, targets, _plain(prompt))

    async def _attempt(
        self, question: _Question, targets: Sequence[Target], prompt: Prompt
    ) -> tuple[Recording, Outcome]:
        begun, outcome = trio.current_time(), None
        with trio.CancelScope() as scope:
            recording = question.recording = Recording(targets[0], self._hooks, WorkClock(scope, self._seconds))
            self._answering += 1
            try:
                outcome = await self._backends.stream(
                    targets[0],
                    prompt,
                    recording,
                    max_bytes=question.max_bytes,
                    requester=self._requester,
                    fallbacks=[target.full_name for target in targets[1:]],
                )
            finally:
                self._answering -= 1
                read, written = self._tokens(prompt, recording, outcome)
                prices = () if outcome is None or outcome.price is None else (outcome.price,)
                self._pay(question, Cost(recording.calls, read, written, trio.current_time() - begun, prices))
        if outcome is None:
            name = recording.target.full_name
            raise Timeout(f"{name} worked for longer than {self._seconds:.0f} s", reason="total")
        return recording, outcome

    def _tokens(self, prompt: Prompt, recording: Recording, outcome: Outcome | None) -> tuple[int, int]:
        """Return the tokens read and written: as the server counted them; guessed where it tells none or broke off.

        Text comes from the last model only, so that the answers before it had none.
        """
        told = recording.usages
        if not told and (outcome is not None or recording.output):
            told = [None if outcome is None else outcome.usage]
        read = written = 0
        for usage in told:
            if usage is not None:
                read, written = read + max(0, usage.prompt_tokens), written + max(0, usage.completion_tokens)
            else:
                read += sum(self._measure(recording.target, turn.content) for turn in prompt.turns)
        if told and told[-1] is None:
            written += self._measure(recording.target, recording.output)
        return read, written

    def _pay(self, question: _Question, cost: Cost) -> None:
        question.cost, self.cost = question.cost.plus(cost), self.cost.plus(cost)
        self._paid(cost)


def _plain(prompt: Prompt) -> Prompt:
    return replace(prompt, schema=None)


def _is_as_large(other: Target, first: Target) -> bool:
    """Tell whether a prompt that was made for `first` can be expected to fit into another model's context."""
    known, needed = other.model.context, first.model.context
    return known is None or (needed is not None and known >= needed)
