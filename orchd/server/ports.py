"""Opening the port, alone or shared with the daemon that one is about to replace."""

import socket

import trio

BACKLOG = 1024


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
