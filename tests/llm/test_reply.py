import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchd.errors import NotFound, OrchdError, TooLarge, Unavailable, UpstreamError
from orchd.llm.reply import Reply
from orchd.llm.sse import BOM
from orchd.llm.tools import CalledFunction, ToolCall
from orchd.llm.types import Outcome, Usage
from tests.fix_upstream import DONE, Recorder, delta, event, finish, usage

SSE = "text/event-stream"
NATIVE_ERROR = b'event: error\ndata: {"type":"error","error":{"type":"unknown","message":"boom"}}\n\n'
NATIVE_END = b'event: chat.end\ndata: {"type":"chat.end","result":{}}\n\n'
HI = delta(role="assistant", content="Hi")


class Read(Recorder):
    """What a reply made of some bytes."""

    outcome: Outcome | None = None
    error: OrchdError | None = None

    def __init__(self, *pieces: bytes, content_type: str = SSE, max_bytes: int = 1000) -> None:
        super().__init__()
        reply = Reply("box:1", "asked", self, content_type, max_bytes)
        for piece in pieces:
            if reply.done:
                break
            reply.feed(piece)
        try:
            self.outcome = reply.outcome()
        except OrchdError as error:
            self.error = error

    @property
    def reason(self) -> str:
        return "" if self.error is None else str(self.error.details.get("reason"))


GOOD = [
    ("as documented", HI + finish() + usage() + DONE),
    ("usage null on all chunks", event({"choices": [{"delta": {"content": "Hi"}}], "usage": None}) + finish() + DONE),
    ("no DONE", HI + finish()),
    ("DONE with a space", HI + finish() + b"data: [DONE] \n\n"),
    ("DONE twice", HI + finish() + DONE + DONE),
    ("DONE before finish", HI + DONE + finish()),
    ("no blank line at the end", HI + finish().rstrip(b"\n")),
    ("content null first", delta(role="assistant", content=None) + HI + finish() + DONE),
    ("content empty first", delta(role="assistant", content="") + HI + finish() + DONE),
    ("content in parts", delta(content=[{"type": "text", "text": "H"}, {"type": "text", "text": "i"}]) + finish()),
    ("delta missing", event({"choices": [{"index": 0}]}) + HI + event({"choices": [{"finish_reason": "stop"}]})),
    ("delta null", event({"choices": [{"delta": None}]}) + HI + finish()),
    (
        "choices missing, empty, of nothing",
        event({}) + event({"choices": []}) + event({"choices": [{}]}) + HI + finish(),
    ),
    (
        "finish_reason empty until the end",
        event({"choices": [{"delta": {"content": "Hi"}, "finish_reason": ""}]}) + finish(),
    ),
    ("CR LF", (HI + finish() + DONE).replace(b"\n", b"\r\n")),
    ("CR", (HI + finish() + DONE).replace(b"\n", b"\r")),
    ("no space after data:", (HI + finish() + DONE).replace(b"data: ", b"data:")),
    ("multi-line data", HI.replace(b', "choices"', b',\ndata: "choices"') + finish()),
    ("comments", b": ping\n\n:\n\n" + HI + b": OPENROUTER PROCESSING\n\n" + finish()),
    ("event, id and retry lines", b"retry: 3\nid: 1\nevent: message\n" + HI + finish()),
    ("byte order mark", BOM + HI + finish()),
    ("blank lines first", b"\n\n" + HI + finish()),
    ("a whole JSON reply", json.dumps({"choices": [{"message": {"content": "Hi"}, "finish_reason": "stop"}]}).encode()),
    (
        "a whole JSON reply, indented",
        json.dumps({"choices": [{"message": {"content": "Hi"}, "finish_reason": "stop"}]}, indent=1).encode(),
    ),
    ("unknown events", event({"type": "news.of.2030", "content": "x"}) + HI + b"event: what\ndata: {}\n\n" + finish()),
    ("half of it no JSON", b"data: ping\n\n" + HI + finish()),
]


@pytest.mark.parametrize(("name", "body"), GOOD, ids=[name for name, _ in GOOD])
def test_accepted(name: str, body: bytes) -> None:
    for pieces in ([body], [body[place : place + 1] for place in range(len(body))]):
        read = Read(*pieces)
        assert read.error is None, name
        assert read.text() == "Hi"
        assert read.outcome is not None
        assert read.outcome.finish_reason == "stop"


