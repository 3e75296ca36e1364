import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchd.llm.types import Usage
from orchd.llm.wire.chunks import CallFragment, CallFunction, Chunk, ChunkChoice, Delta, TornChunk, decode, loads
from orchd.llm.wire.halves import mend


def chunk(value: Any) -> Chunk:
    found = decode(json.dumps(value).encode())
    assert found is not None
    return found


def first_choice(value: Any) -> ChunkChoice:
    choices = chunk({"choices": [value]}).choices
    assert choices
    return choices[0]


def first(value: Any) -> Delta:
    choice = first_choice(value)
    found = choice.delta or choice.message
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("Hi", "Hi"),
        ("", ""),
        (None, None),
        ([{"type": "text", "text": "a"}, "b", {"type": "image"}, 3, {"text": None}], "ab"),
        ({"odd": 1}, ""),
        (12, "12"),
        (True, None),
    ],
)
def test_content_of_any_shape(content: Any, expected: str | None) -> None:
    assert first({"delta": {"content": content}}).content == expected


@pytest.mark.parametrize("choices", [[], None, [{}], [None], "none", [{"delta": None}], [{"delta": 7}], {"a": 1}])
def test_choices_of_any_shape(choices: Any) -> None:
    found = chunk({"choices": choices, "model": "m"}).choices or []
    assert all(choice.delta is None and not choice.finish_reason for choice in found)
    assert chunk({"model": "m"}).choices is None


def test_unknown_members_are_ignored_and_both_names_of_reasoning_known() -> None:
    found = first({"index": 0, "logprobs": None, "delta": {"role": "assistant", "reasoning_content": "a", "new": [1]}})
    assert (found.reasoning_content, found.content) == ("a", None)
    assert first({"delta": {"reasoning": "b"}}).reasoning == "b"
    assert first({"message": {"role": "assistant", "content": "whole"}}).content == "whole"


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ({"index": 0, "function": {"arguments": '{"a": '}}, (0, None, None, '{"a": ')),
        ({"index": 1, "id": "7", "type": "function", "function": {"name": "f"}}, (1, "7", "f", None)),
        ({"id": 7, "function": {"name": "f", "arguments": {"a": "\u00e9"}}}, (None, "7", "f", '{"a": "\u00e9"}')),
        ({"index": "0", "function": {"name": ["f"], "arguments": 5}}, (None, None, "f", None)),
    ],
)
def test_fragments_of_tool_calls(call: dict[str, Any], expected: tuple[object, ...]) -> None:
    found = first({"delta": {"tool_calls": [call]}}).tool_calls
    assert found
    assert found[0].function is not None
    assert (found[0].index, found[0].id, found[0].function.name, found[0].function.arguments) == expected


@pytest.mark.parametrize("odd", [[], "odd", [5], None, {}])
def test_what_is_no_tool_call(odd: object) -> None:
    assert not first({"delta": {"tool_calls": odd}}).tool_calls


def test_usage_null_zero_real_and_odd() -> None:
    assert chunk({"usage": None}).usage is None
    zeros = chunk({"usage": {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}}).usage
    assert zeros is not None
    assert zeros.usage() is None
    details = {"reasoning_tokens": 2}
    real = chunk({"usage": {"prompt_tokens": 4, "completion_tokens": 3, "completion_tokens_details": details}}).usage
    assert real is not None
    assert real.usage() == Usage(4, 3, 7, 2)
    odd = chunk({"usage": {"prompt_tokens": "4", "completion_tokens": 3, "completion_tokens_details": []}}).usage
    assert odd is not None
    assert odd.usage() == Usage(0, 3, 3)
    assert chunk({"usage": 3}).usage is None


def test_errors_as_text_object_or_something_else() -> None:
    assert chunk({"error": "boom"}).error == "boom"
    assert chunk({"error": {"message": "boom", "code": 500}}).error == {"message": "boom", "code": 500}
    assert chunk({"error": ["a"]}).error == "a"
    assert chunk({"error": [{"message": "a\ud83d"}]}).error == {"message": "a\ufffd"}
    assert first_choice({"error": {"code": 502}}).error == {"code": 502}


@pytest.mark.parametrize("nothing", [None, False, 0, "", {}, [], [None]])
def test_what_says_that_there_is_no_error(nothing: Any) -> None:
    assert not chunk({"error": nothing}).error
    assert not first_choice({"error": nothing}).error


@pytest.mark.parametrize(
    ("content", "text", "thought"),
    [
        ([{"type": "thinking", "thinking": "hm"}, {"type": "text", "text": "a"}], "a", "hm"),
        ([{"type": "thinking", "thinking": [{"type": "text", "text": "h"}, {"text": "m"}]}], "", "hm"),
        ([{"type": "reasoning", "summary": [{"type": "summary_text", "text": "hm"}]}], "", "hm"),
        ([{"type": "reasoning_content", "reasoning": "hm"}, "a", {"type": "output_text", "text": "b"}], "ab", "hm"),
        ([{"type": "text", "text": {"value": "a"}}, {"type": "refusal", "refusal": "no"}], "ano", ""),
        ({"type": "thinking", "thinking": "hm"}, "", "hm"),
        ({"type": "text", "text": "a"}, "a", ""),
    ],
)
def test_lists_of_contents_say_which_of_them_is_reasoning(content: Any, text: str, thought: str) -> None:
    found = first({"delta": {"content": content}})
    assert (found.content or "", found.reasoning_content or "") == (text, thought)


