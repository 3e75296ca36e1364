"""Servers that cut characters in two, by UTF-16 units or by bytes."""

import json

from hypothesis import given
from hypothesis import strategies as st

from orchd.llm.answers.reply import ReplyParser
from orchd.llm.types import Outcome
from tests.fix_upstream import Recorder, delta, finish

NO_BRACKETS = {ord(bracket): None for bracket in "[]{}"}
"""Taken out of arguments that come in pieces: where they could end another call could begin."""
HI = delta(role="assistant", content="Hi")


class Read(Recorder):
    """What an answer made of some bytes."""

    def __init__(self, *pieces: bytes) -> None:
        super().__init__()
        reply = ReplyParser("box:1", "asked", self, "text/event-stream", 1000)
        for piece in pieces:
            reply.feed(piece)
        self.outcome: Outcome = reply.outcome()


def utf16_pieces(text: str) -> list[str]:
    data = text.encode("utf-16-le")
    return [data[at : at + 2].decode("utf-16-le", "surrogatepass") for at in range(0, len(data), 2)]


@given(st.text(min_size=1, max_size=8), st.text(max_size=8), st.data())
def test_halves_of_characters_find_each_other_in_every_channel(content: str, thought: str, draw: st.DataObject) -> None:
    told = "x" + thought.translate(NO_BRACKETS)
    texts = {
        "content": utf16_pieces("-" + content),
        "reasoning": utf16_pieces(thought),
        "arguments": utf16_pieces(told),
    }
    order = draw.draw(st.permutations([channel for channel, pieces in texts.items() for _ in pieces]))
    events = []
    for channel in order:
        piece = texts[channel].pop(0)
        call = {"index": 0, "id": "1", "function": {"name": "f", "arguments": piece}}
        value = {"tool_calls": [call]} if channel == "arguments" else {channel: piece}
        events.append(f"data: {json.dumps({'choices': [{'delta': value}]})}\n\n".encode())
    read = Read(*events, finish())
    assert (read.text(), read.text("reasoning")) == ("-" + content, thought)
    assert [call.function.arguments for call in read.outcome.tool_calls] == [told]


def test_half_a_character_at_the_end_is_told_as_one_that_is_none() -> None:
    half = b'data: {"choices":[{"delta":{"content":"a\\ud83d"}}]}\n\n'
    assert Read(half, finish()).text() == "a\ufffd"
    assert Read(half, HI, finish()).text() == "a\ufffdHi"
    cut = [b'data: {"choices":[{"delta":{"content":"' + text + b'"}}]}\n\n' for text in (b"a\xf0\x9f", b"\x98\x80")]
    assert Read(*cut, finish()).text() == "a\U0001f600"
