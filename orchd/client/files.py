"""Files by HTTP, to and from a daemon: of any length, a piece at a time."""

from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from typing import NamedTuple
from urllib.parse import SplitResult, urlsplit

import h11
import trio

from orchd.client.address import websocket_url
from orchd.client.frames import error_of
from orchd.client.pages import AGENT, origin_of, refusal_data
from orchd.client.streams import SocketOrTls, failure_reason, open_stream
from orchd.client.trust import Trust
from orchd.errors import Invalid, Unavailable

CONNECT_SECONDS = 10.0
SILENT_SECONDS = 600.0
"""How long a daemon may say nothing: it may still store what it was sent."""
MAX_ANSWER = 64 * 1024
_READ_BYTES = 64 * 1024
_OK = 200


class FileSource(NamedTuple):
    """A file that is sent: its pieces, how long it is (None: sent in chunks), and what is told how much has gone."""

    pieces: AsyncGenerator[bytes]
    length: int | None
    sent: Callable[[int], None] = lambda _bytes: None


async def send_file(url: str, page: str, source: FileSource, trust: Trust) -> bytes:
    """Send a file to a page of the daemon's, such as `/conversations/import?name=x`; return the answer.

    Raises `ConfigurationError` for a bad `url`, `Invalid` for a file of another length, `Unavailable` when no such
    daemon is there or the connection breaks, the `OrchdError` that it refuses with.
    """
    length = [("Transfer-Encoding", "chunked")] if source.length is None else [("Content-Length", str(source.length))]
    async with _exchange(url, trust) as exchange:
        await exchange.begin("POST", page, [("Content-Type", "application/json"), *length])
        await exchange.send(source)
        answer = bytearray()
        async with aclosing(exchange.answer()) as pieces:
            async for piece in pieces:
                answer += piece
                if len(answer) > MAX_ANSWER:
                    raise Unavailable(f"what answers at {exchange.address} is no orchd daemon")
        return bytes(answer)


@asynccontextmanager
async def fetching_file(url: str, page: str, trust: Trust) -> AsyncIterator[AsyncIterator[bytes]]:
    """A block with the pieces of a page of the daemon's. Raises as `send_file` does, also when the file breaks off."""
    async with _exchange(url, trust) as exchange:
        await exchange.begin("GET", page, [])
        await exchange.end()
        async with aclosing(exchange.answer()) as pieces:
            yield pieces


@asynccontextmanager
async def _exchange(url: str, trust: Trust) -> AsyncIterator["_Exchange"]:
    parts = urlsplit(websocket_url(url))
    address = origin_of(parts)
    try:
        with trio.fail_after(CONNECT_SECONDS):
            stream = await open_stream(parts, trust)
    except (OSError, trio.TooSlowError) as error:
        raise Unavailable(f"can't connect to {address}: {failure_reason(error) or 'it does not answer'}") from error
    async with stream:
        try:
            yield _Exchange(stream, parts, trust)
        except (trio.BrokenResourceError, h11.RemoteProtocolError) as error:
            raise Unavailable(f"the connection to {address} broke off") from error
        except h11.LocalProtocolError as error:
            raise Invalid("the file was changed while it was sent; send it again") from error
        except trio.TooSlowError as error:
            raise Unavailable(f"{address} has said nothing for {SILENT_SECONDS:g} s") from error


class _Exchange:
    """One request and its answer."""

    def __init__(self, stream: SocketOrTls, parts: SplitResult, trust: Trust) -> None:
        self.address = origin_of(parts)
        self._stream, self._parts, self._trust = stream, parts, trust
        self._parser = h11.Connection(h11.CLIENT)

    async def begin(self, method: str, page: str, headers: list[tuple[str, str]]) -> None:
        """Send the head. Who shows neither token nor cookie says that the request is a page's of the daemon's own."""
        shown = [(name.decode(), value.decode("latin-1")) for name, value in self._trust.headers()]
        head = [
            ("Host", self._parts.netloc),
            ("User-Agent", AGENT),
            ("Connection", "close"),
            *headers,
            *(shown or [("Origin", self.address)]),
        ]
        path = f"{self._parts.path.removesuffix('/ws')}{page}"
        await self._stream.send_all(self._parser.send(h11.Request(method=method, target=path, headers=head)) or b"")

    async def send(self, source: FileSource) -> None:
        """Send a file, unless the daemon refuses it before its end: then the answer says why."""
        gone = 0
        try:
            async with aclosing(source.pieces) as pieces:
                async for piece in pieces:
                    with trio.fail_after(SILENT_SECONDS):
                        await self._stream.send_all(self._parser.send(h11.Data(data=piece)) or b"")
                    gone += len(piece)
                    source.sent(gone)
            await self.end()
        except trio.BrokenResourceError:
            return

    async def end(self) -> None:
        """Say that there is no more of the request."""
        await self._stream.send_all(self._parser.send(h11.EndOfMessage()) or b"")

    async def answer(self) -> AsyncGenerator[bytes]:
        """Yield the pieces of a good answer. Raises the `OrchdError` of another one."""
        refused: bytearray | None = None
        status = 0
        while True:
            event = self._parser.next_event()
            if event is h11.NEED_DATA:
                with trio.fail_after(SILENT_SECONDS):
                    self._parser.receive_data(bytes(await self._stream.receive_some(_READ_BYTES)))
            elif isinstance(event, h11.Response):
                status = event.status_code
                refused = None if status == _OK else bytearray()
            elif isinstance(event, h11.Data) and refused is None:
                yield bytes(event.data)
            elif isinstance(event, h11.Data) and refused is not None:
                refused += event.data[: MAX_ANSWER - len(refused)]
            elif isinstance(event, h11.EndOfMessage):
                break
            elif not isinstance(event, h11.InformationalResponse):
                raise h11.RemoteProtocolError("no answer came")
        if refused is not None:
            raise error_of(refusal_data(bytes(refused), status))
