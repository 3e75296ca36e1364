"""A small schema with one of each thing that schemas have, for tests of what is made from one."""

import json
from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]


def refer(name: str) -> Json:
    return {"$ref": f"#/$defs/{name}"}


def server_frame(kind: str, payload: str, **more: Any) -> Json:
    members = {"type": {"type": "string", "const": kind}, "data": {"allOf": [refer(payload)]}, "id": {"type": "string"}}
    return {
        "description": f"Tells {kind}.",
        "type": "object",
        "properties": members,
        "required": ["type", "data"],
    } | more


def client_frame(kind: str, payload: str, reply: str, **more: Any) -> Json:
    told = server_frame(kind, payload)
    told |= {"additionalProperties": False, "x-right": "read", "x-scope": "chat", "x-reply": reply}
    return told | {"x-before": [], "x-pushes": []} | more


def members(required: tuple[str, ...] = (), *, closed: bool = False, **properties: Json) -> Json:
    told: Json = {"description": "An object.", "type": "object", "properties": properties, "required": [*required]}
    return told | ({"additionalProperties": False} if closed else {})


INTEGER = {"type": "integer", "minimum": 1, "maximum": 2**53 - 1}
NULL = {"type": "null"}
TEXT = {"type": "string", "maxLength": 100, "description": "A text."}
TAGGED = {
    "anyOf": [refer("RedPaint"), refer("BluePaint")],
    "discriminator": {"propertyName": "kind", "mapping": {"red": "#/$defs/RedPaint", "blue": "#/$defs/BluePaint"}},
}
PAINT_MEMBERS: Json = {
    "from": TEXT,
    "class": {"anyOf": [INTEGER, NULL]},
    "waitMs": {**INTEGER, "default": 5, "x-unit": "milliseconds"},
    "shade": {"allOf": [refer("Shade")]},
    "coats": {"type": "array", "items": TAGGED, "maxItems": 3},
    "notes": {"type": "object", "additionalProperties": {"anyOf": [TEXT, {"type": "boolean"}]}, "maxProperties": 4},
}

DEFINITIONS: Json = {
    "ClientFrame": {"oneOf": [refer(f"{name}Frame") for name in ("Ping", "Cancel", "Authenticate", "PaintCreate")]},
    "ServerFrame": {"oneOf": [refer(f"{name}Frame") for name in ("Ready", "Closing", "Error", "Pong", "Paint")]},
    "PingFrame": client_frame("ping", "Ping", "PongFrame"),
    "Ping": members(closed=True),
    "CancelFrame": client_frame("cancel", "Cancel", "PongFrame"),
    "Cancel": members(("id",), closed=True, id=TEXT),
    "AuthenticateFrame": client_frame("session:authenticate", "Authenticate", "PongFrame"),
    "Authenticate": members(("token",), closed=True, token=TEXT),
    "PaintCreateFrame": client_frame("paint:create", "PaintCreate", "PaintFrame"),
    "PaintCreate": members(("from",), closed=True, **PAINT_MEMBERS),
    "ReadyFrame": server_frame("session:ready", "Ready"),
    "Ready": members(("epoch",), epoch=TEXT),
    "ClosingFrame": server_frame("session:closing", "Closing"),
    "Closing": members(reason=TEXT),
    "ErrorFrame": server_frame("error", "Error"),
    "Error": members(("code",), code={"allOf": [refer("ErrorCode")]}),
    "PongFrame": server_frame("pong", "Pong"),
    "Pong": members(),
    "PaintFrame": server_frame("paint:create", "Paint"),
    "Paint": members(("from", "class"), **PAINT_MEMBERS),
    "RedPaint": members(("kind",), kind={"type": "string", "const": "red"}, red={"type": "number", "minimum": 0}),
    "BluePaint": members(("kind",), kind={"type": "string", "const": "blue"}),
    "Shade": {"description": "How dark.", "type": "string", "enum": ["dark", "light"], "x-mayGrow": True},
    "ErrorCode": {
        "enum": ["busy", "gone"],
        "x-codes": {
            "busy": {"retryable": True, "common": True, "description": "Later."},
            "gone": {"retryable": False, "description": "Never."},
        },
    },
    "ErrorReason": {"enum": ["full"], "x-reasons": {"full": "There is no room."}},
}
SESSION: Json = {
    "protocol": "orchd.v1",
    "path": "/ws",
    "ready": "ReadyFrame",
    "closing": "ClosingFrame",
    "error": "ErrorFrame",
    "ping": "PingFrame",
    "cancel": "CancelFrame",
    "authenticate": "AuthenticateFrame",
    "reconnectSeconds": [0.1, 1.0],
    "silenceSeconds": 30.0,
    "pongSeconds": 10.0,
}


def small_schema() -> Json:
    """Return a schema that a test may change."""
    whole = {
        "title": "orchd.v1",
        "$defs": DEFINITIONS,
        "x-session": SESSION,
        "x-closeCodes": [{"code": 1001, "reconnect": True, "description": "shutting down"}],
    }
    read: Json = json.loads(json.dumps(whole))
    return read


def as_file(schema: Json) -> bytes:
    """Return a schema as its file has it."""
    return json.dumps(schema).encode()
