"""JSON-RPC as the Model Context Protocol has it: what a POST holds, by which version it is meant, and what goes back.

Two generations are spoken. The present one (`STATELESS`) says with each request what it needs to be understood, in
`_meta`, and again in headers that must agree with that. The earlier ones begin with `initialize`; nothing is
remembered of it here, so that each of their requests stands for itself, too.
"""

import base64
import binascii
from collections.abc import Mapping
from typing import Any, Literal, NamedTuple, TypeAlias, TypeVar

import msgspec
from msgspec import UNSET, Struct, UnsetType, field

from orchd.errors import OrchdError
from orchd.features.mcp.asking.inner_client import MAX_TOLD
from orchd.server.entry.page import Page

STATELESS = "2026-07-28"
EARLIER = ("2025-11-25", "2025-06-18")
"""Versions that begin with `initialize`, the newest first."""
VERSIONS = (STATELESS, *EARLIER)

PARSE_ERROR = -32700
INVALID_REQUEST = -32600
METHOD_NOT_FOUND = -32601
INVALID_PARAMS = -32602
INTERNAL_ERROR = -32603
HEADER_MISMATCH = -32020
UNSUPPORTED_VERSION = -32022

VERSION_HEADER, METHOD_HEADER, NAME_HEADER = "mcp-protocol-version", "mcp-method", "mcp-name"
PREFIX = "io.modelcontextprotocol/"
MAX_ID = 256
"""Characters of an id."""
MAX_NUMBER = 2**63 - 1

RpcId: TypeAlias = int | str
S = TypeVar("S", bound=Struct)
_BEGIN, _END = "=?base64?", "?="


