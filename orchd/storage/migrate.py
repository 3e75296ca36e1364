"""Migrations: numbered SQL files that bring a database up to date, and the rules about which may be applied.

Each database keeps the table `schema_migration` of what was applied, with a checksum. A file that was applied never
changes again (write the next number instead), and a program refuses a database that knows more than itself. How a
migration is run and how two starters are kept apart differs: see `sqlite_migrate.py` and `mysql_migrate.py`.
"""

import hashlib
from collections.abc import Sequence
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Literal, NamedTuple

from orchd.errors import StartError
from orchd.frozen.shipped import shipped_folder
from orchd.patterns import lazy_pattern
from orchd.storage.dialect import split_statements

DatabaseKind = Literal["sqlite", "mysql"]
UNFINISHED_COPY = 0
"""In the table `schema_migration`, the number of a row that says: a copy into this database is not whole. No migration
has it, so that a version which does not know of such copies refuses the database, too."""
_FILE_NAME = lazy_pattern(r"(\d{4})_(\w+)\.sql")


class Migration(NamedTuple):
    """One file. `name` is its name without `.sql`, the number included."""

    number: int
    name: str
    sql: str
    checksum: str


class AppliedMigration(NamedTuple):
    """A row of `schema_migration`. `applied_at`: milliseconds since 1970, None while the migration is being run."""

    number: int
    name: str
    checksum: str
    applied_at: int | None


class MigrationStatus(NamedTuple):
    """The names of the migrations that a database has, and of those that it lacks, in order."""

    applied: list[str]
    pending: list[str]


def load_migrations(kind: DatabaseKind, directory: Traversable | None = None) -> list[Migration]:
    """The migrations for one kind of database, in order. Raises `StartError` when they are missing or misnumbered.

    `directory` holds `sqlite/` and `mysql/`; None: the directory inside an installed package, else, for a checkout that
    is installed editable, the one at the repository's top.
    """
    folder = (directory or _shipped_directory()) / kind
    if not folder.is_dir():
        raise StartError(f"the {kind} migrations are missing; this installation is broken")
    found = sorted(_read(entry) for entry in folder.iterdir() if entry.name.endswith(".sql"))
    if [migration.number for migration in found] != list(range(1, len(found) + 1)):
        raise StartError(f"the {kind} migrations are not numbered 0001, 0002, ... without a gap")
    return found


def _shipped_directory() -> Traversable:
    package = Path(str(files("orchd")))
    inside = shipped_folder(package / "migrations")
    return inside if inside.is_dir() else package.parent / "migrations"


def _read(entry: Traversable) -> Migration:
    match = _FILE_NAME.fullmatch(entry.name)
    if match is None:
        raise StartError(f"the migration {entry.name} is not named like 0001_first_tables.sql")
    sql = entry.read_text(encoding="utf-8").replace("\r\n", "\n")
    return Migration(int(match[1]), entry.name.removesuffix(".sql"), sql, hashlib.sha256(sql.encode()).hexdigest())


def pending_migrations(known: Sequence[Migration], applied: Sequence[AppliedMigration]) -> list[Migration]:
    """Those of `known` that are still to be applied. Raises `StartError` when the database is not one to go on with."""
    by_number = {migration.number: migration for migration in known}
    demand_whole(applied)
    for row in applied:
        if row.number not in by_number:
            raise StartError(
                f"the database has migration {row.name}, which this version of orchd does not know: it was used by a "
                "newer version. Install that version again, or restore a backup."
            )
        if row.applied_at is None:
            raise StartError(half_applied(row.name))
        if row.checksum != by_number[row.number].checksum:
            raise StartError(
                f"migration {row.name} was changed after it had been applied to this database. "
                "Install an unchanged orchd; a change of the schema needs a migration of its own."
            )
    done = {row.number for row in applied}
    return [migration for migration in known if migration.number not in done]


def demand_whole(applied: Sequence[AppliedMigration]) -> None:
    """Raise `StartError` for a database that is being copied into, or was when that was broken off."""
    if any(row.number == UNFINISHED_COPY for row in applied):
        raise StartError(
            "a copy into this database is not whole: run `orchd db copy` again, which goes on where it was broken off, "
            "or drop the database"
        )


def tables_of(known: Sequence[Migration]) -> set[str]:
    """The tables that there are once all of `known` are applied."""
    tables: set[str] = set()
    for migration in known:
        for statement in split_statements(migration.sql):
            words = statement.replace("(", " ").split(maxsplit=6)
            match [word.upper() for word in words]:
                case ["CREATE", "TABLE", "IF", "NOT", "EXISTS", *_]:
                    tables.add(words[5])
                case ["CREATE", "TABLE", *_]:
                    tables.add(words[2])
                case ["DROP", "TABLE", *_]:
                    tables.discard(words[2])
                case ["ALTER", "TABLE", _, "RENAME", "TO", *_]:
                    tables.discard(words[2])
                    tables.add(words[5])
    return tables


def half_applied(name: str) -> str:
    """What to tell the operator of a migration that an older orchd, or another form of it, left between its statements,
    which can't be undone."""
    return (
        f"migration {name} stopped half-way: a part of its tables may be changed, and MySQL can't undo that. "
        "Restore the backup made before the upgrade (a database that was new: drop and create it), and start again. Or "
        f"run the missing statements by hand, then set appliedAt to 1 for {name} in the table schema_migration."
    )
