"""Parts of a schema that can each be read, and don't fit together."""

from collections.abc import Callable
from typing import Any

import pytest

from orchd.codegen.reading.document import SchemaError
from orchd.codegen.reading.frames import read_contract
from tests.codegen_schema import INTEGER, TEXT, Json, as_file, members, refer, small_schema


def put(*steps: str, value: Any) -> Callable[[Json], None]:
    """Return an edit that has a value stand at a place."""

    def edit(schema: Json) -> None:
        node = schema
        for step in steps[:-1]:
            node = node[step]
        node[steps[-1]] = value

    return edit


def in_paint(value: Json) -> Callable[[Json], None]:
    return put("$defs", "Paint", "properties", "more", value=value)


def deep() -> Json:
    told: Json = TEXT
    for _ in range(100):
        told = {"type": "array", "items": told}
    return told


FOLLOWS = {"end": "CancelFrame", "key": "id", "keys": {}}


@pytest.mark.parametrize(
    ("edit", "complaint"),
    [
        (put("x-session", "path", value='"); import os; ("'), r"no path of an address, at \$\.x-session\.path"),
        (put("x-session", "protocol", value="orchd.v9"), r"must be orchd\.v1, as in the title"),
        (put("x-session", "ping", value="PongFrame"), "'PongFrame' goes in the other direction"),
        (put("x-session", "ready", value="PingFrame"), "'PingFrame' goes in the other direction"),
        (put("$defs", "PingFrame", "x-reply", value="CancelFrame"), r"other direction, at .*PingFrame\.x-reply"),
        (put("$defs", "PingFrame", "x-before", value=["CancelFrame"]), r"other direction, at .*PingFrame\.x-before"),
        (put("$defs", "PingFrame", "x-resume", value="PongFrame"), r"other direction, at .*PingFrame\.x-resume"),
        (put("$defs", "ServerFrame", "oneOf", value=[refer("PingFrame")]), "the daemon both send 'PingFrame'"),
        (put("$defs", "Shade", "enum", value=[]), r"needs a value, at \$\.\$defs\.Shade\.enum"),
        (put("$defs", "ErrorCode", "x-codes", value={}), "must be an error code"),
        (put("$defs", "ErrorReason", "x-reasons", value={}), "must be a reason"),
        (in_paint(refer("PaintCreate")), r"PaintCreate is closed, .* at \$\.\$defs\.Paint\.properties\.more"),
        (in_paint(refer("PongFrame")), "there is no '#/\\$defs/PongFrame'"),
        (in_paint(refer("ServerFrame")), "there is no '#/\\$defs/ServerFrame'"),
        (in_paint({"anyOf": [refer("RedPaint"), refer("BluePaint")]}), "need a `discriminator`"),
        (in_paint({"anyOf": [refer("RedPaint"), {"type": "object"}]}), "need a `discriminator`"),
        (in_paint(deep()), "more than 64 types"),
        (in_paint({"type": "string", "default": 5}), "default is not of its type"),
        (in_paint({"type": "boolean", "default": 0}), "default is not of its type"),
        (in_paint({"anyOf": [{"type": "integer"}, {"type": "null"}], "default": True}), "default is not of its type"),
        (put("$defs", "BluePaint", "properties", "kind", "const", value="red"), "have the same 'kind'"),
        (put("$defs", "BluePaint", "additionalProperties", value=False), "closed"),
        (put("$defs", "Paint", "additionalProperties", value=False), "Paint is closed, which only data of clients"),
        (put("$defs", "PaintCreate", "additionalProperties", value=True), "PaintCreate must be closed"),
        (put("$defs", "PingFrame", "x-replyData", value={"no": "x"}), r"Pong has no member 'no', at .*x-replyData"),
        (put("$defs", "PingFrame", "x-subscription", value=FOLLOWS), r"Ping has no member 'id', at .*x-subscription"),
        (
            put("$defs", "CancelFrame", "x-subscription", value=FOLLOWS | {"keys": {"PongFrame": "task.id"}}),
            r"Pong has no member 'task', at .*x-subscription\.keys",
        ),
        (
            put(
                "$defs",
                "PingFrame",
                "x-subscription",
                value={"end": "PingFrame", "since": "since", "number": "n", "recovered": "r"},
            ),
            "Ping has no member 'since'",
        ),
        (
            put("$defs", "PaintFrame", "x-text", value={"of": [], "chunk": "from", "done": "class"}),
            r"`of` must name a member, at .*x-text",
        ),
    ],
)
def test_what_does_not_fit_together_is_refused_with_its_place(edit: Callable[[Json], None], complaint: str) -> None:
    schema = small_schema()
    edit(schema)
    with pytest.raises(SchemaError, match=complaint):
        read_contract(as_file(schema))


def test_what_fits_together_is_read() -> None:
    schema = small_schema()
    schema["$defs"]["Paint"]["properties"] |= {
        "inner": refer("Paint"),
        "size": {"type": "number", "default": 1},
        "flat": {"anyOf": [refer("Shade"), refer("RedPaint"), INTEGER]},
    }
    schema["$defs"]["PaintCreate"]["properties"]["seen"] = refer("Paint")
    schema["$defs"]["Pong"] = members(id=TEXT)
    schema["$defs"]["CancelFrame"]["x-subscription"] = FOLLOWS | {"keys": {"PongFrame": "id"}}
    assert "inner" in {member.name for member in read_contract(as_file(schema)).objects["Paint"].members}
