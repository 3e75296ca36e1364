import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchd.llm.answers.words import (
    MAX_MESSAGE_CHARACTERS,
    ServerMessage,
    clean,
    find_error,
    read_body,
    read_error,
    without_key,
)


def said(value: Any, status: int = 400) -> ServerMessage:
    return read_body(status, value if isinstance(value, bytes) else json.dumps(value).encode())


PYDANTIC = [{"type": "extra_forbidden", "loc": ["body", "stream_options"], "msg": "Extra inputs are not permitted"}]


@pytest.mark.parametrize(
    "body",
    [
        {"error": "boom"},
        {"error": {"message": "boom"}},
        {"error": {"error": {"message": "boom"}}},
        {"error": {"message": json.dumps({"error": {"message": "boom"}})}},
        {"error": json.dumps({"error": {"message": "boom"}})},
        {"error": ["boom"]},
        {"errors": [{"message": "boom"}]},
        {"error": "Bad Request", "message": "boom", "statusCode": 400},
        {"type": "error", "error": {"type": "invalid", "message": "boom"}},
        {"object": "error", "message": "boom"},
        {"detail": "boom"},
        {"detail": {"msg": "boom"}},
        {"detail": {"error": {"message": "boom"}}},
        {"detail": [{"msg": "boom"}]},
        {"message": "boom"},
        {"msg": "boom"},
        {"error_msg": "boom", "error_code": 17},
        {"error": {"reason": "boom"}},
        {"error": {"type": "boom"}},
        [{"error": {"message": "boom"}}],
        "boom",
        b"boom",
        b"  boom \n",
    ],
)
def test_the_words_are_found_in_whatever_shape(body: Any) -> None:
    assert said(body).message == "boom"


def test_what_belongs_to_the_words_is_found_beside_them() -> None:
    assert said({"detail": PYDANTIC}, 422) == ServerMessage(
        422,
        "body.stream_options: Extra inputs are not permitted",
        type="extra_forbidden",
        param="stream_options",
    )
    nested = {"code": 502, "message": "Provider returned error", "error": {"code": "busy", "type": "t", "param": "p"}}
    assert said({"error": nested}, 200) == ServerMessage(
        502, "Provider returned error", type="t", code="busy", param="p"
    )
    assert said([{"error": {"code": 429, "message": "slow", "status": "RESOURCE_EXHAUSTED"}}], 200) == ServerMessage(
        429, "slow", code="429"
    )
    limits = {"message": "x", "n_ctx": 64, "n_prompt_tokens": 99}
    assert said({"error": limits}) == ServerMessage(400, "x", n_ctx=64, n_prompt_tokens=99)


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ({"odd": ["shape"], "n": 1}, '{"odd": ["shape"], "n": 1}'),
        (
            {"odd": 1, "api_key": "geheim", "access_token": "geheim"},
            '{"odd": 1, "api_key": "***", "access_token": "***"}',
        ),
        ([1, 2], "[1, 2]"),
        (b"17", "17"),
        (b"", "the server answered with HTTP status 500"),
        (b"<html>", "the server answered with HTTP status 500"),
        (b"\x1f\x8b\x08\x00\x00", "the server answered with HTTP status 500"),
        ({}, "the server answered with HTTP status 500"),
        ({"error": {}}, "the server answered with HTTP status 500"),
        ({"error": None}, "the server answered with HTTP status 500"),
    ],
)
def test_what_has_no_words_is_shown_as_it_is(body: Any, shown: str) -> None:
    assert said(body, 500).message == shown


def test_odd_error_objects() -> None:
    assert read_error(200, {"code": True, "message": ["a"]}).message == "a"
    assert read_error(200, {"n_ctx": "x", "type": None}).n_ctx is None
    assert read_error(200, {"type": "internal_error"}).message == "internal_error"
    assert read_error(200, {"code": 400, "message": "x"}).status == 400
    assert read_error(200, {"code": "429", "message": "x"}).status == 429
    assert read_error(500, {"code": 400, "message": "x"}).status == 500


@pytest.mark.parametrize(
    "value",
    [
        {"choices": []},
        {"choices": [], "detail": "x"},
        {"type": "ping"},
        {"type": "status", "message": "warming up"},
        {"error": None},
        {"error": False},
        {"message": {"content": "x"}},
        {},
        [],
        "error",
        3,
    ],
)
def test_what_tells_of_no_error(value: Any) -> None:
    assert find_error(value) is None


def test_what_is_shown_is_clean() -> None:
    assert clean(" a\x1b[31m\r\nb\u202ec\x00 ") == "a [31m b c"
    assert clean("Bearer abcdefgh123 and sk-abcdefgh12345") == "Bearer *** and ***"
    assert len(clean("x" * 5000)) == MAX_MESSAGE_CHARACTERS


JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["error", "message", "detail", "code", "type", "loc", "x"]), inner, max_size=3
        )
    ),
    max_leaves=12,
)


@given(JSON | st.binary(max_size=40))
def test_any_body_says_something(body: Any) -> None:
    found = said(body)
    assert found.message
    assert isinstance(found.message, str)
    clean(found.message).encode()


def test_the_key_that_a_server_repeats_is_hidden_and_a_word_is_not() -> None:
    assert without_key("bad key my-secret-1!", "my-secret-1!") == "bad key ***"
    assert without_key("ollama: not found", "ollama") == "ollama: not found"
    assert without_key("as it was", "") == "as it was"
