"""MySQL and MariaDB: transactions over a pool of connections, with the same meaning as on SQLite.

Writes are SERIALIZABLE: a row or gap that a transaction has read stays as it is until it commits. That is what SQLite's
single writer gives, and so a read-then-write that is right there is right here too; under REPEATABLE READ two of them
could each read the old value and lose one update, and no test on SQLite would show it. The price is more deadlocks;
those are found by the server at once, and the transaction is run again. Reads use a REPEATABLE READ snapshot and lock
nothing. Relaxed writes are no different: the server syncs its log for all transactions or for none, and a weaker
isolation gains nothing measurable for INSERTs, but fails where the server logs statements (READ COMMITTED can't be
replicated that way).

A lost connection is forgiven once and silently where nothing can have been committed: when a connection from the pool
turns out to be dead at its first statement (the server restarted, or closed it for idleness). Otherwise it is
`Unavailable`.
"""

import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from functools import partial
from pathlib import Path
from typing import ParamSpec, TypeAlias, TypeVar

import structlog
import trio

from orchd.errors import Conflict, StartError, TooLarge, Unavailable
from orchd.storage.database import PlaceUse, Steps, ValueRefused
from orchd.storage.dialect import to_format
from orchd.storage.mysql.mysql_connection import MysqlConnection, connect, trust_of
from orchd.storage.mysql.mysql_errors import PACKET_TOO_LARGE, WRITES_IN_A_READ, TryAgain, error_code
from orchd.storage.mysql.mysql_long import demand_room, execute, sweep
from orchd.storage.mysql.mysql_migrate import migrate_mysql
from orchd.storage.mysql.mysql_pool import Pool
from orchd.storage.readiness import Away, SupervisedDatabase, UnknownFailure, bounded
from orchd.storage.url import MysqlUrl

T = TypeVar("T")
P = ParamSpec("P")
BeginTransaction: TypeAlias = Callable[[MysqlConnection], Awaitable[None]]

BUSY = "all database connections are in use"
LOCKED = "the database is locked by another transaction"
FIRST_RETRY_PAUSE = 0.005
LONGEST_RETRY_PAUSE = 0.1
MOST_PACKET, LEAST_PACKET = 1024 * 1024 * 1024, 64 * 1024
"""Bytes of a statement: what no server takes more than, and what everything before one is expected to take."""
SWEEP_SECONDS = 6 * 3600.0
"""How often to look for pieces of long texts that no row refers to any more."""


