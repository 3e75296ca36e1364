"""Cutting by tokens, where a tokenizer can be asked to judge what was cut.

Searching a cut with the tokenizer itself would take a request a step. So the guess proposes, scaled to the whole text's
exact count; the tokenizer judges what came out; and while that is over the limit, the scale grows. Without a tokenizer
the cautious guess is the judge.
"""

from collections.abc import Sequence

import trio

from orchd.errors import Invalid
from orchd.features.text.cutting.chunks import Span
from orchd.features.text.cutting.counting import CAUTIOUS_PER_TURN, Basis, Counting, CountTarget, TokenCount, scale_to
from orchd.features.text.cutting.cuts import ChunkList, cut_chunks, cut_text, cut_turns
from orchd.features.text.cutting.truncate import ConversationCut, Gap, Side
from orchd.llm.types import Turn
from orchd.worker.pool import TextWorkers

ROUNDS = 6
"""Of proposing and judging, before a proposal that is still over the limit gives way to the cautious guess."""

STEP = 1.03
JUDGED_CHUNKS = 512
"""More are not sent to the tokenizer one by one."""

JUDGES = 4
"""Requests to the tokenizer at once."""


class Cutting:
    """Truncates and chunks for a model."""

    def __init__(self, counting: Counting, workers: TextWorkers) -> None:
        self._counting = counting
        self._workers = workers

    async def truncate(self, chosen: CountTarget, text: str, limit: int, keep: Side) -> tuple[Gap, TokenCount]:
        """Return what to remove of a text, and the count of what is left. Raises what a worker does."""
        tally = await self._counting.text(chosen, text)
        if tally.at_most <= limit:
            return Gap(len(text), len(text)), tally
        if tally.method == "exact":
            judged = await self._truncate_judged(chosen, text, tally.tokens, limit, keep)
            if judged is not None:
                return judged
        basis = self._counting.basis(chosen)
        gap = await self._workers.run(cut_text, text, basis.guess, basis.unit, limit, keep)
        return gap, basis.text(gap.without(text))

    async def _truncate_judged(
        self, chosen: CountTarget, text: str, count: int, limit: int, keep: Side
    ) -> tuple[Gap, TokenCount] | None:
        """Return a cut that the tokenizer agrees with, None when it does not answer, or never does.

        The scale grows as long as it can; by then next to nothing is left.
        """
        basis = scale_to(text, count)
        unit = basis.unit
        while True:
            gap = await self._workers.run(cut_text, text, basis.guess, unit, limit, keep)
            left = gap.without(text)
            judged = await self._counting.exact(chosen, left)
            if judged is None:
                return None
            if judged <= limit:
                return gap, TokenCount(judged, judged, "exact")
            if unit == 1:
                return None
            basis = basis._replace(factor=basis.factor * STEP * judged / limit)
            unit = min(basis.unit, unit - 1)

    async def truncate_turns(
        self, chosen: CountTarget, turns: Sequence[Turn], limit: int, keep: Side
    ) -> tuple[ConversationCut, TokenCount]:
        """Return what to keep of a conversation, and its count. Raises TooLarge when that can't be done."""
        tally = await self._counting.turns(chosen, turns)
        if tally.at_most <= limit:
            whole = len(turns[-1].content)
            return ConversationCut(tuple(range(len(turns))), Gap(whole, whole)), tally
        if tally.method == "exact":
            judged = await self._turns_judged(chosen, turns, tally.tokens, limit, keep)
            if judged is not None:
                return judged
        basis = self._counting.basis(chosen)
        cut = await self._cut_turns(turns, basis, limit, CAUTIOUS_PER_TURN, keep)
        return cut, basis.turns(cut.turns(turns))

    async def _turns_judged(
        self, chosen: CountTarget, turns: Sequence[Turn], count: int, limit: int, keep: Side
    ) -> tuple[ConversationCut, TokenCount] | None:
        basis = scale_to("".join(turn.content for turn in turns), count)
        proposed = limit
        while True:
            cut = await self._cut_turns(turns, basis, proposed, 0, keep)
            judged = await self._counting.exact(chosen, cut.turns(turns))
            if judged is None:
                return None
            if judged <= limit:
                return cut, TokenCount(judged, judged, "exact")
            proposed = min(proposed - 1, int(proposed * limit / judged / STEP))

    async def _cut_turns(
        self, turns: Sequence[Turn], basis: Basis, limit: int, per_turn: int, keep: Side
    ) -> ConversationCut:
        return await self._workers.run(cut_turns, list(turns), basis, limit, per_turn, keep)

    async def chunk(
        self, chosen: CountTarget | None, text: str, size: int, overlap: int
    ) -> tuple[list[Span], list[int], TokenCount | None]:
        """Return the chunks of a text, each one's size, and for tokens how they were counted.

        Without `chosen` code points are counted. Raises Invalid, naming `size` or `overlap`.
        """
        if chosen is None:
            return *(await self._chunk(text, None, size, overlap)), None
        tally = await self._counting.text(chosen, text)
        if tally.method == "exact":
            judged = await self._verify(chosen, text, tally, size, overlap)
            if judged is not None:
                return *judged, tally
        basis = self._counting.basis(chosen)
        return *(await self._chunk(text, basis, size, overlap)), basis.text(text)

    async def _chunk(self, text: str, basis: Basis | None, size: int, overlap: int) -> ChunkList:
        return await self._workers.run(cut_chunks, text, basis, size, overlap)

    async def _verify(
        self, chosen: CountTarget, text: str, tally: TokenCount, size: int, overlap: int
    ) -> tuple[list[Span], list[int]] | None:
        """Return chunks that the tokenizer agrees with, None when they can't be made to agree."""
        basis = scale_to(text, tally.tokens)
        for _ in range(ROUNDS):
            try:
                spans, _ = await self._chunk(text, basis, size, overlap)
            except Invalid as refused:
                if refused.field == "overlap":
                    raise
                return None
            counts = await self._count_all(chosen, [text[span.start : span.end] for span in spans])
            if counts is None:
                return None
            most = max(counts, default=0)
            if most <= size:
                return spans, counts
            basis = basis._replace(factor=basis.factor * STEP * most / size)
        return None

    async def _count_all(self, chosen: CountTarget, texts: list[str]) -> list[int] | None:
        """Return the exact count of each text, None when there is none."""
        if len(texts) > JUDGED_CHUNKS:
            return None
        counts: list[int | None] = [None] * len(texts)
        turn = trio.Semaphore(JUDGES)

        async def judge(index: int) -> None:
            async with turn:
                counts[index] = await self._counting.exact(chosen, texts[index])

        async with trio.open_nursery() as nursery:
            for index in range(len(texts)):
                nursery.start_soon(judge, index)
        known = [count for count in counts if count is not None]
        return known if len(known) == len(texts) else None
