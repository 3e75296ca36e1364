"""A bounded pool of connections, last in first out, so that few stay in use and the others may grow old unharmed.

A connection that comes back after an error or a cancellation is closed, since nobody knows what is left in its stream.
"""

from collections.abc import Awaitable, Callable

import trio

from orchd.storage.database import PlaceUse
from orchd.storage.mysql.mysql_connection import MysqlConnection


class Pool:
    """At most `size` connections, opened when needed. Who takes a place gives back its connection, or drops it."""

    def __init__(self, open_connection: Callable[[], Awaitable[MysqlConnection]], size: int) -> None:
        self._open = open_connection
        self._size = size
        self._places = trio.Semaphore(size)
        self._idle: list[MysqlConnection] = []
        self._closed = False

    async def take_place(self) -> None:
        """Wait for the right to hold one connection; `leave_place` returns it. May be cancelled."""
        await self._places.acquire()

    def leave_place(self) -> None:
        self._places.release()

    def use(self) -> PlaceUse:
        """Return how many places there are, are taken, and are waited for."""
        return PlaceUse(self._size, self._size - self._places.value, self._places.statistics().tasks_waiting)

    async def connection(self) -> tuple[MysqlConnection, bool]:
        """A connection, and whether it was used before (so that the server may have closed it meanwhile)."""
        if self._idle:
            return self._idle.pop(), True
        return await self._open(), False

    def keep(self, connection: MysqlConnection) -> None:
        """Give back a connection with no transaction and no unread answer."""
        if self._closed:
            connection.close()
        else:
            self._idle.append(connection)

    def drop_idle(self) -> None:
        """Close the idle ones: when one was found dead, the others are as well."""
        while self._idle:
            self._idle.pop().close()

    async def aclose(self, timeout: float) -> None:
        """Wait `timeout` seconds for those in use, then close the idle ones; others close when they are given back."""
        self._closed = True
        with trio.move_on_after(timeout):
            for _ in range(self._size):
                await self._places.acquire()
        while self._idle:
            await self._idle.pop().aclose()
