import json
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchd.llm.answers.calls import MAX_CALLS, MAX_NAME_CHARACTERS, ToolCalls
from orchd.llm.tools import CalledFunction, ToolCall
from orchd.llm.wire.chunks import CallFragment
from orchd.llm.wire.sse import StreamTooLongError

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
    (
        "no index, an id on every piece, interleaved",
        [
            [fragment("", name="f", call_id="1"), fragment("", name="g", call_id="2")],
            [fragment('{"a"', call_id="1")],
            [fragment("{", call_id="2")],
            [fragment(":1}", call_id="1")],
            [fragment("}", call_id="2")],
        ],
    ),
    (
        "no index, id and name on every piece",
        [
            [fragment('{"a"', name="f", call_id="1")],
            [fragment(":1}", name="f", call_id="1")],
            [fragment("{}", name="g", call_id="2")],
            [fragment("", name="g", call_id="2")],
        ],
    ),
    (
        "an index that grows with every piece",
        [
            [fragment("", index=0, name="f", call_id="1")],
            [fragment('{"a"', index=1)],
            [fragment(":1}", index=2)],
            [fragment("", index=3, name="g", call_id="2")],
            [fragment("{}", index=4)],
        ],
    ),
    (
        "an index that grows with every piece, with id and name again",
        [
            [fragment('{"a"', index=0, name="f", call_id="1")],
            [fragment(":1}", index=1, name="f", call_id="1")],
            [fragment("{}", index=2, name="g", call_id="2")],
            [fragment("", index=3, name="g", call_id="2")],
        ],
    ),
    (
        "no arguments first where there are some",
        [
            [fragment("{}", index=0, name="f", call_id="1")],
            [fragment('{"a":1}', index=0)],
            [fragment("{}", index=1, name="g", call_id="2")],
        ],
    ),
    (
        "an id only with the second piece",
        [
            [fragment("", index=0, name="f")],
            [fragment('{"a":1}', index=0, name="f", call_id="1")],
            [fragment("{}", index=1, name="g", call_id="2")],
        ],
    ),
    (
        "one call by and by and a whole one at index 0",
        [
            [fragment("", index=0, name="f", call_id="1")],
            [fragment('{"a":1}', index=0)],
            [fragment("{}", index=0, name="g", call_id="2")],
        ],
    ),
    (
        "without the function around name and arguments",
        [[{"id": "1", "name": "f", "arguments": '{"a":1}'}, {"id": "2", "name": "g", "arguments": "{}"}]],
    ),
]
WITHOUT_IDS: list[tuple[str, list[Fragments]]] = [
    (
        "whole calls with index 0, as Gemini sends",
        [[fragment('{"a":1}', index=0, name="f", call_id="")], [fragment("{}", index=0, name="g", call_id="")]],
    ),
    (
        "by and by with index 0",
        [
            [fragment("", index=0, name="f")],
            [fragment('{"a"', index=0)],
            [fragment(":1}", index=0)],
            [fragment("", index=0, name="g")],
            [fragment("{}", index=0)],
        ],
    ),
    (
        "no index either",
        [[fragment("", name="f")], [fragment('{"a":1}')], [fragment("", name="g")], [fragment("{}")]],
    ),
    ("whole calls in one event", [[fragment('{"a":1}', name="f"), fragment("{}", name="g")]]),
    (
        "the name again with every piece",
        [
            [fragment('{"a"', index=0, name="f")],
            [fragment(":1}", index=0, name="f")],
            [fragment("", index=0, name="f")],
            [fragment("{}", index=0, name="g")],
        ],
    ),
]


@pytest.mark.parametrize("events", [events for _, events in WITHOUT_IDS], ids=[name for name, _ in WITHOUT_IDS])
def test_calls_that_nothing_but_their_names_tells_apart(events: list[Fragments]) -> None:
    assert [(name, arguments) for _, name, arguments in told(*events)] == [("f", '{"a":1}'), ("g", "{}")]


def test_two_calls_of_one_function_are_two() -> None:
    same = ['{"city":"Paris"}', '{"city":"Rome"}']
    for dialect in (
        [[fragment(text, index=0, name="f")] for text in same],
        [[fragment(text, name="f")] for text in same],
        [[fragment(text, index=0, name="f", call_id="same")] for text in same],
        [[fragment("", index=0, name="f")], [fragment(same[0], index=0)], [fragment(same[1], index=0, name="f")]],
        [[fragment("", name="f"), fragment("", name="f")]],
    ):
        found = [arguments for _, _, arguments in told(*dialect)]
        assert found == (same if found[0] else ["", ""])