class RpcError(Exception):
    """Why a message is not answered as its sender wants: `status` is that of the HTTP answer."""

    def __init__(
        self, code: int, message: str, *, status: int = 400, rpc_id: RpcId | None = None, data: Any = None
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status
        self.rpc_id = rpc_id
        self.data = data

    @property
    def body(self) -> bytes:
        """The error as JSON."""
        error = {"code": self.code, "message": self.message, **({} if self.data is None else {"data": self.data})}
        named = {} if self.rpc_id is None else {"id": self.rpc_id}
        return msgspec.json.encode({"jsonrpc": "2.0", **named, "error": error})


class _Anything(Struct):
    """An object of whose members nothing is kept."""


class _Meta(Struct):
    version: str | UnsetType = field(name=f"{PREFIX}protocolVersion", default=UNSET)
    capabilities: _Anything | UnsetType = field(name=f"{PREFIX}clientCapabilities", default=UNSET)
    progress_token: RpcId | UnsetType = field(name="progressToken", default=UNSET)


class _Params(Struct):
    meta: _Meta = field(name="_meta", default_factory=_Meta)


class _Message(Struct):
    jsonrpc: Literal["2.0"]
    method: str | UnsetType = UNSET
    params: msgspec.Raw = msgspec.Raw(b"{}")
    result: msgspec.Raw | UnsetType = UNSET
    error: msgspec.Raw | UnsetType = UNSET


class RpcMessage(NamedTuple):
    """A request; without an id it is a notification, and without a method too it is a response."""

    rpc_id: RpcId | None
    method: str
    params: bytes
    """The JSON of an object."""
    version: str
    progress_token: RpcId | None = None

    @property
    def is_stateless(self) -> bool:
        """Whether its sender remembers nothing of earlier requests, and expects nobody to."""
        return self.version == STATELESS

    def read(self, kind: type[S]) -> S:
        """Return its parameters. Raises `RpcError`."""
        try:
            return msgspec.json.decode(self.params, type=kind)
        except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
            raise self.error(
                INVALID_PARAMS, f"wrong parameters of {self.method[:100]}: {str(error)[:MAX_TOLD]}"
            ) from None

    def error(self, code: int, message: str) -> RpcError:
        """Return an error that answers it. Only those who speak the present version look at the status."""
        status = 404 if code == METHOD_NOT_FOUND else 400
        return RpcError(code, message, status=status if self.is_stateless else 200, rpc_id=self.rpc_id)


def read_message(text: bytes, headers: Mapping[str, str | None]) -> RpcMessage:
    """Return what a POST holds. Raises `RpcError`. `headers`: the three that count, each None where it doesn't stand
    there once."""
    rpc_id = _rpc_id(_read_id(text))
    try:
        message = msgspec.json.decode(text, type=_Message)
        params = msgspec.json.decode(message.params, type=_Params)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise RpcError(INVALID_REQUEST, f"this is no request: {str(error)[:MAX_TOLD]}", rpc_id=rpc_id) from None
    method = "" if message.method is UNSET else message.method
    if not method and message.result is UNSET and message.error is UNSET:
        raise RpcError(INVALID_REQUEST, "a request needs a method", rpc_id=rpc_id)
    version = _version(method, params.meta, headers[VERSION_HEADER], rpc_id)
    token = None if params.meta.progress_token is UNSET else params.meta.progress_token
    read = RpcMessage(rpc_id, method, bytes(message.params), version, token)
    if read.is_stateless and method and rpc_id is not None:
        _check_headers(read, params.meta, headers)
    return read


def as_result(message: RpcMessage, result: Mapping[str, Any], server: Mapping[str, str]) -> bytes:
    """Return a result as JSON; `server` says who gives it."""
    if message.is_stateless:
        meta = {**result.get("_meta", {}), f"{PREFIX}serverInfo": server}
        result = {"resultType": "complete", **result, "_meta": meta}
    return msgspec.json.encode({"jsonrpc": "2.0", "id": message.rpc_id, "result": result})


def as_progress(token: RpcId, seconds: float, message: str) -> bytes:
    """Return the notification that a request has run for so many seconds, and how far it is."""
    params = {"progressToken": token, "progress": seconds, "message": message}
    return msgspec.json.encode({"jsonrpc": "2.0", "method": "notifications/progress", "params": params})


def told_error(error: OrchdError) -> dict[str, Any]:
    """Return what clients are told of one of our errors. Where its request stood in a frame doesn't matter to them.
    A call that has begun a task is never to be repeated: it would begin another one."""
    told = dict(Page.of_refusal(error).told or {})
    details = {name: value for name, value in told.pop("details", {}).items() if name != "path"}
    retryable = error.retryable and "taskId" not in details
    return {**told, "retryable": retryable, **({"details": details} if details else {})}


class _Batch(Struct, array_like=True):
    """A list, of whose items nothing is kept."""


class _IdOnly(Struct):
    id: msgspec.Raw | UnsetType = UNSET


def _read_id(text: bytes) -> msgspec.Raw | UnsetType:
    """Return what stands as a message's id. Nothing is made of its other members, however many there are."""
    try:
        text.decode()
        if text.lstrip()[:1] == b"[":
            msgspec.json.decode(text, type=_Batch)
            raise RpcError(INVALID_REQUEST, "requests come one at a time here, not in batches")
        return msgspec.json.decode(text, type=_IdOnly).id
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise RpcError(PARSE_ERROR, f"the body must be a JSON object: {str(error)[:MAX_TOLD]}") from None


def _rpc_id(said: msgspec.Raw | UnsetType) -> RpcId | None:
    if said is UNSET:
        return None
    try:
        found: RpcId = msgspec.json.decode(said, type=int | str)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        raise RpcError(INVALID_REQUEST, "an id is a text or a whole number") from None
    if len(found) > MAX_ID if isinstance(found, str) else abs(found) > MAX_NUMBER:
        raise RpcError(INVALID_REQUEST, f"an id has up to {MAX_ID} characters, or 63 bits")
    return found


def _version(method: str, meta: _Meta, header: str | None, rpc_id: RpcId | None) -> str:
    """Return the version by which a message is meant. Raises `RpcError`."""
    if method == "initialize":
        return EARLIER[0]
    said = header if meta.version is UNSET else meta.version
    if meta.version is not UNSET and header != meta.version:
        told = "missing" if header is None else "another one than that of `_meta`"
        raise RpcError(HEADER_MISMATCH, f"Header mismatch: MCP-Protocol-Version is {told}", rpc_id=rpc_id)
    if said is None:
        return EARLIER[0]
    if said not in VERSIONS:
        data = {"supported": list(VERSIONS), "requested": said[:100]}
        raise RpcError(UNSUPPORTED_VERSION, "Unsupported protocol version", rpc_id=rpc_id, data=data)
    return said


def _check_headers(message: RpcMessage, meta: _Meta, headers: Mapping[str, str | None]) -> None:
    """See that a request has what its version needs, and that its headers say what its body does. Raises `RpcError`."""
    if meta.version is UNSET or meta.capabilities is UNSET:
        missing = "protocolVersion" if meta.version is UNSET else "clientCapabilities"
        raise message.error(INVALID_PARAMS, f"`{PREFIX}{missing}` is missing in `_meta`")
    if headers[METHOD_HEADER] != message.method:
        raise message.error(HEADER_MISMATCH, "Header mismatch: Mcp-Method doesn't say the method of the body")
    if message.method == "tools/call" and _header_value(headers[NAME_HEADER]) != message.read(_NameOnly).name:
        raise message.error(HEADER_MISMATCH, "Header mismatch: Mcp-Name doesn't say the tool of the body")


class _NameOnly(Struct):
    name: str


def _header_value(value: str | None) -> str | None:
    """Return what a header says that may be written in base64; None where that is broken."""
    if value is None or not (value.startswith(_BEGIN) and value.endswith(_END)):
        return value
    try:
        return base64.b64decode(value[len(_BEGIN) : -len(_END)], validate=True).decode()
    except (binascii.Error, UnicodeError, ValueError):
        return None
