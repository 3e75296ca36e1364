from typing import Any

import msgspec
import pytest

from orchd.errors import Invalid
from orchd.features.workspace.texts.variables import AnyVariable, Variables, check_variables, texts_of, write_value


def read(*variables: dict[str, Any]) -> tuple[AnyVariable, ...]:
    return msgspec.convert(list(variables), Variables)


WORD = {"type": "text", "name": "word"}
COUNT = {"type": "number", "name": "count", "required": True}
LOUD = {"type": "boolean", "name": "loud", "default": False}
COLOUR = {"type": "select", "name": "colour", "options": ["red", "green"], "default": "green"}
ALL = read(WORD, COUNT, LOUD, COLOUR)


@pytest.mark.parametrize(
    ("variables", "path", "reason"),
    [
        ([WORD, WORD], "[1].name", "twice"),
        ([{**WORD, "name": "a b"}], "[0].name", "variable_name"),
        ([{**WORD, "name": "1a"}], "[0].name", "variable_name"),
        ([WORD, {**COLOUR, "default": "blue"}], "[1].default", "no_option"),
        ([{**COLOUR, "options": ["red", "red"]}], "[0].options", "twice"),
        ([{**COUNT, "default": float("inf")}], "[0].default", "no_number"),
    ],
)
def test_what_are_no_variables(variables: list[dict[str, Any]], path: str, reason: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_variables(read(*variables))
    assert (refused.value.path, refused.value.reason) == (f"$.data.variables{path}", reason)


def test_what_are_some() -> None:
    check_variables(ALL)
    check_variables(read({**WORD, "name": "nome_da_peça"}))
    check_variables(())


def test_what_stands_in_their_places() -> None:
    assert texts_of(ALL, {"count": 3.0}) == {"word": "", "count": "3", "loud": "false", "colour": "green"}
    assert texts_of(ALL, {"count": 2.5, "word": " {{x}} ", "loud": True, "colour": "red"}) == {
        "word": " {{x}} ",
        "count": "2.5",
        "loud": "true",
        "colour": "red",
    }


@pytest.mark.parametrize(
    ("values", "name", "reason"),
    [
        ({}, "count", "blank"),
        ({"count": "3"}, "count", "no_number"),
        ({"count": True}, "count", "no_number"),
        ({"count": float("nan")}, "count", "no_number"),
        ({"count": 1.0, "word": 2.0}, "word", "no_text_value"),
        ({"count": 1.0, "loud": "true"}, "loud", "no_boolean"),
        ({"count": 1.0, "colour": "blue"}, "colour", "no_option"),
        ({"count": 1.0, "colour": 1.0}, "colour", "no_option"),
        ({"count": 1.0, "size": 1.0}, "size", "unknown_variable"),
    ],
)
def test_what_nothing_can_be_filled_with(values: dict[str, Any], name: str, reason: str) -> None:
    with pytest.raises(Invalid) as refused:
        texts_of(ALL, values)
    assert (refused.value.path, refused.value.reason) == (f"$.data.values.{name}", reason)


def test_what_is_required_is_not_blank() -> None:
    needed = read({**WORD, "required": True})
    for values in ({}, {"word": ""}, {"word": " \n"}):
        with pytest.raises(Invalid):
            texts_of(needed, values)
    assert texts_of(read({**WORD, "required": True, "default": "x"}), {}) == {"word": "x"}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (-7.0, "-7"),
        (0.1, "0.1"),
        (1e15, "1000000000000000"),
        (1e16, "1e+16"),
        (1e300, "1e+300"),
        (True, "true"),
    ],
)
def test_how_values_are_written(value: Any, text: str) -> None:
    assert write_value(value) == text