BAD: list[tuple[str, bytes, type[OrchdError], str]] = [
    ("EOF without DONE", HI, UpstreamError, "truncated"),
    ("DONE without finish", HI + DONE, UpstreamError, "truncated"),
    ("EOF in the JSON", HI + finish()[:30], UpstreamError, "truncated"),
    ("nothing at all", b"", UpstreamError, "truncated"),
    ("only comments", b": a\n\n: b\n\n", UpstreamError, "truncated"),
    ("a content-less close", delta(content="") + DONE, UpstreamError, "truncated"),
    (
        "empty content with usage",
        delta(role="assistant", content="") + finish() + usage() + DONE,
        UpstreamError,
        "empty_response",
    ),
    ("error, then DONE", HI + event({"error": {"message": "boom", "code": 500}}) + DONE, UpstreamError, "server_error"),
    ("error after finish", HI + finish() + event({"error": "boom"}) + DONE, UpstreamError, "server_error"),
    ("error as text", event({"error": "boom"}), UpstreamError, "server_error"),
    ("error event with a JSON string", HI + b'event: error\ndata: "boom"\n\n', UpstreamError, "server_error"),
    ("error event with plain text", HI + b"event: error\ndata: boom\n\n", UpstreamError, "server_error"),
    ("error event with an object", HI + b'event: error\ndata: {"message": "boom"}\n\n', UpstreamError, "server_error"),
    (
        "error event, error member",
        HI + b'event: error\ndata: {"error": {"message": "boom"}}\n\n',
        UpstreamError,
        "server_error",
    ),
    ("JSON error as the only line", b'{"error": {"message": "boom"}}\n', UpstreamError, "server_error"),
    (
        "200 unexpected endpoint",
        b'{"error":"Unexpected endpoint or method. (POST /v1/chat/completions)"}',
        UpstreamError,
        "unexpected_endpoint",
    ),
    ("a web page", b"<!DOCTYPE html>\n<html>Sign in</html>", UpstreamError, "not_a_stream"),
    ("a JSON list", b"[1, 2]", UpstreamError, "truncated"),
    ("a whole reply without finish", b'{"choices":[{"message":{"content":"Hi"}}]}', UpstreamError, "truncated"),
    (
        "overflow in the stream",
        event({"error": {"message": "Context size has been exceeded."}}),
        TooLarge,
        "context_overflow",
    ),
    ("unknown model in the stream", event({"error": {"message": "x", "type": "model_not_found"}}), NotFound, "None"),
    ("busy in the stream", event({"error": {"message": "x", "code": 429}}), Unavailable, "None"),
    ("native events, error and end", NATIVE_ERROR + NATIVE_END, UpstreamError, "server_error"),
    (
        "native events without their end",
        b'event: message.delta\ndata: {"type":"message.delta","content":"x"}\n\n',
        UpstreamError,
        "truncated",
    ),
]


@pytest.mark.parametrize(("name", "body", "kind", "reason"), BAD, ids=[row[0] for row in BAD])
def test_refused(name: str, body: bytes, kind: type[OrchdError], reason: str) -> None:
    for pieces in ([body], [body[place : place + 1] for place in range(len(body))]):
        read = Read(*pieces)
        assert type(read.error) is kind, name
        assert read.reason == reason
        assert read.text() in ("", "Hi")
        assert "boom" in read.error.message or b"boom" not in body


def test_what_a_server_said_instead_of_json_is_told() -> None:
    read = Read(b"data: Error: out of memory\n\n")
    assert read.error is not None
    assert "Error: out of memory" in read.error.message


def test_reasoning_only_is_an_answer_and_both_names_are_known() -> None:
    read = Read(delta(reasoning_content="a"), delta(reasoning="b"), finish())
    assert (read.text("reasoning"), read.text(), read.error) == ("ab", "", None)


