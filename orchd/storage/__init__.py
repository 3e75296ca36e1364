"""The storage room's door: open a database by its URL, and migrate it.

Behind it are two databases that behave alike: SQLite in a file (`sqlite/`) and MySQL or MariaDB (`mysql/`).
Features see `Database` only and write transactions as generators of statements (see `database.py` and, for the SQL they
may use, `dialect.py`). The second one is imported when it is used: its driver loads a library for cryptography.
"""

from contextlib import AbstractAsyncContextManager
from pathlib import Path

from orchd.guard import Troubles
from orchd.storage.database import Database, Health, PlaceUse, Result, SqlValue, Statement, Steps, ValueRefused
from orchd.storage.gathering import keep_storing
from orchd.storage.looking import Looker
from orchd.storage.migrate import MigrationStatus, load_migrations
from orchd.storage.readiness import running
from orchd.storage.sqlite.sqlite_database import SqliteDatabase
from orchd.storage.sqlite.sqlite_migrate import migrate_sqlite, sqlite_status
from orchd.storage.tables import count_rows, counting
from orchd.storage.timing import TimedDatabase
from orchd.storage.url import DatabaseUrl, MysqlUrl, SqliteUrl, parse_url, with_password

__all__ = (
    "Database",
    "DatabaseUrl",
    "Health",
    "Looker",
    "MigrationStatus",
    "MysqlUrl",
    "PlaceUse",
    "Result",
    "SqlValue",
    "SqliteUrl",
    "Statement",
    "Steps",
    "TimedDatabase",
    "ValueRefused",
    "count_rows",
    "counting",
    "keep_storing",
    "load_migrations",
    "migrate",
    "migration_status",
    "open_database",
    "parse_url",
    "schema_number",
    "with_password",
)


def open_database(
    url: str,
    *,
    pool_size: int,
    timeout: float,
    migrations: Path | None = None,
    troubles: Troubles | None = None,
    spare_bytes: int = 0,
    migration_copies: int = 0,
) -> AbstractAsyncContextManager[Database]:
    """The database behind `url`, connected and migrated in the background while the block runs.

    Entering returns at once; until `wait_ready` returns, transactions raise `Unavailable`. `pool_size` counts MySQL
    connections or SQLite readers; `timeout` is in seconds and bounds each transaction, its waits included.
    `migrations` holds `sqlite/` and `mysql/`; None: those shipped with the program; `troubles` is told what fails by a
    defect. `spare_bytes` of SQLite's disk are left to what has begun (`Database.require_space`); of the copies that
    are made of its file before it is migrated `migration_copies` are kept, 0: none is made. Leaving the block lets
    running transactions finish (for `timeout` seconds at most) and closes everything. Raises `ConfigurationError` for a
    bad URL.
    """
    parsed = parse_url(url)
    if isinstance(parsed, SqliteUrl):
        database = SqliteDatabase(
            parsed.path,
            readers=pool_size,
            timeout=timeout,
            migrations=migrations,
            spare_bytes=spare_bytes,
            copies=migration_copies,
        )
        return running(database, troubles)
    from orchd.storage.mysql.mysql_database import MysqlDatabase

    return running(MysqlDatabase(parsed, pool_size=pool_size, timeout=timeout, migrations=migrations), troubles)


async def migrate(url: str, *, timeout: float = 10.0, migrations: Path | None = None, copies: int = 0) -> list[str]:
    """Bring the database up to date and return the names of the migrations applied now, in order. A SQLite file is
    copied first; `copies` are kept, 0: none is made.

    Raises `ConfigurationError`, `Unavailable` when the database does not answer or is locked for `timeout` seconds, and
    `StartError` when its schema is newer, changed, or half migrated.
    """
    parsed = parse_url(url)
    if isinstance(parsed, SqliteUrl):
        return await migrate_sqlite(parsed.path, timeout, migrations, copies)
    from orchd.storage.mysql.mysql_migrate import migrate_mysql

    return await migrate_mysql(parsed, timeout, migrations)


async def migration_status(url: str, *, timeout: float = 10.0, migrations: Path | None = None) -> MigrationStatus:
    """Which migrations are applied and which are not; changes and creates nothing. Raises as `migrate` does, also
    `StartError` when serving would fail for a right that is missing or a file that can't be written."""
    parsed = parse_url(url)
    if isinstance(parsed, SqliteUrl):
        return await sqlite_status(parsed.path, timeout, migrations)
    from orchd.storage.mysql.mysql_migrate import mysql_status

    return await mysql_status(parsed, timeout, migrations)


def schema_number() -> int:
    """Return the number of the newest migration that this program brings. Raises `StartError` without any."""
    return load_migrations("sqlite")[-1].number
