"""The published schema as a judge of frames: in its open form, and closed, as the daemon sends no member more."""

import json
from functools import cache
from typing import Any, TypeAlias

import jsonschema

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


def validate_server_frame(frame: Json) -> None:
    """Check a frame that the daemon sent. Raises `AssertionError` or `jsonschema.ValidationError`."""
    for strict in (False, True):
        validator("ServerFrame", frame["type"], strict=strict).validate(frame)


def validate_client_frame(frame: Json) -> None:
    """Check a frame that a client means to send. Raises likewise."""
    validator("ClientFrame", frame["type"], strict=False).validate(frame)
