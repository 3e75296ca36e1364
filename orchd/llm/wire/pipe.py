"""One connection to a model server, reduced to what a stream of tokens needs.

`trio.SocketStream.receive_some` first tries to read, fails, waits and reads again, through several context managers.
Tokens come one by one, so nearly every read has to wait: here the task waits first and then reads once. That also
makes every read a checkpoint, so that a fast server can't starve the other tasks. The socket is closed at once: no
TLS goodbye, since a model server goes on generating until it sees the end of the connection.
"""

import math
import os
import socket
import ssl
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Protocol, TypeAlias

import trio

READ_BYTES = 65_536
_KEEPALIVE = tuple(
    (getattr(socket, name), value)
    for name, value in (("TCP_KEEPIDLE", 15), ("TCP_KEEPINTVL", 15), ("TCP_KEEPCNT", 4))
    if hasattr(socket, name)
)
"""Seconds, seconds, probes: a peer that sleeps or lost its network is noticed after about 75 s."""

Connect: TypeAlias = Callable[[str, int], Awaitable[trio.abc.Stream]]
"""Opens a stream to a host and port; raises OSError."""


class Pipe(Protocol):
    """A byte stream that closes at once. Errors are trio's: BrokenResourceError, ClosedResourceError."""

    async def receive(self) -> bytes:
        """Return the next bytes, empty at the end; always a checkpoint."""

    async def send(self, data: bytes) -> None:
        """Send all of `data`."""

    async def close(self) -> None:
        """Close without any farewell; works under cancellation too, and more than once."""


class SocketPipe:
    """A pipe over a plain TCP socket, which it owns."""

    def __init__(self, sock: socket.socket) -> None:
        sock.setblocking(False)
        self._sock = sock

    async def receive(self) -> bytes:
        """Return the next bytes, empty at the end; always a checkpoint."""
        while True:
            await trio.lowlevel.wait_readable(self._sock)
            try:
                return self._sock.recv(READ_BYTES)
            except BlockingIOError:
                continue
            except OSError as error:
                raise trio.BrokenResourceError("connection lost") from error

    async def send(self, data: bytes) -> None:
        """Send all of `data`. Waits only for what the socket doesn't take at once."""
        rest = memoryview(data)
        while rest:
            try:
                rest = rest[self._sock.send(rest) :]
            except BlockingIOError:
                await trio.lowlevel.wait_writable(self._sock)
            except OSError as error:
                raise trio.BrokenResourceError("connection lost") from error

    async def close(self) -> None:
        """Close the socket; whoever waits for it gets ClosedResourceError. No checkpoint."""
        if self._sock.fileno() >= 0:
            trio.lowlevel.notify_closing(self._sock)
            self._sock.close()


class StreamPipe:
    """A pipe over any other stream of trio's: TLS, or one in memory."""

    def __init__(self, stream: trio.abc.Stream) -> None:
        self._stream = stream

    async def receive(self) -> bytes:
        """Return the next bytes, empty at the end; always a checkpoint."""
        return bytes(await self._stream.receive_some(READ_BYTES))

    async def send(self, data: bytes) -> None:
        """Send all of `data`."""
        await self._stream.send_all(data)

    async def close(self) -> None:
        """Close without a TLS goodbye."""
        await trio.aclose_forcefully(self._stream)


async def connect_tcp(host: str, port: int) -> trio.abc.Stream:
    """Open a TCP connection that notices a dead peer and sends small packets at once. Raises OSError."""
    family = _family(host)
    if family is not None:
        sock = await _connect(family, host, port)
        return trio.SocketStream(trio.socket.from_stdlib_socket(sock))
    stream = await trio.open_tcp_stream(host, port)
    _set_options(stream)
    return stream


async def _connect(family: socket.AddressFamily, host: str, port: int, seconds: float = math.inf) -> socket.socket:
    """Connect to an address that needs no looking up, and has no other one to be tried beside it. Raises OSError, and
    trio.TooSlowError after so many seconds.

    Each answer begins with this: without trio's sockets around it, it takes half the time.
    """
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        sock.setblocking(False)
        _set_options(sock)
        with suppress(BlockingIOError):
            sock.connect((host, port))
        if not _is_connected(sock):
            with trio.fail_after(seconds):
                await trio.lowlevel.wait_writable(sock)
            if code := sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
                raise OSError(code, os.strerror(code))
    except BaseException:
        sock.close()
        raise
    return sock


def _is_connected(sock: socket.socket) -> bool:
    """Whether there is a connection by now: on this machine it is there at once, though `connect` says otherwise."""
    try:
        sock.getpeername()
    except OSError:
        return False
    return True


def _set_options(sock: socket.socket | trio.SocketStream) -> None:
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for option, value in _KEEPALIVE:
        sock.setsockopt(socket.IPPROTO_TCP, option, value)


def _family(host: str) -> socket.AddressFamily | None:
    """Return what kind of address `host` is, None for a name."""
    for family in (socket.AF_INET, socket.AF_INET6):
        with suppress(OSError):
            socket.inet_pton(family, host)
            return family
    return None


async def open_pipe(
    connect: Connect, host: str, port: int, tls: ssl.SSLContext | None, seconds: float = math.inf
) -> Pipe:
    """Connect, with TLS if a context is given; the caller closes. Raises OSError, ssl.SSLError,
    trio.BrokenResourceError, and trio.TooSlowError after so many seconds.
    """
    if tls is None and connect is connect_tcp and (family := _family(host)) is not None:
        return SocketPipe(await _connect(family, host, port, seconds))
    with trio.fail_after(seconds):
        return await _open_over(connect, host, port, tls)


async def _open_over(connect: Connect, host: str, port: int, tls: ssl.SSLContext | None) -> Pipe:
    stream = await connect(host, port)
    if tls is not None:
        secured = trio.SSLStream(stream, tls, server_hostname=host, https_compatible=True)
        try:
            await secured.do_handshake()
        except BaseException:
            await trio.aclose_forcefully(secured)
            raise
        return StreamPipe(secured)
    if isinstance(stream, trio.SocketStream):
        family, kind, protocol = stream.socket.family, stream.socket.type, stream.socket.proto
        return SocketPipe(socket.socket(family, kind, protocol, fileno=stream.socket.detach()))
    return StreamPipe(stream)
