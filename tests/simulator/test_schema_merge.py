"""Schemas laid on top of each other."""

from typing import Any, TypeAlias

import pytest

from orchd.simulator.schema_merge import DeadEndError, merge

Schema: TypeAlias = dict[str, Any]


@pytest.mark.parametrize(
    ("left", "right", "both"),
    [
        ({"minimum": 1, "maxLength": 9}, {"minimum": 3, "maxLength": 5}, {"minimum": 3, "maxLength": 5}),
        ({"type": "number"}, {"type": ["integer", "null"]}, {"type": ["integer"]}),
        ({"type": ["string", "null"]}, {"type": "null"}, {"type": ["null"]}),
        ({"enum": [1, 2, 3]}, {"enum": [3.0, 1]}, {"enum": [1, 3]}),
        ({"required": ["a"]}, {"required": ["b", "a"]}, {"required": ["a", "b"]}),
        (
            {"properties": {"a": True, "b": {"type": "null"}}},
            {"properties": {"b": {"const": None}, "c": {}}},
            {"properties": {"a": True, "b": {"allOf": [{"type": "null"}, {"const": None}]}, "c": {}}},
        ),
        ({"multipleOf": 4}, {"multipleOf": 6}, {"multipleOf": 12}),
        ({"multipleOf": 0.5}, {"multipleOf": 2}, {"multipleOf": 2}),
        ({"items": {"type": "null"}}, {"items": False}, {"items": {"allOf": [{"type": "null"}, False]}}),
        ({"prefixItems": [True, {}]}, {"prefixItems": [False]}, {"prefixItems": [{"allOf": [True, False]}, {}]}),
        ({"not": {"const": 1}}, {"not": {"const": 2}}, {"not": {"anyOf": [{"const": 1}, {"const": 2}]}}),
        ({"uniqueItems": False}, {"uniqueItems": True}, {"uniqueItems": True}),
        ({"title": "a"}, {"title": "b", "minItems": 1}, {"title": "b", "minItems": 1}),
    ],
)
def test_what_follows_the_result_follows_both(left: Schema, right: Schema, both: Schema) -> None:
    assert merge(left, right) == both


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ({"type": "string"}, {"type": "integer"}),
        ({"const": 1}, {"const": True}),
        ({"enum": [1]}, {"enum": [2]}),
        ({"multipleOf": 0.3}, {"multipleOf": 0.7}),
    ],
)
def test_contradictions_are_dead_ends(left: Schema, right: Schema) -> None:
    with pytest.raises(DeadEndError):
        merge(left, right)
