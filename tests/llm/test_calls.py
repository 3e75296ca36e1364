import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchd.llm.calls import MAX_CALLS, MAX_NAME_CHARACTERS, ToolCalls
from orchd.llm.chunks import CallFragment
from orchd.llm.sse import StreamTooLongError
from orchd.llm.tools import CalledFunction, ToolCall

Fragments = list[dict[str, Any]]


def fragment(
    arguments: str | None = None, *, index: int | None = None, name: str | None = None, call_id: str | None = None
) -> dict[str, Any]:
    return {"index": index, "id": call_id, "function": {"name": name, "arguments": arguments}}


def assembled(*events: Fragments) -> tuple[ToolCall, ...]:
    calls = ToolCalls()
    for event in events:
        calls.add(msgspec.convert(event, list[CallFragment]))
    return calls.whole()


def told(*events: Fragments) -> list[tuple[str, str, str]]:
    return [(call.id, call.function.name, call.function.arguments) for call in assembled(*events)]


BOTH = [("1", "f", '{"a":1}'), ("2", "g", "{}")]
SERVERS: list[tuple[str, list[Fragments]]] = [
    (
        "as documented",
        [
            [fragment("", index=0, name="f", call_id="1")],
            [fragment('{"a"', index=0)],
            [fragment(":1}", index=0)],
            [fragment("", index=1, name="g", call_id="2")],
            [fragment("{}", index=1)],
        ],
    ),
    (
        "two calls at once, their pieces mixed",
        [
            [fragment("", index=0, name="f", call_id="1"), fragment("{", index=1, name="g", call_id="2")],
            [fragment('{"a":1}', index=0), fragment("}", index=1)],
        ],
    ),
    (
        "an empty name after the real one, as LM Studio 0.3.16 sent",
        [
            [fragment("", index=0, name="f", call_id="1")],
            [fragment('{"a":1}', index=0, name="")],
            [fragment("{}", index=1, name="g", call_id="2")],
            [fragment("", index=1, name="")],
        ],
    ),
    (
        "whole calls that all have index 0, as Ollama sends",
        [
            [fragment('{"a":1}', index=0, name="f", call_id="1")],
            [fragment("{}", index=0, name="g", call_id="2")],
        ],
    ),
    (
        "a new id with every fragment, as older vLLM sent",
        [
            [fragment("", index=0, name="f", call_id="1")],
            [fragment('{"a":1}', index=0, call_id="x")],
            [fragment("", index=1, name="g", call_id="2")],
            [fragment("{}", index=1, call_id="y")],
        ],
    ),
    (
        "the name again with every fragment",
        [
            [fragment('{"a"', index=0, name="f", call_id="1")],
            [fragment(":1}", index=0, name="f", call_id="1")],
            [fragment("{}", index=1, name="g", call_id="2")],
        ],
    ),
    (
        "no index at all",
        [
            [fragment('{"a"', name="f", call_id="1"), fragment(":1}"), fragment("{}", name="g", call_id="2")],
        ],
    ),
]


@pytest.mark.parametrize("events", [events for _, events in SERVERS], ids=[name for name, _ in SERVERS])
def test_however_servers_cut_them(events: list[Fragments]) -> None:
    assert told(*events) == BOTH


def test_calls_without_ids_get_ids_that_differ() -> None:
    events = [
        [fragment("{}", index=n, name="f") for n in range(3)],
        [fragment("{}", index=3, name="f", call_id="call_1")],
    ]
    assert [call.id for call in assembled(*events)] == ["call_0", "call_2", "call_3", "call_1"]
    same = [[fragment("{}", index=n, name="f", call_id="1") for n in range(2)]]
    assert [call.id for call in assembled(*same)] == ["1", "call_1"]


def test_what_has_no_name_is_no_call() -> None:
    assert assembled([fragment("{}", index=0, name="")], [{"index": 1}], [{"function": None}]) == ()


def test_arguments_are_counted_in_bytes_and_kept_as_they_came() -> None:
    calls = ToolCalls()
    assert calls.add([CallFragment(0, "1", None)]) == 0
    assert calls.add(msgspec.convert([fragment("{é", index=0, name="f")], list[CallFragment])) == 3
    assert calls.whole() == (ToolCall("1", CalledFunction("f", "{é")),)


@pytest.mark.parametrize(
    "events",
    [
        [fragment(index=n, name="f") for n in range(MAX_CALLS + 1)],
        [fragment(index=0, name="f" * (MAX_NAME_CHARACTERS + 1))],
        [fragment(index=0, name="f", call_id="1" * (MAX_NAME_CHARACTERS + 1))],
    ],
)
def test_more_than_anybody_needs_is_refused(events: Fragments) -> None:
    with pytest.raises(StreamTooLongError):
        assembled(events)
    assert len(assembled([fragment(index=n, name="f") for n in range(MAX_CALLS)])) == MAX_CALLS


CALLS = st.lists(
    st.tuples(st.sampled_from(["f", "g"]), st.dictionaries(st.text(max_size=5), st.integers(), max_size=3)), max_size=5
)


@given(CALLS, st.integers(1, 9))
def test_any_cut_of_the_arguments_gives_them_back(calls: list[tuple[str, dict[str, int]]], size: int) -> None:
    events, expected = [], []
    for index, (name, value) in enumerate(calls):
        text = json.dumps(value)
        events.append([fragment("", index=index, name=name, call_id=str(index))])
        events += [[fragment(text[start : start + size], index=index)] for start in range(0, len(text), size)]
        expected.append((str(index), name, text))
    assert told(*events) == expected
