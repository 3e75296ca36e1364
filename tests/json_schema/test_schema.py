from typing import Any

import pytest

from orchd.errors import Invalid
from orchd.json_schema.schema import MAX_DEPTH, JsonSchema


def deep(levels: int) -> dict[str, Any]:
    schema: dict[str, Any] = {}
    for _ in range(levels):
        schema = {"items": schema}
    return schema


@pytest.mark.parametrize(
    ("schema", "path"),
    [
        ({"type": "text"}, "$.data.schema"),
        ({"properties": {"a": {"minimum": "1"}}}, "$.data.schema.properties.a"),
        ({"anyOf": []}, "$.data.schema"),
        ({"items": [{}]}, "$.data.schema.items"),
        ({"required": "a"}, "$.data.schema"),
        ({"multipleOf": 0}, "$.data.schema"),
        ({"maxLength": True}, "$.data.schema"),
        ({"allOf": [{"patternProperties": {"(a+)+$": {}}}]}, "$.data.schema.allOf[0]"),
        ({"properties": {"a": {"$id": "x"}}}, "$.data.schema.properties.a"),
        ({"$ref": "https://example.org/schema.json"}, "$.data.schema"),
        ({"$ref": "#/$defs/none"}, "$.data.schema"),
        ({"$ref": "#/required/0", "required": ["a"]}, "$.data.schema"),
        ({"allOf": [{}, {"$ref": "#/allOf/-2"}]}, "$.data.schema"),
        ({"allOf": [{}, {"$ref": "#/allOf/00"}]}, "$.data.schema"),
        ({"dependentRequired": {"a": "b"}}, "$.data.schema"),
        ({"$defs": []}, "$.data.schema"),
    ],
)
def test_what_cannot_be_followed_is_refused_and_says_where(schema: dict[str, Any], path: str) -> None:
    with pytest.raises(Invalid) as refused:
        JsonSchema(schema, "$.data.schema")
    assert refused.value.details == {"field": "schema", "path": path}


@pytest.mark.parametrize("schema", [deep(MAX_DEPTH + 2), {"anyOf": [{} for _ in range(2_001)]}])
def test_a_schema_has_a_bound(schema: dict[str, Any]) -> None:
    with pytest.raises(Invalid, match="too large"):
        JsonSchema(schema)


def test_names_and_values_are_no_keywords() -> None:
    JsonSchema({"properties": {"patternProperties": {}, "type": {}}, "const": {"type": 1}, "x-own": [1]})


def test_patterns_are_left_to_the_model_server() -> None:
    schema = JsonSchema(
        {"properties": {"a": {"type": "string", "pattern": "(a+)+$"}}, "$defs": {"b": {"pattern": "b"}}}
    )
    assert sorted(schema.unchecked) == ["$.$defs.b.pattern", "$.properties.a.pattern"]


def test_references_are_unescaped() -> None:
    schema = JsonSchema({"$defs": {"a/b~ c": {"type": "null"}}, "$ref": "#/$defs/a~1b~0%20c"})
    assert schema.resolve("#/$defs/a~1b~0%20c") == {"type": "null"}


def test_references_may_lead_into_lists() -> None:
    schema = JsonSchema({"allOf": [{"const": 2}, {"$ref": "#/allOf/0"}]})
    assert schema.resolve("#/allOf/0") == {"const": 2}


def test_a_reference_is_followed_once_however_often_it_is_used() -> None:
    inner = {"type": "null", "maxItems": 3}
    root = {"$defs": {"a": inner}, "items": {"$ref": "#/$defs/a"}}
    schema = JsonSchema(root)
    root["$defs"] = {}
    assert schema.resolve("#/$defs/a") is inner
