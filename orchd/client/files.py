"""Files by HTTP, to and from a daemon: of any length, a piece at a time."""

from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from typing import NamedTuple
from urllib.parse import SplitResult, urlsplit

import h11
import trio

from orchd.client.address import websocket_url
from orchd.client.failures import error_of
from orchd.client.page_exchange import PageExchange, PageHeaders, origin_of, shown_by, whole
from orchd.client.pages import refusal_data
from orchd.client.streams import failure_reason, open_stream
from orchd.client.trust import Trust
from orchd.errors import Invalid, Unavailable

CONNECT_SECONDS = 10.0
SILENT_SECONDS = 600.0
"""How long a daemon may say nothing: it may still store what it was sent."""
MAX_ANSWER = 64 * 1024
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
    parts = urlsplit(websocket_url(url))
    async with _exchange(parts, trust) as exchange:
        head = [("Content-Type", "application/json"), *length, *_asks(parts, trust)]
        await exchange.begin("POST", page, head)
        await exchange.send(source.pieces, source.sent)
        answer = bytearray()
        async with aclosing(_good(exchange)) as pieces:
            async for piece in pieces:
                answer += piece
                if len(answer) > MAX_ANSWER:
                    raise Unavailable(f"what answers at {origin_of(parts)} is no orchd daemon")
        return bytes(answer)


@asynccontextmanager
async def fetching_file(url: str, page: str, trust: Trust) -> AsyncIterator[AsyncIterator[bytes]]:
    """A block with the pieces of a page of the daemon's. Raises as `send_file` does, also when the file breaks off."""
    parts = urlsplit(websocket_url(url))
    async with _exchange(parts, trust) as exchange:
        await exchange.begin("GET", page, _asks(parts, trust))
        await exchange.send(whole(b""))
        async with aclosing(_good(exchange)) as pieces:
            yield pieces


@asynccontextmanager
async def _exchange(parts: SplitResult, trust: Trust) -> AsyncIterator[PageExchange]:
    address = origin_of(parts)
    try:
        with trio.fail_after(CONNECT_SECONDS):
            stream = await open_stream(parts, trust)
    except (OSError, trio.TooSlowError) as error:
        raise Unavailable(f"can't connect to {address}: {failure_reason(error) or 'it does not answer'}") from error
    async with stream:
        try:
            yield PageExchange(stream, parts, SILENT_SECONDS)
        except (trio.BrokenResourceError, h11.RemoteProtocolError) as error:
            raise Unavailable(f"the connection to {address} broke off") from error
        except h11.LocalProtocolError as error:
            raise Invalid("the file was changed while it was sent; send it again") from error
        except trio.TooSlowError as error:
            raise Unavailable(f"{address} has said nothing for {SILENT_SECONDS:g} s") from error


def _asks(parts: SplitResult, trust: Trust) -> PageHeaders:
    """Who shows neither token nor cookie says that the request is a page's of the daemon's own."""
    return shown_by(trust) or [("Origin", origin_of(parts))]


async def _good(exchange: PageExchange) -> AsyncGenerator[bytes]:
    """Yield the pieces of a good answer. Raises the `OrchdError` of another one."""
    refused: bytearray | None = None
    status = 0
    async with aclosing(exchange.answer()) as events:
        async for event in events:
            if isinstance(event, h11.Response):
                status = event.status_code
                refused = None if status == _OK else bytearray()
            elif refused is None:
                yield bytes(event.data)
            else:
                refused += event.data[: MAX_ANSWER - len(refused)]
    if refused is not None:
        raise error_of(refusal_data(bytes(refused), status))
