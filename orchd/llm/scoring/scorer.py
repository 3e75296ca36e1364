"""Asks models for numbers, as a requester says whose turn it is: choices between Yes and No, and scores of texts."""

from collections.abc import Sequence
from typing import Any

import trio

from orchd.errors import OrchdError, UpstreamError
from orchd.llm.asking.cost import Cost
from orchd.llm.asking.recording import Recording
from orchd.llm.registry import Backends
from orchd.llm.scoring.choosing import Choice, read_choice, request_choice
from orchd.llm.scoring.exchange import SmallRequest
from orchd.llm.scoring.reranking import UNLIKE, as_probabilities, read_scores, request_plain_scores, request_scores
from orchd.llm.types import Requester, Target

COMPLETIONS, RERANK = "/chat/completions", "/rerank"

NOT_SO = (400, 422, 500, 501)
"""Statuses by which servers refuse a request for log-probabilities."""
NOT_THERE = (404, 405, 501)
"""And those by which they say that there is no such address."""

LEAST_APART = 0.2
"""By how much a text must go better with itself than with another, for scores to mean anything."""


class Scorer:
    """Asks, and keeps count of the cost. One for each piece of work: what it learns of a server it keeps that long.

    `seconds` is how long a model may take for one answer, its load and the wait for its turn aside.
    """

    def __init__(self, backends: Backends, requester: Requester, seconds: float) -> None:
        self.cost = Cost()
        self._backends = backends
        self._requester = requester
        self._seconds = seconds
        self._plain: set[str] = set()
        """Models whose server takes only the simpler form of a request."""

    async def choose(
        self,
        target: Target,
        messages: Sequence[dict[str, str]],
        members: dict[str, Any] | None = None,
        spare: dict[str, Any] | None = None,
    ) -> Choice:
        """Return what a model chooses, Yes or No. `members` go into the request, `spare` ones while they are taken.

        Waits for its turn without a bound. Raises what `Backends.exchange` does.
        """
        needed = members or {}
        if target.full_name not in self._plain:
            asked = request_choice(messages, {**needed, **(spare or {})}, likely=True)
            try:
                return read_choice(await self._ask(target, COMPLETIONS, asked))
            except UpstreamError as error:
                if error.http_status not in NOT_SO:
                    raise
        reply = await self._ask(target, COMPLETIONS, request_choice(messages, needed, likely=False))
        self._plain.add(target.full_name)
        return read_choice(reply)

    async def score(self, target: Target, query: str, texts: Sequence[str]) -> list[float]:
        """Return how well each of `texts` (at most `MAX_TEXTS` less two) goes with `query`, 0 to 1.

        Two more are sent with them: the query itself and a text unlike it. Waits for its turn without a bound. Raises
        what `Backends.exchange` does, and UpstreamError (`unusable_answer`) where scores don't tell those two apart.
        """
        sent = [*texts, query, UNLIKE]
        reply = await self._scores(target, query, sent)
        *found, same, unlike = as_probabilities(read_scores(reply, len(sent), target.backend))
        if same - unlike < LEAST_APART:
            why = f"{target.full_name} doesn't find a text closer to itself than to any other"
            raise UpstreamError(why, reason="unusable_answer", backend=target.backend)
        return found

    async def _scores(self, target: Target, query: str, texts: Sequence[str]) -> Any:
        if target.full_name not in self._plain:
            try:
                return await self._ask(target, RERANK, request_scores(query, texts))
            except OrchdError as error:
                if error.http_status not in NOT_THERE:
                    raise
        reply = await self._ask(target, RERANK, request_plain_scores(query, texts), at_root=True)
        self._plain.add(target.full_name)
        return reply

    async def _ask(self, target: Target, path: str, members: dict[str, Any], *, at_root: bool = False) -> Any:
        begun, recording, reply = trio.current_time(), Recording(target), None
        request = SmallRequest(path, members, self._seconds, at_root)
        try:
            reply = await self._backends.exchange(target, request, recording, requester=self._requester)
        finally:
            read, written = _tokens(reply)
            self.cost = self.cost.plus(Cost(recording.calls, read, written, trio.current_time() - begun))
        return reply


def _tokens(reply: Any) -> tuple[int, int]:
    """Return the tokens read and written as the server counted them, 0 for what it doesn't tell."""
    usage = reply.get("usage") if isinstance(reply, dict) else None
    if not isinstance(usage, dict):
        return 0, 0
    read, written, both = (_count(usage.get(name)) for name in ("prompt_tokens", "completion_tokens", "total_tokens"))
    return read or max(0, both - written), written


def _count(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**40 else 0
