"""One question to a model out of many: asked again when it failed by bad luck, and judged before it counts."""

from collections.abc import Callable
from typing import NamedTuple

import trio

from orchd.errors import OrchdError, UpstreamError
from orchd.features.text.messages import TextError
from orchd.llm import Backends
from orchd.llm.types import Claim, Prompt, Sampling, Target, Turn

ATTEMPTS = 3
FIRST_PAUSE_SECONDS = 0.5
"""Before the second attempt; doubled for the third."""

TEMPERATURE = 0.3
"""Work on a text wants no fantasy."""

FINISH_REASON_CHARACTERS = 64


class Reply(NamedTuple):
    """What came of a question: `text`, or the error of the last attempt."""

    text: str | None
    finish_reason: str | None
    error: OrchdError | None
    attempts: int


class Asking:
    """Asks one model, `parallel` questions at once, as `claim` says whose turn it is.

    `max_tokens` bounds an answer; None leaves it to the server.
    """

    def __init__(self, backends: Backends, target: Target, claim: Claim, parallel: int, max_tokens: int | None) -> None:
        self.target = target
        self._backends = backends
        self._claim = claim
        self._turn = trio.Semaphore(parallel)
        self._sampling = Sampling(temperature=TEMPERATURE, max_tokens=max_tokens)

    async def ask(
        self, question: str, max_bytes: int, hopeless: Callable[[], OrchdError | None] = lambda: None
    ) -> Reply:
        """Return the answer, or why there is none after ATTEMPTS, or at once what `hopeless` returns when it is its
        turn. An answer over `max_bytes` is cut off (finish reason `length`). Waits as long as the model takes; raises
        nothing.
        """
        async with self._turn:
            if (known := hopeless()) is not None:
                return Reply(None, None, known, 0)
            attempt, pause = 1, FIRST_PAUSE_SECONDS
            while True:
                try:
                    return await self._attempt(question, max_bytes, attempt)
                except OrchdError as error:
                    if attempt == ATTEMPTS or not _worth_another(error):
                        return Reply(None, None, error, attempt)
                await trio.sleep(pause)
                attempt, pause = attempt + 1, pause * 2

    async def _attempt(self, question: str, max_bytes: int, attempt: int) -> Reply:
        prompt = Prompt((Turn("user", question),), self._sampling)
        completion = await self._backends.complete(self.target, prompt, max_bytes=max_bytes, claim=self._claim)
        if not completion.content.strip():
            raise UpstreamError("the model gave an empty answer", reason="empty_response")
        return Reply(completion.content, completion.outcome.finish_reason[:FINISH_REASON_CHARACTERS], None, attempt)


def described(error: OrchdError) -> TextError:
    """Return an error as frames carry it."""
    return TextError(error.code, error.message, error.retryable)


def _worth_another(error: OrchdError) -> bool:
    return error.retryable or isinstance(error, UpstreamError)
