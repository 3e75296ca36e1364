"""The first step of a TLS connection, in the connection's own task, so that a slow one keeps nobody from connecting.

Each has a deadline, and there is a bound on how many may be under way: the one that began first is given up for the one
that comes, since an honest client needs milliseconds and one that stalls has had its time.
"""

import socket

import structlog
import trio

from orchd.tls.renewal import Certificate

MOST_AT_ONCE = 512
"""Handshakes under way; each takes some 50 KiB."""

_HANDSHAKE = 0x16
"""What a TLS connection begins with (RFC 8446, 5.1)."""


class PlainTextError(Exception):
    """The client speaks no TLS. What it said has not been read."""


class Handshakes:
    """Those under way, at a listener with this certificate."""

    def __init__(self, certificate: Certificate, seconds: float, most: int = MOST_AT_ONCE) -> None:
        self._certificate = certificate
        self._seconds = seconds
        self._most = most
        self._under_way: dict[trio.CancelScope, None] = {}

    async def secure(self, stream: trio.SocketStream) -> "trio.SSLStream[trio.SocketStream] | None":
        """Shake hands; None when that does not come about, whatever the reason. Raises `PlainTextError`.

        `stream` is the caller's to close in any case.
        """
        scope = trio.CancelScope(deadline=trio.current_time() + self._seconds)
        self._under_way[scope] = None
        if len(self._under_way) > self._most:
            self._give_up_oldest()
        try:
            with scope:
                return await self._shake(stream)
        except (trio.BrokenResourceError, trio.ClosedResourceError, OSError) as error:
            structlog.get_logger().debug("no TLS connection", reason=str(error.__cause__ or error))
        finally:
            self._under_way.pop(scope, None)
        return None

    def _give_up_oldest(self) -> None:
        oldest = next(iter(self._under_way))
        del self._under_way[oldest]
        oldest.cancel()

    async def _shake(self, stream: trio.SocketStream) -> "trio.SSLStream[trio.SocketStream]":
        first = await stream.socket.recv(1, socket.MSG_PEEK)
        if first and first[0] != _HANDSHAKE:
            raise PlainTextError
        secured = trio.SSLStream(stream, self._certificate.context, server_side=True, https_compatible=True)
        await secured.do_handshake()
        return secured
