"""A small schema of the wire's form, with every construct that ours has, and some that it might get."""

import json
from typing import Any

from orchd.compatibility import Difference, WireSchema, compare

Json = dict[str, Any]


def closed(properties: Json, *required: str) -> Json:
    return {
        "type": "object",
        "properties": properties,
        "required": [*required],
        "additionalProperties": False,
        "description": "It.",
    }


def opened(properties: Json, *required: str) -> Json:
    return {"type": "object", "properties": properties, "required": [*required], "description": "It."}


def optional(told: Json, **more: Any) -> Json:
    return {"anyOf": [told, {"type": "null"}], "description": "It.", **more}


def ref(name: str) -> Json:
    return {"$ref": f"#/$defs/{name}"}


def described(name: str) -> Json:
    return {"description": "It.", "allOf": [ref(name)]}


def frame(kind: str, payload: str, *, client: bool = False, **notes: Any) -> Json:
    identity: Json = {"type": "string", "minLength": 1, "maxLength": 64}
    properties: Json = {"type": {"type": "string", "const": kind}, "data": described(payload)}
    if client:
        return closed(properties | {"id": optional(identity)}, "type", "data") | notes
    return opened(properties | {"id": identity}, "type", "data")


TEXT: Json = {"type": "string", "minLength": 1, "maxLength": 50}
NUMBER: Json = {"type": "integer", "minimum": 1, "maximum": 100}
SHARE: Json = {"type": "number", "exclusiveMinimum": 0, "maximum": 1}
TIME: Json = {"type": "string", "format": "date-time", "pattern": "^[0-9]{4}Z$"}
MAP: Json = {
    "type": "object",
    "propertyNames": {"minLength": 1, "maxLength": 8},
    "additionalProperties": {"anyOf": [{"type": "string", "maxLength": 9}, {"type": "boolean"}]},
    "maxProperties": 5,
}


def members(*, part: str, tree: str) -> Json:
    """Members of both directions, those that may be left out."""
    kinds = {"anyOf": [ref(f"Text{part}"), ref(f"Number{part}")], "discriminator": {"propertyName": "type"}}
    return {
        "size": optional(NUMBER, default=10),
        "share": optional(SHARE),
        "tags": optional({"type": "array", "items": TEXT, "minItems": 1, "maxItems": 3, "uniqueItems": True}),
        "level": optional(ref("Level"), **{"x-default": "low"}),
        "at": optional(TIME),
        "map": optional(MAP),
        "parts": optional({"type": "array", "items": kinds, "maxItems": 9}),
        "tree": optional(ref(tree)),
        "free": optional({"type": "object"}),
        "done": {"type": "boolean", "default": False},
    }


def small() -> Json:
    """Return the schema."""
    notes = {"x-right": "change", "x-scope": "notes", "x-reply": "NoteItemFrame", "x-replyData": {"state": "done"}}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "orchd.v1",
        "type": "object",
        "properties": {"client": ref("ClientFrame"), "server": ref("ServerFrame")},
        "$defs": json.loads(json.dumps({**frames(notes), **payloads(), **enumerations()})),  # nothing is shared
        "x-closeCodes": [
            {"code": 1001, "reconnect": True, "description": "It."},
            {"code": 4500, "reconnect": False, "description": "It."},
        ],
    }


def frames(notes: Json) -> Json:
    return {
        "ClientFrame": {"type": "object", "oneOf": [ref("NoteCreateFrame"), ref("NoteReadFrame")]},
        "ServerFrame": {
            "type": "object",
            "discriminator": {"propertyName": "type"},
            "oneOf": [ref("NoteItemFrame"), ref("NoteToldFrame"), ref("ErrorFrame")],
        },
        "NoteCreateFrame": frame(
            "note:create",
            "NoteCreate",
            client=True,
            **notes,
            **{"x-before": ["NoteToldFrame"], "x-pushes": [], "x-errors": ["busy"]},
            **{"x-end": {"by": "NoteReadFrame"}},
        ),
        "NoteReadFrame": frame(
            "note:read", "NoteRead", client=True, **(notes | {"x-right": "read", "x-before": [], "x-pushes": []})
        ),
        "NoteItemFrame": frame("note:create", "NoteItem"),
        "NoteToldFrame": frame("note:told", "NoteItem"),
        "ErrorFrame": frame("error", "Error"),
    }


def payloads() -> Json:
    return {
        "NoteCreate": closed({"title": TEXT, **members(part="Draft", tree="TreeDraft")}, "title"),
        "NoteRead": closed({"id": NUMBER}, "id"),
        "NoteItem": opened({"id": NUMBER, "title": TEXT, **members(part="Part", tree="Tree")}, "id", "title"),
        "TextDraft": closed({"type": {"type": "string", "const": "text"}, "text": TEXT}, "type", "text"),
        "NumberDraft": closed({"type": {"type": "string", "const": "number"}, "number": SHARE}, "type", "number"),
        "TextPart": opened({"type": {"type": "string", "const": "text"}, "text": TEXT}, "type", "text"),
        "NumberPart": opened({"type": {"type": "string", "const": "number"}, "number": SHARE}, "type", "number"),
        "TreeDraft": closed(
            {"name": TEXT, "below": optional({"type": "array", "items": ref("TreeDraft"), "maxItems": 4})}, "name"
        ),
        "Tree": opened({"name": TEXT, "below": {"type": "array", "items": ref("Tree")}}, "name", "below"),
        "Error": opened({"code": described("ErrorCode"), "details": {"type": "object"}}, "code"),
    }


def enumerations() -> Json:
    return {
        "Level": {"type": "string", "enum": ["low", "high"], "x-mayGrow": True},
        "ErrorCode": {
            "type": "string",
            "enum": ["busy", "invalid"],
            "x-mayGrow": True,
            "x-codes": {"busy": {"retryable": True, "description": "It."}, "invalid": {"retryable": False}},
        },
        "ErrorReason": {"type": "string", "enum": ["away", "full"], "x-reasons": {"away": "It.", "full": "It."}},
    }


def document(schema: Json) -> WireSchema:
    return WireSchema(json.dumps(schema))


def differences(new: Json, old: Json | None = None) -> list[Difference]:
    """Return in what a schema differs from the small one, or from another."""
    return compare(document(small() if old is None else old), document(new))
