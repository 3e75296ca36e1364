"""Requests at the doors of other programs: such as those programs send, and what becomes of them.

A body is one that its door takes, changed now and then: a member of another type, one too many or too few, values that
are deep, wide or larger than any number, bytes that are no text, an end in the middle; or sent by another method, as
another type, or to another path. One `Random` decides everything: a seed tells a whole run.
"""

import copy
import json
from collections.abc import Callable, Mapping
from random import Random
from typing import Any, Literal, NamedTuple, TypeAlias

import msgspec

from tests.door_bodies import CALLS, CHAT, EMBEDDER, GENERATE, MESSAGES, MODEL, OLLAMA, RESPONSES, SAYS

Shape: TypeAlias = Literal["openai", "anthropic", "ollama", "mcp", "other"]
Framing: TypeAlias = Literal["length", "chunked", "cut", "none"]

SLOW = ("run_task", "verify_text")
"""Tools that ask models often."""
QUICK = tuple(sorted(CALLS.keys() - set(SLOW)))
STATELESS = "2026-07-28"
ASSISTANT = "brief"
"""An assistant that there is."""


class Door(NamedTuple):
    """A path, and what it takes."""

    shape: Shape
    method: str
    path: str
    body: Mapping[str, Any] | None = None


DOORS = (
    Door("openai", "GET", "/v1/models"),
    Door("openai", "GET", f"/v1/models/{MODEL}"),
    Door("openai", "POST", "/v1/chat/completions", CHAT),
    Door("openai", "POST", "/v1/chat/completions", {**CHAT, "model": f"assistant:{ASSISTANT}"}),
    Door("openai", "POST", "/v1/chat/completions", {**CHAT, "model": "task", "n": 2}),
    Door("openai", "POST", "/v1/completions", {"model": MODEL, "prompt": [SAYS], "max_tokens": 4, "stream": True}),
    Door("openai", "POST", "/v1/embeddings", {"model": EMBEDDER, "input": ["one", "two"], "encoding_format": "float"}),
    Door("openai", "POST", "/v1/rerank", {"model": EMBEDDER, "query": "one", "documents": ["one", {"text": "two"}]}),
    Door("openai", "POST", "/v1/responses", RESPONSES),
    Door("anthropic", "POST", "/v1/messages", MESSAGES),
    Door("anthropic", "POST", "/v1/messages/count_tokens", MESSAGES),
    Door("ollama", "GET", "/api/version"),
    Door("ollama", "GET", "/api/tags"),
    Door("ollama", "GET", "/api/ps"),
    Door("ollama", "POST", "/api/show", {"model": MODEL, "verbose": True}),
    Door("ollama", "POST", "/api/chat", OLLAMA),
    Door("ollama", "POST", "/api/generate", GENERATE),
    Door("ollama", "POST", "/api/embed", {"model": EMBEDDER, "input": ["one", "two"], "dimensions": 4}),
    Door("ollama", "POST", "/api/embeddings", {"model": EMBEDDER, "prompt": "one"}),
    *(Door("ollama", "POST", f"/api/{name}", {"model": MODEL}) for name in ("pull", "push", "create", "copy")),
    Door("ollama", "DELETE", "/api/delete", {"model": MODEL}),
)
MCP = "/mcp"
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "BREW")
TYPES = (
    "text/plain",
    "application/json; charset=utf-16",
    "application/x-www-form-urlencoded",
    "multipart/form-data",
    "",
    "application/json, text/plain",
)
CONVERSATIONS = ("new", "1", "999999", "-1", "nobody", "9" * 40, "")
ANYTHING: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 1.5, 10**30, -(2**63), 2**64, 1e308),
    *("", " ", "x", "\0", "\ud800", "\u202e字🙂", "x" * 5_000),
    *([], {}, [None], [[]], {"": ""}, {"type": "text"}, {"role": "user"}, {"a": {"b": [{}]}}),
    *([0] * 3_000, ["x"] * 3_000),
    *("task", "task:nobody", "assistant:nobody", f"{MODEL}@nowhere", "data:image/png;base64,%", "0s"),
)
HOLE = "\u0001hole\u0001"
FILLINGS = (
    *("NaN", "Infinity", "1e999", "-1e999", "9" * 400, "0." + "1" * 400, "-0", "01", "+1"),
    *("'x'", "undefined", "", '"\\ud800"'),
    *("[" * depth + "]" * depth for depth in (100, 900, 1_100, 5_000)),
    *('{"a":' * depth + "1" + "}" * depth for depth in (100, 900, 1_100, 5_000)),
    *("[" + ",".join(["{}"] * 5_000) + "]", '"\t"', '"\\x"', '"\\u12"'),
)
"""What no value of Python's is written as, put in the place of one."""
JUNK = (
    b"",
    b" ",
    b"null",
    b"0",
    b'"x"',
    b"[]",
    b"{}",
    b"{",
    b"\xff\xfe{}",
    b"\xef\xbb\xbf{}",
    b"{}{}",
    b"\0" * 100,
    b"[" * 100_000,
)


class DrawnRequest(NamedTuple):
    """A request. `sound`: it is well-formed HTTP with a JSON object, so that what is wrong has a name."""

    shape: Shape
    method: str
    path: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    framing: Framing
    sound: bool


