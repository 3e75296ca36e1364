import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchd.llm.wire.sse import (
    BOM,
    LINE_BYTES,
    MAX_STRAY_BYTES,
    Event,
    EventParser,
    JsonLinesParser,
    LineSplitter,
    StreamTooLongError,
)


def parse(*pieces: bytes) -> list[Event]:
    parser = EventParser()
    events = [event for piece in pieces for event in parser.feed(piece)]
    return events + parser.close()


def data(*pieces: bytes) -> list[bytes]:
    return [event.data for event in parse(*pieces)]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"data: a\n\ndata: b\n\n", [b"a", b"b"]),
        (b"data:a\n\ndata:  b\n\n", [b"a", b" b"]),
        (b"data: a\r\n\r\ndata: b\r\n\r\n", [b"a", b"b"]),
        (b"data: a\r\rdata: b\r\r", [b"a", b"b"]),
        (b"data: a\r\n\ndata: b\n\r\n", [b"a", b"b"]),
        (b":\n\n: ping\n\n: keep-alive\n\n: OPENROUTER PROCESSING\n\ndata: a\n\n", [b"a"]),
        (b": between\ndata: a\n: within\ndata: b\n\n", [b"a\nb"]),
        (b"id: 7\nretry: 10\nunknown: x\nnonsense\ndata: a\n\n", [b"a"]),
        (b"data: a\ndata\ndata: b\n\n", [b"a\n\nb"]),
        (b"data: a", [b"a"]),
        (b"data: a\n", [b"a"]),
        (b"data: [DONE] \n\n", [b"[DONE] "]),
        (BOM + b"data: a\n\n", [b"a"]),
        (BOM + b"data: a", [b"a"]),
        (b"data: " + BOM + b"a\n\n", [BOM + b"a"]),
        (b"\n\n\n", []),
        (b"", []),
        (b"event: ping\n\n", []),
        (b"data:\n\n", [b""]),
        (b"data\n\n", [b""]),
        (b" data : a\n\nDATA:b\n\n", [b"a", b"b"]),
        (b'data: {"a":1}\ndata: {"b":2}\ndata: [DONE]\n', [b'{"a":1}', b'{"b":2}', b"[DONE]"]),
        (b'data:{"a":1}\r\ndata:{"b":2}\r\n', [b'{"a":1}', b'{"b":2}']),
        (b'data: ping\ndata: {"a":1}\ndata: {"b":2}\n\n', [b"ping", b'{"a":1}', b'{"b":2}']),
        (b'data:\ndata: {"a":1}\n\n', [b'\n{"a":1}']),
        (b'data: {"a":\ndata: 1}\n\n', [b'{"a":\n1}']),
        (b'data: {"a":\ndata: {"b":1}}\n\n', [b'{"a":\n{"b":1}}']),
        (b'data: {"a":1}\ndata: x\ndata: {"b":2}\n\n', [b'{"a":1}\nx\n{"b":2}']),
        (b'data: {"a": [\n1]}\n\n', [b'{"a": [\n1]}']),
        (b'data: {\ndata: "a":\ndata: {"b":1}\ndata: }\n\n', [b'{\n"a":\n{"b":1}\n}']),
        (b'data: {\n  "a": 1\n}\n\ndata: {}\n\n', [b'{\n  "a": 1\n}', b"{}"]),
        (b'data: {"a":1}\n\n{"error":"x"}\n', [b'{"a":1}', b'{"error":"x"}']),
    ],
)
def test_quirks_of_framing(body: bytes, expected: list[bytes]) -> None:
    assert data(body) == expected


@pytest.mark.parametrize("separator", ["\u2028", "\u2029", "\u0085", "\x0b", "\x0c", "\x1c", "\x1d", "\x1e"])
def test_only_lf_and_cr_end_lines(separator: str) -> None:
    text = json.dumps({"content": f"a{separator}b"}, ensure_ascii=False)
    text = text if separator >= "\u0080" else f"raw{separator}text"
    assert data(f"data: {text}\n\n".encode()) == [text.encode()]


def test_event_names_belong_to_their_own_event_only() -> None:
    events = parse(b"event: error\ndata: a\n\ndata: b\n\nevent: lost\n\ndata: c\n\n")
    assert events == [Event(b"error", b"a"), Event(b"", b"b"), Event(b"", b"c")]


def test_events_come_as_soon_as_their_blank_line_even_with_lone_cr() -> None:
    parser = EventParser()
    assert parser.feed(b"data: a\r") == []
    assert parser.feed(b"\r") == [Event(b"", b"a")]
    assert parser.feed(b"data: b\r\n\r") == [Event(b"", b"b")]
    assert parser.feed(b"\ndata: c\n\n") == [Event(b"", b"c")]


def test_an_error_field_is_an_error() -> None:
    assert parse(b'error: {"code":400}\n\ndata: a\n\n') == [Event(b"error", b'{"code":400}'), Event(b"", b"a")]


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_without_blank_lines_events_come_when_the_next_begins_and_then_at_once(end: bytes) -> None:
    parser = EventParser()
    assert parser.feed(b'data: {"a":1}' + end) == []
    assert parser.feed(b'data: {"b":2}' + end) == [Event(b"", b'{"a":1}'), Event(b"", b'{"b":2}')]
    assert parser.feed(b'data: {"c":3}' + end) == [Event(b"", b'{"c":3}')]
    assert parser.feed(b"event: error" + end + b'data: {"d":4}' + end) == [Event(b"error", b'{"d":4}')]
    assert parser.feed(b'data: {"e":' + end + b"data: 5}" + end + end) == [Event(b"", b'{"e":\n5}')]
    assert parser.close() == []


