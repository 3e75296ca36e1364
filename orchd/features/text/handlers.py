"""Answers to the frames about texts."""

from collections.abc import Sequence
from typing import NamedTuple

from msgspec import structs

from orchd.errors import Conflict, Invalid, NotFound
from orchd.features.requester import requester_for
from orchd.features.text.cutting.counting import Counting, CountTarget, TokenCount
from orchd.features.text.cutting.cutting import Cutting
from orchd.features.text.cutting.truncate import Gap
from orchd.features.text.messages import (
    PROGRESS,
    TextChunk,
    TextChunked,
    TextEstimate,
    TextEstimated,
    TextKept,
    TextMessage,
    TextPiece,
    TextProcess,
    TextProcessed,
    TextRemoved,
    TextTruncate,
    TextTruncated,
)
from orchd.features.text.processing.process import Processing, ProcessOptions
from orchd.features.text.queries import Job
from orchd.llm.types import Turn
from orchd.protocol.command import LOOKUP, MODEL_CALL, TEXT_WORK, Command, Commands
from orchd.protocol.page import MAX_REPLY_BYTES, fitting, size
from orchd.protocol.router import Context


class TextHandlers:
    """One method a frame."""

    def __init__(self, counting: Counting, cutting: Cutting, processing: Processing) -> None:
        self._counting = counting
        self._cutting = cutting
        self._processing = processing

    async def estimate(self, context: Context, data: TextEstimate) -> TextEstimated:
        given = _read_input(data)
        chosen = await self._counting.choose(data.model, requester_for(context.identity))
        if given.text is not None:
            tally = await self._counting.text(chosen, given.text)
        else:
            tally = await self._counting.turns(chosen, _turns(given.messages))
        return TextEstimated(tally.tokens, tally.at_most, tally.method, chosen.model, given.characters)

    async def truncate(self, context: Context, data: TextTruncate) -> TextTruncated:
        given = _read_input(data)
        chosen = await self._counting.choose(data.model, requester_for(context.identity))
        limit = _limit(data, chosen)
        if given.text is not None:
            gap, tally = await self._cutting.truncate(chosen, given.text, limit, data.keep)
            left, removed = gap.without(given.text), _removal(gap, None, None)
            return _truncation(left, None, removed, tally, limit, chosen)
        turns = _turns(given.messages)
        cut, tally = await self._cutting.truncate_turns(chosen, turns, limit, data.keep)
        staying = set(cut.kept)
        kept = [
            TextKept(index, given.messages[index].id, given.messages[index].role, turn.content)
            for index, turn in zip(cut.kept, cut.turns(turns), strict=True)
        ]
        removed = [
            TextRemoved(0, len(message.content), index, message.id)
            for index, message in enumerate(given.messages)
            if index not in staying
        ]
        removed += _removal(cut.gap, len(turns) - 1, given.messages[-1].id)
        return _truncation(None, kept, removed, tally, limit, chosen)

    async def chunk(self, context: Context, data: TextChunk) -> TextChunked:
        chosen = (
            await self._counting.choose(data.model, requester_for(context.identity)) if data.unit == "tokens" else None
        )
        spans, sizes, tally = await self._cutting.chunk(chosen, data.text, data.size, data.overlap)
        pieces = [
            TextPiece(index, span.start, span.end, span.fresh - span.start, size, data.text[span.start : span.end])
            for index, (span, size) in enumerate(zip(spans, sizes, strict=True))
        ]
        shown = fitting(pieces[data.first_chunk :])
        after = data.first_chunk + len(shown)
        model, method = None if chosen is None else chosen.model, None if tally is None else tally.method
        return TextChunked(shown, data.unit, method, model, after if after < len(pieces) else None)

    async def process(self, context: Context, data: TextProcess) -> TextProcessed:
        if data.job_id is not None:
            _check_nothing_new(data)
            if data.first_part:
                return _from_part(await self._processing.show(context, data.job_id), data.first_part)
            resumed = await self._processing.resume(context, data.job_id, data.model, data.parallel)
            return _from_part(resumed.processed, 0)
        if not data.text or not data.text.strip():
            raise Invalid("there is no text", field="text", path="$.data.text")
        if data.instruction is None or not data.instruction.strip():
            raise Invalid("there is no instruction", field="instruction", path="$.data.instruction")
        if data.reduce is not None and not data.reduce.strip():
            raise Invalid("the last instruction is blank", reason="blank", field="reduce", path="$.data.reduce")
        job = Job(context.identity.user_id, data.text, data.instruction, data.reduce, data.model)
        done = await self._processing.begin(context, job, ProcessOptions(data.size, data.overlap, data.parallel))
        return _from_part(done.processed, 0)


