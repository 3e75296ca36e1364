"""What generators of clients need of the schema, and how msgspec's is brought to that."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from orchd.protocol.schema import shape
from tests.entities import ALL
from tests.wire_schema import published

DEFINITIONS = published()["$defs"]


def nodes() -> Iterator[dict[str, Any]]:
    return shape.objects(DEFINITIONS)


def keyword_nodes(definitions: Mapping[Any, Any]) -> Iterator[dict[str, Any]]:
    """Yield every schema: what has keywords, and not names or values of somebody's own."""
    for definition in definitions.values():
        yield definition
        yield from keyword_nodes(definition.get("properties", {}))
        inner = [branch for keyword in ("anyOf", "oneOf", "allOf") for branch in definition.get(keyword, [])]
        inner += [definition["items"]] if "items" in definition else []
        yield from keyword_nodes(dict(enumerate(inner)))


ORDERS = {f"{entity.payloads.create.__name__.removesuffix('Create')}Order" for entity in ALL.values()}
"""By what the rows of an entity are ordered: each has its own, though some have the same today."""


def test_a_value_that_is_always_the_same_is_a_constant() -> None:
    assert not [node for node in nodes() if isinstance(node.get("enum"), list) and len(node["enum"]) == 1]
    types = {str: "string", int: "integer"}
    assert all(node["type"] == types[type(node["const"])] for node in nodes() if "const" in node)


def test_every_enumeration_has_a_name_and_says_what_it_is() -> None:
    named = [definition for definition in DEFINITIONS.values() if "enum" in definition]
    unnamed = [node["enum"] for node in nodes() if isinstance(node.get("enum"), list) and node not in named]
    assert not unnamed, "give their type a title: Annotated[Literal[...], Meta(title=..., description=...)]"
    assert all(definition["description"] and definition["type"] == "string" for definition in named)
    others = [definition for definition in named if definition["title"] not in ORDERS]
    values = [tuple(sorted(definition["enum"])) for definition in others]
    assert len(set(values)) == len(values), "two names for the same values"


def test_enumerations_that_the_daemon_sends_may_grow() -> None:
    growing = {name for name, definition in DEFINITIONS.items() if definition.get("x-mayGrow")}
    assert {"ErrorCode", "ChatStatus", "TaskState", "TaskType"} <= growing
    assert not {"OnDisconnect", "ToolChoice", "TextKeep"} & growing, "what only clients send grows with the daemon"


def test_nothing_stands_beside_a_reference() -> None:
    assert not [node for node in nodes() if isinstance(node.get("$ref"), str) and len(node) > 1]


def test_defaults_are_plain_values() -> None:
    defaults = [node["default"] for node in keyword_nodes(DEFINITIONS) if "default" in node]
    assert len(defaults) > 30
    assert all(isinstance(default, str | int | float | bool) or default in ([], ()) for default in defaults)


def test_a_member_of_a_client_may_be_null_when_it_may_be_left_out() -> None:
    for definition in DEFINITIONS.values():
        if definition.get("additionalProperties") is False:
            for name in definition["properties"].keys() - set(definition.get("required", [])):
                member = definition["properties"][name]
                assert "const" in member or {"type": "null"} in member["anyOf"], (definition["title"], name)


def test_times_have_their_format() -> None:
    times = [node for node in nodes() if "T" in str(node.get("pattern", ""))]
    assert len(times) > 25
    assert all(node["format"] == "date-time" for node in times)


def test_only_such_keywords_are_unknown_to_json_schema() -> None:
    known = {"$ref", "$defs", "title", "description", "type", "properties", "required", "additionalProperties"}
    known |= {"anyOf", "oneOf", "allOf", "enum", "const", "default", "items", "format", "pattern", "discriminator"}
    known |= {"minimum", "maximum", "exclusiveMinimum", "minLength", "maxLength", "minItems", "maxItems"}
    known |= {"propertyNames", "maxProperties", "examples"}
    odd = {key for node in keyword_nodes(DEFINITIONS) for key in node} - known
    assert odd == {
        "x-reply",
        "x-replyData",
        "x-before",
        "x-pushes",
        "x-errors",
        "x-right",
        "x-scope",
        "x-subscription",
        "x-resume",
        "x-text",
        "x-nullClears",
        "x-codes",
        "x-reasons",
        "x-default",
        "tsType",
        "x-mayGrow",
        "x-unit",
        "x-absent",
    }


def test_names_are_in_the_fields_own_terms() -> None:
    assert [name for name in DEFINITIONS if re.search(r"Wish|Heard|Asked(?!Call|Function)|\d", name)] == []


def test_two_enumerations_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="called A"):
        shape.enumerations({"X": {"properties": {"a": {"title": "A", "enum": [1]}, "b": {"title": "A", "enum": [2]}}}})
