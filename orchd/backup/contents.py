"""What a backup says of itself: first what it is of, at the end what it holds; and which tables it leaves out."""

from typing import Annotated

from msgspec import Meta, Struct

from orchd.errors import StartError

FORMAT = 1
"""Changed when older programs can't read what newer ones write."""

LEFT_OUT: dict[str, str] = {
    "schema_migration": "which migrations there were is in the head",
    "search_entry": "the index of words is made again",
    "search_text": "the index of words is made again",
    "search_posting": "the index of words is made again",
    "search_word": "the index of words is made again",
    "search_source": "the index of words is made again",
    "long_text": "where MySQL keeps parts of long texts; these are whole in their rows",
    "daemon": "which daemons run is another matter where it is restored",
    "file_upload": "what has come of an unfinished upload is not backed up; it is begun again",
}
"""Tables without rows in a backup, and why."""

FIRST_ROWS = ("change_number",)
"""Tables into which a migration puts a row: with it, a database is still empty."""


class BackupError(StartError):
    """A file is no backup, is damaged, or can't be restored here; the text says why."""


class BackupHead(Struct, frozen=True, rename="camel"):
    """What a backup is of. `kind`: of the database; `migrations`: the names of those that it had; `created_at`: Unix
    milliseconds; `last_ids`: the highest id that each table has handed out, also of rows that are gone."""

    format: int
    version: str
    kind: str
    created_at: int
    migrations: tuple[str, ...]
    last_ids: dict[str, Annotated[int, Meta(ge=0, le=2**63 - 1)]]

    @property
    def schema(self) -> int:
        """The number of its schema."""
        return len(self.migrations)


class TableHead(Struct, frozen=True, rename="camel"):
    """Stands before the rows of a table."""

    table: str
    columns: tuple[str, ...]


class FileHead(Struct, frozen=True, rename="camel"):
    """Stands before the bytes of a file's content, whose hash it names."""

    sha256: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
    size: Annotated[int, Meta(ge=0)]


class TableFigures(Struct, frozen=True, rename="camel"):
    """How many rows a table has, and the sum of their hashes."""

    rows: int
    sha256: str


class Manifest(Struct, frozen=True, rename="camel"):
    """What a backup holds; the last of its records. `missing`: hashes of contents that the database knows and that were
    not on the disk; `sha256`: of all records before this one."""

    tables: dict[str, TableFigures]
    files: int
    file_bytes: int
    missing: tuple[str, ...]
    sha256: str

    @property
    def rows(self) -> int:
        """Of all tables."""
        return sum(figures.rows for figures in self.tables.values())
