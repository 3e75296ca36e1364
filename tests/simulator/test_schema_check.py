"""The judge's own corners; that it agrees with another implementation is tested beside the writer."""

from typing import Any

import pytest

from orchd.simulator.schema_check import (
    BUDGET,
    Document,
    Json,
    UnsupportedSchemaError,
    as_schema,
    is_type,
    same,
    unique,
)


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
    assert same(one, two) is equal
    assert same(two, one) is equal


def test_types() -> None:
    assert is_type(1.0, "integer")
    assert not is_type(1.5, "integer")
    assert not is_type(True, "integer")
    assert is_type(3, "number")
    assert not is_type(None, "object")


def test_items_that_differ_only_by_type_are_unique() -> None:
    assert unique([1, True, "1", None])
    assert not unique([[1], [1.0]])


@pytest.mark.parametrize(
    "schema", [{"then": {}}, {"required": [1]}, {"items": []}, {"type": []}, {"minItems": True}, []]
)
def test_what_is_no_schema_or_not_supported(schema: Any) -> None:
    with pytest.raises(UnsupportedSchemaError):
        as_schema(schema)


def test_references_unescape_their_parts() -> None:
    document = Document({"$defs": {"a/b~c d": {"const": 1}}, "allOf": [{"const": 2}]})
    assert document.resolve("#/$defs/a~1b~0c%20d") == {"const": 1}
    assert document.resolve("#/allOf/0") == {"const": 2}


def test_work_is_bounded() -> None:
    schema: dict[str, Any] = {"allOf": [{"type": "integer"}] * (BUDGET + 1)}
    document = Document(schema)
    with pytest.raises(UnsupportedSchemaError, match="too large"):
        document.follows(1, schema)
