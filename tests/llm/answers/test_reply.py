import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchd.errors import OrchdError
from orchd.llm.answers.reply import LONG_TAIL_SECONDS, TAIL_SECONDS, ReplyParser
from orchd.llm.tools import CalledFunction, ToolCall
from orchd.llm.types import Channel, Outcome, Usage
from orchd.llm.wire.sse import BOM
from tests.fix_upstream import DONE, Recorder, delta, event, finish, usage
from tests.llm.bad_replies import BAD, HI
from tests.llm.good_replies import GOOD

SSE = "text/event-stream"


class Read(Recorder):
    """What a reply made of some bytes."""

    outcome: Outcome | None = None
    error: OrchdError | None = None

    def __init__(self, *pieces: bytes, content_type: str = SSE, max_bytes: int = 1000) -> None:
        super().__init__()
        reply = ReplyParser("box:1", "asked", self, content_type, max_bytes)
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


@pytest.mark.parametrize(("name", "body"), GOOD, ids=[name for name, _ in GOOD])
def test_accepted(name: str, body: bytes) -> None:
    for pieces in ([body], [body[place : place + 1] for place in range(len(body))]):
        read = Read(*pieces)
        assert read.error is None, name
        assert read.text() == "Hi"
        assert read.outcome is not None
        assert read.outcome.finish_reason == "stop"


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


def test_what_stands_for_a_cut_is_told_as_length() -> None:
    assert [Read(HI, finish(reason)).outcome for reason in ("MAX_TOKENS", "eos", "SAFETY")] == [
        Outcome("length", "m", None),
        Outcome("eos", "m", None),
        Outcome("content_filter", "m", None),
    ]


def test_an_error_knows_whether_the_model_had_spoken() -> None:
    for body, spoke in ((HI, True), (b"", False)):
        error = Read(body).error
        assert error is not None
        assert bool(error.details.get("output")) is spoke


def test_whether_an_answer_has_ended_and_how_long_silence_proves_it() -> None:
    reply = ReplyParser("box:1", "asked", Recorder(), SSE, 1000)
    reply.feed(finish())
    assert (reply.ending, reply.finished, reply.patience(120.0)) == (True, True, 120.0)
    reply.feed(HI)
    assert (reply.ending, reply.finished, reply.resumed) == (False, False, True)
    reply = ReplyParser("box:1", "asked", Recorder(), SSE, 1000)
    reply.feed(HI + finish())
    assert (reply.ending, reply.patience(120.0)) == (True, TAIL_SECONDS)
    reply.feed(event({"choices": [{"delta": {"content": "x"}, "finish_reason": "stop"}]}))
    assert (reply.ending, reply.resumed, reply.patience(120.0)) == (True, True, 120.0)
    reply = ReplyParser("box:1", "asked", Recorder(), SSE, 1000)
    reply.feed(event({"choices": [{"delta": {"content": "x"}, "finish_reason": "stop"}]}))
    assert (reply.ending, reply.resumed, reply.patience(120.0)) == (True, False, LONG_TAIL_SECONDS)


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


def test_a_reason_that_all_is_well_takes_back_no_failure() -> None:
    assert Read(HI, finish("error"), finish(), DONE).reason == "server_error"
    cut = Read(HI, finish("length"), finish(), DONE)
    assert cut.outcome is not None
    assert cut.outcome.finish_reason == "length"
    went_on = Read(HI, finish("length"), HI, finish(), DONE)
    assert went_on.outcome is not None
    assert went_on.outcome.finish_reason == "stop"


def torn(channel: str, text: str) -> bytes:
    """A piece that holds half of what UTF-16 writes in two units."""
    return json.dumps({"choices": [{"delta": {channel: text}}]}).encode().join([b"data: ", b"\n\n"])


@pytest.mark.parametrize("channel", ["content", "reasoning"])
def test_halves_of_a_character_are_joined_and_told_when_the_other_half_never_comes(channel: Channel) -> None:
    read = Read(torn(channel, "a\ud83d"), torn(channel, "\ude00b"), delta(**{channel: "c"}), finish())
    assert read.texts == [(channel, "a"), (channel, "\U0001f600b"), (channel, "c")]
    assert Read(torn(channel, "a\ud83d"), finish()).text(channel) == "a\ufffd"
    assert Read(torn(channel, "a\ud83d"), delta(**{channel: "b"}), finish()).text(channel) == "a\ufffdb"


