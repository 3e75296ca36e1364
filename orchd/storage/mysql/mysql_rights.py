"""Whether the user of a MySQL database has the rights that orchd needs, found out without changing anything.

A server looks at the rights of a statement before it looks for the table. So each is tried on a table that does not
exist: whoever has the right is told that, and who lacks it is told so. Nothing is made, locked or written.
"""

from orchd.storage.mysql.mysql_connection import MysqlConnection
from orchd.storage.mysql.mysql_errors import error_code
from orchd.storage.readiness import Away

_SERVING = (
    "SELECT a FROM orchd_no_such_table",
    "INSERT INTO orchd_no_such_table (a) VALUES (1)",
    "UPDATE orchd_no_such_table SET a = 1",
    "DELETE FROM orchd_no_such_table",
)
_MIGRATING = (
    "CREATE TABLE orchd_no_such_table LIKE orchd_no_such_table_either",
    "ALTER TABLE orchd_no_such_table ADD COLUMN a BIGINT",
    "CREATE INDEX a ON orchd_no_such_table (a)",
)
_NOT_THERE = frozenset({1146, 1051, 1005, 1824})
"""Codes for a table that does not exist: the right is there."""


async def demand_rights(connection: MysqlConnection, *, migrating: bool) -> None:
    """Try what serving needs, and what `migrating` needs besides. Raises `StartError` that names the missing right,
    `Away` when the server takes no writes."""
    for statement in (*_SERVING, *(_MIGRATING if migrating else ())):
        try:
            await connection.execute(statement)
        except Away as away:
            if error_code(away.__cause__) not in _NOT_THERE:
                raise
