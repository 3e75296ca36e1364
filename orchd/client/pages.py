"""A daemon's HTTP pages: one request over a connection of its own, whose bodies may be long."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing
from typing import NamedTuple
from urllib.parse import SplitResult

import h11
import msgspec
import trio

from orchd.client.frames import error_of
from orchd.client.streams import SocketOrTls, failure_reason, open_stream
from orchd.client.trust import Trust
from orchd.errors import Unavailable

AGENT = "orchd in a terminal"
"""What lists of one's log-ins call it."""
MAX_ANSWER = 64 * 1024
_READ_BYTES = 64 * 1024
_FIRST_ERROR = 400


class PageQuestion(NamedTuple):
    """What is asked for. `seconds`: how long a piece of a body, or the answer, may take. `length` is that of the
    `pieces`."""

    method: str
    page: str
    headers: Sequence[tuple[str, str]] = ()
    body: bytes = b""
    pieces: Callable[[], AsyncGenerator[bytes]] | None = None
    length: int = 0
    seconds: float = 30.0


class PageAnswer(NamedTuple):
    """The answer; names of headers are in small letters."""

    status: int
    headers: dict[str, str]
    body: bytes


def origin_of(parts: SplitResult) -> str:
    """Return the origin of a daemon's own pages, for the address of its WebSocket."""
    return f"{'https' if parts.scheme == 'wss' else 'http'}://{parts.netloc}"


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
            return await _Exchange(stream, asked.seconds).run(parts, asked, trust, take)
    except trio.TooSlowError as error:
        raise Unavailable(f"{address} did not answer within {asked.seconds:g} s") from error
    except OSError as error:
        raise Unavailable(f"can't connect to {address}: {failure_reason(error)}") from error
    except (trio.BrokenResourceError, h11.RemoteProtocolError) as error:
        raise Unavailable(f"what answers at {address} is no orchd daemon, or it was lost") from error


class _Exchange:
    """One request, and its answer."""

    def __init__(self, stream: SocketOrTls, seconds: float) -> None:
        self._stream = stream
        self._seconds = seconds
        self._parser = h11.Connection(h11.CLIENT)

    async def run(
        self,
        parts: SplitResult,
        asked: PageQuestion,
        trust: Trust,
        take: Callable[[bytes], Awaitable[None]] | None,
    ) -> PageAnswer:
        headers = [
            ("Host", parts.netloc),
            ("User-Agent", AGENT),
            ("Content-Length", str(asked.length if asked.pieces else len(asked.body))),
            ("Connection", "close"),
            *asked.headers,
            *((name.decode(), value.decode("latin-1")) for name, value in trust.headers()),
        ]
        target = f"{parts.path.removesuffix('/ws')}/{asked.page}"
        await self._send(h11.Request(method=asked.method, target=target, headers=headers))
        try:
            if asked.pieces is None:
                await self._send(h11.Data(data=asked.body))
            else:
                async with aclosing(asked.pieces()) as pieces:
                    async for piece in pieces:
                        await self._send(h11.Data(data=piece))
            await self._send(h11.EndOfMessage())
        except trio.BrokenResourceError:
            self._parser.send_failed()  # it may have said why before it let go
        return await self._read(take)

    async def _send(self, event: h11.Event) -> None:
        with trio.fail_after(self._seconds):
            await self._stream.send_all(self._parser.send(event) or b"")

    async def _read(self, take: Callable[[bytes], Awaitable[None]] | None) -> PageAnswer:
        response, body = None, bytearray()
        while True:
            event = self._parser.next_event()
            if event is h11.NEED_DATA:
                with trio.fail_after(self._seconds):
                    self._parser.receive_data(bytes(await self._stream.receive_some(_READ_BYTES)))
            elif isinstance(event, h11.Response):
                response = event
            elif isinstance(event, h11.Data):
                if take is not None and response is not None and response.status_code < _FIRST_ERROR:
                    await take(bytes(event.data))
                    continue
                body += event.data
                if len(body) > MAX_ANSWER:
                    raise h11.RemoteProtocolError("the answer is too long")
            elif isinstance(event, h11.EndOfMessage) and response is not None:
                return _answer(response, bytes(body))
            elif not isinstance(event, h11.InformationalResponse):
                raise h11.RemoteProtocolError("no answer came")


def _answer(response: h11.Response, body: bytes) -> PageAnswer:
    if response.status_code >= _FIRST_ERROR:
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
