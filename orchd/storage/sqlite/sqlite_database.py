"""SQLite: one writer thread, a few readers, and the waiting in between.

A write is handed to the writer thread and then waited for without being cancelled: it may have been committed, so the
caller is told what came of it before its cancellation goes on. Reads run in Trio's worker threads and stop when they
are cancelled, by way of SQLite's progress handler.
"""

import contextlib
import sqlite3
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import ParamSpec, TypeVar

import trio

from orchd.errors import Unavailable
from orchd.storage.database import CommitMark, Health, PlaceUse, Statement, Steps
from orchd.storage.migrate import Migration, load_migrations, tables_of
from orchd.storage.readiness import NO_TABLES, OVERDUE, Away, SupervisedDatabase, bounded
from orchd.storage.sqlite.sqlite_connection import (
    connect,
    connect_reader,
    create_or_connect,
    drive,
    mapped_errors,
    start_errors,
    transaction,
)
from orchd.storage.sqlite.sqlite_copies import MigrationCopies
from orchd.storage.sqlite.sqlite_files import identity, mend_side_files
from orchd.storage.sqlite.sqlite_marks import MarkReader
from orchd.storage.sqlite.sqlite_migrate import apply_migrations
from orchd.storage.sqlite.sqlite_space import DiskSpace
from orchd.storage.sqlite.sqlite_writer import PROGRESS_STEPS, WriteJob, WriterThread

T = TypeVar("T")
P = ParamSpec("P")

GONE = "the database's file is gone"
WRITE_QUEUE_JOBS = 1024
"""The most writes that may be handed over and not yet reported, including those that nobody waits for any more while
the disk hangs; further writers wait for a place."""


