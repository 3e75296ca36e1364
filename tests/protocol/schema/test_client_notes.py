"""What the schema says to those who write clients besides the members of frames."""

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from orchd.features import make_codec
from orchd.protocol.schema import client_notes
from tests.wire_schema import Json, published

CODEC = make_codec()
DEFINITIONS: Json = published()["$defs"]
REQUESTS = {name: told for name, told in DEFINITIONS.items() if "x-reply" in told}
KEPT = {name: told for name, told in REQUESTS.items() if "x-subscription" in told}
TEXTS = {name: told for name, told in DEFINITIONS.items() if "x-text" in told}


def payload(frame: str) -> Json:
    """Return the definition of a frame's data."""
    (reference,) = find_references(DEFINITIONS[frame]["properties"]["data"])
    found: Json = DEFINITIONS[reference]
    return found


def find_references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"].removeprefix("#/$defs/")
        for member in value.values():
            yield from find_references(member)
    elif isinstance(value, list):
        for item in value:
            yield from find_references(item)


def has_path(frame: str, path: str) -> bool:
    """Whether a frame's data has a member at a path of names with dots between."""
    here, *rest = path.split(".")
    found = payload(frame)["properties"].get(here)
    for name in rest:
        (reference,) = find_references(found)
        found = DEFINITIONS[reference]["properties"].get(name)
    return found is not None


def test_whatever_is_pushed_belongs_to_a_subscription_or_follows_a_resume() -> None:
    pushing = {name for name, told in REQUESTS.items() if told["x-pushes"]}
    assert pushing - {*KEPT} == {"ChatResumeFrame"}, "give its command the terms of the subscription"
    assert {*KEPT} <= pushing


@pytest.mark.parametrize("name", sorted(KEPT))
def test_a_subscription_can_be_ended_and_kept(name: str) -> None:
    told = KEPT[name]["x-subscription"]
    assert "x-reply" in DEFINITIONS[told["end"]]
    if "key" in told:
        assert has_path(name, told["key"])
        assert has_path(told["end"], told["key"])
        assert {*told["keys"]} == {*KEPT[name]["x-pushes"]}
        assert all(has_path(frame, path) for frame, path in told["keys"].items())
    if "since" in told:
        assert has_path(name, told["since"])
        assert has_path(KEPT[name]["x-reply"], told["recovered"])
        assert all(has_path(frame, told["number"]) for frame in KEPT[name]["x-pushes"])


def test_what_could_be_followed_by_number_says_so() -> None:
    numbered = {name for name in REQUESTS if name.endswith("SubscribeFrame") and "since" in payload(name)["properties"]}
    assert numbered == {name for name, told in KEPT.items() if "since" in told["x-subscription"]}


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_a_piece_of_text_has_the_members_that_are_named(name: str) -> None:
    told = TEXTS[name]["x-text"]
    members = (*told["of"], *(value for key, value in told.items() if key != "of"))
    assert len(members) > 2
    assert all(has_path(name, member) for member in members)


def test_every_growing_text_is_marked() -> None:
    streaming = {name for name in DEFINITIONS if name.endswith("StreamingFrame")}
    assert streaming
    assert streaming == {*TEXTS}


def test_an_answer_can_be_resumed_whoever_asked_for_it() -> None:
    answers = {name for name, told in REQUESTS.items() if "ChatStreamingFrame" in told["x-before"]}
    resumed = {name: told["x-resume"] for name, told in REQUESTS.items() if "x-resume" in told}
    assert {*resumed} == answers - {"ChatResumeFrame"}
    assert {*resumed.values()} == {"ChatResumeFrame"}


def test_the_connections_own_frames_are_there() -> None:
    told = published()["x-session"]
    assert all(told[name] in DEFINITIONS for name in ("ready", "closing", "error", "ping", "cancel", "authenticate"))
    for name in ("maxInFlight", "maxFrameBytes", "heartbeatSeconds"):
        assert has_path(told["ready"], told[name])
    assert has_path(told["closing"], told["reconnectAfterMs"])
    assert sorted(told["reconnectSeconds"]) == told["reconnectSeconds"]


def test_null_clears_what_can_be_null_where_it_is_stored() -> None:
    cleared = {
        (name, member)
        for name, told in DEFINITIONS.items()
        for member, schema in told.get("properties", {}).items()
        if "x-nullClears" in schema
    }
    assert {("TaskUpdate", "dueAt"), ("TaskUpdate", "model"), ("SubtaskUpdate", "assistant")} <= cleared
    structs = {command.payload.__name__: command.payload for command in CODEC.commands.values()}
    for name, member in cleared:
        fields = {field.encode_name: field for field in msgspec.structs.fields(structs[name])}
        assert fields[member].default is msgspec.UNSET


def test_what_has_no_text_or_subscription_says_nothing_of_it() -> None:
    ping = CODEC.commands["ping"]
    assert not {"x-subscription", "x-resume", "x-replyData"} & client_notes.of_command(ping, CODEC).keys()
    assert client_notes.of_frame(ping.reply) == {}
