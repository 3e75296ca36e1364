"""Answers joined from the pieces of streams."""

import json
from itertools import pairwise
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchd.features.gateway.bodies import RelayBody
from orchd.features.gateway.joining import JoinedAnswer, is_joinable

TEXT = st.text(max_size=12)
CUTS = st.lists(st.integers(0, 12), max_size=4)


def join(*pieces: dict[str, Any] | bytes) -> dict[str, Any]:
    """The answer that pieces make."""
    joined = JoinedAnswer()
    for piece in pieces:
        joined.add(piece if isinstance(piece, bytes) else json.dumps(piece).encode())
    whole = joined.write()
    assert whole is not None
    return dict(json.loads(whole))


def chunk(delta: dict[str, Any], index: int = 0, **more: Any) -> dict[str, Any]:
    choice = {"index": index, "delta": delta, "finish_reason": None, **more}
    return {"id": "c", "object": "chat.completion.chunk", "model": "m", "choices": [choice]}


def parts(text: str, cuts: list[int]) -> list[str]:
    """A text cut at some places."""
    ends = sorted({min(cut, len(text)) for cut in cuts} | {0, len(text)})
    return [text[start:end] for start, end in pairwise(ends)]


@given(TEXT, TEXT, TEXT, CUTS)
def test_texts_are_whole_however_they_were_cut(said: str, thought: str, arguments: str, cuts: list[int]) -> None:
    pieces = [chunk({"role": "assistant", "content": ""}), chunk({"role": "assistant"})]
    pieces += [chunk({"reasoning_content": part}) for part in parts(thought, cuts)]
    pieces += [chunk({"content": part}) for part in parts(said, cuts)]
    call = {"index": 1, "id": "b", "type": "function", "function": {"name": "f", "arguments": ""}}
    pieces.append(chunk({"tool_calls": [{"index": 0, "id": "a", "function": {"name": "e", "arguments": "{}"}}]}))
    pieces.append(chunk({"tool_calls": [call]}))
    pieces += [
        chunk({"tool_calls": [{"index": 1, "function": {"arguments": part}}]}) for part in parts(arguments, cuts)
    ]
    pieces.append(chunk({}, finish_reason="tool_calls"))
    pieces.append({"id": "c", "choices": [], "usage": {"total_tokens": 3}})
    told = join(*pieces)
    (choice,) = told.pop("choices")
    assert told == {"id": "c", "object": "chat.completion", "model": "m", "usage": {"total_tokens": 3}}
    message = choice["message"]
    assert (message["role"], message["content"], message.get("reasoning_content", "")) == ("assistant", said, thought)
    assert message["tool_calls"] == [
        {"id": "a", "function": {"name": "e", "arguments": "{}"}},
        {"id": "b", "type": "function", "function": {"name": "f", "arguments": arguments}},
    ]
    assert choice["finish_reason"] == "tool_calls"


def test_what_is_unknown_here_is_kept() -> None:
    odd = {"content": [{"token": "a", "logprob": -1.5}]}
    told = join(
        chunk({"content": "a", "odd": {"x": [1]}}, logprobs=odd) | {"timings": {"n": 1}, "big": 2**80},
        chunk({"content": "b", "odd": {"x": [2], "y": None}}, logprobs=odd) | {"timings": {"n": 2}},
        {**chunk({"content": "c"}), "extra": "last"},
        chunk({"content": "x"}, index=1),
    )
    first, second = told["choices"]
    assert first["message"] == {"role": "assistant", "content": "abc", "odd": {"x": [1, 2], "y": None}}
    assert first["logprobs"]["content"] == odd["content"] * 2
    assert second["message"]["content"] == "x"
    assert (told["timings"], told["big"], told["extra"]) == ({"n": 2}, 2**80, "last")


def test_a_call_without_index_or_id_goes_on_with_the_last_one() -> None:
    one, other = ({"id": name, "function": {"name": name, "arguments": ""}} for name in "ab")
    rest = {"function": {"arguments": "{}"}}
    told = join(*(chunk({"tool_calls": [call]}) for call in (one, rest, other, rest)))
    calls = told["choices"][0]["message"]["tool_calls"]
    assert [(call["id"], call["function"]["arguments"]) for call in calls] == [("a", "{}"), ("b", "{}")]


def test_a_text_that_is_gone_on_with() -> None:
    pieces = ({"object": "text_completion", "choices": [{"index": 0, "text": text}]} for text in ("a", "b"))
    assert join(*pieces)["choices"] == [{"finish_reason": None, "index": 0, "text": "ab"}]


def test_characters_that_were_cut_in_two() -> None:
    bytes_of = [
        b'{"choices":[{"delta":{"content":"' + half + b'"}}]}' for half in (b"\xc3", b"\xa9 \\ud83d", b"\\ude00 \xff")
    ]
    assert join(*bytes_of)["choices"][0]["message"]["content"] == "é \N{GRINNING FACE} \ufffd"


def test_an_answer_that_came_whole_stays_as_it_is() -> None:
    whole = b'{"choices": [{"message": {"content": "a"}}],  "n": 1.10}'
    joined = JoinedAnswer()
    joined.add(whole)
    assert joined.write() == whole
    joined.cut("loop")
    told = json.loads(joined.write() or b"")
    assert (told["choices"][0]["finish_reason"], told["orchd"]) == ("length", {"cut": "loop"})


@pytest.mark.parametrize("odd", [b"", b"[]", b"{", b'{"choices": 3}', b'{"choices": [3]}', b"[" * 5000, b'{"a": NaN}'])
def test_what_is_no_piece_makes_no_answer(odd: bytes) -> None:
    joined = JoinedAnswer()
    joined.add(odd)
    joined.add(odd)
    assert joined.write() is None


NAMES = st.sampled_from(["choices", "delta", "content", "tool_calls", "index", "id", "function", "role"])
JSON = st.recursive(
    st.none() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=12,
)


@given(st.lists(JSON, max_size=4))
def test_no_piece_is_a_defect(pieces: list[Any]) -> None:
    joined = JoinedAnswer()
    for piece in pieces:
        joined.add(json.dumps(piece).encode())
    assert (whole := joined.write()) is None or json.loads(whole)


@pytest.mark.parametrize(
    ("members", "joinable"),
    [({}, True), ({"n": 1}, True), ({"n": None}, True), ({"n": 2}, False), ({"n": "x"}, False), ({"audio": {}}, False)],
)
def test_what_is_asked_for_as_a_stream(members: dict[str, Any], joinable: bool) -> None:
    raw = {name: msgspec.Raw(json.dumps(value).encode()) for name, value in members.items()}
    assert is_joinable(RelayBody(raw, None, (), False, False, 0)) is joinable
