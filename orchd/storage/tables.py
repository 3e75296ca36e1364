"""How many rows each table has."""

from collections.abc import Mapping

from orchd.guard import guarded
from orchd.storage.database import Database, Statement, Steps
from orchd.storage.migrate import load_migrations, tables_of


async def count_rows(database: Database) -> Mapping[str, int | None]:
    """Return it by the tables' names; None where it could not be found out in the time that a transaction has."""
    found: dict[str, int | None] = {}
    for table in sorted(tables_of(load_migrations("sqlite"))):
        with guarded("counting rows") as guard:
            found[table] = await database.read(_count, table)
        if guard.error is not None:
            found[table] = None
    return found


def counting(chosen: Statement) -> Statement:
    """Return the statement that says how many rows another one chooses."""
    return Statement(f"SELECT COUNT(*) FROM ({chosen.sql}) chosen", chosen.params)  # noqa: S608 - a statement of ours


def _count(table: str) -> Steps[int]:
    rows = (yield Statement(f"SELECT COUNT(*) FROM {table}")).rows  # noqa: S608 - a name of our own migrations
    return int(rows[0][0])
