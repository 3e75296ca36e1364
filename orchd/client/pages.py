"""A daemon's HTTP pages: one request over a connection of its own, whose bodies may be long."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing
from typing import NamedTuple
from urllib.parse import SplitResult

import h11
import msgspec
import trio

from orchd.client.failures import error_of
from orchd.client.page_exchange import PageExchange, origin_of, shown_by, whole
from orchd.client.streams import failure_reason, open_stream
from orchd.client.trust import Trust
from orchd.errors import Unavailable

MAX_ANSWER = 64 * 1024
_FIRST_ERROR = 400


class PageQuestion(NamedTuple):
    """What is asked for. `seconds`: how long a piece of a body, or the answer, may take. `length` is that of the
    `pieces`. `any_status`: an answer that refuses is an answer, too."""

    method: str
    page: str
    headers: Sequence[tuple[str, str]] = ()
    body: bytes = b""
    pieces: Callable[[], AsyncGenerator[bytes]] | None = None
    length: int = 0
    seconds: float = 30.0
    any_status: bool = False


class PageAnswer(NamedTuple):
    """The answer; names of headers are in small letters."""

    status: int
    headers: dict[str, str]
    body: bytes


async def ask_page(
    parts: SplitResult,
    asked: PageQuestion,
    trust: Trust,
    take: Callable[[bytes], Awaitable[None]] | None = None,
) -> PageAnswer:
    """Return what a page answers; a body goes to `take`, if there is one, unless it is an error.

    Raises `Unavailable` when the daemon isn't there, or is lost in between; the `OrchdError` that it refuses with.
    """
    address = origin_of(parts)
    try:
        with trio.fail_after(asked.seconds):
            stream = await open_stream(parts, trust)
        async with stream:
            exchange = PageExchange(stream, parts, asked.seconds)
            length = asked.length if asked.pieces else len(asked.body)
            head = [("Content-Length", str(length)), *asked.headers, *shown_by(trust)]
            await exchange.begin(asked.method, f"/{asked.page}", head)
            await exchange.send(asked.pieces() if asked.pieces else whole(asked.body))
            return await _read(exchange, take, asked.any_status)
    except trio.TooSlowError as error:
        raise Unavailable(f"{address} did not answer within {asked.seconds:g} s") from error
    except OSError as error:
        raise Unavailable(f"can't connect to {address}: {failure_reason(error)}") from error
    except (trio.BrokenResourceError, h11.RemoteProtocolError) as error:
        raise Unavailable(f"what answers at {address} is no orchd daemon, or it was lost") from error


async def _read(
    exchange: PageExchange, take: Callable[[bytes], Awaitable[None]] | None, any_status: bool
) -> PageAnswer:
    response, body = None, bytearray()
    async with aclosing(exchange.answer()) as events:
        async for event in events:
            if isinstance(event, h11.Response):
                response = event
            elif take is not None and response is not None and response.status_code < _FIRST_ERROR:
                await take(bytes(event.data))
            else:
                body += event.data
                if len(body) > MAX_ANSWER:
                    raise h11.RemoteProtocolError("the answer is too long")
    assert response is not None, "there is none without a head"
    return _answer(response, bytes(body), any_status)


def _answer(response: h11.Response, body: bytes, any_status: bool) -> PageAnswer:
    if response.status_code >= _FIRST_ERROR and not any_status:
        raise error_of(refusal_data(body, response.status_code))
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in response.headers}
    return PageAnswer(response.status_code, headers, body)


class _Refusal(msgspec.Struct):
    """What a page says that refuses."""

    error: dict[str, object]


def refusal_data(answer: bytes, status: int) -> dict[str, object]:
    """Return what a page says that refuses, as an error frame would say it."""
    try:
        return msgspec.json.decode(answer, type=_Refusal).error
    except (msgspec.MsgspecError, UnicodeError):
        return {"code": "unavailable", "message": f"it answers with HTTP {status}"}
