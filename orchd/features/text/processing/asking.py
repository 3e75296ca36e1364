"""One question to a model out of many: so many at once, and none where another one has shown that it is no use."""

from collections.abc import Callable
from typing import NamedTuple

import trio

from orchd.errors import NotFound, OrchdError, Unavailable, UpstreamError
from orchd.features.models import no_answer
from orchd.features.text.messages import TextError
from orchd.llm import Asker, NoAnswerError, Retry, whole
from orchd.llm.types import Prompt, Sampling, Target, Turn

RETRY = Retry(rounds=3, first_pause=0.5, patience=60.0)

TEMPERATURE = 0.3
"""Work on a text wants no fantasy."""

FINISH_REASON_CHARACTERS = 64

USELESS = frozenset(["empty", "placeholder", "refusal"])
"""Rules of `no_answer` that an output may not break. A loop may be that of the text, and so may an echo."""


class Reply(NamedTuple):
    """What came of a question: `text`, or the error of the last attempt."""

    text: str | None
    finish_reason: str | None
    error: OrchdError | None
    attempts: int


class ChunkAsker:
    """Asks one model by `asker`, `parallel` questions at once.

    `max_tokens` bounds an answer; None leaves it to the server.
    """

    def __init__(self, asker: Asker, target: Target, parallel: int, max_tokens: int | None) -> None:
        self.parallel = parallel
        self._asker = asker
        self._target = target
        self._turn = trio.Semaphore(parallel)
        self._sampling = Sampling(temperature=TEMPERATURE, max_tokens=max_tokens)

    async def ask(
        self,
        question: str,
        max_bytes: int,
        hopeless: Callable[[], OrchdError | None] = lambda: None,
        instruction: str = "",
    ) -> Reply:
        """Return the answer, or why there is none, or what `hopeless` returns when it is its turn. An answer over
        `max_bytes` is cut off (finish reason `length`); a text that is none, such as a refusal, is asked for again.
        `instruction`: what of the question says what to do. Waits as long as the model takes; raises nothing.
        """

        def check(target: Target, text: str, finish_reason: str) -> None:
            found = no_answer(text, instruction, question)
            if found is not None and found.rule in USELESS:
                raise UpstreamError(f"{target.full_name}: {found.reason}", reason="unusable_answer")
            whole(target, text, finish_reason)

        prompt = Prompt((Turn("user", question),), self._sampling, soft=("temperature", "max_tokens"))
        async with self._turn:
            if (known := hopeless()) is not None:
                return Reply(None, None, known, 0)
            try:
                answer = await self._asker.ask([self._target], prompt, RETRY, check, max_bytes=max_bytes)
            except NoAnswerError as failed:
                return Reply(None, None, failed.error, failed.tried)
        return Reply(answer.text, answer.finish_reason[:FINISH_REASON_CHARACTERS], None, answer.tried)


def text_error(error: OrchdError) -> TextError:
    """Return an error as frames carry it."""
    return TextError(error.code, error.message, error.retryable)


def is_hopeless(error: OrchdError) -> bool:
    """Tell whether a question's last error says that no other question will be answered."""
    return isinstance(error, NotFound | Unavailable) or error.reason == "load_failed"
