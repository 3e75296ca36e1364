"""From a schema's text to a contract, and what is said of one that can't be used."""

from collections.abc import Callable
from functools import cache

import pytest

from orchd.codegen.reading.contract import (
    ConstantType,
    Contract,
    EnumerationReference,
    IntegerType,
    ListType,
    MapType,
    Nullable,
    TaggedUnion,
)
from orchd.codegen.reading.document import SchemaError
from orchd.codegen.reading.frames import read_contract
from tests.codegen_schema import Json, as_file, client_frame, small_schema
from tests.wire_schema import published


@cache
def real() -> Contract:
    """Return what is read of the whole wire."""
    return read_contract(as_file(published()))


def test_requests_and_frames_of_the_whole_wire_are_read() -> None:
    told = published()
    assert len(real().requests) == len(told["$defs"]["ClientFrame"]["oneOf"])
    assert len(real().server_frames) == len(told["$defs"]["ServerFrame"]["oneOf"])
    assert {frame.payload for frame in real().server_frames.values()} <= {*real().objects}
    assert "access:told" in real().unasked
    assert {"session:ready", "error", "chat:message"}.isdisjoint(real().unasked)


def test_what_ends_a_request_and_what_comes_besides_is_named_by_types() -> None:
    send = real().requests["chat:send"]
    assert (send.reply, send.reply_data, send.resume) == ("chat:message", {"role": "assistant"}, "chat:resume")
    assert send.before == ("chat:message", "chat:progress", "chat:streaming")
    followed = real().requests["task:subscribe"].subscription
    assert followed is not None
    assert (followed.end, followed.key, followed.keys["task:update"]) == ("task:unsubscribe", "taskId", "task.id")
    numbered = real().requests["conversation:subscribe"].subscription
    assert numbered is not None
    assert numbered.changes is not None
    assert numbered.changes.since == "since"


def test_members_have_types_bounds_units_and_defaults() -> None:
    contract = read_contract(as_file(small_schema()))
    paint = {member.name: member for member in contract.objects["Paint"].members}
    assert paint["class"].type == Nullable(IntegerType(1, 2**53 - 1))
    assert (paint["waitMs"].unit, paint["waitMs"].default, paint["waitMs"].required) == ("milliseconds", 5, False)
    assert paint["from"].unit is None
    assert paint["shade"].type == EnumerationReference("Shade")
    assert paint["coats"].type == ListType(
        TaggedUnion("kind", (("red", "RedPaint"), ("blue", "BluePaint"))), max_items=3
    )
    assert isinstance(paint["notes"].type, MapType)
    assert contract.objects["RedPaint"].members[0].type == ConstantType("red")
    assert contract.objects["PaintCreate"].closed
    assert not contract.objects["Paint"].closed
    assert contract.enumerations["Shade"].may_grow


def test_codes_say_what_a_client_does() -> None:
    codes = {fact.code: fact for fact in real().error_codes}
    assert codes["busy"].retryable
    assert not codes["invalid"].retryable
    closes = {fact.code: fact.reconnect for fact in real().close_codes}
    assert closes[1001]
    assert not closes[4500]


def no_title(schema: Json) -> None:
    del schema["title"]


def other_title(schema: Json) -> None:
    schema["title"] = "Pet store"


def newer(schema: Json) -> None:
    schema["title"] = "orchd.v2"


def older(schema: Json) -> None:
    schema["title"] = "orchd.v0"


def no_session(schema: Json) -> None:
    del schema["x-session"]


def no_root(schema: Json) -> None:
    del schema["$defs"]["ServerFrame"]


def no_frame(schema: Json) -> None:
    del schema["$defs"]["PongFrame"]


def no_object(schema: Json) -> None:
    del schema["$defs"]["RedPaint"]


def no_reply(schema: Json) -> None:
    del schema["$defs"]["PingFrame"]["x-reply"]


def unknown_reply(schema: Json) -> None:
    schema["$defs"]["PingFrame"]["x-reply"] = "Nobody"


def no_constant(schema: Json) -> None:
    del schema["$defs"]["PingFrame"]["properties"]["type"]["const"]


def one_type_twice(schema: Json) -> None:
    schema["$defs"]["CancelFrame"]["properties"]["type"]["const"] = "ping"


def no_data(schema: Json) -> None:
    del schema["$defs"]["PongFrame"]["properties"]["data"]


def text_for_data(schema: Json) -> None:
    schema["$defs"]["PongFrame"]["properties"]["data"] = {"type": "string"}