def test_tool_calls_alone_are_an_answer() -> None:
    call = {"index": 0, "id": "123456789", "type": "function", "function": {"name": "f", "arguments": ""}}
    rest = {"index": 0, "function": {"arguments": '{"a": '}}
    read = Read(delta(tool_calls=[call]), delta(tool_calls=[rest]), finish("tool_calls") + DONE)
    assert read.outcome is not None
    assert read.outcome.finish_reason == "tool_calls"
    assert read.outcome.tool_calls == (ToolCall("123456789", CalledFunction("f", '{"a": ')),)
    assert read.events == [("generating", None)]


def test_tool_calls_beside_text_and_in_a_reply_that_is_no_stream() -> None:
    calls = [{"id": str(n), "type": "function", "function": {"name": "f", "arguments": "{}"}} for n in range(2)]
    read = Read(delta(content="Let me see."), delta(tool_calls=[calls[0] | {"index": 0}]), finish("tool_calls"))
    assert read.events == [("generating", None), ("content", "Let me see.")]
    assert read.outcome is not None
    assert [call.id for call in read.outcome.tool_calls] == ["0"]
    message = {"role": "assistant", "content": None, "tool_calls": calls}
    whole = Read(json.dumps({"choices": [{"message": message, "finish_reason": "tool_calls"}]}).encode())
    assert whole.outcome is not None
    assert [call.id for call in whole.outcome.tool_calls] == ["0", "1"]


def test_a_tool_call_that_is_too_long_is_a_failure_and_not_cut_off() -> None:
    call = {"index": 0, "id": "1", "function": {"name": "f", "arguments": "x" * 600}}
    read = Read(delta(tool_calls=[call]), delta(tool_calls=[call]), finish("tool_calls"))
    assert (read.reason, read.outcome) == ("calls_too_long", None)


def test_a_tool_call_without_a_name_is_no_answer() -> None:
    read = Read(delta(tool_calls=[{"index": 0, "function": {"arguments": "{}"}}]), finish("tool_calls"))
    assert read.reason == "empty_response"


def test_usage_and_the_model_that_answered() -> None:
    zeros = {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}
    first = event({"model": "other", "choices": [{"delta": {"content": "x"}}], "usage": zeros})
    assert Read(first, finish(), usage(4, 2), DONE).outcome == Outcome("stop", "m", Usage(4, 2, 6))
    assert Read(first, event({"choices": [{"finish_reason": "length"}]})).outcome == Outcome("length", "other", None)
    unnamed = event({"choices": [{"delta": {"content": "x"}, "finish_reason": "stop"}]})
    assert Read(unnamed).outcome == Outcome("stop", "asked", None)


def test_texts_of_one_read_are_merged_by_channel() -> None:
    one = delta(reasoning="a") + delta(reasoning="b") + delta(content="c") + delta(content="d")
    read = Read(one, delta(content="e") + delta(content="f") + finish())
    assert read.texts == [("reasoning", "ab"), ("content", "cd"), ("content", "ef")]
    assert read.phases == [("generating", None)]


def test_one_chunk_may_carry_both_channels() -> None:
    assert Read(delta(reasoning="a", content="b"), finish()).texts == [("reasoning", "a"), ("content", "b")]


def test_inline_reasoning_is_split_off_even_when_cut() -> None:
    read = Read(*(delta(content=piece) for piece in ("<th", "ink>pl", "an</thi", "nk>\n", "Hi")), finish())
    assert (read.text("reasoning"), read.text()) == ("plan", "Hi")
    held = Read(delta(content="<thi"), finish())
    assert (held.text(), held.error) == ("<thi", None)


def test_progress_through_the_prompt_until_the_first_output() -> None:
    progress = {"total": 8, "cache": 0, "processed": 2, "time_ms": 1}
    first = event({"choices": [{"delta": {"role": "assistant", "content": None}}], "prompt_progress": progress})
    read = Read(first, event({"choices": [], "prompt_progress": {"total": 0}}), HI, first, finish())
    assert read.phases == [("prompt", 0.25), ("generating", None)]


def test_lines_of_json_with_an_error_in_the_middle() -> None:
    line = json.dumps({"choices": [{"delta": {"content": "Hi"}}]}).encode() + b"\n"
    for content_type in ("application/x-ndjson", "application/json"):
        read = Read(line, b'{"error":"boom"}\n', line, content_type=content_type)
        assert read.text() == "Hi"
        assert read.reason == "server_error"