class MysqlDatabase(SupervisedDatabase):
    """A database on a server. Made by `open_database`."""

    def __init__(self, url: MysqlUrl, *, pool_size: int, timeout: float, migrations: Path | None) -> None:
        super().__init__("mysql", str(url))
        self._url = url
        self._timeout = timeout
        self._migrations_at = migrations
        # A statement gives up waiting for a lock well before its transaction's deadline, and is then run again.
        self._lock_seconds = max(1, int(timeout / 3))
        self._takes = MOST_PACKET
        self._trust: ssl.SSLContext | None = None
        self._pool = Pool(self._connect, pool_size)

    async def start(self) -> None:
        """Nothing to prepare: connections are opened when they are needed."""

    async def _connect(self) -> MysqlConnection:
        connection = await connect(self._url, lock_seconds=self._lock_seconds, trust=self._trust)
        connection.max_bytes = min(connection.max_bytes, self._takes)
        return connection

    def _say_less(self) -> bool:
        """Keep statements shorter than the server says it takes: a proxy before it takes less, and tells nobody how
        much. Return whether there is sense in trying again."""
        less = min(self._takes, MOST_PACKET) // 2
        if less < LEAST_PACKET:
            return False
        self._takes = less
        self._pool.drop_idle()
        structlog.get_logger().warning("statements are kept shorter than the database server's limit", bytes=less)
        return True

    async def attempt(self) -> None:
        self._trust = await trust_of(self._url)  # anew after each outage: the operator may have changed it
        await migrate_mysql(self._url, self._timeout, self._migrations_at)
        if self._state.health.full:
            await self._demand_room()

    async def _demand_room(self) -> None:
        """Raise `DiskFull` where there is still no room. What is written for that is undone, and its room stays the
        server's, for what comes next."""
        with bounded(trio.current_time() + self._timeout):
            connection = await self._connect()
            try:
                await connection.execute("START TRANSACTION")
                await demand_room(connection)
                await connection.execute("ROLLBACK")
            except TryAgain as again:
                raise Away(LOCKED) from again
            finally:
                connection.close()

    async def tend(self) -> None:
        while True:
            await trio.sleep(SWEEP_SECONDS)
            await self.wait_ready()
            with suppress(Unavailable):  # the next round tries again
                await self._sweep()

    async def _sweep(self) -> None:
        """Delete what long texts have left behind."""
        async with self._place() as deadline:
            with bounded(deadline):
                connection = await self._begin(_begin_sweep)
                ended = False
                try:
                    struck = await sweep(connection)
                    await connection.execute("COMMIT")
                    ended = True
                finally:
                    await self._release(connection, ended)
        if struck:
            structlog.get_logger().info("unreferenced pieces of long texts deleted", texts=struck)

    async def finish(self) -> None:
        self._state.close()
        await self._pool.aclose(self._timeout)

    async def write(self, steps: Callable[P, Steps[T]], *args: P.args, **kwargs: P.kwargs) -> T:
        async with self._place() as deadline:
            with bounded(deadline, shield=True):
                value = await self._repeatedly(_begin_write, partial(steps, *args, **kwargs), deadline)
        await trio.lowlevel.checkpoint_if_cancelled()
        return value

    async def read(self, steps: Callable[P, Steps[T]], *args: P.args, **kwargs: P.kwargs) -> T:
        async with self._place(self._state.require_readable) as deadline:
            with bounded(deadline):
                try:
                    return await self._repeatedly(_begin_read, partial(steps, *args, **kwargs), deadline)
                except Away as error:
                    if error_code(error.__cause__) != WRITES_IN_A_READ:
                        raise
                    raise ValueRefused("a read-only transaction tried to write") from error.__cause__

    async def require_space(self) -> None:
        await trio.lowlevel.checkpoint()
        if self._state.health.full:
            self._state.require_ok()

    def places(self) -> PlaceUse:
        return self._pool.use()

    @asynccontextmanager
    async def _place(self, require: Callable[[], None] | None = None) -> AsyncIterator[float]:
        """The right to hold a connection until the transaction's deadline, which is returned. `require` raises what the
        database's state forbids."""
        require = require or self._state.require_ok
        require()
        deadline = trio.current_time() + self._timeout
        with trio.CancelScope(deadline=deadline) as waiting:
            await self._pool.take_place()
        if waiting.cancelled_caught:
            raise Unavailable(BUSY, reason="database")
        try:
            require()
            with self._state.noting_failures():
                yield deadline
        except Away:
            self._pool.drop_idle()
            raise
        finally:
            self._pool.leave_place()

    async def _repeatedly(self, begin: BeginTransaction, make_steps: Callable[[], Steps[T]], deadline: float) -> T:
        pause = FIRST_RETRY_PAUSE
        while True:
            try:
                return await self._transaction(begin, make_steps)
            except TryAgain as again:
                if again.waited and deadline - trio.current_time() < self._lock_seconds:
                    raise Unavailable(LOCKED, reason="database") from again
            except TooLarge as error:
                if error_code(error.__cause__) != PACKET_TOO_LARGE or not self._say_less():
                    raise
            except UnknownFailure as failure:
                if not await self._answers():
                    raise
                structlog.get_logger().warning("the database refused a statement", cause=failure.cause)
                raise Unavailable(failure.message, reason="database") from failure
            await trio.sleep(pause)
            pause = min(pause * 2, LONGEST_RETRY_PAUSE)

    async def _answers(self) -> bool:
        """Tell whether the database is as it should be, apart from one statement."""
        try:
            await self.attempt()
        except (Unavailable, StartError):
            return False
        return True

    async def _transaction(self, begin: BeginTransaction, make_steps: Callable[[], Steps[T]]) -> T:
        connection = await self._begin(begin)
        ended = False
        try:
            value = await _drive(make_steps(), connection)
            await connection.execute("COMMIT")
            ended = True
        finally:
            await self._release(connection, ended)
        return value

    async def _begin(self, begin: BeginTransaction) -> MysqlConnection:
        """A connection with an open transaction; one from the pool that turns out to be dead is replaced."""
        while True:
            connection, used = await self._pool.connection()
            begun = False
            try:
                await begin(connection)
                begun = True
            except Away:
                if not used:
                    raise
                self._pool.drop_idle()
                continue
            finally:
                if not begun:
                    connection.close()
            return connection

    async def _release(self, connection: MysqlConnection, ended: bool) -> None:
        try:
            if not ended and connection.usable:
                with suppress(Away):
                    await connection.execute("ROLLBACK")
                    ended = True
        finally:
            if ended and connection.usable:
                self._pool.keep(connection)
            else:
                connection.close()


async def _begin_write(connection: MysqlConnection) -> None:
    if not connection.serializable:
        await connection.execute("SET SESSION TRANSACTION ISOLATION LEVEL SERIALIZABLE")
        connection.serializable = True
    await connection.execute("START TRANSACTION")


async def _begin_read(connection: MysqlConnection) -> None:
    if connection.serializable:
        await connection.execute("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        connection.serializable = False
    await connection.execute("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY")


async def _begin_sweep(connection: MysqlConnection) -> None:
    if connection.serializable:
        await connection.execute("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        connection.serializable = False
    await connection.execute("START TRANSACTION WITH CONSISTENT SNAPSHOT")


async def _drive(steps: Steps[T], connection: MysqlConnection) -> T:
    """Run a transaction's statements to its value. A `Conflict` is raised at its `yield`; others end it."""
    try:
        statement = next(steps)
        while True:
            try:
                result = await execute(connection, to_format(statement.sql), statement.params)
            except Conflict as conflict:
                statement = steps.throw(conflict)
            else:
                statement = steps.send(result)
    except StopIteration as end:
        value: T = end.value
        return value
    finally:
        steps.close()