class SqliteDatabase(SupervisedDatabase):
    """The database in one file. Made by `open_database`."""

    def __init__(
        self,
        path: Path,
        *,
        readers: int,
        timeout: float,
        migrations: Path | None,
        spare_bytes: int = 0,
        copies: int = 0,
    ) -> None:
        super().__init__("sqlite", str(path))
        self._path = path
        self._space = DiskSpace(path.parent, spare_bytes)
        self._copies = MigrationCopies(path, copies)
        self._timeout = timeout
        self._busy_seconds = timeout / 2  # a lock held by others is told as such before the deadline hides it
        self._migrations_at = migrations
        self._migrations: list[Migration] = []
        self._write_places = trio.Semaphore(WRITE_QUEUE_JOBS)
        self._readers = trio.CapacityLimiter(readers)
        self._idle_readers: list[tuple[sqlite3.Connection, tuple[int, int] | None]] = []
        self._opened: tuple[int, int] | None = None
        self._marks = MarkReader(path, self._busy_seconds)
        self._writer: WriterThread

    def health(self) -> Health:
        health = super().health()
        copying = None if health.ok else self._copies.under_way()
        return health if copying is None else health._replace(reason=copying)

    async def start(self) -> None:
        self._writer = WriterThread(self._open, "orchd-sqlite-writer", self._demand_same_file)

    async def write(self, steps: Callable[P, Steps[T]], *args: P.args, **kwargs: P.kwargs) -> T:
        return await self._write(partial(steps, *args, **kwargs), durable=True)

    async def write_relaxed(self, steps: Callable[P, Steps[T]], *args: P.args, **kwargs: P.kwargs) -> T:
        return await self._write(partial(steps, *args, **kwargs), durable=False)

    async def _write(self, make_steps: Callable[[], Steps[T]], durable: bool) -> T:
        self._state.require_migrated()
        with self._state.noting_failures():
            value = await self._submit(make_steps, durable)
        self._state.back()
        return value

    async def _submit(self, make_steps: Callable[[], Steps[T]], durable: bool) -> T:
        job = WriteJob(make_steps, time.monotonic() + self._timeout, durable, self._write_places.release)
        deadline = trio.current_time() + self._timeout
        await self._take_place(deadline)  # the thread gives it back, even when nobody waits for the job any more
        if self._state.closed:
            self._write_places.release()
            self._state.require_ok()
        self._writer.submit(job)
        with trio.CancelScope(shield=True, deadline=deadline):
            await job.done.wait()
        await trio.lowlevel.checkpoint_if_cancelled()
        if job.outcome is None or not job.done.is_set():
            raise Away(OVERDUE)
        return job.outcome.unwrap()

    async def _take_place(self, deadline: float) -> None:
        """Take a place in the queue of writes: at once where there is one, since most writes find it empty."""
        await trio.lowlevel.checkpoint_if_cancelled()
        try:
            self._write_places.acquire_nowait()
        except trio.WouldBlock:
            with trio.CancelScope(deadline=deadline) as waiting:
                await self._write_places.acquire()
            if waiting.cancelled_caught:
                raise Unavailable("too many writes are waiting for the database", reason="database") from None

    async def read(self, steps: Callable[P, Steps[T]], *args: P.args, **kwargs: P.kwargs) -> T:
        self._state.require_migrated()
        with self._state.noting_failures(), bounded(trio.current_time() + self._timeout):
            return await trio.to_thread.run_sync(
                self._read, partial(steps, *args, **kwargs), limiter=self._readers, abandon_on_cancel=True
            )

    async def commit_mark(self) -> CommitMark | None:
        self._state.require_migrated()
        with self._state.noting_failures(), bounded(trio.current_time() + self._timeout):
            return await self._marks.read(self._demand_same_file)

    async def require_space(self) -> None:
        await self._space.require(lambda: self.read(_unused_bytes))

    def places(self) -> PlaceUse:
        used = self._readers.statistics()
        return PlaceUse(int(used.total_tokens), used.borrowed_tokens, used.tasks_waiting)

    def _read(self, make_steps: Callable[[], Steps[T]]) -> T:
        with self._reader() as connection, self._mapped_interrupt(), transaction(connection, "BEGIN"):
            return drive(make_steps(), connection)

    @contextlib.contextmanager
    def _reader(self) -> Iterator[sqlite3.Connection]:
        """A reader's connection; kept for the next unless something went wrong."""
        self._demand_same_file()
        connection, opened = self._take_reader()
        healthy = True
        try:
            yield connection
        except Away:
            healthy = False
            raise
        finally:
            if healthy and not self._state.closed:
                self._idle_readers.append((connection, opened))
            else:
                connection.close()

    def _take_reader(self) -> tuple[sqlite3.Connection, tuple[int, int] | None]:
        """An idle reader of the file that stands there now, or a new one."""
        while self._idle_readers:
            connection, opened = self._idle_readers.pop()
            if opened == self._opened:
                return connection, opened
            connection.close()
        return self._open_reader()

    def _open_reader(self) -> tuple[sqlite3.Connection, tuple[int, int] | None]:
        opened = self._opened
        connection = connect_reader(self._path, self._busy_seconds)
        # An exception of the handler (here Trio's Cancelled, in a cancelled read) makes SQLite interrupt the statement.
        connection.set_progress_handler(trio.from_thread.check_cancelled, PROGRESS_STEPS)
        return connection, opened

    @contextlib.contextmanager
    def _mapped_interrupt(self) -> Iterator[None]:
        try:
            yield
        except Away:
            trio.from_thread.check_cancelled()  # raises Cancelled if that is why
            raise

    def _open(self) -> sqlite3.Connection:
        """The writer's connection, its file migrated. After an outage the file must still be there: making a new, empty
        one under a mount point whose disk is away would lose writes for good."""
        if self._state.migrated:
            mend_side_files(self._path)
            with mapped_errors():
                connection = self._migrate(connect(self._path, self._busy_seconds))
        else:
            with start_errors(self._path):
                connection = self._migrate(create_or_connect(self._path, self._busy_seconds))
        self._opened = identity(self._path)
        return connection

    def _demand_same_file(self) -> None:
        """Raise `Away` when the file was removed or replaced: SQLite would go on in what nobody can find again."""
        try:
            found = identity(self._path)
        except OSError as error:
            raise Away(GONE, cause=f"{self._path}: {error.strerror}") from error
        if found != self._opened:
            raise Away(GONE, cause=f"{self._path} was {'removed' if found is None else 'replaced by another file'}")

    def _migrate(self, connection: sqlite3.Connection) -> sqlite3.Connection:
        with contextlib.ExitStack() as unless_done:
            unless_done.callback(connection.close)
            if not apply_migrations(connection, self._migrations or self._load(), self._copies):
                unless_done.pop_all()
                return connection
            # What has migrated would keep two megabytes of statements and pages that nobody asks for again.
            with mapped_errors():
                return connect(self._path, self._busy_seconds)

    def _load(self) -> list[Migration]:
        self._migrations = load_migrations("sqlite", self._migrations_at)
        return self._migrations

    def _tables(self) -> set[str]:
        return tables_of(self._migrations)

    async def attempt(self) -> None:
        await self._submit(partial(_touch, self._tables), durable=True)

    async def finish(self) -> None:
        self._state.close()
        self._writer.stop()
        with trio.move_on_after(self._timeout) as waiting:
            await self._writer.stopped.wait()
            await self._all_readers_done()
            await self._marks.close()
        while self._idle_readers:
            self._idle_readers.pop()[0].close()
        if not waiting.cancelled_caught:
            self._writer.join(timeout=1.0)  # it has nothing left to do but to end

    async def _all_readers_done(self) -> None:
        for _ in range(int(self._readers.total_tokens)):
            await self._readers.acquire_on_behalf_of(object())


def _unused_bytes() -> Steps[int]:
    """Return how many bytes of the file are free for what is stored next."""
    pages = yield Statement("PRAGMA freelist_count")
    size = yield Statement("PRAGMA page_size")
    return int(pages.rows[0][0]) * int(size.rows[0][0])


def _touch(tables: Callable[[], set[str]]) -> Steps[None]:
    """A write that changes nothing, but needs the disk: setting the version number to what it is rewrites a page.

    Raises `Away` unless the tables are there: somebody may be restoring them just now.
    """
    there = yield Statement("SELECT name FROM sqlite_master WHERE type = 'table'")
    missing = tables() - {name for (name,) in there.rows}
    if missing:
        raise Away(NO_TABLES, cause=f"missing: {', '.join(sorted(missing))}")
    found = yield Statement("PRAGMA user_version")
    yield Statement(f"PRAGMA user_version = {int(found.rows[0][0])}")
