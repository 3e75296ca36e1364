"""The stream that trio-websocket is given: it reads the socket and writes through the outbox."""

from contextlib import suppress

import trio
import trio_websocket

from orchd.protocol.codes import NOT_UTF8, PROTOCOL_ERROR
from orchd.protocol.websocket import FIN_CLOSE, answers_ping, close_frame
from orchd.server.http import Handshake
from orchd.server.meter import Meter
from orchd.server.outbox import Outbox

FLUSH_SECONDS = 1.0
"""How long a closing connection may take what was put before the close."""

LINGER_SECONDS = 1.0
"""How long a peer may take to close its side after we have closed ours."""

_DISCARD_BYTES = 64 * 1024


class PeerStream(trio.abc.Stream):
    """A socket whose outgoing bytes, trio-websocket's own included, share one ordered outbox.

    What was read before the upgrade is received again. The handshake's head comes first; what a hasty client sent
    behind it comes once the handshake is answered, since wsproto drops bytes that reach it earlier.
    """

    __slots__ = ("_answered", "_head", "_meter", "_outbox", "_rest", "_stream", "_websocket", "received")

    def __init__(self, stream: trio.abc.Stream, outbox: Outbox, handshake: Handshake, meter: Meter) -> None:
        self._stream = stream
        self._outbox = outbox
        self._meter = meter
        self._websocket: trio_websocket.WebSocketConnection | None = None
        self._head, self._rest = handshake.head, handshake.rest
        self._answered: trio.Event | None = trio.Event()
        self.received = 0
        """Reads that brought something: what the heartbeat looks at."""

    def serves(self, websocket: "trio_websocket.WebSocketConnection | None") -> None:
        """Say who reads this stream: it knows what was wrong with the peer's bytes."""
        self._websocket = websocket

    async def send_all(self, data: bytes | bytearray | memoryview) -> None:
        """Put trio-websocket's own frames behind ours; waiting for the peer is the outbox's business.

        trio-websocket hands over one frame at a time, and after a close frame nothing may follow.
        """
        await trio.lowlevel.checkpoint()
        if data[0] == FIN_CLOSE:
            self._outbox.put_last(bytes(data))
        else:
            self._outbox.put(bytes(data))
        if self._answered is not None:
            self._answered.set()
            self._answered = None

    async def wait_send_all_might_not_block(self) -> None:
        """Return at once: the outbox takes everything."""
        await trio.lowlevel.checkpoint()

    async def receive_some(self, max_bytes: int | None = None) -> bytes | bytearray:
        """Read the replayed bytes, then the socket."""
        if self._head:
            await trio.lowlevel.checkpoint()
            head, self._head = self._head, b""
            return head
        if self._answered is not None:
            await self._answered.wait()
        if self._rest:
            received: bytes | bytearray = self._rest
            self._rest = b""
            self._meter.feed(received, trio.current_time())
        else:
            received = await self._read(max_bytes)
        return b"" if self._outbox.failed else received

    async def _read(self, max_bytes: int | None) -> bytes | bytearray:
        """Read the socket, but for what answers our pings: to have that go through trio-websocket, which knows nothing
        of them, was a third of what idle connections cost."""
        while True:
            received = await self._stream.receive_some(max_bytes)
            self.received += 1
            answers = self._meter.is_between_frames and answers_ping(received)
            self._meter.feed(received, trio.current_time())
            if not answers or self._outbox.failed:
                return received

    async def aclose(self) -> None:
        """Send what waits, let the peer read it, both for a bounded time, and close the socket.

        trio-websocket closes without a word after bytes that are no frame; so the word is said here.
        """
        closed = None if self._websocket is None else self._websocket.closed
        code = NOT_UTF8 if closed is not None and closed.code == NOT_UTF8.code else PROTOCOL_ERROR
        self._outbox.put_last(close_frame(code.code, code.reason))
        self._meter.end()
        try:
            with trio.move_on_after(FLUSH_SECONDS):
                await self._outbox.wait_flushed()
                self._outbox.end()
                await linger(self._stream)
        finally:
            self._outbox.end()
            await self._stream.aclose()


async def linger(stream: trio.abc.Stream) -> None:
    """End our side and read on until the peer ends its own, for a bounded time; then `stream` may be closed.

    Closing a socket that holds unread bytes sends a reset, which overtakes our last words on their way to the peer.
    The socket below TLS stays open for the same. Raises nothing of the network's.
    """
    with trio.move_on_after(LINGER_SECONDS), suppress(trio.BrokenResourceError, trio.ClosedResourceError):
        if isinstance(stream, trio.SSLStream):
            await stream.unwrap()
        elif isinstance(stream, trio.abc.HalfCloseableStream):
            await stream.send_eof()
            while await stream.receive_some(_DISCARD_BYTES):
                pass
