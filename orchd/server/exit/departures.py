"""Clients that leave while they are answered: the kernel tells of it, and one task hears that of all of them.

Whoever reads from a client sees that it has left, too. But a task that does so for each request, to be begun, woken and
ended, would take a twentieth of what a short answer does; so it is begun only where the kernel can't be asked (other
systems), or doesn't know that a client has gone (TLS, memory). What a client sends meanwhile stays where it is, for its
next request.
"""

import select
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress

import trio


class Departures:
    """Has clients watched, while `run` is under way."""

    def __init__(self) -> None:
        self._left: dict[int, Callable[[], None]] = {}
        """What to call once the client has left whose socket has that descriptor."""
        self._kernel: select.epoll | None = None

    async def run(self) -> None:
        """Hear of those that leave, until cancelled."""
        if sys.platform != "linux":
            await trio.sleep_forever()
        with select.epoll() as kernel:
            for descriptor in self._left:  # if it has failed, and is run again
                kernel.register(descriptor, select.EPOLLRDHUP)
            self._kernel = kernel
            try:
                while True:
                    await trio.lowlevel.wait_readable(kernel.fileno())
                    for descriptor, _ in kernel.poll(0):
                        kernel.unregister(descriptor)
                        self._left.pop(descriptor)()
            finally:
                self._kernel = None

    def watch(self, stream: trio.abc.Stream, left: Callable[[], None]) -> bool:
        """Have `left` called once the client of `stream` has left, until a call of `forget`, which must follow. Return
        whether that is so; where it isn't, the client must be read from."""
        if self._kernel is not None and isinstance(stream, trio.SocketStream):
            descriptor = stream.socket.fileno()
            with suppress(OSError):  # it watches so many, and no more
                self._kernel.register(descriptor, select.EPOLLRDHUP)
                self._left[descriptor] = left
                return True
        return False

    def forget(self, stream: trio.abc.Stream) -> None:
        """Watch it no more, if it was watched. The stream must be open still: its descriptor may be another's later."""
        if isinstance(stream, trio.SocketStream) and self._left.pop(stream.socket.fileno(), None) is not None:
            with suppress(OSError):
                if self._kernel is not None:
                    self._kernel.unregister(stream.socket.fileno())


async def cancel_after(read: Callable[[], Awaitable[None]], scope: trio.CancelScope) -> None:
    """Cancel `scope` once `read` returns, as it does when a client has left that is read from."""
    await trio.lowlevel.checkpoint()  # what the request begins goes first
    await read()
    scope.cancel()
