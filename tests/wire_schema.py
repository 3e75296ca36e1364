"""The published schema as a judge of frames: in its open form, and closed, as the daemon sends no member more."""

import json
from functools import cache
from typing import Any, TypeAlias

import jsonschema
import jsonschema_rs

from orchd.protocol.schema.published import schema_text

Json: TypeAlias = dict[str, Any]


def closed(value: Any) -> Any:
    """Return a schema (or a part of one) in which every object that names its members allows no others."""
    if isinstance(value, list):
        return [closed(item) for item in value]
    if not isinstance(value, dict):
        return value
    copy = {name: closed(member) for name, member in value.items()}
    if copy.get("type") == "object" and "properties" in copy:
        copy.setdefault("additionalProperties", False)
    return copy


@cache
def published() -> Json:
    """Return the schema of the whole wire, from its file: `tests/protocol/schema/test_json_schema.py` says that it
    is what would be made now, which takes seconds."""
    read: Json = json.loads(schema_text())
    return read


@cache
def references(root: str) -> dict[str, str]:
    """Return where in the schema the frames of a root are, by type."""
    definitions = published()["$defs"]
    names = [branch["$ref"].removeprefix("#/$defs/") for branch in definitions[root]["oneOf"]]
    return {definitions[name]["properties"]["type"]["const"]: f"#/$defs/{name}" for name in names}


@cache
def closed_definitions() -> Json:
    """Return what the schema defines in its closed form."""
    found: Json = closed(published()["$defs"])
    return found


@cache
def validator(root: str, kind: str, *, strict: bool) -> jsonschema.Draft202012Validator:
    """Return what judges frames of one type; asking by type makes an error name the member and not all the types."""
    assert kind in references(root), f"{kind} is no type of {root}"
    definitions = closed_definitions() if strict else published()["$defs"]
    return jsonschema.Draft202012Validator({"$ref": references(root)[kind], "$defs": definitions})


@cache
def judge(root: str, *, strict: bool) -> jsonschema_rs.Draft202012Validator:
    """Return what judges all frames of a root at once, seventy times as fast, and says less of what is wrong."""
    definitions = closed_definitions() if strict else published()["$defs"]
    return jsonschema_rs.Draft202012Validator({"$ref": f"#/$defs/{root}", "$defs": definitions})


def validate_frame(root: str, frame: Json, *, strict: bool) -> None:
    """Check a frame of a root. Raises `AssertionError` or `jsonschema.ValidationError`."""
    if not judge(root, strict=strict).is_valid(frame):
        validator(root, frame["type"], strict=strict).validate(frame)
        raise AssertionError(f"one judge refuses what the other takes: {frame}")


def validate_server_frame(frame: Json) -> None:
    """Check a frame that the daemon sent. Raises likewise."""
    for strict in (False, True):
        validate_frame("ServerFrame", frame, strict=strict)


def validate_client_frame(frame: Json) -> None:
    """Check a frame that a client means to send. Raises likewise."""
    validate_frame("ClientFrame", frame, strict=False)
