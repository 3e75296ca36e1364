import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchd.llm import UnreadableJson, json_values
from orchd.llm.answers.json_answer import MAX_STARTS

SCALARS = st.none() | st.booleans() | st.integers(-100, 1000) | st.text(max_size=10)
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner))
OBJECTS = st.dictionaries(st.text(max_size=8), VALUES, min_size=1, max_size=5)
TRICKY = st.sampled_from(["", 'He said "no. ', "{x} and [y] ", "}{][ ", "It's: ", "\\ "])


def strict(text: str) -> list[Any]:
    return [found.value for found in json_values(text, "strict")]


def lenient(text: str) -> list[Any]:
    return [found.value for found in json_values(text, "lenient")]


def alone(text: str) -> list[Any]:
    return [found.value for found in json_values(text, "alone")]


def loose(value: Any) -> str:
    """JSON with a comma behind everything."""
    if isinstance(value, dict):
        return "{" + "".join(f"{json.dumps(name)}: {loose(part)}, " for name, part in value.items()) + "}"
    if isinstance(value, list):
        return "[" + "".join(f"{loose(part)} ,\n" for part in value) + "]"
    return json.dumps(value)


@given(OBJECTS, OBJECTS, TRICKY, TRICKY, st.booleans())
def test_objects_are_found_where_they_stand(one: Any, two: Any, before: str, between: str, commas: bool) -> None:
    first, second = (loose(one), loose(two)) if commas else (json.dumps(one), json.dumps(two))
    text = before + first + between + second
    assert strict(text) == lenient(text) == [one, two]
    assert [found.written for found in json_values(text, "strict")] == [first, second]
    assert alone(f"{before}\n```json\n{json.dumps(one)}\n```\n{between}") == [one]


@given(st.text(max_size=300) | st.text('{}[]",:\\ at`~\n/*', max_size=300))
def test_it_raises_nothing_else(text: str) -> None:
    assert all(isinstance(value, dict | list) for value in lenient(text))
    alone(text)
    with suppress(UnreadableJson):
        assert all(isinstance(value, dict) for value in strict(text))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"a": 1, /* one */ "b": None // two\n}', {"a": 1, "b": None}),
        ('{"a": [True, False,],}', {"a": [True, False]}),
        ('{"a": "a\nb"}', {"a": "a\nb"}),
        ('{"a": "True, // not /* this */ ,}"}', {"a": "True, // not /* this */ ,}"}),
        ('He said "no. {"a": "x // y",}', {"a": "x // y"}),
    ],
)
def test_what_only_the_lenient_put_right(text: str, value: Any) -> None:
    assert lenient(text) == [value]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('{"a": 1, "a": 1}', "member_twice"),
        ('{"a": NaN}', "NaN"),
        ('{"a": 1', "cut_off"),
        ('{"a": None}', "cut_off"),
        ('{"a": "a\nb"}', "cut_off"),
        ('{"a": 1 /* one */}', "cut_off"),
        ('{"a": 1}' * (MAX_STARTS + 1), "brackets"),
    ],
)
def test_what_the_strict_refuse(text: str, why: str) -> None:
    with pytest.raises(UnreadableJson, match=why):
        strict(text)


def test_a_value_ends_where_it_ends_though_commas_were_passed_over() -> None:
    written = '{"a": {"b": {"c": 1,},},} and {"d": 2,}'
    assert [found.written for found in json_values(written, "strict")] == ['{"a": {"b": {"c": 1,},},}', '{"d": 2,}']


def test_values_that_are_not_wanted_are_looked_into() -> None:
    text = 'So: {"plan": {"steps": [1]}, "other": {"steps": [2]}} [{"steps": [3]}]'
    wanted = [found.value for found in json_values(text, "lenient", lambda value: "steps" in value)]
    assert wanted == [{"steps": [1]}, {"steps": [2]}, {"steps": [3]}]


def test_what_can_not_be_read_is_looked_into_by_the_lenient() -> None:
    assert lenient('{"notes": "it holds {"a": 1}"}') == [{"a": 1}]
    assert lenient('{"a": 1}' * (MAX_STARTS + 9)) == [{"a": 1}] * MAX_STARTS


@pytest.mark.parametrize("text", ['```json\n{"a": 1}\n```\n```\n[2]\n```', ' {"a": 1}\n'])
def test_alone_a_fence_that_is_called_json_goes_first(text: str) -> None:
    assert alone(text) == [{"a": 1}]


def test_alone_prose_holds_no_value() -> None:
    assert alone('Sure: {"a": 1}') == []
    assert alone("```\n[1]\n```\n```\n[2]\n```") == [[1], [2]]


@pytest.mark.parametrize(
    "text", ['{"' * 30_000, '"' + '\\"' * 30_000, '{"a":' * 12_000, "{" + " " * 60_000, "~" * 60_000, "/*" * 30_000]
)
def test_hostile_answers_end_soon(text: str) -> None:
    assert (lenient(text), alone(text)) == ([], [])
