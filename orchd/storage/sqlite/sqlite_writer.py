"""The thread that does all the writing to a SQLite file, and what makes it fast: committing in groups.

SQLite allows one writer at a time, and a durable commit costs one wait for the disk. So all writes go through one
thread with one connection. It takes every job that waits, runs each inside a savepoint of one transaction, commits
once, and then reports to all: twenty writers at once pay for one `fsync`. A job that fails is undone alone. Whatever
spoils the group as a whole (a full disk rolls back everything, a deferred foreign key fails the commit) makes it run
its jobs again, each in a transaction of its own, so that nobody gets another's error. A group waits for the disk when
one of its jobs asks for that; a group of relaxed jobs does not.
"""

import contextlib
import queue
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

import outcome
import trio

from orchd.storage.database import Steps
from orchd.storage.readiness import OVERDUE, Away
from orchd.storage.sqlite.sqlite_connection import drive, mapped_errors, savepoint, transaction, wait_for_disk

T = TypeVar("T")

GROUP_SIZE = 256
"""Most jobs in one commit, which bounds how long the first of them waits."""

PROGRESS_STEPS = 10_000
"""Virtual machine steps of SQLite between two looks at the deadline: well under a millisecond."""


class WriteJob(Generic[T]):
    """One transaction on its way through the thread. `deadline` is in `time.monotonic` seconds; `durable`: its commit
    waits for the disk; `leave` is called when it has come out of the thread."""

    def __init__(
        self,
        make_steps: Callable[[], Steps[T]],
        deadline: float,
        durable: bool = True,
        leave: Callable[[], None] = lambda: None,
    ) -> None:
        self.make_steps = make_steps
        self.deadline = deadline
        self.durable = durable
        self.done = trio.Event()
        self.leave = leave
        self.outcome: outcome.Outcome[T] | None = None

    def overdue(self) -> bool:
        return time.monotonic() > self.deadline

    def run(self, connection: sqlite3.Connection) -> T:
        """The job's statements, inside a transaction that is the caller's."""
        if self.overdue():
            raise Away(OVERDUE)
        return drive(self.make_steps(), connection)


class WriterThread:
    """Owns the thread and its connection. `submit` and `stop` are called from Trio; neither blocks.

    `open_connection` runs in the thread, at first use and again after an outage, `demand_same_file` before each
    commit: it raises `Away` when the file is no more the one that was opened. `stopped` is set when the thread has
    closed its connection and is about to end.
    """

    def __init__(
        self,
        open_connection: Callable[[], sqlite3.Connection],
        name: str,
        demand_same_file: Callable[[], None] = lambda: None,
    ) -> None:
        self._open_connection = open_connection
        self._demand_same_file = demand_same_file
        self._connection: sqlite3.Connection | None = None
        self._waits: bool | None = None  # for the disk; None where nobody has said so to the connection
        self._jobs: queue.SimpleQueue[WriteJob[object] | None] = queue.SimpleQueue()  # bounded by SqliteDatabase
        self._current: WriteJob[object] | None = None
        self._token = trio.lowlevel.current_trio_token()
        self.stopped = trio.Event()
        self.commits = 0
        # A daemon thread: one that hangs in a dead file system must not hold up the process's exit.
        self._thread = threading.Thread(target=self._loop, name=name, daemon=True)
        self._thread.start()

    def submit(self, job: WriteJob[T]) -> None:
        """Hand over a job; its `done` is set once its outcome is there."""
        self._jobs.put(job)  # type: ignore[arg-type]  # the queue holds jobs of any value, and never looks at it

    def stop(self) -> None:
        """Have the thread end after the jobs handed over so far."""
        self._jobs.put(None)

    def join(self, timeout: float) -> None:
        """Wait for the thread, `timeout` seconds at most; blocks."""
        self._thread.join(timeout)

    def _loop(self) -> None:
        stopping = False
        with contextlib.suppress(trio.RunFinishedError):
            while not stopping:
                group, stopping = self._take()
                self._work(group)
                self._token.run_sync_soon(self._deliver, group)
        self._disconnect()
        with contextlib.suppress(trio.RunFinishedError):
            self._token.run_sync_soon(self.stopped.set)

    def _take(self) -> tuple[list[WriteJob[object]], bool]:
        job = self._jobs.get()
        group: list[WriteJob[object]] = []
        try:
            while job is not None:
                group.append(job)
                if len(group) == GROUP_SIZE:
                    return group, False
                job = self._jobs.get_nowait()
        except queue.Empty:
            return group, False
        return group, True

    @staticmethod
    def _deliver(group: list[WriteJob[object]]) -> None:
        for job in group:
            job.done.set()
            job.leave()

    def _work(self, group: list[WriteJob[object]]) -> None:
        if len(group) > 1 and isinstance(outcome.capture(self._together, group), outcome.Value):
            return
        for job in group:
            job.outcome = outcome.capture(self._alone, job)

    def _alone(self, job: WriteJob[T]) -> T:
        if job.overdue():
            raise Away(OVERDUE)
        with self._transaction(job.durable) as connection, self._watching(job):
            value = job.run(connection)
        self.commits += 1
        return value

    def _together(self, group: list[WriteJob[object]]) -> None:
        durable = any(job.durable for job in group)
        with self._transaction(durable) as connection:
            for job in group:
                job.outcome = outcome.capture(self._part, connection, job)
                if not connection.in_transaction:
                    raise Away("the group was rolled back")
        self.commits += 1

    @contextlib.contextmanager
    def _transaction(self, durable: bool) -> Iterator[sqlite3.Connection]:
        """A transaction that writes, whose commit waits for the disk if it is `durable`."""
        with self._with_connection() as connection:
            if self._waits != durable:
                wait_for_disk(connection, durable)
                self._waits = durable
            with transaction(connection, "BEGIN IMMEDIATE"):
                yield connection

    def _part(self, connection: sqlite3.Connection, job: WriteJob[T]) -> T:
        with savepoint(connection), self._watching(job):
            return job.run(connection)

    @contextlib.contextmanager
    def _watching(self, job: WriteJob[T]) -> Iterator[None]:
        self._current = job  # type: ignore[assignment]  # as in `submit`
        try:
            yield
        finally:
            self._current = None

    def _must_stop(self) -> bool:
        return self._current is not None and self._current.overdue()

    @contextlib.contextmanager
    def _with_connection(self) -> Iterator[sqlite3.Connection]:
        """The connection, opened if need be, and dropped after an outage: a file handle may not survive one."""
        try:
            if self._connection is None:
                self._connection = self._open_connection()
                self._connection.set_progress_handler(self._must_stop, PROGRESS_STEPS)
            self._demand_same_file()
            yield self._connection
        except Away:
            self._disconnect()
            raise

    def _disconnect(self) -> None:
        connection, self._connection, self._waits = self._connection, None, None
        if connection is not None:
            with contextlib.suppress(Away), mapped_errors():
                connection.close()
