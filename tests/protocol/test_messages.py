"""The session's own frames, byte for byte as clients know them."""

import json

from orchd.protocol.codec import Codec, Request
from orchd.protocol.frame_type import FrameType, Payload
from orchd.protocol.messages import (
    CANCEL,
    CLOSING,
    COMMANDS,
    ERROR,
    FRAMES,
    PING,
    READY,
    Cancel,
    Cancelled,
    Error,
    Limits,
    Ping,
    Pong,
    ServerInfo,
    SessionClosing,
    SessionReady,
)
from tests.answering import body

CODEC = Codec(COMMANDS, FRAMES)


def sent(kind: FrameType[Payload], payload: Payload, request_id: str | None = None) -> object:
    """Return a frame as its client reads it."""
    return json.loads(body(kind.frame(payload, request_id)))


def test_the_greeting() -> None:
    limits = Limits(1 << 20, 32)
    ready = SessionReady("orchd.v1", ServerInfo("orchd", "1.0"), "s", "e", "local", limits, 20.0, ("no_mail",))
    assert sent(READY, ready) == {
        "type": "session:ready",
        "data": {
            "protocol": "orchd.v1",
            "server": {"name": "orchd", "version": "1.0"},
            "sessionId": "s",
            "epoch": "e",
            "user": "local",
            "limits": {"maxFrameBytes": 1048576, "maxInFlight": 32},
            "heartbeatSeconds": 20.0,
            "switchedOff": ["no_mail"],
        },
    }


def test_replies_carry_the_id_and_pushed_frames_none() -> None:
    assert sent(PING.reply, Pong("2026-01-02T03:04:05.006Z"), "a") == {
        "type": "pong",
        "id": "a",
        "data": {"timestamp": "2026-01-02T03:04:05.006Z"},
    }
    assert sent(CANCEL.reply, Cancelled("a", found=False), "b") == {
        "type": "cancelled",
        "id": "b",
        "data": {"id": "a", "found": False},
    }
    assert sent(CLOSING, SessionClosing("shutdown", 2000)) == {
        "type": "session:closing",
        "data": {"reason": "shutdown", "reconnectAfterMs": 2000},
    }


def test_an_error_has_details_only_when_there_are_some() -> None:
    bare = {"code": "busy", "message": "later", "retryable": True}
    assert sent(ERROR, Error("busy", "later", True)) == {"type": "error", "data": bare}
    detailed = {**bare, "details": {"field": "id"}}
    assert sent(ERROR, Error("busy", "later", True, {"field": "id"})) == {"type": "error", "data": detailed}


def test_what_clients_send() -> None:
    assert CODEC.decode('{"type":"ping"}') == Request("ping", None, Ping())
    assert CODEC.decode('{"type":"ping","id":"a","data":{}}') == Request("ping", "a", Ping())
    assert CODEC.decode('{"type":"cancel","data":{"id":"a"}}') == Request("cancel", None, Cancel("a"))
