"""One request to a host that a user named, and its answer, over a connection of its own.

Nothing of the daemon's surroundings has a part in it: no proxy of the environment, no cookies, no kept connection.
"""

import ssl
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from typing import NamedTuple, TypeAlias

import h11
import trio

from orchd.outside.places import Destination

Dial: TypeAlias = Callable[[str, int], Awaitable[trio.abc.Stream]]
"""Connect to an address, a number, at a port. Raises `OSError`."""

MAX_HEAD_BYTES = 32 * 1024
_READ_BYTES = 64 * 1024
DIAL_SECONDS = 5.0
"""For each of several addresses."""
MOST_ADDRESSES = 3
"""So many are tried."""

AGENT = "Mozilla/5.0 (compatible; orchd)"
"""What hosts are told of who asks; the same for all users and versions."""


class BrokenExchangeError(Exception):
    """Nobody answers at the place, or not in HTTP, or not to the end; or its certificate is not believed."""


class AnswerHead(NamedTuple):
    """How an answer begins."""

    status: int
    headers: Sequence[tuple[bytes, bytes]]

    def header(self, name: bytes) -> bytes | None:
        """Return the first header of that name, which is in small letters."""
        return next((value for key, value in self.headers if key == name), None)


async def dial(address: str, port: int) -> trio.abc.Stream:
    """Connect to an address. Raises `OSError`."""
    return await trio.open_tcp_stream(address, port)


class HostExchange:
    """A connection to a place, which whoever made it closes. All steps but `close` raise `BrokenExchangeError`."""

    def __init__(self, stream: trio.abc.Stream, place: Destination) -> None:
        self._stream, self._place = stream, place
        self._parser = h11.Connection(h11.CLIENT, max_incomplete_event_size=MAX_HEAD_BYTES)

    async def ask(self, accepted: str) -> AnswerHead:
        """Ask for what the place has, of the types that are `accepted`, and not compressed."""
        headers = [("Host", self._place.host), ("User-Agent", AGENT), ("Accept", accepted)]
        headers += [("Accept-Encoding", "identity"), ("Connection", "close")]
        request = h11.Request(method="GET", target=self._place.target, headers=headers)
        try:
            await self._stream.send_all(self._parser.send(request) + self._parser.send(h11.EndOfMessage()))
        except (trio.BrokenResourceError, OSError) as error:
            raise BrokenExchangeError from error
        while True:
            event = await self._next()
            if isinstance(event, h11.Response):
                return AnswerHead(event.status_code, list(event.headers))
            if not isinstance(event, h11.InformationalResponse):
                raise BrokenExchangeError

    async def body(self) -> AsyncGenerator[bytes]:
        """Yield the pieces of the body, to its end."""
        while isinstance(event := await self._next(), h11.Data):
            yield bytes(event.data)
        if not isinstance(event, h11.EndOfMessage):
            raise BrokenExchangeError

    async def close(self) -> None:
        """Let go of the connection, whatever is still on its way."""
        await trio.aclose_forcefully(self._stream)

    async def _next(self) -> h11.Event | type[h11.PAUSED]:
        try:
            while (event := self._parser.next_event()) is h11.NEED_DATA:
                self._parser.receive_data(bytes(await self._stream.receive_some(_READ_BYTES)))
        except (h11.RemoteProtocolError, trio.BrokenResourceError, OSError) as error:
            raise BrokenExchangeError from error
        assert event is not h11.NEED_DATA
        return event  # type: ignore[return-value]


async def open_exchange(place: Destination, trust: ssl.SSLContext, by: Dial = dial) -> HostExchange:
    """Connect to the first address of a place that answers, by TLS where its scheme says so. Raises
    `BrokenExchangeError`."""
    stream = await _connect(place, by)
    if place.scheme == "http":
        return HostExchange(stream, place)
    try:
        secured = trio.SSLStream(stream, trust, server_hostname=place.name, https_compatible=True)
        await secured.do_handshake()
    except (trio.BrokenResourceError, OSError, ValueError) as error:  # such as a name that no certificate can have
        await trio.aclose_forcefully(stream)
        raise BrokenExchangeError from error
    except BaseException:
        await trio.aclose_forcefully(stream)
        raise
    return HostExchange(secured, place)


async def _connect(place: Destination, by: Dial) -> trio.abc.Stream:
    for address in place.addresses[:MOST_ADDRESSES]:
        try:
            with trio.fail_after(DIAL_SECONDS):
                return await by(address, place.port)
        except (OSError, trio.TooSlowError):
            continue
    raise BrokenExchangeError
