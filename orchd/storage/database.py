"""The database as features see it: transactions written as generators of statements.

A query is a generator function. It yields a `Statement` and is sent back its `Result`; what it returns is the value of
the transaction. It never waits by itself, so the same function runs on SQLite, where a worker thread drives the whole
transaction in one hop, and on MySQL, where a task awaits the server for each statement:

    def find_title(conversation_id: int) -> Steps[str | None]:
        found = yield Statement("SELECT title FROM conversation WHERE id = ?", (conversation_id,))
        return found.rows[0][0] if found.rows else None

    title = await database.read(find_title, 7)

Queries compose with `yield from`. A transaction that meets a deadlock or a lock timeout before its commit is run again
from the start, so a query function must have no effect besides its statements.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Generator
from typing import Any, NamedTuple, ParamSpec, TypeAlias, TypeVar

import trio

from orchd.errors import Internal

T = TypeVar("T")
P = ParamSpec("P")

SqlValue: TypeAlias = int | float | str | bytes | None


class Statement(NamedTuple):
    """One SQL statement in the common dialect: `?` placeholders, names and functions that both databases know."""

    sql: str
    params: tuple[SqlValue, ...] = ()


class Result(NamedTuple):
    """What a statement gave: its rows (empty unless it selects), the last inserted id (0 if none), rows changed."""

    rows: list[tuple[Any, ...]]
    last_id: int
    changed: int


Steps: TypeAlias = Generator[Statement, Result, T]


class ValueRefused(Internal):
    """The database will never take this value, whatever is tried: a defect of ours, in one row."""


class Health(NamedTuple):
    """Whether the database answers, and when it does not, a reason fit for a client (no paths, no driver texts).
    `full`: it is only that nothing more can be written. `since`: when it came back, by Trio's clock; what was asked
    before may have become untrue without a word."""

    ok: bool
    kind: str
    reason: str | None
    full: bool = False
    since: float = float("-inf")

    @property
    def readable(self) -> bool:
        """Whether it says what it has."""
        return self.ok or self.full


class PlaceUse(NamedTuple):
    """How many transactions may run at once, how many do, and how many wait for that: of SQLite's those that read, its
    one writer takes them in groups."""

    size: int
    used: int
    waiting: int


class CommitMark(NamedTuple):
    """What somebody's commit changes. `watcher`: the connection that was asked: `version` has a meaning only there."""

    watcher: int
    version: int


def _probe() -> Steps[None]:
    yield Statement("SELECT 1")


class Database(ABC):
    """A migrated database, or one that is still awaited."""

    @abstractmethod
    async def write(self, steps: Callable[P, Steps[T]], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run one read-write transaction; when this returns, it is durable.

        A cancellation does not stop a transaction that has begun: it is finished (within the statement deadline) and
        then the cancellation is delivered. Raises `Unavailable` when the database is away, locked for too long, full,
        or can't go on for a reason that nobody knows; `Conflict` on a broken unique or foreign key; `TooLarge` and
        `ValueRefused` for what it never takes; whatever `steps` raises, after a rollback.
        """

    async def write_relaxed(self, steps: Callable[P, Steps[T]], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run one read-write transaction as `write` does, but don't wait for the disk where the database allows that.

        When this returns, the transaction survives the end of the process, however it ends, and not necessarily a loss
        of power or a crash of the operating system. Relaxed transactions are lost from the newest on: after a later
        `write` has returned, this one is durable too. MySQL and MariaDB have no such choice for one transaction:
        there this is `write`, and the server's `innodb_flush_log_at_trx_commit` says what both survive. Cancellation,
        deadlines, isolation and what is raised are those of `write`.
        """
        return await self.write(steps, *args, **kwargs)

    @abstractmethod
    async def read(self, steps: Callable[P, Steps[T]], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run one read-only transaction on a consistent snapshot. May be cancelled. Raises `Unavailable`."""

    async def probe(self) -> None:
        """Return once the database has answered something. Raises as `read` does."""
        await self.read(_probe)

    async def commit_mark(self) -> CommitMark | None:
        """Return what two calls give alike only if nobody has committed anything between them, be it this process or
        another one; None where that can't be known, as with MySQL. It tells who looks again and again that there is
        nothing new, for less than a look costs. Raises as `read` does."""
        await trio.lowlevel.checkpoint()
        return None

    async def require_space(self) -> None:
        """Raise `Unavailable` (`storage_full`) where the database's disk has no room for anything new, as far as that
        can be known: what was begun, and what removes something, is written all the same."""
        await trio.lowlevel.checkpoint()

    @abstractmethod
    def health(self) -> Health:
        """The state as last seen by a transaction or by the background check; never blocks."""

    def places(self) -> PlaceUse:
        """Return who is at work with it at this moment; of one that has no bound nothing is counted."""
        return PlaceUse(0, 0, 0)

    @abstractmethod
    async def wait_ready(self) -> None:
        """Return once the database is there and migrated.

        Until it has been ready once: raises `StartError` when that can't happen without the operator (a newer schema, a
        changed migration, a file that can't be opened, a right that is missing).
        """
