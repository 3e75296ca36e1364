"""One question to a model out of many: asked again when it failed by bad luck, and judged before it counts.

A model that failed on one question is left alone for a while, by everyone. That must not fail the questions after it,
so each waits that while; and while another of ours is being answered, it may: that one will tell whether the model is
well.
"""

from collections.abc import Callable
from typing import NamedTuple

import trio

from orchd.errors import NotFound, OrchdError, Unavailable, UpstreamError
from orchd.features.text.messages import TextError
from orchd.llm import Backends, is_cut_off
from orchd.llm.types import Claim, Completion, Prompt, Sampling, Target, Turn, Usage
from orchd.reasons import Reason

ATTEMPTS = 3
FIRST_PAUSE_SECONDS = 0.5
"""Before the second attempt; doubled for the third."""

PATIENCE_SECONDS = 60.0
"""How long a question waits in all for a model that is left alone, if none of ours is being answered meanwhile."""

LONGEST_NAP_SECONDS = 5.0
"""After which it is looked again whether the model is still left alone: somebody else may have found it well."""

TEMPERATURE = 0.3
"""Work on a text wants no fantasy."""

LEFT_ALONE: tuple[Reason, ...] = ("cooling", "rate_limited")

FINISH_REASON_CHARACTERS = 64


class Reply(NamedTuple):
    """What came of a question: `text`, or the error of the last attempt."""

    text: str | None
    finish_reason: str | None
    error: OrchdError | None
    attempts: int


class Spent:
    """What questions have cost so far: calls, failed ones too, and tokens as far as the servers told."""

    def __init__(self) -> None:
        self.calls = 0
        self.prompt_tokens = 0
        self.completion_tokens = 0

    def add(self, usage: Usage | None) -> None:
        """Note an answer's tokens."""
        if usage is not None:
            self.prompt_tokens += usage.prompt_tokens
            self.completion_tokens += usage.completion_tokens


class Asking:
    """Asks one model, `parallel` questions at once, as `claim` says whose turn it is.

    `max_tokens` bounds an answer; None leaves it to the server. `spent` is told what the questions cost.
    """

    def __init__(
        self,
        backends: Backends,
        target: Target,
        claim: Claim,
        parallel: int,
        max_tokens: int | None,
        spent: Spent | None = None,
    ) -> None:
        self.target = target
        self.parallel = parallel
        self._spent = spent or Spent()
        self._backends = backends
        self._claim = claim
        self._turn = trio.Semaphore(parallel)
        self._answering = 0
        self._sampling = Sampling(temperature=TEMPERATURE, max_tokens=max_tokens)

    async def ask(
        self, question: str, max_bytes: int, hopeless: Callable[[], OrchdError | None] = lambda: None
    ) -> Reply:
        """Return the answer, or why there is none after ATTEMPTS, or what `hopeless` returns when it is its turn. An
        answer over `max_bytes` is cut off (finish reason `length`). Waits as long as the model takes; raises nothing.
        """
        async with self._turn:
            attempts, pause, patience = 0, FIRST_PAUSE_SECONDS, PATIENCE_SECONDS
            while (known := hopeless()) is None:
                try:
                    completion = await self._attempt(question, max_bytes)
                    reason = completion.outcome.finish_reason[:FINISH_REASON_CHARACTERS]
                    return Reply(completion.content, reason, None, attempts + 1)
                except OrchdError as error:
                    nap = _left_alone_seconds(error)
                    attempts += nap is None
                    enough = patience <= 0 if nap else attempts == ATTEMPTS or not _worth_another(error)
                    if enough:
                        return Reply(None, None, error, attempts)
                if nap is None:
                    await trio.sleep(pause)
                    pause *= 2
                else:
                    patience -= 0 if self._answering else nap
                    await trio.sleep(nap)
            return Reply(None, None, known, attempts)

    async def _attempt(self, question: str, max_bytes: int) -> Completion:
        prompt = Prompt((Turn("user", question),), self._sampling, soft=("temperature", "max_tokens"))
        self._answering += 1
        self._spent.calls += 1
        try:
            completion = await self._backends.complete(self.target, prompt, max_bytes=max_bytes, claim=self._claim)
        finally:
            self._answering -= 1
        self._spent.add(completion.outcome.usage)
        if not completion.content.strip():
            raise UpstreamError("the model gave an empty answer", reason="empty_response")
        reason = completion.outcome.finish_reason
        if reason != "length" and is_cut_off(reason):
            raise UpstreamError(f"the model gave only a part of its answer: `{reason}`", reason="cut_off")
        return completion


def described(error: OrchdError) -> TextError:
    """Return an error as frames carry it."""
    return TextError(error.code, error.message, error.retryable)


def is_hopeless(error: OrchdError) -> bool:
    """Tell whether a question's last error says that no other question will be answered."""
    return isinstance(error, NotFound | Unavailable) or error.reason == "load_failed"


def _worth_another(error: OrchdError) -> bool:
    return error.retryable or (isinstance(error, UpstreamError) and not is_hopeless(error))


def _left_alone_seconds(error: OrchdError) -> float | None:
    """Return how long to wait for a model that is left alone, because it failed again and again or its server limits
    how often it may be asked; else None.
    """
    if error.reason not in LEFT_ALONE or error.retry_after_ms is None:
        return None
    return min(error.retry_after_ms / 1000, LONGEST_NAP_SECONDS)