def test_braces_in_texts_and_escapes_close_nothing() -> None:
    pieces = ['{"a":"}', "\\", '"}", "b":[{', "}", "]}"]
    events = [[fragment(piece, index=0, name="f")] for piece in pieces] + [[fragment("{}", index=0, name="f")]]
    assert [arguments for _, _, arguments in told(*events)] == ["".join(pieces), "{}"]


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


# How each writes a piece: which call it is of, its place in that call and among all, the name, the text. True: the
# calls may be interleaved.
DIALECTS: dict[str, tuple[bool, Callable[[int, int, int, str, str], dict[str, Any]]]] = {
    "as documented": (
        True,
        lambda call, piece, at, name, text: (
            fragment(text, index=call) if piece else fragment(text, index=call, name=name, call_id=str(call))
        ),
    ),
    "an id on every piece, no index": (
        True,
        lambda call, piece, at, name, text: fragment(text, name=None if piece else name, call_id=str(call)),
    ),
    "id and name on every piece": (
        True,
        lambda call, piece, at, name, text: fragment(text, name=name, call_id=str(call)),
    ),
    "id, name and a growing index": (
        True,
        lambda call, piece, at, name, text: fragment(text, index=at, name=name, call_id=str(call)),
    ),
    "a growing index, one after another": (
        False,
        lambda call, piece, at, name, text: (
            fragment(text, index=at) if piece else fragment(text, index=at, name=name, call_id=str(call))
        ),
    ),
    "names alone, one after another": (
        False,
        lambda call, piece, at, name, text: fragment(text, name=None if piece else name),
    ),
    "names and index 0, one after another": (
        False,
        lambda call, piece, at, name, text: fragment(text, index=0, name=None if piece else name, call_id=""),
    ),
    "a new id with every piece": (
        True,
        lambda call, piece, at, name, text: fragment(
            text, index=call, name=None if piece else name, call_id=f"{call}-{at}" if piece else str(call)
        ),
    ),
}


@given(CALLS, st.sampled_from(sorted(DIALECTS)), st.integers(1, 9), st.data())
def test_calls_of_any_dialect_come_together_however_they_are_interleaved(
    calls: list[tuple[str, dict[str, int]]], dialect: str, size: int, draw: st.DataObject
) -> None:
    mixed, write = DIALECTS[dialect]
    rests = [
        [text[at : at + size] for at in range(0, len(text), size)] for _, value in calls for text in [json.dumps(value)]
    ]
    order = [call for call, pieces in enumerate(rests) for _ in pieces]
    if mixed:
        order = draw.draw(st.permutations(order))
    taken = [0] * len(calls)
    begun: list[int] = []
    events = []
    for at, call in enumerate(order):
        if call not in begun:
            begun.append(call)
        events.append([write(call, taken[call], at, calls[call][0], rests[call][taken[call]])])
        taken[call] += 1
    found = [(name, arguments) for _, name, arguments in told(*events)]
    assert found == [(calls[call][0], json.dumps(calls[call][1])) for call in begun]


@given(CALLS, st.integers(1, 9))
def test_any_cut_of_the_arguments_gives_them_back(calls: list[tuple[str, dict[str, int]]], size: int) -> None:
    events, expected = [], []
    for index, (name, value) in enumerate(calls):
        text = json.dumps(value)
        events.append([fragment("", index=index, name=name, call_id=str(index))])
        events += [[fragment(text[start : start + size], index=index)] for start in range(0, len(text), size)]
        expected.append((str(index), name, text))
    assert told(*events) == expected


def test_a_call_that_is_said_once_more_as_a_whole_is_no_second_one() -> None:
    begun = [[fragment('{"a":', index=0, name="f", call_id="1")], [fragment("1}", index=0)]]
    other = [fragment("{}", index=1, name="g", call_id="2")]
    again = [fragment('{"a":1}', index=0, name="f", call_id="1"), *other]
    assert told(*begun, other, again) == BOTH
    changed = [fragment('{"a":2}', index=0, name="f", call_id="1")]
    assert len(told(*begun, other, changed)) == 3
