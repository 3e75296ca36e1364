"""Whether anybody has committed something to a SQLite file, without reading what."""

import sqlite3
from collections.abc import Callable
from functools import partial
from pathlib import Path

import trio

from orchd.storage.database import CommitMark
from orchd.storage.sqlite.sqlite_connection import connect_reader, mapped_errors

SHARED_SECONDS = 0.05
"""For how long a mark is given to others too: those who look by the same clock ask at the same moment."""


class MarkReader:
    """A connection of its own that is asked for nothing but its `data_version`: SQLite compares with what this
    connection saw last. https://sqlite.org/pragma.html#pragma_data_version"""

    def __init__(self, path: Path, busy_seconds: float) -> None:
        self._path = path
        self._busy_seconds = busy_seconds
        self._connection: sqlite3.Connection | None = None
        self._made = 0
        self._turn = trio.Lock()
        self._thread = trio.CapacityLimiter(1)
        self._last: tuple[float, CommitMark] | None = None

    async def read(self, demand_file: Callable[[], None]) -> CommitMark:
        """Return the mark; `demand_file` raises when the file isn't the one that was opened. Raises `Away`."""
        await self._take_turn()
        try:
            began = trio.current_time()
            if self._last is None or began - self._last[0] > SHARED_SECONDS:
                asking = partial(self._read, demand_file)
                mark = await trio.to_thread.run_sync(asking, limiter=self._thread, abandon_on_cancel=True)
                self._last = began, mark
            return self._last[1]
        finally:
            self._turn.release()

    async def _take_turn(self) -> None:
        """Wait for the others; without any for nothing, since an idle daemon has the event loop turn for each wait."""
        try:
            self._turn.acquire_nowait()
        except trio.WouldBlock:
            await self._turn.acquire()

    async def close(self) -> None:
        """Give the connection back, once whoever was cancelled no longer uses it; final."""
        await self._thread.acquire_on_behalf_of(self)
        self._drop()

    def _read(self, demand_file: Callable[[], None]) -> CommitMark:
        try:
            demand_file()
            with mapped_errors():
                connection = self._connect()
                return CommitMark(self._made, int(connection.execute("PRAGMA data_version").fetchone()[0]))
        except BaseException:
            self._drop()
            raise

    def _connect(self) -> sqlite3.Connection:
        if self._connection is None:
            self._connection = connect_reader(self._path, self._busy_seconds)
            self._made += 1
        return self._connection

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = None
