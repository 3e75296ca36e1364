"""Files cut into conversations: however they come, and whatever is in them."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchd.errors import Invalid
from orchd.features.transfer.own_format import HEAD
from orchd.features.transfer.reading import cutting
from orchd.features.transfer.reading.cutting import Element, ElementCutter
from tests.examples import examples

VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.sampled_from('ab"\\[]{},: é\n'), max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text('a"\\]', max_size=3), inner, max_size=3),
    max_leaves=12,
)


def cut(*pieces: bytes) -> list[Element]:
    """All elements of a file that comes in pieces."""
    cutter = ElementCutter()
    return [element for piece in pieces for element in cutter.feed(piece)] + cutter.end()


def read(*pieces: bytes) -> list[Any]:
    return [json.loads(element.data or b"null") for element in cut(*pieces)]


@settings(max_examples=examples(150))
@given(st.data())
def test_any_values_in_any_pieces(data: st.DataObject) -> None:
    values = data.draw(st.lists(VALUES, max_size=4))
    form = data.draw(st.sampled_from(["array", "own", "lines"]))
    dumps = [json.dumps(value, ensure_ascii=data.draw(st.booleans()), indent=2) for value in values]
    if form == "lines":
        values = [{"a": value} for value in values] or [{}]
        file = "\n".join(json.dumps(value) for value in values)
    else:
        file = f"[{' , '.join(dumps)}]" if form == "array" else f"{HEAD}{','.join(dumps)}]}}\n"
    whole = data.draw(st.sampled_from(["", "﻿", " \n"])).encode() + file.encode()
    cuts = sorted(data.draw(st.lists(st.integers(0, len(whole)), max_size=6)))
    pieces = [whole[start:end] for start, end in zip([0, *cuts], [*cuts, len(whole)], strict=True)]
    assert read(*pieces) == values
    assert read(*(whole[place : place + 1] for place in range(len(whole)))) == values


@pytest.mark.parametrize(
    ("file", "told"),
    [
        (b"PK\x03\x04....", "zip"),
        (b"<!doctype html>", "web page"),
        (b"\xef\xbb\xbf<html>", "web page"),
        (b"\x1f\x8b\x08\x00", "compressed"),
        ("[]".encode("utf-16"), "UTF-16"),
        (b"hello", "no JSON"),
        (b"", "no conversations"),
        (b"  \n", "no conversations"),
        (b"{}{} x", "at its end"),
        (b"[] x", "at its end"),
        (b"{},{}", "comma"),
        (b"[]]", "bracket"),
        (b'{"format": "orchd.templates", "formatVersion": 1, "items": []}', "orchd.templates"),
        (b'{"format": "orchd.conversations", "formatVersion": 2, "items": []}', "version 2"),
        (b'{"format": "\\x", "formatVersion": 1, "items": []}', "beginning"),
    ],
)
def test_files_of_something_else(file: bytes, told: str) -> None:
    with pytest.raises(Invalid, match=told) as refused:
        cut(file)
    assert refused.value.reason == "unknown_file"


@pytest.mark.parametrize("file", [b"[", b'[{"a": 1}', b'[{"a": "', b'["\\', b'{"a": [1, 2}', HEAD.encode() + b"{}"])
def test_files_that_break_off(file: bytes) -> None:
    with pytest.raises(Invalid) as refused:
        cut(file)
    assert refused.value.reason == "broken_off"


def test_what_stands_behind_our_own_conversations_does_not_matter() -> None:
    assert read(HEAD.encode() + b'1], "more": [1, {"a": ","}], "x": 2}') == [1]


def test_an_array_of_something_else_is_one_conversation() -> None:
    assert read(b'{"conversationId": "x", "messages": [1, 2]}') == [{"conversationId": "x", "messages": [1, 2]}]


def test_what_is_too_long_or_too_deep_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cutting, "MAX_ELEMENT", 100)
    monkeypatch.setattr(cutting, "MAX_DEPTH", 5)
    long, deep = b'"' + b"x" * 200 + b'"', b"[" * 7 + b"]" * 7
    assert cut(b"[1,", long[:150], long[150:], b",2,", deep, b",3]") == [
        Element(b"1"),
        Element(None, "too_large"),
        Element(b"2"),
        Element(None, "nesting"),
        Element(b"3"),
    ]


def test_a_file_of_brackets_is_not_read_to_its_end() -> None:
    cutter = ElementCutter()
    with pytest.raises(Invalid, match="too deeply"):
        cutter.feed(b"[1," + b"[" * 200_000)


def test_no_more_is_kept_than_one_conversation_may_have() -> None:
    cutter = ElementCutter()
    cutter.feed(b'["')
    for _ in range(40):
        cutter.feed(b"x" * 1_048_576)
    assert len(cutter._element) <= cutting.MAX_ELEMENT
    assert cutter.feed(b'", 1]') == [Element(None, "too_large"), Element(b"1")]
