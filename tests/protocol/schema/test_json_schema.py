"""The published schema: valid, two roots, closed where clients write, open where they read."""

import json
import random
import re
from collections.abc import Iterator
from typing import Any, get_args

import jsonschema
import jsonschema_rs
import msgspec
import pytest

from orchd.errors import CODES
from orchd.features import make_codec
from orchd.features.reference import example_values, schema_text
from orchd.json_schema import JsonSchema
from orchd.protocol import PROTOCOL
from orchd.protocol.schema.json_schema import DIALECT
from orchd.reasons import Reason
from orchd.simulator.content.schema_instance import instance
from tests.examples import examples
from tests.wire_schema import closed, published, references, validate_client_frame, validate_server_frame, validator

CODEC = make_codec()
CLIENT_TYPES = sorted(CODEC.client_frames)
SERVER_TYPES = sorted(CODEC.server_frames)


FRAMES = examples(20)
"""How many random frames there are of a type."""

PATTERNS = example_values()["patterns"]
"""A text for each pattern of the wire."""


def validates(schema: dict[str, Any], value: object) -> bool:
    return bool(jsonschema.Draft202012Validator(schema).is_valid(value))


def objects(value: object) -> Iterator[dict[str, Any]]:
    """Yield every object schema that names its members."""
    if isinstance(value, dict):
        if value.get("type") == "object" and "properties" in value:
            yield value
        for member in value.values():
            yield from objects(member)
    elif isinstance(value, list):
        for item in value:
            yield from objects(item)


def reached(reference: str) -> set[str]:
    """Return the names of the definitions that one refers to, with its own."""
    names: set[str] = set()
    left = {reference.removeprefix("#/$defs/")}
    while left:
        names |= left
        texts = (json.dumps(published()["$defs"][name]) for name in left)
        left = {name for text in texts for name in re.findall(r'"#/\$defs/([^"]+)"', text)} - names
    return names


def instances(root: str, kind: str, count: int = FRAMES) -> Iterator[Any]:
    """Yield random frames of a type, as an independent writer reads the schema."""
    reference = references(root)[kind]
    timestamps = json.dumps(
        {"$ref": reference, "$defs": {name: published()["$defs"][name] for name in reached(reference)}}
    )
    plain = json.loads(timestamps, object_hook=_without_pattern)
    for seed in range(count):
        yield instance(JsonSchema(plain), random.Random(f"{kind} {seed}"))


def _without_pattern(value: dict[str, Any]) -> dict[str, Any]:
    """The writer knows no patterns: a text that must follow one is the one of PATTERNS instead."""
    if "pattern" not in value or value.get("type") != "string":
        return value
    return {"const": PATTERNS[value["pattern"]]}


def test_it_is_a_valid_schema() -> None:
    assert published()["$schema"] == DIALECT
    assert not validates(published(), {"type": "ping"}), "no frame passes for the object that holds both roots"
    assert published()["title"] == PROTOCOL
    jsonschema_rs.meta.validate(published())
    jsonschema_rs.meta.validate(closed(published()))


@pytest.mark.parametrize(("root", "types"), [("ClientFrame", CLIENT_TYPES), ("ServerFrame", SERVER_TYPES)])
def test_a_root_is_a_union_told_apart_by_type(root: str, types: list[str]) -> None:
    union = published()["$defs"][root]
    assert union["discriminator"] == {"propertyName": "type"}
    assert sorted(references(root)) == types
    for reference in references(root).values():
        assert "type" in published()["$defs"][reference.removeprefix("#/$defs/")]["required"]


@pytest.mark.parametrize("kind", CLIENT_TYPES)
def test_what_the_schema_allows_a_client_the_codec_takes(kind: str) -> None:
    for frame in instances("ClientFrame", kind):
        validate_client_frame(frame)
        request = CODEC.decode(json.dumps(frame))
        assert request.type == kind
        assert request.id == frame.get("id")


@pytest.mark.parametrize("kind", SERVER_TYPES)
def test_what_the_schema_allows_the_daemon_its_structs_hold(kind: str) -> None:
    envelope = CODEC.server_frames[kind].envelope
    for frame in instances("ServerFrame", kind):
        read = msgspec.convert(frame, envelope)
        validate_server_frame(json.loads(msgspec.json.encode(read)))


@pytest.mark.parametrize("kind", SERVER_TYPES)
def test_server_frames_may_grow_but_do_not(kind: str) -> None:
    frame = next(instances("ServerFrame", kind, 1))
    grown = {**frame, "later": 1}
    validator("ServerFrame", kind, strict=False).validate(grown)
    with pytest.raises(jsonschema.ValidationError):
        validate_server_frame(grown)


def test_the_closed_form_reaches_every_depth() -> None:
    assert all(value["additionalProperties"] is False for value in objects(closed(published()["$defs"])))
    assert any(value.get("additionalProperties") is not False for value in objects(published()["$defs"]))


def test_error_codes_are_published_with_whether_to_try_again() -> None:
    published_codes = published()["$defs"]["ErrorCode"]
    listed = {code: entry["retryable"] for code, entry in published_codes["x-codes"].items()}
    assert listed == {kind.code: kind.retryable for kind in CODES}
    assert published_codes["enum"] == [*listed]
    assert all(entry["description"] for entry in published_codes["x-codes"].values())


def test_reasons_of_errors_are_published_with_what_they_mean() -> None:
    reasons = published()["$defs"]["ErrorReason"]
    assert reasons["enum"] == [*reasons["x-reasons"]] == [*get_args(Reason)]
    assert all(said.endswith(".") for said in reasons["x-reasons"].values())
    assert reasons["x-mayGrow"], "a client must not refuse a reason that is new to it"


def test_close_codes_are_published_with_whether_to_come_back() -> None:
    listed = {entry["code"]: entry["reconnect"] for entry in published()["x-closeCodes"]}
    known = {1001: True, 1002: False, 1003: False, 1007: False, 1009: False}
    assert listed == known | {4000: True, 4001: True, 4002: True, 4003: True, 4500: False, 4501: False}


def test_the_text_is_the_schema_and_always_the_same() -> None:
    made = schema_text()
    assert json.loads(made) == published()
    assert made == schema_text()
    assert made.endswith("}\n")
