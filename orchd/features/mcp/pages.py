"""`POST /mcp`: each message of a client, and what it is answered.

A short answer is one JSON object. A long one is a stream of events, so that whoever waits hears that it goes on: what
it says of itself where that is wanted (`progressToken`), else remarks that clients pass over.
"""

from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from functools import partial
from typing import Any

import msgspec
import trio
from msgspec import Struct

from orchd import __version__
from orchd.errors import OrchdError
from orchd.features.gateway import RequestPlace, RequestPlaces, check_structure
from orchd.features.mcp.asking.call import McpCall
from orchd.features.mcp.asking.inner_client import InnerClient
from orchd.features.mcp.rpc import (
    EARLIER,
    INVALID_PARAMS,
    INVALID_REQUEST,
    METHOD_HEADER,
    METHOD_NOT_FOUND,
    NAME_HEADER,
    VERSION_HEADER,
    VERSIONS,
    RpcError,
    RpcMessage,
    as_progress,
    as_result,
    read_message,
    told_error,
)
from orchd.features.mcp.service import CallerRooms, McpCalls, ToolCaller, new_session
from orchd.features.mcp.tools import AnyTool
from orchd.server.entry.page import Headers, Page, PageRequest, PageRoute, Pages, Upload
from orchd.settings.entry.mcp import McpSettings

PATH = "/mcp"
JSON, EVENTS = "application/json", "text/event-stream"
PATIENCE_SECONDS = 2.0
"""So long nothing is said: most calls end within that, and are answered by one object."""
HEARTBEAT_SECONDS = 10.0
TELL_SECONDS = 0.5
"""The shortest time between two things that a call says."""
LISTING_MS = 300_000
"""For so long clients may take what they were told of tools to be true."""
SESSION_HEADER = "Mcp-Session-Id"
SERVER = {"name": "orchd", "title": "orchd", "version": __version__}
INSTRUCTIONS = (
    "orchd runs AI models on its owner's machines. `chat` asks one of them or an assistant, `run_task` has a longer"
    " task done and checked by several, `verify_text` holds a text against sources, `search` finds what was said and"
    " stored, `status` tells how busy the machine is."
)


class _Call(Struct):
    name: str
    arguments: msgspec.Raw = msgspec.Raw(b"{}")
    """Null where some clients mean none."""


class _Initialize(Struct, rename="camel"):
    protocol_version: str


class _CancelNotice(Struct, rename="camel"):
    request_id: int | str


class McpPages:
    """What the page does."""

    def __init__(self, calls: McpCalls, rooms: CallerRooms, places: RequestPlaces, settings: McpSettings) -> None:
        self._calls = calls
        self._rooms = rooms
        self._places = places
        self._settings = settings
        self._methods: Mapping[str, Callable[[RpcMessage, PageRequest], Awaitable[dict[str, Any]]]] = {
            "initialize": self._initialize,
            "ping": self._ping,
            "server/discover": self._discover,
            "tools/list": self._list,
        }

    def routes(self) -> Pages:
        """Return the page, for programs alone. Any token is let in; what it may do is asked of each tool."""
        upload = Upload(self._settings.body_bytes, (JSON,))
        route = PageRoute(
            "POST",
            "read",
            self._post,
            scope="models",
            upload=upload,
            origin="program",
            shape=as_rpc,
            watched=True,
        )
        return {PATH: (route,)}

    async def _post(self, request: PageRequest) -> Page:
        place = self._places.take(request.identity)
        streams = False
        try:
            names = (VERSION_HEADER, METHOD_HEADER, NAME_HEADER)
            check_structure(text := await place.read(request.incoming))
            message = read_message(text, {name: request.header(name) for name in names})
            if message.rpc_id is None or not message.method:
                return self._take(message, request)
            if message.method != "tools/call":
                return await self._answer(message, request)
            page = await self._call(message, request, place)
            streams = page.pieces is not None
            return page
        except RpcError as error:
            return Page(error.status, JSON, error.body)
        finally:
            if not streams:
                place.leave()

    def _take(self, message: RpcMessage, request: PageRequest) -> Page:
        """Take what wants no answer. Of notifications only one means something here, and only to those who can't say
        it by leaving."""
        if message.is_stateless and not message.method:
            raise RpcError(INVALID_REQUEST, "nothing is asked of clients here, so that there are no responses")
        if message.method == "notifications/cancelled" and not message.is_stateless:
            try:
                meant = message.read(_CancelNotice).request_id
            except RpcError:
                return Page(202, JSON, b"")
            key = _caller(request).key(request.header(SESSION_HEADER.lower()), meant)
            if key is not None:
                self._calls.cancel(key)
        return Page(202, JSON, b"")

    async def _answer(self, message: RpcMessage, request: PageRequest) -> Page:
        method = self._methods.get(message.method)
        of_earlier = message.method in ("initialize", "ping")
        if method is None or (message.is_stateless and of_earlier):
            raise message.error(METHOD_NOT_FOUND, f"there is no method {message.method[:100]}")
        result = await method(message, request)
        headers: Headers = ((SESSION_HEADER, new_session()),) if message.method == "initialize" else ()
        return Page(200, JSON, as_result(message, result, SERVER), headers)

    async def _initialize(self, message: RpcMessage, _request: PageRequest) -> dict[str, Any]:
        wanted = message.read(_Initialize).protocol_version
        return {
            "protocolVersion": wanted if wanted in EARLIER else EARLIER[0],
            "capabilities": {"tools": {}},
            "serverInfo": SERVER,
            "instructions": INSTRUCTIONS,
        }

    async def _ping(self, _message: RpcMessage, _request: PageRequest) -> dict[str, Any]:
        return {}

    async def _discover(self, _message: RpcMessage, _request: PageRequest) -> dict[str, Any]:
        told = {"supportedVersions": list(VERSIONS), "capabilities": {"tools": {}}, "instructions": INSTRUCTIONS}
        return {**told, "ttlMs": LISTING_MS, "cacheScope": "public"}

    async def _list(self, message: RpcMessage, request: PageRequest) -> dict[str, Any]:
        refusal = partial(self._rooms.frames.refusal, request.identity)
        listed = [tool.definition for tool in self._calls.tools.values() if tool.lack(refusal) is None]
        return {"tools": listed, **({"ttlMs": LISTING_MS, "cacheScope": "private"} if message.is_stateless else {})}

    async def _call(self, message: RpcMessage, request: PageRequest, place: RequestPlace) -> Page:
        asked = message.read(_Call)
        tool = self._calls.tools.get(asked.name)
        if tool is None:
            raise message.error(INVALID_PARAMS, f"Unknown tool: {asked.name[:100]}")
        caller = _caller(request)
        session = None if message.is_stateless else request.header(SESSION_HEADER.lower())
        key = caller.key(session, message.rpc_id)
        try:
            self._permit(tool, caller)
            call = self._calls.begin(tool, _arguments(asked), caller, self._rooms, key)
        except OrchdError as error:
            return self._reply(message, _failure(error))
        waits = True
        try:
            await call.wait(PATIENCE_SECONDS if _takes(request, EVENTS) else float("inf"))
            if call.is_over:
                return self._reply(message, _outcome(tool, call))
            waits = False
            stream = _stream(message, tool, call, place)
            return Page(200, EVENTS, b"", (("X-Accel-Buffering", "no"),), stream, watched=True)
        finally:
            if waits:
                call.leave()

    def _permit(self, tool: AnyTool, caller: ToolCaller) -> None:
        """Let nobody begin what they may not end. Raises as `InnerClient.permit` does."""
        if (kind := tool.lack(partial(self._rooms.frames.refusal, caller.identity))) is not None:
            InnerClient(self._rooms.frames, caller.identity, caller.client.label or "").permit(kind)

    def _reply(self, message: RpcMessage, result: dict[str, Any]) -> Page:
        return Page(200, JSON, as_result(message, result, SERVER))


