import json
from typing import Any

import jsonschema
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchd.errors import Invalid
from orchd.json_schema.checker import Checker, Flaw, is_type
from orchd.json_schema.schema import Json, JsonSchema

SCALARS = st.none() | st.booleans() | st.integers(-5, 5) | st.floats(-3, 3, width=16) | st.text("ab0", max_size=3)
VALUES: st.SearchStrategy[Json] = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=6,
)
NAMES = st.sampled_from(["string", "integer", "number", "boolean", "null", "array", "object"])
COUNTS = st.integers(0, 3)


def keywords(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Schemas with any of the keywords, holding `inner` ones."""
    some, named = st.lists(inner, min_size=1, max_size=3), st.dictionaries(st.sampled_from("abc"), inner, max_size=2)
    texts = st.lists(st.sampled_from("abc"), max_size=2, unique=True)
    return st.fixed_dictionaries(
        {},
        optional={
            "type": NAMES | st.lists(NAMES, min_size=1, max_size=2, unique=True),
            "enum": st.lists(VALUES, min_size=1, max_size=3),
            "const": VALUES,
            "minimum": st.integers(-3, 3),
            "exclusiveMaximum": st.integers(-3, 3),
            "multipleOf": st.integers(1, 3),
            "minLength": COUNTS,
            "maxLength": COUNTS,
            "minItems": COUNTS,
            "maxItems": COUNTS,
            "uniqueItems": st.booleans(),
            "contains": inner,
            "minContains": COUNTS,
            "maxContains": COUNTS,
            "prefixItems": some,
            "items": inner,
            "minProperties": COUNTS,
            "maxProperties": COUNTS,
            "required": texts,
            "dependentRequired": st.dictionaries(st.sampled_from("abc"), texts, max_size=2),
            "dependentSchemas": named,
            "properties": named,
            "additionalProperties": inner,
            "propertyNames": inner,
            "allOf": some,
            "anyOf": some,
            "oneOf": some,
            "not": inner,
            "if": inner,
            "then": inner,
            "else": inner,
        },
    )


SCHEMAS = st.recursive(st.booleans() | st.fixed_dictionaries({"type": NAMES}), keywords, max_leaves=8)


def flaw(schema: Any, value: Json) -> Flaw | None:
    return Checker(JsonSchema(schema)).flaw(value)


@given(SCHEMAS.filter(lambda schema: isinstance(schema, dict)), VALUES)
def test_it_agrees_with_the_reference_implementation(schema: dict[str, Any], value: Json) -> None:
    told = jsonschema.Draft202012Validator(schema).is_valid(value)
    assert (flaw(schema, value) is None) == told


@given(VALUES)
def test_a_value_follows_what_it_is(value: Json) -> None:
    assert flaw({"const": value}, json.loads(json.dumps(value))) is None


PERSON = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "minLength": 1},
        "tags": {"type": "array", "items": {"$ref": "#/$defs/t"}},
    },
    "required": ["name"],
    "additionalProperties": False,
    "$defs": {"t": {"enum": ["a", "b"]}},
}


@pytest.mark.parametrize(
    ("value", "path", "reason"),
    [
        ({"name": "x", "tags": ["a", "c"]}, "$.tags[1]", "it is none of the values of enum"),
        ({"tags": []}, "$", "the member 'name' is missing"),
        ({"name": ""}, "$.name", "it is 0 characters long, minLength is 1"),
        ({"name": "x", "age": 3}, "$.age", "nothing may stand here"),
        ([], "$", "it must be of type object"),
    ],
)
def test_a_flaw_says_where_and_why(value: Json, path: str, reason: str) -> None:
    assert flaw(PERSON, value) == Flaw(path, reason)


@pytest.mark.parametrize(
    ("one", "two", "equal"),
    [
        (1, 1.0, True),
        (True, 1, False),
        (False, 0, False),
        ([1, {"a": 2}], [1.0, {"a": 2.0}], True),
        ({"a": True}, {"a": 1}, False),
        ([1], [1, 2], False),
        ("1", 1, False),
        (None, False, False),
    ],
)
def test_equality_is_that_of_json(one: Json, two: Json, equal: bool) -> None:
    assert (flaw({"const": one}, two) is None) is equal
    assert (flaw({"enum": [two]}, one) is None) is equal
    assert (flaw({"uniqueItems": True}, [one, two]) is not None) is equal


def test_a_schema_may_be_a_boolean() -> None:
    assert flaw(True, {}) is None
    assert flaw(False, {}) == Flaw("$", "nothing may stand here")


def test_parts_and_values_draw_on_one_budget() -> None:
    checker = Checker(JsonSchema({"minimum": 0}), steps=3)
    assert checker.flaw(1) is None
    assert checker.follows(1, {"minimum": 1})
    assert not checker.follows(1, {"maximum": 0})
    with pytest.raises(Invalid, match="too intricate") as refused:
        checker.follows(1, {})
    assert refused.value.details["path"] == "$"


NAMES_10_000 = [f"a{number}" for number in range(10_000)]


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ({"required": NAMES_10_000}, dict.fromkeys(NAMES_10_000)),
        ({"dependentRequired": {name: ["a"] for name in NAMES_10_000}}, {}),
        ({"dependentRequired": {"a": NAMES_10_000}}, dict.fromkeys(["a", *NAMES_10_000])),
        ({"type": ["null"] * 10_000}, None),
    ],
)
def test_lists_of_a_schema_count_each_time_they_are_read(part: dict[str, Any], value: Json) -> None:
    assert flaw(part, value) is None
    with pytest.raises(Invalid, match="too intricate"):
        flaw({"items": part}, [value] * 20)


def test_references_may_go_in_circles() -> None:
    tree = {"type": "array", "items": {"$ref": "#"}}
    assert flaw(tree, [[], [[]]]) is None
    assert flaw(tree, [[1]]) == Flaw("$[0][0]", "it must be of type array")


@pytest.mark.parametrize(
    "schema",
    [
        {"$ref": "#"},
        {"anyOf": [{"$ref": "#"}, {"$ref": "#"}]},
        {"$defs": {f"a{n}": {"allOf": [{"$ref": f"#/$defs/a{n + 1}"}] * 2} for n in range(20)} | {"a20": True}}
        | {"$ref": "#/$defs/a0"},
    ],
)
def test_a_schema_that_never_ends_is_refused(schema: dict[str, Any]) -> None:
    with pytest.raises(Invalid, match="too intricate"):
        flaw(schema, {})


def test_comparing_many_items_is_bounded() -> None:
    with pytest.raises(Invalid, match="too intricate"):
        flaw({"uniqueItems": True}, list(range(5_000)))


def test_comparing_deep_values_is_bounded() -> None:
    value: list[Json] = []
    for _ in range(200_000):  # how deep C code compares depends on the version of Python; none goes as deep as this
        value = [value]
    with pytest.raises(Invalid, match="too intricate"):
        flaw({"uniqueItems": True}, [value, [[value]]])


def test_a_deep_value_is_bounded() -> None:
    value = msgspec.json.decode("[" * 500 + "]" * 500)
    with pytest.raises(Invalid, match="too intricate"):
        flaw({"items": {"$ref": "#"}}, value)


@pytest.mark.parametrize(("value", "name", "is_one"), [(1.0, "integer", True), (True, "integer", False)])
def test_types(value: Json, name: str, is_one: bool) -> None:
    assert is_type(value, name) is is_one


def test_decimal_steps_are_meant_as_they_are_written() -> None:
    assert flaw({"multipleOf": 0.1}, 0.3) is None
    assert flaw({"multipleOf": 0.1}, 0.35) is not None
    assert flaw({"multipleOf": 1e-300}, 1e300) is not None
