"""Schemas written in different ways have the same branches."""

from typing import Any

import pytest

from orchd.compatibility.reading.branches import shape
from orchd.compatibility.reading.document import SchemaPlace
from tests.small_wire import Json, document, small


def branches(node: Any) -> list[tuple[str, Json]]:
    schema = small()
    schema["$defs"]["Tried"] = node
    read = document(schema)
    found = shape(read, read.target("#/$defs/Tried", "#")).branches
    return sorted(((each.type, each.keywords) for each in found), key=lambda each: each[0])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"type": ["string", "null"]}, {"anyOf": [{"type": "null"}, {"type": "string"}]}),
        ({"const": "a"}, {"enum": ["a"]}),
        ({"anyOf": [{"const": "a"}, {"const": "b"}]}, {"type": "string", "enum": ["a", "b"]}),
        ({"enum": [1, None]}, {"anyOf": [{"type": "integer", "enum": [1]}, {"type": "null"}]}),
        ({"allOf": [{"type": "string", "maxLength": 5}, {"maxLength": 3}]}, {"type": "string", "maxLength": 3}),
        ({"type": "string", "maximum": 5}, {"type": "string"}),
        ({"$ref": "#/$defs/Level", "description": "It."}, {"$ref": "#/$defs/Level"}),
        (True, {}),
        (False, {"not": {}}),
        ({"type": "number", "allOf": [{"type": ["integer", "string"]}]}, {"type": "integer"}),
        (
            {"allOf": [{"type": "object", "required": ["a"]}, {"required": ["b", "a"]}]},
            {"type": "object", "required": ["a", "b"]},
        ),
    ],
)
def test_the_form_does_not_matter(one: Any, other: Any) -> None:
    assert branches(one) == branches(other)


def test_what_can_not_be_joined_stays_as_it_is() -> None:
    assert branches({"type": "string", "pattern": "a", "allOf": [{"pattern": "b"}]}) == [
        ("string", {"pattern": "a", "allOf": [{"pattern": "b"}]})
    ]


def test_the_place_is_that_of_the_definition() -> None:
    read = document(small())
    member = SchemaPlace("#/x", {"description": "It.", "allOf": [{"$ref": "#/$defs/Level"}]})
    assert [each.place.pointer for each in shape(read, member).branches] == ["#/$defs/Level"]