def test_reasoning_refusals_and_calls_under_other_names() -> None:
    found = first({"delta": {"thinking": "a", "refusal": "b", "function_call": {"name": "f", "arguments": "{}"}}})
    assert (found.thinking, found.refusal, found.function_call) == ("a", "b", CallFunction("f", "{}"))
    odd = first({"delta": {"content": 7, "refusal": ["b"], "function_call": {"name": "f", "arguments": {}}}})
    assert (odd.refusal, odd.function_call) == ("b", CallFunction("f", "{}"))
    bare = first({"delta": {"tool_calls": {"name": "f", "arguments": {"a": 1}}}}).tool_calls
    assert bare == [CallFragment(function=CallFunction("f", '{"a": 1}'))]


def test_deep_nesting_never_raises() -> None:
    for deep in (
        b"[" * 400 + b"]" * 400,
        b'{"error":' * 400 + b"1" + b"}" * 400,
        b'{"text":' * 400 + b"1" + b"}" * 400,
    ):
        decode(b'{"choices":[{"delta":{"content":' + deep + b'}}],"error":' + deep + b"}")
        loads(deep)


def test_progress_through_the_prompt() -> None:
    found = chunk({"choices": [], "prompt_progress": {"total": 10, "cache": 0, "processed": 4, "time_ms": 3}})
    assert found.prompt_progress is not None
    assert (found.prompt_progress.processed, found.prompt_progress.total) == (4, 10)
    odd = chunk({"prompt_progress": {"total": "10"}}).prompt_progress
    assert odd is not None
    assert odd.total == 0


@pytest.mark.parametrize(
    ("escaped", "expected"),
    [
        (rb"\ud83d\ude00", "\U0001f600"),
        (rb"a\ud83d", "a\ufffd"),
        (rb"\ud83dz", "\ufffdz"),
        (rb"\ude00\ud83d", "\ufffd\ufffd"),
        ("\U0001f600".encode(), "\U0001f600"),
        (b"a\xf0\x9f", "a\ufffd"),
        ("\ufffd\ufffd".encode(), "\ufffd\ufffd"),
    ],
)
def test_half_characters_are_left_to_who_has_the_other_half(escaped: bytes, expected: str) -> None:
    found = decode(b'{"choices":[{"delta":{"content":"' + escaped + b'"},"finish_reason":"' + escaped + b'"}]}')
    assert found is not None
    assert found.choices
    delta = found.choices[0].delta
    assert delta is not None
    assert delta.content is not None
    assert mend(delta.content) == expected
    assert isinstance(found, TornChunk) or delta.content == expected
    assert found.choices[0].finish_reason == expected


@pytest.mark.parametrize("data", [b"", b"[DONE]", b"null", b"3", b"[]", b'"x"', b'{"a":', b"[" * 100_000, b"\xff\xfe"])
def test_what_is_no_object_is_none(data: bytes) -> None:
    assert decode(data) is None


@given(st.binary(max_size=60))
def test_no_bytes_crash_it(data: bytes) -> None:
    decode(data)
    loads(data)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(codec=None), max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["content", "delta", "a"]), inner),
    max_leaves=6,
)
MEMBERS = ["choices", "model", "usage", "error", "prompt_progress", "delta", "message", "finish_reason", "content"]


@given(st.dictionaries(st.sampled_from(MEMBERS), JSON | st.lists(st.fixed_dictionaries({"delta": JSON})), max_size=5))
def test_any_object_is_some_chunk_of_clean_text(value: dict[str, Any]) -> None:
    found = chunk(value)
    for choice in found.choices or []:
        text = (choice.delta and choice.delta.content) or ""
        text.encode()


def test_counts_that_nobody_can_have_counted_are_none() -> None:
    mad = {"prompt_tokens": -5, "completion_tokens": 10**30, "total_tokens": 3}
    assert (usage := chunk({"choices": [], "usage": mad}).usage) is not None
    assert usage.usage() is None
    odd = {"prompt_tokens": 4.0, "completion_tokens": 3, "completion_tokens_details": {"reasoning_tokens": -2}}
    assert (usage := chunk({"choices": [], "usage": odd}).usage) is not None
    assert usage.usage() == Usage(4, 3, 7)


def test_arguments_that_are_a_list_and_an_index_with_a_point() -> None:
    found = first({"delta": {"tool_calls": [{"index": 1.0, "function": {"name": "f", "arguments": [1]}}]}}).tool_calls
    assert found == [CallFragment(index=1, function=CallFunction("f", "[1]"))]
