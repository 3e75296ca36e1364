"""What numbers count."""

import pytest

from orchd.features.reference import units
from orchd.protocol.schema.shape import SchemaObject
from orchd.protocol.schema.units import describe_units
from tests.wire_schema import published

INTEGER = {"type": "integer"}


def unit(name: str, member: SchemaObject, **told: str) -> object:
    definition = {"properties": {name: {**member}}}
    describe_units(definition, told)
    return definition["properties"][name].get("x-unit")


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("waitMs", "milliseconds"),
        ("seconds", "seconds"),
        ("rxBytesPerSecond", "bytes per second"),
        ("forms", None),
        ("count", None),
    ],
)
def test_a_name_ends_in_the_unit(name: str, told: str | None) -> None:
    assert unit(name, INTEGER) == told


def test_a_table_says_more_than_a_name() -> None:
    assert unit("size", INTEGER, size="bytes") == "bytes"
    assert unit("waitMs", INTEGER, waitMs="") is None


def test_only_numbers_have_units() -> None:
    assert unit("waitMs", {"type": "string"}) is None
    assert unit("waitMs", {"anyOf": [{"type": "null"}, INTEGER]}) == "milliseconds"
    assert unit("waitMs", {"type": "array", "items": {"type": "number"}}) == "milliseconds"


def test_each_entry_of_the_table_is_in_the_schema() -> None:
    definitions = published()["$defs"]
    for name, told in units().items():
        if isinstance(told, str):
            having = [each for each in definitions.values() if name in each.get("properties", {})]
            assert any(each["properties"][name].get("x-unit") == told for each in having), name
        else:
            assert {member: definitions[name]["properties"][member]["x-unit"] for member in told} == dict(told)
