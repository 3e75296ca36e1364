"""SQLite connections: how they are opened, how one runs a transaction's statements, and what its errors mean.

Everything here blocks and runs in worker threads.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn, TypeVar

from orchd.errors import Conflict, StartError, TooLarge
from orchd.storage.database import Result, Statement, Steps, ValueRefused
from orchd.storage.dialect import to_sqlite
from orchd.storage.readiness import DISK_FULL, NO_TABLES, Away, DiskFull
from orchd.storage.sqlite.sqlite_files import demand_writable, mend_side_files

T = TypeVar("T")

OLDEST = (3, 34, 0)
"""The SQLite of RHEL 9, the oldest that a system with Python 3.11 comes with. Tested from 3.40 (Debian 12) on."""

_AWAY = {
    sqlite3.SQLITE_BUSY: "the database is locked by another process",
    sqlite3.SQLITE_LOCKED: "the database is locked by another process",
    sqlite3.SQLITE_PROTOCOL: "the database is locked by another process",
    sqlite3.SQLITE_IOERR: "the database's disk can't be read or written",
    sqlite3.SQLITE_CANTOPEN: "the database can't be opened",
    sqlite3.SQLITE_READONLY: "the database can't be written to",
    sqlite3.SQLITE_PERM: "the database can't be opened",
    sqlite3.SQLITE_AUTH: "the database can't be opened",
    sqlite3.SQLITE_CORRUPT: "the database is damaged",
    sqlite3.SQLITE_NOTADB: "the database is damaged",
    sqlite3.SQLITE_NOMEM: "the database is out of memory",
    sqlite3.SQLITE_INTERRUPT: "the database did not answer in time",
}
_OPERATORS = {
    sqlite3.SQLITE_CANTOPEN: "can't be opened; check that its directory exists and may be written to",
    sqlite3.SQLITE_READONLY: "can't be written to; check the owner and mode of the file and of its directory",
    sqlite3.SQLITE_PERM: "can't be opened; check its owner and mode",
    sqlite3.SQLITE_AUTH: "can't be opened; check its owner and mode",
    sqlite3.SQLITE_CORRUPT: "is damaged; restore it from a backup",
    sqlite3.SQLITE_NOTADB: "is not a SQLite database",
}
_REFUSED = frozenset({sqlite3.SQLITE_CONSTRAINT, sqlite3.SQLITE_MISMATCH, sqlite3.SQLITE_RANGE})
"""Values that don't fit, whatever is tried: a defect of ours, and of one row."""
_DEFECTS = frozenset({sqlite3.SQLITE_ERROR, sqlite3.SQLITE_MISUSE})
"""Wrong SQL, or a wrong use of the library."""
_CHANGING = ("no such table", "no such column", "has no column named")
"""What SQLite says in vain of a table that another process is just changing; there is no code for it."""
WAL_BYTES = 16 * 1024 * 1024
"""What the write-ahead log keeps of the disk after it has been long, because somebody read for long."""
_CONFLICTS = {
    sqlite3.SQLITE_CONSTRAINT_UNIQUE: "this already exists",
    sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY: "this already exists",
    sqlite3.SQLITE_CONSTRAINT_ROWID: "this already exists",
    sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY: "this refers to something that does not exist, or is referred to",
    sqlite3.SQLITE_CONSTRAINT_TRIGGER: "this refers to something that does not exist, or is referred to",  # RESTRICT
}


@contextmanager
def mapped_errors() -> Iterator[None]:
    """Turn sqlite3's errors into ours. What is known to be final is a conflict, refused or a defect, and the latter
    passes as it is; all else is an outage."""
    try:
        yield
    except sqlite3.Error as error:
        _raise_mapped(error)


def _raise_mapped(error: sqlite3.Error) -> NoReturn:
    mapped = _map(error, getattr(error, "sqlite_errorcode", None))
    if mapped is None:
        raise error
    raise mapped from error


def _map(error: sqlite3.Error, code: int | None) -> Exception | None:
    if code is None:  # sqlite3's own, who uses it wrongly
        return None
    if code in _CONFLICTS:
        return Conflict(_CONFLICTS[code], reason="changed")
    primary = code & 0xFF
    if primary == sqlite3.SQLITE_TOOBIG:
        return TooLarge("this is longer than the database accepts", reason="too_long")
    if primary in _REFUSED:
        return ValueRefused("the database refused a value")
    if any(words in str(error) for words in _CHANGING):
        return Away(NO_TABLES, cause=str(error))
    if primary in _DEFECTS:
        return None
    if primary == sqlite3.SQLITE_FULL:
        return DiskFull(DISK_FULL, cause=f"{getattr(error, 'sqlite_errorname', code)}: {error}")
    reason = _AWAY.get(primary, "the database can't do this now")
    return Away(reason, cause=f"{getattr(error, 'sqlite_errorname', code)}: {error}")


