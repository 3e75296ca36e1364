from collections.abc import Callable
from typing import cast

import msgspec
import pytest

from orchd.errors import Invalid
from orchd.features.text import COMMANDS, messages
from orchd.features.text.cutting.cutting import Cutting
from orchd.features.text.handlers import TextHandlers
from orchd.features.text.messages import (
    TextChunk,
    TextChunked,
    TextEstimate,
    TextEstimated,
    TextMessage,
    TextPiece,
    TextProcess,
    TextTruncate,
    TextTruncated,
)
from orchd.features.text.processing.process import Processing
from orchd.protocol.page import MAX_REPLY_BYTES, size
from orchd.worker.pool import InPlace
from tests.features.text.texts import Request, TokenizedBackends, counting

PROSE = "One two three. Four five six. Seven eight. Nine ten. " * 5
TALK = [TextMessage("system", "Be.", 1), TextMessage("user", PROSE, 2), TextMessage("user", "Why so?", 3)]


def handlers(tokenize: Callable[[str], int] | None = len, context: int | None = 100) -> TextHandlers:
    counter = counting(TokenizedBackends(tokenize, context=context))
    return TextHandlers(counter, Cutting(counter, InPlace()), cast("Processing", None))


def data(value: messages.TextEstimated | TextTruncated | TextChunked) -> dict[str, object]:
    """Return a frame's data as clients get it."""
    found: dict[str, object] = msgspec.json.decode(msgspec.json.encode(value))
    return found


async def test_estimates_say_how_they_were_made() -> None:
    found = await handlers().estimate(Request(), TextEstimate("hello"))
    assert data(found) == {"tokens": 5, "atMost": 5, "method": "exact", "model": "tiny", "characters": 5}
    found = await handlers(None).estimate(Request(), TextEstimate(messages=TALK))
    assert isinstance(found, TextEstimated)
    assert (found.method, found.characters) == ("heuristic", len(PROSE) + 10)
    assert found.tokens < found.at_most


@pytest.mark.parametrize("both", [{}, {"text": "x", "messages": TALK}])
async def test_a_text_or_messages(both: dict[str, object]) -> None:
    for asked in (
        handlers().estimate(Request(), TextEstimate(**both)),  # type: ignore[arg-type]  # some of them wrong
        handlers().truncate(Request(), TextTruncate(max_tokens=5, **both)),  # type: ignore[arg-type]  # as above
    ):
        with pytest.raises(Invalid) as refused:
            await asked
        assert refused.value.details["field"] == "text"


async def test_a_truncated_text_says_what_was_cut() -> None:
    found = await handlers().truncate(Request(), TextTruncate(PROSE, max_tokens=40))
    assert data(found) == {
        "text": "One two three. Four five six. ",
        "messages": None,
        "removed": [{"start": 30, "end": len(PROSE), "index": None, "id": None}],
        "tokens": 30,
        "atMost": 30,
        "limit": 40,
        "method": "exact",
        "model": "tiny",
    }
    whole = await handlers().truncate(Request(), TextTruncate("short", max_tokens=40))
    assert (whole.text, whole.removed) == ("short", [])


async def test_a_truncated_conversation_says_which_messages_went() -> None:
    found = await handlers().truncate(Request(), TextTruncate(messages=TALK, max_tokens=40))
    assert found.messages is not None
    assert [(kept.index, kept.id, kept.content) for kept in found.messages] == [(0, 1, "Be."), (2, 3, "Why so?")]
    assert [(gone.index, gone.id, gone.start, gone.end) for gone in found.removed] == [(1, 2, 0, len(PROSE))]
    last = await handlers().truncate(Request(), TextTruncate(messages=TALK[:2], max_tokens=60))
    assert last.messages is not None
    left = last.messages[1].content
    assert left.endswith(". ")
    assert PROSE.startswith(left)
    assert last.tokens <= 60
    assert [(gone.index, gone.id, gone.start, gone.end) for gone in last.removed] == [(1, 2, len(left), len(PROSE))]


@pytest.mark.parametrize(
    ("asked", "context", "limit"),
    [
        (TextTruncate(PROSE, model="tiny"), 100, 100),
        (TextTruncate(PROSE, model="tiny", reserve=20), 100, 80),
        (TextTruncate(PROSE, model="tiny", max_tokens=50), 100, 50),
        (TextTruncate(PROSE, model="tiny", max_tokens=150), 100, 100),
        (TextTruncate(PROSE, max_tokens=150), 100, 150),
        (TextTruncate(PROSE, model="tiny", max_tokens=150), None, 150),
    ],
)
async def test_the_limit_is_the_smaller_one(asked: TextTruncate, context: int | None, limit: int) -> None:
    found = await handlers(context=context).truncate(Request(), asked)
    assert found.limit == limit
    assert found.at_most <= limit


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        (TextTruncate(PROSE), "maxTokens"),
        (TextTruncate(PROSE, model="tiny"), "maxTokens"),
        (TextTruncate(PROSE, max_tokens=5, reserve=5), "reserve"),
    ],
)
async def test_a_limit_must_be_known(asked: TextTruncate, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        await handlers(context=None).truncate(Request(), asked)
    assert refused.value.details["field"] == field


async def test_chunks_rebuild_the_text() -> None:
    found = await handlers().chunk(Request(), TextChunk(PROSE, 60, 20))
    assert (found.unit, found.method, found.model) == ("tokens", "exact", "tiny")
    assert "".join(piece.text[piece.overlap :] for piece in found.chunks) == PROSE
    assert [piece.index for piece in found.chunks] == list(range(len(found.chunks)))
    assert all(piece.text == PROSE[piece.start : piece.end] and piece.size <= 60 for piece in found.chunks)
    found = await handlers().chunk(Request(), TextChunk(PROSE, 60, unit="characters"))
    assert (found.unit, found.method, found.model) == ("characters", None, None)


async def test_chunks_that_are_too_much_for_a_frame_come_in_several() -> None:
    text = "".join(f"word {number} " for number in range(60_000))
    pieces, first = list[TextPiece](), 0
    while True:
        found = await handlers().chunk(Request(), TextChunk(text, 1000, 500, "characters", first_chunk=first))
        assert size(found) <= MAX_REPLY_BYTES + 1000
        pieces += found.chunks
        if found.next_chunk is None:
            break
        first = found.next_chunk
    assert first > 0
    assert [piece.index for piece in pieces] == list(range(len(pieces)))
    assert "".join(piece.text[piece.overlap :] for piece in pieces) == text


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        (TextProcess(instruction="Do."), "text"),
        (TextProcess(" \n", "Do."), "text"),
        (TextProcess("x"), "instruction"),
        (TextProcess("x", "Do.", reduce=" "), "reduce"),
        (TextProcess("x", job_id=1), "text"),
        (TextProcess(instruction="Do.", job_id=1), "instruction"),
        (TextProcess(reduce="Do.", job_id=1), "reduce"),
        (TextProcess(size=5, job_id=1), "size"),
        (TextProcess(overlap=5, job_id=1), "overlap"),
    ],
)
async def test_a_process_that_can_not_be_is_refused(asked: TextProcess, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        await handlers().process(Request(), asked)
    assert refused.value.details["field"] == field


def test_each_frame_has_its_handler() -> None:
    public = {name for name in vars(TextHandlers) if not name.startswith("_")}
    assert {f"text:{name}" for name in public} == {command.type for command in COMMANDS}
