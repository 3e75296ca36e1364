"""Taking connections, also when there is nothing to take them with.

Trio's `accept` takes one connection and lets all other tasks run. Of a hundred that come at once, as after a restart,
the last would wait for a hundred rounds of what the first ones ask for: so all that are there are taken in one go.
"""

import errno
import socket
from collections.abc import Callable, Iterator
from contextlib import suppress

import structlog
import trio

from orchd.access.addresses import IpAddress, read_address

PAUSE_SECONDS = 0.1
"""Before it is tried again after there was nothing to take a connection with."""

QUIET_SECONDS = 60.0
"""Between two lines in the log about it."""

AT_ONCE = 256
"""Most connections taken before others have their turn again."""

_EXHAUSTED = {
    errno.EMFILE: "this daemon has too many files open",
    errno.ENFILE: "this machine has too many files open",
    errno.ENOMEM: "there is no memory for another connection",
    errno.ENOBUFS: "there is no memory for another connection",
}


async def accept(listener: trio.abc.Listener[trio.abc.Stream], begin: Callable[[trio.abc.Stream], None]) -> None:
    """Let each connection `begin`, which returns at once, until cancelled; closes the listener.

    As trio.serve_listeners does, which logs a traceback ten times a second while files are short.
    """
    told = -QUIET_SECONDS
    async with listener:
        while True:
            try:
                stream = await listener.accept()
            except OSError as error:
                if error.errno not in _EXHAUSTED:
                    raise
                if trio.current_time() >= told + QUIET_SECONDS:
                    told = trio.current_time()
                    structlog.get_logger().error("connections are waiting", reason=_EXHAUSTED[error.errno])
                await trio.sleep(PAUSE_SECONDS)
            else:
                begin(stream)
                for another in _waiting(listener):
                    begin(another)


def _waiting(listener: trio.abc.Listener[trio.abc.Stream]) -> Iterator[trio.SocketStream]:
    """Take the connections that wait by now, without waiting. What goes wrong meets the next `accept`."""
    if not isinstance(listener, trio.SocketListener):
        return
    ours = listener.socket
    with suppress(OSError), socket.fromfd(ours.fileno(), ours.family, ours.type) as waiting:
        waiting.setblocking(False)
        for _ in range(AT_ONCE):
            taken, _address = waiting.accept()
            yield trio.SocketStream(trio.socket.from_stdlib_socket(taken))


def address_of(stream: trio.abc.Stream) -> IpAddress | None:
    """The peer's address; None for what has none, such as a Unix socket, and for a peer that has left already."""
    if not isinstance(stream, trio.SocketStream):
        return None
    try:
        name = stream.socket.getpeername()
    except OSError:
        return None
    return read_address(name[0]) if isinstance(name, tuple) else None
