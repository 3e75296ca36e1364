"""The wire as an AsyncAPI document; its official parser judges it in a drill (`scripts/asyncapi.sh`)."""

import json
from functools import cache
from typing import Any

from orchd.protocol.schema.published import asyncapi_text
from tests.wire_schema import published


@cache
def document() -> dict[str, Any]:
    read: dict[str, Any] = json.loads(asyncapi_text())
    return read


def references(node: Any) -> set[str]:
    if isinstance(node, dict):
        own = {node["$ref"]} if isinstance(node.get("$ref"), str) else set()
        return own.union(*map(references, node.values()))
    return set().union(*map(references, node)) if isinstance(node, list) else set()


def at(reference: str) -> Any:
    node: Any = document()
    for step in reference.removeprefix("#/").split("/"):
        node = node[step]
    return node


def test_every_reference_leads_somewhere() -> None:
    found = references(document())
    assert len(found) > 500
    for each in found:
        at(each)


def test_every_frame_is_a_message_and_every_request_an_operation() -> None:
    definitions = published()["$defs"]
    frames = {
        each["$ref"].removeprefix("#/$defs/")
        for root in ("ClientFrame", "ServerFrame")
        for each in definitions[root]["oneOf"]
    }
    assert {*document()["channels"]["frames"]["messages"]} == {*document()["components"]["messages"]} == frames
    received = [each for each in document()["operations"].values() if each["action"] == "receive"]
    assert len(received) == len(definitions["ClientFrame"]["oneOf"])
    asked = document()["operations"]["ChatSend"]
    names = [each["$ref"].rpartition("/")[2] for each in asked["reply"]["messages"]]
    assert names == ["ChatMessageFrame", "ChatProgressFrame", "ChatStreamingFrame", "ErrorFrame"]


def test_every_frame_of_the_daemon_is_sent_or_answers() -> None:
    operations = document()["operations"].values()
    sent = {each["$ref"].rpartition("/")[2] for told in operations for each in told.get("reply", told)["messages"]}
    server = {each["$ref"].removeprefix("#/$defs/") for each in published()["$defs"]["ServerFrame"]["oneOf"]}
    assert server <= sent