@pytest.mark.parametrize(
    ("text", "limit", "kept"),
    [("abcdef", 4, "abcd"), ("ééé", 3, "é"), ("a\U0001f600b", 4, "a"), ("abcd", 4, "abcd"), ("é" * 3, 6, "é" * 3)],
)
def test_an_answer_over_its_bound_is_cut_between_characters(text: str, limit: int, kept: str) -> None:
    read = Read(delta(content=text), finish(), max_bytes=limit)
    assert read.text() == kept
    assert read.outcome is not None
    assert read.outcome.finish_reason == ("stop" if kept == text else "length")


def test_endless_repetition_ends_at_the_bound() -> None:
    read = Read(*[delta(content="again ") * 50] * 100, max_bytes=1000)
    assert len(read.text()) == 1000
    assert read.outcome is not None
    assert read.outcome.finish_reason == "length"


def test_unicode_line_separators_and_emoji_come_through() -> None:
    text = "a\u2028b\u2029c\x85d \U0001f600 \ufffd\ufffd"
    body = delta(content=text) + finish()
    assert Read(*(body[place : place + 1] for place in range(len(body)))).text() == text


EVENTS = st.lists(
    st.sampled_from(
        [HI, delta(reasoning="r\U0001f600"), b": c\n\n", usage(), event({"choices": []}), delta(content="é")]
    ),
    max_size=6,
)


@given(EVENTS, st.booleans(), st.data())
def test_any_split_gives_the_same_answer(events: list[bytes], ended: bool, draw: st.DataObject) -> None:
    body = b"".join(events) + (finish() + DONE if ended else b"")
    cuts = sorted(draw.draw(st.lists(st.integers(0, len(body)), max_size=6)))
    pieces = [body[a:b] for a, b in zip([0, *cuts], [*cuts, len(body)], strict=True)]
    whole, cut = Read(body), Read(*pieces)
    assert (cut.outcome, cut.reason, cut.text(), cut.text("reasoning")) == (
        whole.outcome,
        whole.reason,
        whole.text(),
        whole.text("reasoning"),
    )


@given(st.binary(max_size=100), st.sampled_from([SSE, "application/json", "application/x-ndjson", ""]))
def test_no_bytes_crash_it(body: bytes, content_type: str) -> None:
    read: Any = Read(body, content_type=content_type)
    assert read.error is not None


def continued(*pieces: bytes, echo: str = "") -> tuple[str, OrchdError | Outcome]:
    recorder = Recorder()
    reply = Reply("box:1", "asked", recorder, SSE, 1000, continued=True, echo=echo)
    for piece in pieces:
        reply.feed(piece)
    try:
        return recorder.text(), reply.outcome()
    except OrchdError as error:
        return recorder.text(), error


def test_an_echo_is_taken_off() -> None:
    text, outcome = continued(delta(content="one t"), delta(content="wo three"), finish(), DONE, echo="one two")
    assert (text, outcome) == (" three", Outcome("stop", "m", None))
    assert continued(delta(content="one two"), finish(), DONE)[0] == "one two"


def test_half_an_echo_at_the_end_of_a_cut_answer_is_text() -> None:
    recorder = Recorder()
    reply = Reply("box:1", "asked", recorder, SSE, 1000, continued=True, echo="one two")
    reply.feed(delta(content="one t"))
    assert recorder.text() == ""
    reply.flush()
    reply.flush()
    assert recorder.text() == "one t"


@pytest.mark.parametrize("pieces", [(finish(), usage(), DONE), (delta(content="one two"), finish(), usage(), DONE)])
def test_a_continued_answer_may_have_nothing_to_add(pieces: tuple[bytes, ...]) -> None:
    assert continued(*pieces, echo="one two") == ("", Outcome("stop", "m", Usage(9, 3, 12)))


@pytest.mark.parametrize("pieces", [(finish(), DONE), (finish("length"), usage(), DONE)])
def test_an_empty_continuation_that_nothing_vouches_for_is_an_error(pieces: tuple[bytes, ...]) -> None:
    _, error = continued(*pieces)
    assert isinstance(error, UpstreamError)
    assert error.details["reason"] == "empty_response"