@contextmanager
def start_errors(path: Path) -> Iterator[None]:
    """At the start, turn what only the operator can mend into `StartError`, which names the file."""
    try:
        yield
    except OSError as error:
        raise StartError(f"the directory of the database file {path} can't be used: {error.strerror}") from error
    except Away as error:
        code = getattr(error.__cause__, "sqlite_errorcode", 0) & 0xFF
        if code in _OPERATORS:
            raise StartError(f"the database file {path} {_OPERATORS[code]}") from error
        raise


def create_or_connect(path: Path, busy_seconds: float) -> sqlite3.Connection:
    """The first connection to a database file, which is made if need be, with mode 0600 in a directory of mode 0700.

    Raises `StartError` when the operator must act, else what `mapped_errors` knows.
    """
    demand_version()
    with start_errors(path), mapped_errors():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists():
            os.close(os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600))
        mend_side_files(path)
        demand_writable(path)
        return connect(path, busy_seconds)


def demand_version(found: tuple[int, ...] = sqlite3.sqlite_version_info) -> None:
    """Raise `StartError` for a SQLite that nobody has tried with what is asked of it here."""
    if found < OLDEST:
        here, least = (".".join(map(str, version)) for version in (found, OLDEST))
        raise StartError(f"this Python's SQLite is {here}, and orchd needs {least} or later; run it by a newer Python")


def connect(path: Path, busy_seconds: float) -> sqlite3.Connection:
    """A connection to an existing file, used by one thread at a time, not always the same. Raises `sqlite3.Error`.

    `synchronous=FULL` makes a commit survive a power loss: in WAL mode each one waits for the disk.
    """
    connection = sqlite3.connect(
        f"{path.as_uri()}?mode=rw",
        uri=True,
        timeout=busy_seconds,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=256,
    )
    try:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute(f"PRAGMA journal_size_limit={WAL_BYTES}")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def connect_reader(path: Path, busy_seconds: float) -> sqlite3.Connection:
    """A connection that refuses to write. Raises what `mapped_errors` knows."""
    with mapped_errors():
        connection = connect(path, busy_seconds)
        connection.execute("PRAGMA query_only=ON")
        return connection


def execute(connection: sqlite3.Connection, statement: Statement) -> Result:
    """Run one statement. Raises what `mapped_errors` knows."""
    try:  # as `mapped_errors` does it, which takes as long as a short statement
        cursor = connection.execute(to_sqlite(statement.sql), statement.params)
        rows = cursor.fetchall()
    except sqlite3.Error as error:
        _raise_mapped(error)
    inserted = cursor.rowcount > 0 and statement.sql[:6].upper() == "INSERT"
    # After other statements `lastrowid` is still that of the connection's last INSERT.
    return Result(rows, cursor.lastrowid or 0 if inserted else 0, max(cursor.rowcount, 0))


def drive(steps: Steps[T], connection: sqlite3.Connection) -> T:
    """Run a transaction's statements to its value. A `Conflict` is raised at its `yield`; others end it."""
    try:
        statement = next(steps)
        while True:
            try:
                result = execute(connection, statement)
            except Conflict as conflict:
                statement = steps.throw(conflict)
            else:
                statement = steps.send(result)
    except StopIteration as end:
        value: T = end.value
        return value
    finally:
        steps.close()


@contextmanager
def transaction(connection: sqlite3.Connection, begin: str) -> Iterator[None]:
    """A transaction: committed at the end of the block, rolled back when it raises or the commit fails."""
    try:
        with mapped_errors():
            connection.execute(begin)
        yield
        with mapped_errors():
            connection.execute("COMMIT")
    finally:
        if connection.in_transaction:  # after a full disk, SQLite may have rolled back by itself
            with mapped_errors():
                connection.execute("ROLLBACK")


def wait_for_disk(connection: sqlite3.Connection, durable: bool) -> None:
    """Say whether commits wait for the disk from now on. Unless they do, a crash of the process can't take from the
    kernel what was written to the WAL; the next durable commit syncs the whole of the WAL. SQLite refuses to switch
    inside a transaction."""
    with mapped_errors():
        connection.execute("PRAGMA synchronous=FULL" if durable else "PRAGMA synchronous=NORMAL")


@contextmanager
def savepoint(connection: sqlite3.Connection) -> Iterator[None]:
    """A part of a transaction that is undone by itself when the block raises."""
    kept = False
    connection.execute("SAVEPOINT part")
    try:
        yield
        kept = True
    finally:
        if connection.in_transaction:
            if not kept:
                connection.execute("ROLLBACK TO part")
            connection.execute("RELEASE part")
