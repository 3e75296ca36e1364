"""Texts that are longer than the server takes in one statement, written in pieces.

`max_allowed_packet` bounds a statement with its values, and also every value that an expression of the server makes:
`CONCAT` in several statements comes no further than one statement does. Rows are not bounded. So where a statement is
too long, its longest texts go to the table `long_text`, a row a piece, in the same transaction; their columns hold a
mark with the name of the pieces, and whatever is read has its marks replaced by the texts. Features see none of it.

A text of somebody's own that begins like a mark is written with another mark before it. What an UPDATE or a DELETE
leaves behind in `long_text` is struck now and then: `sweep` looks which names still stand in a column.
"""

import secrets
from typing import NamedTuple

import structlog

from orchd.clock import unix_now
from orchd.errors import TooLarge
from orchd.storage.database import Result, SqlValue
from orchd.storage.dialect import LONG_MARK
from orchd.storage.mysql.mysql_connection import MysqlConnection

MARK = "\0orchd:"
_OWN, _LONG = f"{MARK}text:", LONG_MARK
SHORTEST = 4096
"""Code points of the shortest text that is put elsewhere: longer than any column that isn't meant for long texts."""
OVERHEAD_BYTES = 1024
"""What is left of a statement for everything but a piece."""
ROOM_BYTES, ROOM_ROW_BYTES, ROOM_ROWS = 2 * 1024 * 1024, 2048, 16
"""What is written to find out whether there is room, more than a server has left of what it took last; in rows of so
many bytes, so many in a statement."""
KEEP_MS = 3_600_000
"""For how long pieces are kept that nobody seems to name: their transaction may not have been seen yet."""


class LongText(NamedTuple):
    """A text in pieces; `size` is its length in bytes."""

    name: str
    pieces: int
    size: int

    @classmethod
    def of(cls, cell: str) -> "LongText":
        name, pieces, size = cell.removeprefix(_LONG).split(":")
        return cls(name, int(pieces), int(size))

    def __str__(self) -> str:
        return f"{_LONG}{self.name}:{self.pieces}:{self.size}"


async def execute(connection: MysqlConnection, sql: str, params: tuple[SqlValue, ...]) -> Result:
    """Run one statement in a transaction, however long the texts that it stores or reads are. Raises as
    `MysqlConnection.execute` does; `TooLarge` where a statement is long for another reason."""
    params = tuple(_OWN + value if isinstance(value, str) and value.startswith(MARK) else value for value in params)
    if not connection.takes(sql, params):
        params = await _shorten(connection, sql, params)
    return await _restore(connection, await connection.execute(sql, params))


async def _shorten(connection: MysqlConnection, sql: str, params: tuple[SqlValue, ...]) -> tuple[SqlValue, ...]:
    """Put texts elsewhere, the longest first, until the statement is short enough."""
    if not sql[:7].upper().startswith(("INSERT", "UPDATE", "REPLACE")):  # a text that is compared must be there itself
        raise TooLarge("this is longer than the database server accepts in one statement", reason="too_long")
    values = list(params)
    by_length = sorted(range(len(values)), key=lambda index: -_length(values[index]))
    for index in by_length:
        value = values[index]
        if not isinstance(value, str) or len(value) < SHORTEST:
            break
        values[index] = await _store(connection, value)
        if connection.takes(sql, tuple(values)):
            break
    return tuple(values)


def _length(value: SqlValue) -> int:
    return len(value) if isinstance(value, str) else 0


async def _store(connection: MysqlConnection, text: str) -> str:
    # A code point takes four bytes at most, and a quote is doubled.
    size = max(1, (connection.max_bytes - OVERHEAD_BYTES) // 4)
    pieces = [text[start : start + size] for start in range(0, len(text), size)]
    long, now = LongText(secrets.token_hex(16), len(pieces), len(text.encode())), unix_now()
    for number, piece in enumerate(pieces):
        await connection.execute(
            "INSERT INTO long_text (name, piece, body, created_at) VALUES (%s, %s, %s, %s)",
            (long.name, number, piece, now),
        )
    return str(long)


async def demand_room(connection: MysqlConnection) -> None:
    """Write what a disk that is full has no room for, in a transaction that is to be undone. Raises `DiskFull`.

    The rows are so short that they stand in their table whole: MariaDB dies of taking back one that does not, if the
    disk is full.
    """
    name, now = secrets.token_hex(16), unix_now()
    marks = ", ".join(["(%s, %s, %s, %s)"] * ROOM_ROWS)
    for start in range(0, ROOM_BYTES // ROOM_ROW_BYTES, ROOM_ROWS):
        rows = [(name, start + number, secrets.token_hex(ROOM_ROW_BYTES // 2), now) for number in range(ROOM_ROWS)]
        await connection.execute(
            f"INSERT INTO long_text (name, piece, body, created_at) VALUES {marks}",  # noqa: S608  # marks only
            tuple(cell for row in rows for cell in row),
        )


async def _restore(connection: MysqlConnection, result: Result) -> Result:
    """Replace the marks in what was read."""
    rows = result.rows
    for number, row in enumerate(rows):
        if any(isinstance(cell, str) and cell.startswith(MARK) for cell in row):
            rows[number] = tuple([await _text(connection, cell) for cell in row])
    return result


async def _text(connection: MysqlConnection, cell: object) -> object:
    if not isinstance(cell, str) or not cell.startswith(MARK):
        return cell
    if not cell.startswith(_LONG):
        return cell.removeprefix(_OWN)
    long = LongText.of(cell)
    found = await connection.execute("SELECT body FROM long_text WHERE name = %s ORDER BY piece", (long.name,))
    if len(found.rows) != long.pieces:
        structlog.get_logger().error("pieces of a long text are missing", name=long.name, found=len(found.rows))
    return "".join(piece for (piece,) in found.rows).removeprefix(_OWN)


async def sweep(connection: MysqlConnection) -> int:
    """Delete the pieces that no column refers to any more; return how many texts they belonged to. Runs in a read-write
    transaction on a snapshot, and locks no rows but those that it strikes."""
    before = unix_now() - KEEP_MS
    old = await connection.execute("SELECT DISTINCT name FROM long_text WHERE created_at < %s", (before,))
    unused = {name for (name,) in old.rows}
    if not unused:
        return 0
    columns = await connection.execute(
        "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = DATABASE()"
        " AND data_type IN ('varchar', 'text', 'mediumtext', 'longtext') AND table_name <> 'long_text'"
    )
    for table, column in columns.rows:
        unused -= await _names_in(connection, table, column)
    for name in sorted(unused):
        await connection.execute("DELETE FROM long_text WHERE name = %s", (name,))
    return len(unused)


async def _names_in(connection: MysqlConnection, table: str, column: str) -> set[str]:
    sql = f'SELECT "{column}" FROM "{table}" WHERE "{column}" LIKE %s'  # noqa: S608  # the database's own names
    found = await connection.execute(sql, (f"{_LONG}%",))
    return {LongText.of(mark).name for (mark,) in found.rows}
