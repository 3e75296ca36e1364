import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchd.llm.wire.json_values import MAX_FAILURES, is_end_mark, is_whole, split_values


@pytest.mark.parametrize(
    ("data", "values"),
    [
        (b'{"a":1}', [b'{"a":1}']),
        (b'{"a":1}{"b":2}', [b'{"a":1}', b'{"b":2}']),
        (b'{"a":1}\n{"b":2}\n[DONE]', [b'{"a":1}', b'{"b":2}', b"[DONE]"]),
        (b'data: {"a":1}', [b'{"a":1}']),
        (b'data:data: {"a":1}data: {"b":2}', [b'{"a":1}', b'{"b":2}']),
        (b'\xef\xbb\xbf{"a":1}', [b'{"a":1}']),
        (b'{\n"a": 1\n}\n{\n"b": 2\n}', [b'{\n"a": 1\n}', b'{\n"b": 2\n}']),
        (b'ping\n{"a":1}', [b"ping", b'{"a":1}']),
        (b'{"a":1}, {"b":"}\\n{"}', [b'{"a":1}', b'{"b":"}\\n{"}']),
        (b'{"a":\n{"b":2}', [b'{"a":', b'{"b":2}']),
        (b'{"a":"\xff"}{}', [b'{"a":"\xff"}', b"{}"]),
        (b"", []),
        (b" \n", []),
    ],
)
def test_values_that_stand_together(data: bytes, values: list[bytes]) -> None:
    assert split_values(data) == values


@given(st.lists(st.dictionaries(st.text(max_size=3), st.text(max_size=5), max_size=2), max_size=4), st.data())
def test_what_was_written_together_comes_apart(values: list[dict[str, str]], draw: st.DataObject) -> None:
    between = st.sampled_from(["", "\n", " ", "\ndata: ", "data:"])
    text = "".join(draw.draw(between) + json.dumps(value, ensure_ascii=draw.draw(st.booleans())) for value in values)
    assert [json.loads(value) for value in split_values(text.encode("utf-8", "surrogatepass"))] == values


@given(st.binary(max_size=60))
def test_no_bytes_crash_it_or_are_lost(data: bytes) -> None:
    kept = b"".join(split_values(data))
    assert len(kept) <= len(data)
    for sign in (b"x", b"\xff"):
        assert kept.count(sign) == data.count(sign)


def test_values_that_never_end_are_not_tried_for_ever() -> None:
    data = b'[["' * 10_000 + b'\n{"a":\n' * 10_000
    assert len(split_values(data)) <= MAX_FAILURES + 1


@pytest.mark.parametrize(
    ("data", "whole"),
    [
        (b'{"a":1}', True),
        (b" [1] ", True),
        (b"[DONE]", True),
        (b'"[done]" ', True),
        (b'{"a":', False),
        (b'{"a":}', False),
        (b"{}{}", False),
        (b"ping", False),
        (b"", False),
        (b'{"a":"\xff"}', True),
        (b"[" * 100_000 + b"]" * 100_000, False),
    ],
)
def test_what_is_whole(data: bytes, whole: bool) -> None:
    assert is_whole(data) is whole


def test_the_mark_that_ends_a_stream() -> None:
    assert is_end_mark(b" [DONE]\n")
    assert is_end_mark(b'"[DONE]"')
    assert not is_end_mark(b"[DONE], said the model")
    assert not is_end_mark(b'["DONE"]')
