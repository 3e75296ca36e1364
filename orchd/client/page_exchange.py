"""One request by HTTP to a daemon, and its answer, step by step: their bodies may be of any length."""

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from urllib.parse import SplitResult

import h11
import trio

from orchd.client.streams import SocketOrTls
from orchd.client.trust import Trust

AGENT = "orchd in a terminal"
"""What lists of one's log-ins call it."""
_READ_BYTES = 64 * 1024

PageHeaders = Sequence[tuple[str, str]]


def origin_of(parts: SplitResult) -> str:
    """Return the origin of a daemon's own pages, for the address of its WebSocket."""
    return f"{'https' if parts.scheme == 'wss' else 'http'}://{parts.netloc}"


def shown_by(trust: Trust) -> PageHeaders:
    """Return the headers that say who asks."""
    return [(name.decode(), value.decode("latin-1")) for name, value in trust.headers()]


class PageExchange:
    """Over a connection of its own, which its caller opens and closes. Each step may take `seconds`.

    All raise `trio.TooSlowError`, `trio.BrokenResourceError`, and h11's errors of either side.
    """

    def __init__(self, stream: SocketOrTls, parts: SplitResult, seconds: float) -> None:
        self._stream, self._parts, self._seconds = stream, parts, seconds
        self._parser = h11.Connection(h11.CLIENT)

    async def begin(self, method: str, page: str, headers: PageHeaders) -> None:
        """Send the head; `page` is the path below the daemon's, with its query."""
        head = [("Host", self._parts.netloc), ("User-Agent", AGENT), ("Connection", "close"), *headers]
        target = f"{self._parts.path.removesuffix('/ws')}{page}"
        await self._send(h11.Request(method=method, target=target, headers=head))

    async def send(self, pieces: AsyncGenerator[bytes], sent: Callable[[int], None] = lambda _bytes: None) -> None:
        """Send the body, and tell how much has gone; less of it where the daemon lets go before the end: its answer may
        say why."""
        gone = 0
        try:
            async with aclosing(pieces):
                async for piece in pieces:
                    await self._send(h11.Data(data=piece))
                    gone += len(piece)
                    sent(gone)
            await self._send(h11.EndOfMessage())
        except trio.BrokenResourceError:
            self._parser.send_failed()

    async def answer(self) -> AsyncGenerator[h11.Response | h11.Data]:
        """Yield the head of the answer, then the pieces of its body."""
        while True:
            event = self._parser.next_event()
            if event is h11.NEED_DATA:
                with trio.fail_after(self._seconds):
                    self._parser.receive_data(bytes(await self._stream.receive_some(_READ_BYTES)))
            elif isinstance(event, h11.Response | h11.Data):
                yield event
            elif isinstance(event, h11.EndOfMessage):
                return
            elif not isinstance(event, h11.InformationalResponse):
                raise h11.RemoteProtocolError("no answer came")

    async def _send(self, event: h11.Event) -> None:
        with trio.fail_after(self._seconds):
            await self._stream.send_all(self._parser.send(event) or b"")


async def whole(body: bytes) -> AsyncGenerator[bytes]:
    """A body that is there already."""
    yield body
