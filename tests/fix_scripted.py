"""A daemon that says what a test tells it to, over a real WebSocket: for clients, and for what no real daemon does."""

import json
from collections.abc import Awaitable, Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

import pytest
import trio
import trio_websocket
from trio_websocket import ConnectionClosed, WebSocketConnection, WebSocketRequest

GOLDEN = Path(__file__).parent / "golden"
GREETING = {
    "protocol": "orchd.v1",
    "server": {"name": "orchd", "version": "0"},
    "sessionId": "s",
    "epoch": "e",
    "user": "ana",
    "limits": {"maxFrameBytes": 1048576, "maxInFlight": 32},
    "heartbeatSeconds": 20,
}


def golden(kind: str, **changes: Any) -> dict[str, Any]:
    """Return the data of a frame of the daemon's, as it may be."""
    return {**golden_frames()[kind]["example"]["data"], **changes}


def whole(kind: str, data: dict[str, Any]) -> dict[str, Any]:
    """Return data with the members that such a frame can't be without."""
    told = golden_frames().get(kind)
    if told is None:
        return data
    example = told["example"]["data"]
    return {
        **told.get("least", told["example"])["data"],
        **{name: _inside(example.get(name), data[name]) for name in data},
    }


def _inside(example: Any, value: Any) -> Any:
    if isinstance(value, list) and isinstance(example, list) and example:
        return [_inside(example[0], item) for item in value]
    if isinstance(value, dict) and isinstance(example, dict):
        return {**example, **{name: _inside(example.get(name), value[name]) for name in value}}
    return value


@cache
def golden_frames() -> dict[str, dict[str, Any]]:
    """Return what stands in `tests/golden` of the daemon's frames."""
    read = [json.loads(path.read_text(encoding="utf-8"))["server"] for path in sorted(GOLDEN.glob("*.json"))]
    return {kind: told for each in read for kind, told in each.items()}


class ScriptedSession:
    """One connection as the script sees it."""

    def __init__(self, socket: WebSocketConnection, subprotocols: list[str]) -> None:
        self.socket = socket
        self.subprotocols = subprotocols

    async def send(self, kind: str, data: dict[str, Any], request_id: str | None = None) -> None:
        """Send a frame; `request_id` None makes a pushed one. What its data must have besides, a golden frame has."""
        frame = {"type": kind, "data": whole(kind, data)} | ({"id": request_id} if request_id is not None else {})
        await self.socket.send_message(json.dumps(frame))

    async def greet(self) -> None:
        """Send the first frame of every session."""
        await self.send("session:ready", GREETING)

    async def receive(self, kind: str) -> dict[str, Any]:
        """The next frame, which must be of this type."""
        frame: dict[str, Any] = json.loads(await self.socket.get_message())
        assert frame["type"] == kind
        return frame

    async def close(self, code: int, reason: str = "") -> None:
        """Close with a code."""
        await self.socket.aclose(code, reason)

    async def cut(self) -> None:
        """Close the connection without a word."""
        await self.socket._stream.aclose()


Script: TypeAlias = Callable[[ScriptedSession], Awaitable[None]]
StartScripted: TypeAlias = Callable[..., Awaitable[str]]


@pytest.fixture
def start_scripted(nursery: trio.Nursery) -> StartScripted:
    """`await start_scripted(first, second)`: run one script a connection, in order; gives the URL."""

    async def start(*scripts: Script) -> str:
        waiting = list(scripts)

        async def handle(request: WebSocketRequest) -> None:
            socket = await request.accept(
                subprotocol="orchd.v1" if "orchd.v1" in request.proposed_subprotocols else None
            )
            try:
                await waiting.pop(0)(ScriptedSession(socket, list(request.proposed_subprotocols)))
                await socket.get_message()  # nothing more is expected; the client closes
                raise AssertionError("the client went on after the end of the script")
            except ConnectionClosed:
                return

        server = await nursery.start(trio_websocket.serve_websocket, handle, "127.0.0.1", 0, None)
        return f"http://127.0.0.1:{server.port}"

    return start
