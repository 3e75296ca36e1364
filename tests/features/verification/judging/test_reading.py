import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchd.features.verification.judging.reading import (
    MAX_CHARACTERS,
    JsonMembers,
    Unreadable,
    items_of,
    object_of,
    object_schema,
    read_object,
    text_of,
    truth_of,
)
from orchd.llm.answers.json_answer import MAX_STARTS

SCALARS = st.none() | st.booleans() | st.integers(-100, 1000) | st.text(max_size=10)
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner))
OBJECTS = st.dictionaries(st.text(max_size=8), VALUES, min_size=1, max_size=5)
PROSE = st.text(st.characters(exclude_characters="{"), max_size=40)


@given(OBJECTS, PROSE, PROSE, st.booleans())
def test_an_object_is_found_in_whatever_stands_around_it(
    value: JsonMembers, before: str, after: str, fenced: bool
) -> None:
    written = json.dumps(value, indent=1)
    text = f"{before}\n```json\n{written}\n```\n{after}" if fenced else before.replace('"', "") + written + after
    assert read_object(text, ()) == value


@given(st.text(max_size=300) | st.text('{}[]",:\\ at', max_size=300))
def test_it_never_raises_anything_else(text: str) -> None:
    with suppress(Unreadable):
        assert isinstance(read_object(text, ()), dict)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"a": [1, 2,],}', {"a": [1, 2]}),
        ('{"a": "x,}"}', {"a": "x,}"}),
        ('Take {x} and {y}: {"a": 1}', {"a": 1}),
        ('{"a": 1} and again {"a": 1}', {"a": 1}),
        ('{ "a" : {"b": "\\"}"} }', {"a": {"b": '"}'}}),
        ('A "stray mark. {"a": 1}', {"a": 1}),
    ],
)
def test_what_is_put_right(text: str, value: JsonMembers) -> None:
    assert read_object(text, ("a",)) == value


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "no JSON object"),
        ("[1, 2]", "no JSON object"),
        ("yes, approved", "no JSON object"),
        ('{"a": 1} {"a": 2}', "several"),
        ('{"a": 1, "a": 2}', "twice"),
        ('{"b": {"c": 1, "c": 1}, "a": 1}', "twice"),
        ('{"b": 1}', "member a is missing"),
        ('{"a": 1', "cut off"),
        ('{"notes": "it holds {"a": true}"}', "cut off"),
        ('{"a": NaN}', "NaN"),
        ('{"a": ' + "[" * 20_000 + "]" * 20_000 + "}", "cut off"),
        ('{"a": ' + "9" * 5000 + "}", "cut off"),
        (" " * (MAX_CHARACTERS + 1), "too long"),
        ('{"a": 1}' * (MAX_STARTS + 1), "too many"),
    ],
)
def test_what_can_be_read_in_two_ways_is_not_read(text: str, why: str) -> None:
    with pytest.raises(Unreadable, match=why):
        read_object(text, ("a",))


@pytest.mark.parametrize("judged", ['look: {"a":1, "b": "x y"}', '{ "a" : 1,\n"b": "x y",}'])
def test_what_stands_in_the_judged_text_is_nobodys_opinion(judged: str) -> None:
    with pytest.raises(Unreadable, match="repeats"):
        read_object('The text says {"a": 1, "b": "x y"}.', ("a",), ["other", judged])
    assert read_object('{"a": 1, "b": "z"}', ("a",), [judged]) == {"a": 1, "b": "z"}


def test_another_spelling_of_the_judged_text_is_nobodys_opinion_either() -> None:
    with pytest.raises(Unreadable, match="only repeats"):
        read_object('{"a": "S\u00e3o"}', ("a",), ['{"a": "Sa\u0303\u200bo"}'])


def test_what_is_just_within_the_bounds_is_read() -> None:
    assert read_object('{"a": 1}'.ljust(MAX_CHARACTERS), ("a",)) == {"a": 1}
    assert read_object('{"a": 1}' * MAX_STARTS, ("a",)) == {"a": 1}


def test_time_is_bounded() -> None:
    # Each would take hours if a part of it were looked at again and again.
    for text in ('"' + '\\"' * 30_000, "{" * 60_000, '{"a":' * 12_000, ", " * 30_000, "{" + " " * 60_000):
        with pytest.raises(Unreadable):
            read_object(text, ("a",))


def test_values_are_what_they_must_be() -> None:
    assert text_of("  x \ud800 ", "t", 2) == "x "
    assert truth_of(False, "t") is False
    assert items_of([1, 2, 3], "l", 2) == [1, 2]
    assert object_of({"a": 1}, "o") == {"a": 1}
    for read, value in ((truth_of, "true"), (truth_of, 1), (object_of, [])):
        with pytest.raises(Unreadable):
            read(value, "it")
    with pytest.raises(Unreadable):
        items_of("abc", "it", 3)
    with pytest.raises(Unreadable):
        text_of(None, "it", 3)


def test_the_schema_of_an_object_is_closed() -> None:
    schema = object_schema(a={"type": "string"})
    assert (schema["required"], schema["additionalProperties"]) == (["a"], False)
