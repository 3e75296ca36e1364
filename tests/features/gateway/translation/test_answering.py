"""Pieces of an answer whose surroundings are written once: what they say is what was said."""

import json
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from orchd.features.gateway.anthropic.events import MessageScribe
from orchd.features.gateway.ollama.answers import AnswerForm, AnswerWriter
from orchd.features.gateway.responses.events import ResponseScribe
from orchd.features.gateway.sources import AnswerText, StreamScribe
from orchd.features.gateway.translation.answering import around_text, encode_text
from orchd.llm import Channel
from tests.examples import examples

PARTS = (*'"\\:,{}\n\r\t %bd', "é", "\u2028", "😀", '"content":""', '"delta":""')
ODD = st.lists(st.sampled_from(PARTS), max_size=8).map("".join)
PIECES = st.lists(st.tuples(st.sampled_from(["content", "reasoning"]), ODD.filter(bool)), min_size=1, max_size=12)


class _Asked(msgspec.Struct):
    """What a scribe looks at of a request."""

    streams: bool = True
    thoughts: bool = True
    echo: dict[str, Any] = {}
    body: Any = None


class _Body(msgspec.Struct):
    size: int = 3


def written(scribe: StreamScribe, pieces: list[tuple[Channel, str]]) -> list[dict[str, Any]]:
    """Return the values that a stream of these pieces has, each of which stands on a line of its own."""
    told = scribe.begin() + b"".join(scribe.take(AnswerText(channel, text)) for channel, text in pieces)
    lines = (line.removeprefix(b"data: ") for line in told.split(b"\n"))
    return [json.loads(line) for line in lines if line.startswith(b"{")]


@given(pieces=PIECES, model=ODD)
@settings(max_examples=examples(100))
def test_messages_say_what_was_said(pieces: list[tuple[Channel, str]], model: str) -> None:
    asked: Any = _Asked(body=_Body())
    events = written(MessageScribe(asked, model), pieces)
    deltas = [event["delta"] for event in events if event["type"] == "content_block_delta"]
    names = {"content": "text", "reasoning": "thinking"}
    assert deltas == [{"type": f"{names[channel]}_delta", names[channel]: text} for channel, text in pieces]
    blocks = [event["index"] for event in events if event["type"] == "content_block_start"]
    assert blocks == list(range(len(blocks)))
    assert sorted({event["index"] for event in events if event["type"] == "content_block_delta"}) == blocks


@given(pieces=PIECES, model=ODD)
@settings(max_examples=examples(100))
def test_responses_say_what_was_said(pieces: list[tuple[Channel, str]], model: str) -> None:
    asked: Any = _Asked()
    events = written(ResponseScribe(asked, model), pieces)
    assert [event["sequence_number"] for event in events] == list(range(len(events)))
    deltas = [event for event in events if event["type"].endswith("_text.delta")]
    kinds = {"content": "response.output_text.delta", "reasoning": "response.reasoning_text.delta"}
    assert [(event["type"], event["delta"]) for event in deltas] == [(kinds[channel], text) for channel, text in pieces]
    added = [event["item"]["id"] for event in events if event["type"] == "response.output_item.added"]
    assert [*dict.fromkeys(event["item_id"] for event in deltas)] == added


@given(pieces=PIECES, model=ODD, form=st.sampled_from(["chat", "generate"]))
@settings(max_examples=examples(100))
def test_lines_say_what_was_said(pieces: list[tuple[Channel, str]], model: str, form: AnswerForm) -> None:
    writer = AnswerWriter(model, form)
    lines = written(writer, pieces)
    assert all(line["model"] == model and line["created_at"].endswith("Z") and not line["done"] for line in lines)
    spoken = [line if form == "generate" else line["message"] for line in lines]
    name = "response" if form == "generate" else "content"
    assert [(each[name], each.get("thinking", "")) for each in spoken] == [
        (text, "") if channel == "content" else ("", text) for channel, text in pieces
    ]


@given(text=ODD, name=ODD)
@settings(max_examples=examples(100))
def test_what_stands_around_a_text_is_that_of_its_event(text: str, name: str) -> None:
    before, after = around_text("delta", msgspec.json.encode({"name": name, "delta": "", "more": [1]}))
    assert json.loads(before + encode_text(text) + after) == {"name": name, "delta": text, "more": [1]}