def wrong_kind_of_keyword(schema: Json) -> None:
    schema["$defs"]["Paint"]["properties"]["from"]["maxLength"] = "long"


def unknown_type(schema: Json) -> None:
    schema["$defs"]["Paint"]["properties"]["from"]["type"] = "date"


def nameless_object(schema: Json) -> None:
    schema["$defs"]["Paint"]["properties"]["from"] = {"type": "object", "properties": {"a": {}}}


def two_in_all_of(schema: Json) -> None:
    schema["$defs"]["Paint"]["properties"]["from"] = {"allOf": [{"type": "string"}, {"type": "string"}]}


def only_null(schema: Json) -> None:
    schema["$defs"]["Paint"]["properties"]["from"] = {"anyOf": [{"type": "null"}]}


def no_tag(schema: Json) -> None:
    del schema["$defs"]["RedPaint"]["properties"]["kind"]["const"]


def required_stranger(schema: Json) -> None:
    schema["$defs"]["Paint"]["required"].append("height")


def no_end(schema: Json) -> None:
    schema["$defs"]["PingFrame"]["x-subscription"] = {"end": "Nobody"}


def no_text(schema: Json) -> None:
    schema["$defs"]["PongFrame"]["x-text"] = {"of": [], "chunk": "chunk", "done": "done"}


def no_codes(schema: Json) -> None:
    del schema["$defs"]["ErrorCode"]
    schema["$defs"]["Error"]["properties"]["code"] = {"type": "string"}


def strange_session(schema: Json) -> None:
    schema["x-session"]["ping"] = "Nobody"


@pytest.mark.parametrize(
    ("damage", "complaint"),
    [
        (no_title, r"there is no `title`, at \$"),
        (other_title, r"no schema of orchd's protocol: its title is 'Pet store', at \$\.title"),
        (newer, "the protocol orchd.v2; this release of orchd writes clients of orchd.v1"),
        (older, "older than orchd.v1"),
        (no_session, "no 'x-session': it was printed by a release of orchd that is too old"),
        (no_root, r"no 'ServerFrame', at \$\.\$defs"),
        (no_frame, r"no '#/\$defs/PongFrame', at \$\.\$defs\.ServerFrame\.oneOf\[3\]\.\$ref"),
        (no_object, r"no '#/\$defs/RedPaint', at \$\.\$defs\.PaintCreate\.properties\.coats\.items\.anyOf\[0\]\.\$ref"),
        (no_reply, r"no 'x-reply', at \$\.\$defs\.PingFrame"),
        (unknown_reply, r"no frame 'Nobody', at \$\.\$defs\.PingFrame\.x-reply"),
        (no_constant, r"a frame needs a constant `type`, at \$\.\$defs\.PingFrame"),
        (one_type_twice, "PingFrame and CancelFrame have the same type 'ping'"),
        (no_data, r"a frame needs `data`, at \$\.\$defs\.PongFrame"),
        (text_for_data, r"a reference to an object, at \$\.\$defs\.PongFrame\.properties\.data"),
        (wrong_kind_of_keyword, "there must be `int"),
        (unknown_type, r"'date' is no type that a frame may have, at \$\.\$defs\.Paint\.properties\.from\.type"),
        (nameless_object, "needs a definition of its own"),
        (two_in_all_of, "only one schema may stand in `allOf`"),
        (only_null, "more than null"),
        (no_tag, "'kind' doesn't tell RedPaint from the others"),
        (required_stranger, r"'height', which is no member, at \$\.\$defs\.Paint"),
        (no_end, r"no frame 'Nobody', at \$\.\$defs\.PingFrame\.x-subscription\.end"),
        (no_text, r"Pong has no member 'chunk', at \$\.\$defs\.PongFrame\.x-text"),
        (no_codes, "no 'ErrorCode'"),
        (strange_session, r"no frame 'Nobody', at \$\.x-session"),
    ],
)
def test_a_damaged_schema_is_refused_with_the_place(damage: Callable[[Json], None], complaint: str) -> None:
    schema = small_schema()
    damage(schema)
    with pytest.raises(SchemaError, match=complaint):
        read_contract(as_file(schema))


def test_a_frame_without_a_definition_is_refused_by_the_request_that_names_it() -> None:
    schema = small_schema()
    schema["$defs"]["PingFrame"] = client_frame("ping", "Ping", "PongFrame", **{"x-before": ["PaintFrame", "Gone"]})
    with pytest.raises(SchemaError, match="no frame 'Gone'"):
        read_contract(as_file(schema))
