"""One question to a model on behalf of a check: within a time, within its context, and accounted for."""

import time
from collections.abc import Sequence
from typing import Any

import trio

from orchd.errors import Timeout, TooLarge, UpstreamError
from orchd.features.text import Texts
from orchd.features.verification.messages import VerifyCost
from orchd.features.verification.records import Witness
from orchd.llm import (
    Backends,
    Channel,
    Claim,
    Outcome,
    Phase,
    Prompt,
    Sampling,
    Target,
    Turn,
    answer_of,
    refuses_schema,
)
from orchd.worker.pool import TextWorkers

ANSWER_SECONDS = 600.0
"""From when a model begins to work on a question; the wait for its turn and for its load is not counted."""

MAX_ANSWER_BYTES = 512 * 1024
"""Of both channels: judges that think do so at length."""

ANSWER_TOKENS = 6_000
SOFT = ("temperature", "max_tokens", "response_format")
"""Members of a request that a judge may do without."""
TEMPLATE_TOKENS = 64
"""Room for an answer, a third of the context at most, and for what the model's template adds."""

FRAME_TOKENS = 96
"""What the lines around a text take that a judge is shown."""


class Interview:
    """Asks models as `claim` says whose turn it is, and keeps count. One for each check."""

    def __init__(self, backends: Backends, texts: Texts, claim: Claim, witness: Witness, workers: TextWorkers) -> None:
        self._backends = backends
        self._texts = texts
        self._claim = claim
        self._witness = witness
        self.workers = workers
        self.cost = VerifyCost()

    def room(self, target: Target) -> int:
        """Return the tokens that a prompt may have, so that the answer has its own."""
        context = self._texts.context(target)
        return context - _answer_tokens(context) - TEMPLATE_TOKENS

    def size(self, target: Target, *texts: str) -> int:
        """Return the tokens that these texts hardly exceed together."""
        return sum(self._texts.at_most(target, text) for text in texts)

    async def fit(self, target: Target, texts: Sequence[str], used: int) -> list[str]:
        """Return the texts, each cut to its share of what `used` tokens leave of the room; some may become empty."""
        room, fitted = self.room(target) - used, list[str]()
        for place, text in enumerate(texts):
            share = room // (len(texts) - place) - FRAME_TOKENS
            fitted.append((await self._texts.shorten(target, text, share)).text if share > 0 else "")
            room -= self.size(target, fitted[-1]) + FRAME_TOKENS
        return fitted

    async def ask(
        self, target: Target, turns: tuple[Turn, ...], schema: dict[str, Any] | None, temperature: float | None
    ) -> str:
        """Return a model's answer to `turns`, held to `schema` where its server can do that.

        Waits for its turn and for a load as long as that takes. Raises TooLarge when it does not fit into the context,
        Timeout, Unavailable, NotFound, UpstreamError.
        """
        size = self.size(target, *(turn.content for turn in turns))
        if size > self.room(target):
            raise TooLarge(f"{target.model.id} has too small a context for this", reason="context")
        self._witness.on_model(target.full_name)
        sampling = Sampling(temperature=temperature, max_tokens=_answer_tokens(self._texts.context(target)))
        prompt = Prompt(turns, sampling, schema, soft=SOFT)
        try:
            return await self._attempt(target, prompt)
        except UpstreamError as error:
            if not refuses_schema(error, prompt):
                raise
        return await self._attempt(target, Prompt(turns, sampling, soft=SOFT))

    async def _attempt(self, target: Target, prompt: Prompt) -> str:
        begun, outcome = time.monotonic(), None
        with trio.CancelScope() as scope:
            collected = _Collected(scope)
            try:
                outcome = await self._backends.stream(
                    target, prompt, collected, max_bytes=MAX_ANSWER_BYTES, claim=self._claim
                )
            finally:
                self._account(outcome, time.monotonic() - begun)
        if outcome is None:
            raise Timeout(f"{target.model.id} took longer than {ANSWER_SECONDS:.0f} s", reason="total")
        return answer_of("".join(collected.pieces))

    def _account(self, outcome: Outcome | None, seconds: float) -> None:
        usage = None if outcome is None else outcome.usage
        self.cost = VerifyCost(
            calls=self.cost.calls + 1,
            prompt_tokens=self.cost.prompt_tokens + (0 if usage is None else max(0, usage.prompt_tokens)),
            completion_tokens=self.cost.completion_tokens + (0 if usage is None else max(0, usage.completion_tokens)),
            seconds=round(self.cost.seconds + seconds, 3),
        )


class _Collected:
    """A listener that keeps the answer and starts the clock when the model begins."""

    def __init__(self, scope: trio.CancelScope) -> None:
        self.pieces: list[str] = []
        self._scope = scope
        self._begun = False

    def on_phase(self, phase: Phase, progress: float | None) -> None:
        """Start the clock at the first sign of work."""
        if phase in ("prompt", "generating"):
            self._begin()

    def on_delta(self, channel: Channel, text: str) -> None:
        """Keep the answer; thoughts are the model's own."""
        self._begin()
        if channel == "content":
            self.pieces.append(text)

    def on_close(self) -> None:
        """Nothing follows from it."""

    def _begin(self) -> None:
        if not self._begun:
            self._begun = True
            self._scope.deadline = trio.current_time() + ANSWER_SECONDS


def _answer_tokens(context: int) -> int:
    return min(ANSWER_TOKENS, context // 3)
