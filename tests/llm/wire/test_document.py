import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchd.llm.wire import document
from orchd.llm.wire.document import Document
from orchd.llm.wire.sse import BOM, Event, StreamTooLongError


def fed(*pieces: bytes) -> list[bytes]:
    parser = Document()
    events = [event for piece in pieces for event in parser.feed(piece)]
    return [event.data for event in events + parser.close()]


def test_lines_of_json_are_told_as_they_come() -> None:
    parser = Document()
    assert parser.feed(b'{"a":') == []
    assert parser.feed(b"1}\n") == [Event(b"", b'{"a":1}')]
    assert parser.feed(b'{"b":2}\n\n{"c"') == [Event(b"", b'{"b":2}')]
    assert parser.feed(b":3}") == []
    assert parser.close() == [Event(b"", b'{"c":3}')]


@pytest.mark.parametrize("indent", [None, 1])
@pytest.mark.parametrize("before", [b"", BOM, b"\n \n"])
def test_a_document_is_told_at_its_end(indent: int | None, before: bytes) -> None:
    body = json.dumps({"a": [{}, {"b": 1}]}, indent=indent).encode()
    assert fed(before + body) == [body]
    assert [json.loads(data) for data in fed(*(bytes([byte]) for byte in before + body + b"\n"))] == [json.loads(body)]


def test_what_is_neither_comes_as_it_is() -> None:
    assert fed(b"<html>\n</html>\n") == [b"<html>\n</html>"]
    assert fed(b"", b" \n") == []


@given(st.lists(st.dictionaries(st.text(max_size=3), st.integers(), max_size=2), min_size=1, max_size=5), st.data())
def test_any_cut_gives_the_same_lines(values: list[dict[str, int]], draw: st.DataObject) -> None:
    body = b"".join(json.dumps(value).encode() + b"\n" for value in values)
    cuts = sorted(draw.draw(st.lists(st.integers(0, len(body)), max_size=5)))
    pieces = [body[a:b] for a, b in zip([0, *cuts], [*cuts, len(body)], strict=True)]
    assert [json.loads(data) for data in fed(*pieces)] == values


def test_a_document_has_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document, "MAX_DOCUMENT_BYTES", 10)
    assert fed(b'{"a":  12}') == [b'{"a":  12}']
    with pytest.raises(StreamTooLongError):
        fed(b'{"a":  12', b"3}")