class DoorDrawer:
    """Draws requests."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self._changes: tuple[Callable[[Any], None], ...] = (self._replace, self._replace, self._remove, self._add)

    def draw(self) -> DrawnRequest:
        """Return a request to any door."""
        door = self._mcp() if self.random.random() < 0.25 else self.random.choice(DOORS)
        value = copy.deepcopy(door.body)
        for _ in range(self.random.choice((0, 1, 1, 1, 2, 5)) if value else 0):
            self.random.choice(self._changes)(value)
        text, sound = self._written(value)
        headers = (*self._headers(door, value), *self._type())
        method, path = door.method, door.path
        if self.random.random() < 0.04:
            method, sound = self.random.choice(METHODS), False
        if self.random.random() < 0.02:
            path, sound = self._other_path(path), False
        framings: tuple[Framing, ...] = ("length",) * 20 + ("chunked",) * 4 + ("cut",)
        framing: Framing = self.random.choice(framings) if text or door.method != "GET" else "none"
        typed = ("Content-Type", "application/json") in headers
        return DrawnRequest(
            door.shape if path == door.path else "other",
            method,
            path,
            headers,
            text,
            framing,
            sound and typed and framing != "cut",
        )

    def _mcp(self) -> Door:
        name = self.random.choice((*QUICK, *QUICK, *SLOW) if self.random.random() < 0.1 else QUICK)
        calls: dict[str, Any] = {"name": name, "arguments": CALLS[name]}
        method, params = self.random.choice(
            (
                *(("tools/call", calls),) * 6,
                *((name, {}) for name in ("tools/list", "server/discover", "ping", "nothing")),
                ("initialize", {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "x"}}),
                ("notifications/cancelled", {"requestId": 1}),
                ("notifications/initialized", {}),
            )
        )
        meta = {
            "io.modelcontextprotocol/protocolVersion": STATELESS,
            "io.modelcontextprotocol/clientCapabilities": {},
            "progressToken": "p",
        }
        if self.random.random() < 0.5:
            params = {**params, "_meta": meta}
        return Door("mcp", "POST", MCP, {"jsonrpc": "2.0", "id": 1, "method": method, "params": params})

    def _headers(self, door: Door, value: Any) -> tuple[tuple[str, str], ...]:
        if door.shape == "anthropic":
            return (("anthropic-version", "2023-06-01"),)
        if door.shape == "mcp":
            return self._mcp_headers(door, value)
        if self.random.random() < 0.1:
            return (("X-Orchd-Conversation", self.random.choice(CONVERSATIONS)),)
        return ()

    def _mcp_headers(self, door: Door, value: Any) -> tuple[tuple[str, str], ...]:
        assert door.body is not None, "every message has one"
        params = door.body["params"]
        accept = ("Accept", self.random.choice(("application/json, text/event-stream", "application/json", "*/*")))
        if "_meta" not in params or self.random.random() < 0.05:
            return (accept, ("Mcp-Session-Id", "s"))
        name = params.get("name", "x")
        return (accept, ("MCP-Protocol-Version", STATELESS), ("Mcp-Method", door.body["method"]), ("Mcp-Name", name))

    def _type(self) -> tuple[tuple[str, str], ...]:
        kind = "application/json" if self.random.random() < 0.95 else self.random.choice(TYPES)
        return (("Content-Type", kind),) if kind else ()

    def _other_path(self, path: str) -> str:
        near = (f"{path}/", f"{path}/x", path.upper(), f"/{path}", f"{path}?x=%ff", f"{path}/%2f%00%ff")
        return self.random.choice((*near, "/v1", "/api/x", "/v1/x"))

    def _places(self, value: Any) -> list[tuple[Any, Any]]:
        """Return all containers below a value, each with one of its keys."""
        inner = (
            list(value.items())
            if isinstance(value, dict)
            else list(enumerate(value))
            if isinstance(value, list)
            else []
        )
        return [place for key, held in inner[:50] for place in ((value, key), *self._places(held))]

    def _replace(self, value: Any) -> None:
        if places := self._places(value):
            held, key = self.random.choice(places)
            held[key] = HOLE if self.random.random() < 0.2 else copy.deepcopy(self.random.choice(ANYTHING))

    def _remove(self, value: Any) -> None:
        if places := self._places(value):
            held, key = self.random.choice(places)
            del held[key]

    def _add(self, value: Any) -> None:
        objects = [value, *(held[key] for held, key in self._places(value) if isinstance(held[key], dict))]
        names = ("more", "id", "type", "n", "logprobs", "metadata", "user", "name", "content", "\ud800", "", "stream")
        self.random.choice(objects)[self.random.choice(names)] = copy.deepcopy(self.random.choice(ANYTHING))

    def _written(self, value: Any) -> tuple[bytes, bool]:
        """Return a body's bytes, and whether they are the JSON of an object."""
        if value is None:
            return b"", True
        text = json.dumps(value)
        while json.dumps(HOLE) in text:
            text = text.replace(json.dumps(HOLE), self.random.choice(FILLINGS), 1)
        data = text.encode()
        chance = self.random.random()
        if chance < 0.02:
            data = self.random.choice(JUNK)
        elif chance < 0.10:
            data = self._broken(data)
        return data, is_object(data)

    def _broken(self, data: bytes) -> bytes:
        place = self.random.randrange(len(data))
        wrong = self.random.choice((b"\xff", b"\xc3", b"\xed\xa0\x80", b"\0", b'"', b",", b"}", b"\\", b""))
        match self.random.randrange(5):
            case 0:
                return data[:place]
            case 1:
                return data[:-1] + b"," + data[1:]
            case 2:
                return data.decode().encode("utf-16")
            case 3:
                return data + self.random.choice(JUNK)
        return data[:place] + wrong + data[place + 1 :]


def is_object(data: bytes) -> bool:
    """Whether this is JSON of one object, with nothing in it that can't be read: its members have names, then."""
    try:
        return isinstance(msgspec.json.decode(data.decode()), dict)
    except (ValueError, RecursionError, msgspec.MsgspecError):
        return False