def _arguments(asked: _Call) -> bytes:
    given = bytes(asked.arguments)
    return b"{}" if given == b"null" else given


def as_rpc(page: Page) -> Page:
    """Return a refusal of the server's as JSON-RPC has errors, with the same status and headers."""
    if page.told is None:
        return page
    error = RpcError(page.status, str(page.told["message"]), data=dict(page.told))
    return Page(page.status, JSON, error.body, page.headers)


async def _stream(message: RpcMessage, tool: AnyTool, call: McpCall, place: RequestPlace) -> AsyncGenerator[bytes]:
    """Yield what a call says of itself, and last what came of it. Whoever closes the generator ends the call."""
    try:
        yield b": begun\n\n"
        told = 0.0
        while not call.is_over:
            said = await call.take_message(HEARTBEAT_SECONDS)
            if call.is_over:
                break
            if said is not None and message.progress_token is not None:
                told = max(told + 0.001, round(trio.current_time() - call.begun, 3))
                yield _event(as_progress(message.progress_token, told, said))
                await call.wait(TELL_SECONDS)
            elif said is None:
                yield b": waiting\n\n"
        yield _event(as_result(message, _outcome(tool, call), SERVER))
    finally:
        call.leave()
        place.leave()


def _event(data: bytes) -> bytes:
    return b"event: message\ndata: " + data + b"\n\n"


def _outcome(tool: AnyTool, call: McpCall) -> dict[str, Any]:
    if call.result is None:
        assert call.error is not None, "a call that is over has one or the other"
        return _failure(call.error)
    text = {"type": "text", "text": tool.text_of(call.result)}
    return {"content": [text], "structuredContent": call.result, "isError": False}


def _failure(error: OrchdError) -> dict[str, Any]:
    """Return a call's failure: a sentence for models, and our own error for programs. It stands apart from structured
    content, which has to follow the tool's schema."""
    told = told_error(error)
    details = f" {msgspec.json.encode(told['details']).decode()}" if "details" in told else ""
    text = {"type": "text", "text": f"{error.code}: {error.message}{details}"}
    return {"content": [text], "isError": True, "_meta": {"orchd/error": told}}


def _caller(request: PageRequest) -> ToolCaller:
    return ToolCaller(request.identity, request.client)


def _takes(request: PageRequest, kind: str) -> bool:
    """Whether whoever asks says that they take answers of this type."""
    said = [value.decode("latin-1").lower() for name, value in request.headers if name == b"accept"]
    return any(kind in value for value in said)
