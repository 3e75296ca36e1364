"""One question to a model on behalf of a check: within a time, within its context, and accounted for."""

from collections.abc import Sequence
from typing import Any

from orchd.claims import Source
from orchd.errors import OrchdError, TooLarge
from orchd.features.text import Texts
from orchd.features.verification.judging.excerpts import Coverage, SourcePart, parts_of
from orchd.features.verification.messages import VerifyClaimItem
from orchd.features.verification.records import CheckListener
from orchd.llm import Asker, Backends, Cost, Hooks, NoAnswerError, Prompt, Requester, Sampling, Target, Turn, whole
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


class Interview:
    """Asks models as `requester` says whose turn it is, and keeps count. One for each check."""

    def __init__(
        self, backends: Backends, texts: Texts, requester: Requester, witness: CheckListener, workers: TextWorkers
    ) -> None:
        self._texts = texts
        self.workers = workers
        self.coverage = Coverage()
        self.unasked: OrchdError | None = None
        """Why the last judge could not be asked, None when it answered, whatever that was."""
        hooks = Hooks(model=lambda target: witness.on_model(target.full_name))
        self._asker = Asker(
            backends, requester, measure=texts.at_most, seconds=ANSWER_SECONDS, hooks=hooks, paid=witness.on_cost
        )
        self._paid, self._tell = Cost(), witness.on_cost

    @property
    def cost(self) -> Cost:
        """What all questions cost so far."""
        return self._asker.cost.plus(self._paid)

    def pay(self, cost: Cost) -> None:
        """Count what was asked for the same check in another way."""
        self._paid = self._paid.plus(cost)
        self._tell(cost)

    def room(self, target: Target) -> int:
        """Return the tokens that a prompt may have, so that the answer has its own."""
        context = self._texts.context(target)
        return context - _answer_tokens(context) - TEMPLATE_TOKENS

    def size(self, target: Target, *texts: str) -> int:
        """Return the tokens that these texts hardly exceed together."""
        return sum(self._texts.at_most(target, text) for text in texts)

    def sources_for(
        self, target: Target, sources: Sequence[Source], claims: Sequence[VerifyClaimItem], used: int, most: int = 1
    ) -> list[SourcePart]:
        """Return the sources in at most so many parts that fit into what `used` tokens leave of the room."""
        return parts_of(sources, claims, self.room(target) - used, lambda text: self.size(target, text), most)

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
        sampling = Sampling(temperature=temperature, max_tokens=_answer_tokens(self._texts.context(target)))
        prompt = Prompt(turns, sampling, schema, soft=SOFT)
        try:
            answer = await self._asker.ask([target], prompt, check=whole, max_bytes=MAX_ANSWER_BYTES)
        except NoAnswerError as failed:
            raise failed.error from None
        return answer.text


def _answer_tokens(context: int) -> int:
    return min(ANSWER_TOKENS, context // 3)
