"""Instances of JSON schemas, judged by an implementation that is not ours."""

import random
from datetime import datetime, time
from typing import Any
from urllib.parse import urlsplit

import jsonschema
import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchd.errors import Invalid
from orchd.json_schema import JsonSchema
from orchd.simulator.content.schema_instance import instance
from tests.examples import examples

NODE = {"type": "object", "properties": {"v": {"type": "number"}, "next": {"$ref": "#/$defs/node"}}, "required": ["v"]}
TREE = {
    "type": "object",
    "properties": {"kids": {"type": "array", "items": {"$ref": "#/$defs/tree"}}},
    "required": ["kids"],
    "additionalProperties": False,
}


def made(schema: Any, seed: int = 0) -> Any:
    """An instance as a client gets it, once through JSON."""
    return msgspec.json.decode(msgspec.json.encode(instance(JsonSchema(schema), random.Random(seed))))


def is_right(schema: Any, value: object) -> bool:
    return jsonschema.Draft202012Validator(schema).is_valid(value)


@pytest.mark.parametrize(
    "schema",
    [
        True,
        {},
        {"$ref": "#/$defs/node", "$defs": {"node": NODE}},
        {"$ref": "#/$defs/tree", "$defs": {"tree": TREE}},
        {"oneOf": [{"type": "integer", "multipleOf": 3}, {"type": "integer", "multipleOf": 5}]},
        {"not": {"type": "string"}},
        {"allOf": [{"type": ["string", "number"]}, {"type": ["integer", "null"]}, {"minimum": 5}]},
        {"type": "array", "items": {"type": "integer", "minimum": 0, "maximum": 3}, "uniqueItems": True, "minItems": 4},
        {"type": "array", "prefixItems": [{"const": 1}, {"type": "string"}], "items": False, "minItems": 2},
        {"type": "object", "additionalProperties": {"type": "boolean"}, "minProperties": 3, "maxProperties": 3},
        {"type": "object", "required": ["a", "b"], "minProperties": 2, "maxProperties": 2},
        {"type": "string", "minLength": 300},
        {"type": "string", "maxLength": 0},
        {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 0.001},
        {"type": "number", "multipleOf": 0.5, "maximum": -7},
        {"type": "number", "minimum": -1e308, "maximum": 1e308},
        {"type": "integer", "exclusiveMaximum": -5, "multipleOf": 7},
        {"minimum": 3.5, "type": "integer", "maximum": 4},
        {"enum": [1, "a", None, [1], {"x": True}], "type": ["array", "object"]},
        {"const": {"deep": [1, 2, {"a": None}]}},
        {"type": "string", "enum": ["x"], "anyOf": [{"minLength": 5}, {"maxLength": 1}]},
    ],
)
def test_awkward_schemas(schema: Any) -> None:
    for seed in range(20):
        assert is_right(schema, made(schema, seed))


@pytest.mark.parametrize("name", ["date", "email", "ipv4", "uuid"])
def test_formats_follow_their_rules(name: str) -> None:
    schema = {"type": "string", "format": name}
    checker = jsonschema.Draft202012Validator.FORMAT_CHECKER
    assert name in checker.checkers
    for seed in range(20):
        jsonschema.validate(made(schema, seed), schema, format_checker=checker)


def test_times_and_addresses_can_be_read() -> None:
    for seed in range(20):
        assert datetime.fromisoformat(made({"format": "date-time"}, seed)).tzinfo is not None
        assert time.fromisoformat(made({"format": "time"}, seed)).tzinfo is not None
        assert urlsplit(made({"format": "uri"}, seed)).hostname == "example.org"
        assert made({"format": "hostname"}, seed).endswith(".example.org")


@pytest.mark.parametrize(
    ("schema", "reason"),
    [
        (False, "no value"),
        (3, "is an object"),
        ({"type": "string", "pattern": "a+"}, "can't write texts that follow a pattern"),
        ({"properties": {"a": {"patternProperties": {}}}}, "patternProperties is not supported"),
        ({"$ref": "#"}, "no value"),
        ({"type": "object", "properties": {"a": {"$ref": "#"}}, "required": ["a"]}, "no value"),
        ({"anyOf": [{"$ref": "#"}, {"type": "null"}]}, "too intricate"),
        ({"$ref": "#/$defs/none"}, "leads nowhere"),
        ({"$ref": "https://example.org/schema"}, "has a value"),
        ({"type": "integer", "minimum": 3, "maximum": 2}, "no value"),
        ({"minLength": "x"}, "minLength has a value"),
        ({"type": "text"}, "type has a value"),
        ({"type": "string", "minLength": 10**9}, "no value"),
        ({"type": "array", "minItems": 10**9}, "too intricate"),
        ({"multipleOf": 0}, "multipleOf has a value"),
        ({"anyOf": []}, "anyOf must be a list"),
    ],
)
def test_what_cannot_be_answered_is_refused_with_the_reason(schema: Any, reason: str) -> None:
    with pytest.raises(Invalid, match=reason):
        made(schema)


def test_a_schema_nested_beyond_measure_is_refused() -> None:
    schema: dict[str, Any] = {"type": "integer"}
    for _ in range(900):
        schema = {"allOf": [schema]}
    with pytest.raises(Invalid):
        made(schema)


def test_the_same_seed_makes_the_same_instance() -> None:
    schema = {"type": "array", "items": {"type": "string"}, "minItems": 3}
    assert made(schema, 5) == made(schema, 5)
    assert made(schema, 5) != made(schema, 6)


def bounded(least: str, most: str, top: int) -> st.SearchStrategy[dict[str, int]]:
    sizes = st.tuples(st.integers(0, top), st.integers(0, top)).map(sorted)
    return st.one_of(st.just({}), sizes.map(lambda pair: {least: pair[0], most: pair[1]}))


SCALARS: st.SearchStrategy[dict[str, Any]] = st.one_of(
    st.sampled_from([{}, {"type": "null"}, {"type": "boolean"}, {"const": 3}, {"enum": ["a", 1, None]}]),
    bounded("minLength", "maxLength", 20).map(lambda b: {"type": "string", **b}),
    bounded("minimum", "maximum", 9).map(lambda b: {"type": "integer", **b}),
    bounded("minimum", "maximum", 9).map(lambda b: {"type": "number", **b}),
    st.integers(1, 5).map(lambda step: {"type": "integer", "multipleOf": step, "minimum": -3}),
)


def compound(inner: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    names = st.dictionaries(st.sampled_from("abcd"), inner, max_size=4)
    closed = st.tuples(names, st.sets(st.sampled_from("abcd")), st.sampled_from([True, False, {"type": "integer"}]))
    return st.one_of(
        st.tuples(inner, bounded("minItems", "maxItems", 4)).map(lambda p: {"type": "array", "items": p[0], **p[1]}),
        closed.map(
            lambda p: {
                "type": "object",
                "properties": p[0],
                "required": sorted(p[1] & p[0].keys()),
                "additionalProperties": p[2],
            }
        ),
        st.lists(inner, min_size=1, max_size=3).map(lambda branches: {"anyOf": branches}),
        st.lists(inner, min_size=1, max_size=2).map(lambda branches: {"oneOf": branches}),
    )


SCHEMAS = st.recursive(SCALARS, compound, max_leaves=8)


@settings(max_examples=examples(250), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(SCHEMAS, st.integers(0, 1_000))
def test_instances_follow_their_schemas(schema: dict[str, Any], seed: int) -> None:
    try:
        value = made(schema, seed)
    except Invalid:
        assert "oneOf" in str(schema)  # the only keyword here that can exclude everything
        return
    assert is_right(schema, value)