@pytest.mark.parametrize(
    "body",
    [
        HI + finish() + DONE,
        HI + DONE + finish(),
        HI + event({"error": "boom"}),
        HI + b"event: error\ndata: boom\n\n",
        b"event: error\n" + HI,
        HI + b"data: <html>\n\n",
        HI + b'data: {"error":"boom"} ' + HI[6:],
        HI + event({"choices": [{"error": "boom"}]}),
        HI + delta(tool_calls=[{"index": 0, "id": "1", "function": {"name": "f", "arguments": "x" * 2000}}]),
    ],
)
def test_what_ends_an_answer_ends_it_at_once_and_nothing_after_it_counts(body: bytes) -> None:
    reply = ReplyParser("box:1", "asked", Recorder(), SSE, 1000)
    reply.feed(body)
    assert reply.done
    recorder = Recorder()
    reply = ReplyParser("box:1", "asked", recorder, SSE, 1000)
    reply.feed(body + HI + event({"error": "another"}) + b'data: {"choices":[]} {"error":"another"}\n\n')
    assert (reply.done, recorder.text()) == (True, "Hi")
    if b"boom" in body:
        with pytest.raises(OrchdError, match="boom"):
            reply.outcome()


SLOW_DOWN = {"type": "rate_limit_exceeded", "message": "slow down"}


@pytest.mark.parametrize(
    "body",
    [
        event({"error": SLOW_DOWN}),
        event({"choices": [{"error": SLOW_DOWN}]}),
        event([{"error": SLOW_DOWN}]),
        event({"object": "error"} | SLOW_DOWN),
        event([{"object": "error"} | SLOW_DOWN]),
        b"event: error\n" + event(SLOW_DOWN),
    ],
)
def test_the_kind_of_an_error_counts_wherever_it_stands(body: bytes) -> None:
    assert Read(body).reason == "rate_limited"


def test_an_event_that_is_called_an_error_is_one_whatever_it_holds() -> None:
    assert Read(b"event: error\n" + HI, finish()).error is not None
    assert Read(b"event: message\n" + HI, finish()).error is None


def test_a_web_page_is_known_behind_a_mark_that_is_cut() -> None:
    page = BOM + b"<!DOCTYPE html>\n<p>\ndata: no\n"
    assert Read(page).reason == Read(page[:1], page[1:]).reason == "not_a_stream"


def test_each_piece_of_output_is_counted() -> None:
    call = {"index": 0, "id": "1", "function": {"name": "f", "arguments": "{}"}}
    pieces: list[dict[str, Any]] = [
        {"content": "a"},
        {"reasoning": "b"},
        {"refusal": "c"},
        {"tool_calls": [call]},
        {"content": "d"},
    ]
    reply = ReplyParser("box:1", "asked", Recorder(), SSE, 1000)
    for number, piece in enumerate(pieces):
        assert reply.output == number
        reply.feed(delta(**piece))
    for half in (torn("content", "\ud83d"), torn("content", "\ud83d"), torn("reasoning", "\ud83d")):
        before = reply.output
        reply.feed(half)
        assert reply.output > before, "whoever watches sees that something came"


def test_a_call_in_the_older_form() -> None:
    read = Read(delta(function_call={"name": "f", "arguments": "{}"}), finish("function_call"))
    assert read.outcome is not None
    assert [call.function for call in read.outcome.tool_calls] == [CalledFunction("f", "{}")]


def test_the_bound_of_tool_calls_is_exact() -> None:
    call = {"index": 0, "id": "", "function": {"name": "f", "arguments": "x" * 100}}
    sizes = [size for size in range(150) if Read(delta(tool_calls=[call]), max_bytes=size).reason != "calls_too_long"]
    assert sizes[0] == 100, "that of the arguments"


def test_progress_through_a_prompt_of_one_token() -> None:
    assert Read(event({"choices": [], "prompt_progress": {"total": 1, "processed": 1}})).phases == [("prompt", 1.0)]
