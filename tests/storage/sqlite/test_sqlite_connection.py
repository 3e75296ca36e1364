"""Errors, transactions and savepoints of one connection, without threads."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from orchd.errors import Conflict, NotFound, StartError
from orchd.storage.database import Result, Statement, Steps, ValueRefused
from orchd.storage.readiness import Away
from orchd.storage.sqlite.sqlite_connection import (
    connect_reader,
    create_or_connect,
    demand_version,
    drive,
    execute,
    mapped_errors,
    savepoint,
    transaction,
)


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    opened = create_or_connect(tmp_path / "test.db", 0.01)
    opened.execute(
        "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT UNIQUE NOT NULL, b INTEGER CHECK (b > 0))"
    )
    yield opened
    opened.close()


def values(connection: sqlite3.Connection) -> list[str]:
    return [row[0] for row in connection.execute("SELECT a FROM t ORDER BY a")]


def insert(connection: sqlite3.Connection, value: str | None, number: int = 1) -> Result:
    return execute(connection, Statement("INSERT INTO t (a, b) VALUES (?, ?)", (value, number)))


def insert_then_fail(connection: sqlite3.Connection, value: str) -> None:
    insert(connection, value)
    raise NotFound("x")


def test_only_unique_and_foreign_keys_are_conflicts(connection: sqlite3.Connection) -> None:
    insert(connection, "a")
    with pytest.raises(Conflict):
        insert(connection, "a")
    for value, number in ((None, 1), ("b", -1)):
        with pytest.raises(ValueRefused):
            insert(connection, value, number)


def test_the_last_id_is_that_of_an_insert(connection: sqlite3.Connection) -> None:
    assert insert(connection, "a").last_id == 1
    assert execute(connection, Statement("UPDATE t SET b = 2")) == Result([], 0, 1)
    assert execute(connection, Statement("SELECT b FROM t")) == Result([(2,)], 0, 0)
    nothing = Statement("INSERT INTO t (a) SELECT a FROM t WHERE b = 77")
    assert execute(connection, nothing) == Result([], 0, 0)


def test_a_lock_is_an_outage_and_a_mistake_is_not(connection: sqlite3.Connection, tmp_path: Path) -> None:
    other = create_or_connect(tmp_path / "test.db", 0.01)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Away, match="locked"), transaction(connection, "BEGIN IMMEDIATE"):
        pytest.fail("there can be one writer only")
    other.close()
    with pytest.raises(sqlite3.OperationalError), mapped_errors():
        connection.execute("SELEC 1")
    with pytest.raises(sqlite3.ProgrammingError), mapped_errors():
        connection.execute("SELECT ?")


def test_a_transaction_is_committed_or_undone(connection: sqlite3.Connection) -> None:
    with transaction(connection, "BEGIN IMMEDIATE"):
        insert(connection, "kept")
    with pytest.raises(NotFound), transaction(connection, "BEGIN IMMEDIATE"):
        insert_then_fail(connection, "gone")
    assert not connection.in_transaction
    assert values(connection) == ["kept"]


def test_a_savepoint_is_undone_alone(connection: sqlite3.Connection) -> None:
    with transaction(connection, "BEGIN IMMEDIATE"):
        insert(connection, "a")
        with pytest.raises(NotFound), savepoint(connection):
            insert_then_fail(connection, "gone")
        with savepoint(connection):
            insert(connection, "b")
    assert values(connection) == ["a", "b"]


def test_a_transaction_that_sqlite_has_ended_by_itself(connection: sqlite3.Connection) -> None:
    insert(connection, "before")
    with pytest.raises(Conflict), transaction(connection, "BEGIN IMMEDIATE"), savepoint(connection):
        execute(connection, Statement("INSERT OR ROLLBACK INTO t (a) VALUES ('x'), ('before')"))
    assert not connection.in_transaction
    assert values(connection) == ["before"]


def test_steps_are_closed_however_they_end(connection: sqlite3.Connection) -> None:
    ended: list[str] = []

    def steps(sql: str) -> Steps[int]:
        try:
            found = yield Statement(sql)
            return int(found.rows[0][0])
        finally:
            ended.append(sql)

    assert drive(steps("SELECT 7"), connection) == 7
    with pytest.raises(sqlite3.OperationalError):
        drive(steps("SELEC 7"), connection)
    assert ended == ["SELECT 7", "SELEC 7"]


def test_a_reader_refuses_to_write(connection: sqlite3.Connection, tmp_path: Path) -> None:
    reader = connect_reader(tmp_path / "test.db", 0.01)
    with pytest.raises(Away, match="can't be written"):
        insert(reader, "a")
    reader.close()
    with pytest.raises(Away, match="can't be opened"):
        connect_reader(tmp_path / "other.db", 0.01)


def test_an_existing_file_keeps_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "shared.db"
    path.touch(mode=0o640)
    create_or_connect(path, 0.01).close()
    assert path.stat().st_mode & 0o777 == 0o640
    with pytest.raises(StartError):
        create_or_connect(tmp_path, 0.01)


def test_an_old_sqlite_is_refused_with_both_versions() -> None:
    demand_version()
    demand_version((3, 34, 0))
    with pytest.raises(StartError, match=r"SQLite is 3\.33\.9, and orchd needs 3\.34\.0 or later"):
        demand_version((3, 33, 9))