LINES = st.sampled_from(
    [
        b"data: {}",
        b'data: {"a":',
        b"data: 1}",
        b"{}",
        b"}",
        b"data:x",
        "data: \U0001f600\u2028é".encode(),
        b": c",
        b"event: error",
        b"",
        b"",
        b"id: 1",
        b"data",
    ]
)
ENDS = st.sampled_from([b"\n", b"\r\n", b"\r"])
BODIES = st.lists(st.tuples(LINES, ENDS), max_size=12).map(lambda rows: b"".join(line + end for line, end in rows))


@given(BODIES, st.sampled_from([b"", BOM]), st.data())
def test_any_split_gives_the_same_events(body: bytes, mark: bytes, draw: st.DataObject) -> None:
    body = mark + body + draw.draw(st.sampled_from([b"", b"data: end"]))
    cuts = sorted(draw.draw(st.lists(st.integers(0, len(body)), max_size=8)))
    pieces = [body[a:b] for a, b in zip([0, *cuts], [*cuts, len(body)], strict=True)]
    assert parse(*pieces) == parse(body)
    assert parse(*(bytes([byte]) for byte in body)) == parse(body)


@given(st.binary(max_size=200))
def test_no_bytes_crash_it(body: bytes) -> None:
    assert parse(body) == parse(*(bytes([byte]) for byte in body))


@given(st.text("\r\na\ufeff", max_size=20), st.data())
def test_lines_are_the_same_at_any_cut(text: str, draw: st.DataObject) -> None:
    body = text.encode()
    cuts = sorted(draw.draw(st.lists(st.integers(0, len(body)), max_size=8)))
    lines = LineSplitter()
    found = [line for a, b in zip([0, *cuts], [*cuts, len(body)], strict=True) for line in lines.feed(body[a:b])]
    *whole, rest = re.split(b"\r\n|\r|\n", body)
    expected = [*whole, rest] if rest else whole
    assert found + lines.close() == [line.removeprefix(BOM) for line in expected[:1]] + expected[1:]


def test_a_line_that_belongs_to_no_event_is_kept_for_the_log() -> None:
    parser = EventParser()
    assert parser.stray == b""
    parser.feed(b": comment\nid: 1\n" + b"x" * 2 * MAX_STRAY_BYTES + b"\n<html>\n")
    assert parser.stray == b"x" * MAX_STRAY_BYTES


def test_a_large_event_in_small_pieces() -> None:
    body = b"data: " + b"x" * (5 * 1024 * 1024) + b"\n\n"
    parser = EventParser()
    events = [event for start in range(0, len(body), 1000) for event in parser.feed(body[start : start + 1000])]
    assert [len(event.data) for event in events] == [5 * 1024 * 1024]


def test_bounds_are_exact() -> None:
    """At the bound all is well, one byte over it nothing is."""
    for line in (b"data: " + b"x" * 94, b"data:" + b"x" * 95, b": " + b"x" * 98):
        assert EventParser(max_line=100).feed(line) == []
        with pytest.raises(StreamTooLongError):
            EventParser(max_line=100).feed(line + b"x")
    assert EventParser(max_line=100).feed(b"data: " + b"x" * 100 + b"\n\n") == [Event(b"", b"x" * 100)]
    with pytest.raises(StreamTooLongError):
        EventParser(max_line=100).feed(b"data: " + b"x" * 101 + b"\n\n")
    for parser in (EventParser(max_total=100), JsonLinesParser(max_total=100)):
        parser.feed(b": xxxxxx\n" * 11)
        parser.feed(b"\n")
        with pytest.raises(StreamTooLongError):
            parser.feed(b"\n")


def test_an_event_of_many_lines_is_bounded_by_its_bytes_and_by_its_lines() -> None:
    with pytest.raises(StreamTooLongError):
        EventParser(max_line=200).feed(b"data: " + b"x" * 120 + b"\ndata: " + b"x" * 120 + b"\n")
    for empty in (b"data:\n", b"data\n", b"data: \n"):
        with pytest.raises(StreamTooLongError):
            EventParser(max_line=1000).feed(b"data: a\n" + empty * (1000 // LINE_BYTES + 2))


def test_each_line_and_each_event_has_the_whole_bound() -> None:
    lines, events = LineSplitter(max_line=100), EventParser(max_line=100)
    for _ in range(3):
        assert lines.feed(b"x" * 99) == lines.feed(b"x") == []
        assert lines.feed(b"\n") == [b"x" * 100]
        assert events.feed(b"data:" + b"x" * 30 + b"\ndata:" + b"x" * (70 - LINE_BYTES) + b"\n\n") != []
    with pytest.raises(StreamTooLongError):
        events.feed(b"data:" + b"x" * 30 + b"\ndata:" + b"x" * (71 - LINE_BYTES) + b"\n\n")
    parser = EventParser(max_line=1000)
    for _ in range(50):
        assert len(parser.feed(b"data: " + b"x" * 400 + b"\ndata: y\n\n")) == 1
        assert len(parser.feed(b'data: {"a":1}\ndata: {"a":1}\n')) in (1, 2)


def test_lines_of_json_are_events() -> None:
    parser = JsonLinesParser()
    assert parser.feed(b'{"a":1}\n\n{"b"') == [Event(b"", b'{"a":1}')]
    assert parser.feed(b":2}\r\n  \n") == [Event(b"", b'{"b":2}')]
    assert parser.feed(b'{"c":3}') == []
    assert parser.close() == [Event(b"", b'{"c":3}')]
