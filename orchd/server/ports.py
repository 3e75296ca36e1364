"""Opening the port, alone or shared with the daemon that one is about to replace."""

import errno
import json
import socket
from collections.abc import Sequence

import trio

from orchd.errors import StartError

BACKLOG = 1024

ANSWER_SECONDS = 1.0
"""How long the program that has the port may take to say what it is."""

_VERSION_BYTES = 4096


async def listen(host: str, port: int, *, shared: bool) -> list[trio.SocketListener]:
    """Open the port as `open_port` does. Raises `StartError` that says why it can't be done, and what to do."""
    try:
        return await open_port(host, port, shared=shared)
    except OSError as error:
        raise StartError(f"can't listen on {host}:{port}: {await _why(error, host, port)}") from error


def take_over(sockets: Sequence[socket.socket]) -> list[trio.SocketListener]:
    """Listen on ports that somebody else has opened."""
    return [trio.SocketListener(trio.socket.from_stdlib_socket(each)) for each in sockets]


async def _why(error: OSError, host: str, port: int) -> str:
    if error.errno != errno.EADDRINUSE:
        return error.strerror or str(error)
    version = await who_listens(host, port)
    if version is not None:
        return f"an orchd daemon ({version}) answers there already; use that one, end it, or choose a port with --port"
    return "another program has that port; choose another one with --port"


def url_of(listener: trio.SocketListener, *, secure: bool) -> str:
    """What a browser is given to get there."""
    host, port = listener.socket.getsockname()[:2]
    return f"{'https' if secure else 'http'}://{f'[{host}]' if ':' in host else host}:{port}"


async def open_port(host: str, port: int, *, shared: bool) -> list[trio.SocketListener]:
    """Listen on all addresses of `host`. Port 0 takes a free one, of the first address only.

    `shared` sets SO_REUSEPORT (Linux, BSD): several processes of one user may then listen on the port, and the kernel
    hands each new connection to one of them. Raises OSError.
    """
    if not shared:
        listeners = await trio.open_tcp_listeners(port, host=host)
    else:
        found = await trio.socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        listeners = [await _open(family, address) for family, _, _, _, address in found]
    if port == 0:  # a name with several addresses would get a port of its own for each
        for listener in listeners[1:]:
            await listener.aclose()
        del listeners[1:]
    return listeners


async def _open(family: int, address: tuple[object, ...]) -> trio.SocketListener:
    listener = trio.socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        if family == socket.AF_INET6:
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        await listener.bind(address)
        listener.listen(BACKLOG)
    except BaseException:
        listener.close()
        raise
    return trio.SocketListener(listener)


async def who_listens(host: str, port: int) -> str | None:
    """Return the version of the orchd daemon that has a port, None when it is somebody else, or does not answer."""
    answer = b""
    with trio.move_on_after(ANSWER_SECONDS):
        try:
            async with await trio.open_tcp_stream(_NEAR.get(host, host), port) as stream:
                await stream.send_all(b"GET /version HTTP/1.0\r\n\r\n")
                while len(answer) < _VERSION_BYTES and (data := await stream.receive_some(_VERSION_BYTES)):
                    answer += data
        except (OSError, trio.BrokenResourceError):
            return None
    try:
        told = json.loads(answer.partition(b"\r\n\r\n")[2])
        return str(told["version"])[:40] if told["name"] == "orchd" else None
    except (ValueError, KeyError, TypeError):
        return None


_NEAR = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104 - addresses that nobody connects to
