"""A small request whose reply is one JSON value: read whole, within a bound, and judged like any other reply."""

import math
from typing import Any, NamedTuple

import msgspec

from orchd.errors import UpstreamError
from orchd.llm.accounting import BYTES_PER_TOKEN, tally_here
from orchd.llm.answers.failures import judge
from orchd.llm.answers.words import find_error, read_body, read_error
from orchd.llm.types import Deadlines, Listener, ModelInfo, Usage, hears_costs
from orchd.llm.wire.chunks import loads
from orchd.llm.wire.endpoint import Endpoint

_COUNTS = ("prompt_tokens", "completion_tokens", "total_tokens")
MAX_REPLY_BYTES = 512 * 1024
"""Of a reply: the score of a few texts, or some words with what else they might have been."""


class SmallRequest(NamedTuple):
    """What is sent to `path` under the address of a server's API, or, `at_root`, under that of the server itself.

    `seconds` is how long the reply may take once the turn has come, besides the time of a load.
    """

    path: str
    members: dict[str, Any]
    seconds: float
    at_root: bool = False
    most_bytes: int = MAX_REPLY_BYTES
    """Of the reply."""
    relayed: bool = False
    """The reply is wanted as the server wrote it: bytes, which hold JSON."""


def limits(request: SmallRequest, model: ModelInfo, own: Deadlines) -> Deadlines:
    """Return the deadlines of a request to a server whose own are given.

    That a model which chats is slow to answer one says nothing of it: a chat would still be waited for. So for these
    the time is a `total`, which no circuit breaker counts.
    """
    seconds = request.seconds + (own.first_event if model.loaded is False else 0.0)
    if model.chats:
        return Deadlines(first_event=own.first_event, total=min(seconds, own.total or seconds))
    return Deadlines(first_event=min(seconds, own.first_event))


async def exchange(endpoint: Endpoint, request: SmallRequest, model: str, backend: str, listener: Listener) -> Any:
    """POST a request about what the server calls `model`, and return the JSON value that comes back, as it stands if
    the request is relayed; a `CostListener` hears of the call.

    Waits without a bound. Raises httpx.TransportError; UpstreamError and whatever else an error of the server's means.
    """
    tally, sent = tally_here(), msgspec.json.encode({"model": model, **request.members})

    def sending() -> None:
        tally.on_call()
        if hears_costs(listener):
            listener.on_call()

    head, reply = await endpoint.post(sent, sending)
    try:
        body = await reply.read_up_to(request.most_bytes + 1)
    finally:
        await reply.aclose()
    if not 200 <= head.status < 300:
        raise judge(backend, read_body(head.status, body))
    if len(body) > request.most_bytes:
        raise UpstreamError(f"{backend} sent more than fits", reason="stream_too_long", backend=backend)
    value = _read_relayed(body) if request.relayed else loads(body)
    tally.on_answer(_usage(value, len(sent)), 0, 0)
    if (said := find_error(value)) is not None:
        raise judge(backend, read_error(200, said))
    if not isinstance(value, dict | list):
        raise UpstreamError(f"{backend} sent no JSON", reason="not_json", backend=backend)
    return body if request.relayed else value


class _RelayedReply(msgspec.Struct):
    """What is read of a reply that is handed on: long lists of numbers aren't."""

    usage: Any = None
    error: Any = None


def _read_relayed(body: bytes) -> Any:
    try:
        told = msgspec.json.decode(body, type=_RelayedReply | list[msgspec.Raw])
    except (msgspec.MsgspecError, RecursionError, UnicodeError):
        return None
    return msgspec.to_builtins(told) if isinstance(told, _RelayedReply) else [None]


def _usage(value: Any, sent: int) -> Usage:
    """Return the tokens as the server counted them, else a guess by the bytes that were sent."""
    told = value.get("usage") if isinstance(value, dict) else None
    counts = [told.get(name) if isinstance(told, dict) else None for name in _COUNTS]
    read, written, both = (count if type(count) is int and count > 0 else 0 for count in counts)
    read = read or max(0, both - written) or sent // BYTES_PER_TOKEN + 1
    return Usage(read, written, read + written)


def finite(value: Any) -> float | None:
    """Return a number that a server wrote; None for anything else, and for what no calculation survives."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return float(value) if math.isfinite(value) else None
    except OverflowError:
        return None