COMMANDS = Commands(
    Command(
        "text:estimate",
        TextEstimate,
        TextEstimated,
        right="read",
        scope="chat",
        errors=LOOKUP,
    ).by(TextHandlers.estimate),
    Command("text:truncate", TextTruncate, TextTruncated, right="read", scope="chat", errors=(NotFound, *TEXT_WORK)).by(
        TextHandlers.truncate
    ),
    Command("text:chunk", TextChunk, TextChunked, right="read", scope="chat", errors=(NotFound, *TEXT_WORK)).by(
        TextHandlers.chunk
    ),
    Command(
        "text:process",
        TextProcess,
        TextProcessed,
        right="change",
        scope="chat",
        errors=(Conflict, *MODEL_CALL),
        before=(PROGRESS,),
        grows=True,
    ).by(TextHandlers.process),
)


def _from_part(done: TextProcessed, first: int) -> TextProcessed:
    """Return as much of a job, from its part `first` on, as goes into one reply."""
    room = MAX_REPLY_BYTES - size(done.result)
    parts = fitting(done.parts[first:], room)
    after = first + len(parts)
    return structs.replace(done, parts=parts, next_part=after if after < len(done.parts) else None)


def _check_nothing_new(data: TextProcess) -> None:
    """A job's parts and their answers belong together: what made them can't be another thing later."""
    given = {"text": data.text, "instruction": data.instruction, "reduce": data.reduce, "size": data.size}
    wrong = next((name for name, value in given.items() if value is not None), "overlap" if data.overlap else None)
    if wrong is not None:
        raise Invalid(f"a job keeps its {wrong}", field=wrong, path=f"$.data.{wrong}")


class _TextInput(NamedTuple):
    text: str | None
    messages: list[TextMessage]

    @property
    def characters(self) -> int:
        return len(self.text or "") + sum(len(message.content) for message in self.messages)


def _read_input(data: TextEstimate | TextTruncate) -> _TextInput:
    if (data.text is None) == (data.messages is None):
        raise Invalid("give a text or messages, one of the two", field="text", path="$.data.text")
    return _TextInput(data.text, data.messages or [])


def _turns(messages: Sequence[TextMessage]) -> list[Turn]:
    return [Turn(message.role, message.content) for message in messages]


def _limit(data: TextTruncate, chosen: CountTarget) -> int:
    """Return the limit that is asked for, or that of the model asked for; the smaller one of two."""
    context = None
    if data.model is not None and chosen.target is not None:
        context = chosen.target.model.context
    limits = [limit for limit in (data.max_tokens, context) if limit is not None]
    if not limits:
        why = "give a limit" if data.model is None else "the context of this model is not known; give a limit"
        raise Invalid(why, field="maxTokens", path="$.data.maxTokens")
    limit = min(limits) - data.reserve
    if limit < 1:
        raise Invalid("the reserve is as large as the limit", field="reserve", path="$.data.reserve")
    return limit


def _removal(gap: Gap, index: int | None, message_id: int | None) -> list[TextRemoved]:
    return [TextRemoved(gap.start, gap.end, index, message_id)] if gap.end > gap.start else []


def _truncation(
    text: str | None,
    messages: list[TextKept] | None,
    removed: list[TextRemoved],
    tally: TokenCount,
    limit: int,
    chosen: CountTarget,
) -> TextTruncated:
    return TextTruncated(text, messages, removed, tally.tokens, tally.at_most, limit, tally.method, chosen.model)
