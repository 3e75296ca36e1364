"""What is read of a database as a whole: its tables, and their rows in bounded portions.

Both kinds give the same values for the same rows: a table's columns in the order of their names, without those that are
computed; texts whole, wherever they stand. So what was read from one can be compared with, and put into, the other.
"""

from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from orchd.storage.database import SqlValue
from orchd.storage.migrate import AppliedMigration, DatabaseKind

Row: TypeAlias = tuple[SqlValue, ...]
Rows: TypeAlias = Sequence[Row]

PORTION_BYTES = 1024 * 1024
"""Texts of so many characters are read at once, and at least one row."""
PORTION_ROWS = 2000


class TableShape(NamedTuple):
    """A table's columns that are stored, in the order of their names; of its primary key, in the key's own order."""

    name: str
    columns: tuple[str, ...]
    key: tuple[str, ...]

    def key_of(self, row: Row) -> Row:
        """Return a row's key."""
        return tuple(row[self.columns.index(name)] for name in self.key)


class KeySpan(NamedTuple):
    """Which rows of a table: those whose keys come behind `after`, up to `last`, which is one of them. Empty: from the
    first one on, to the end."""

    after: Row = ()
    last: Row = ()


ALL_KEYS = KeySpan()


class RowReader(ABC):
    """Reads the tables of one database over one connection."""

    @abstractmethod
    async def tables(self) -> Mapping[str, TableShape]:
        """Return the tables by their names, without SQLite's own and its index of words. Raises `Unavailable`."""

    @abstractmethod
    def rows(self, table: TableShape, span: KeySpan | None = None) -> AsyncGenerator[Rows, None]:
        """Return rows of a table in portions: those of `span` in the order of their keys, without one all, in no order
        that means anything. Raises `Unavailable`."""

    @abstractmethod
    async def last_ids(self) -> Mapping[str, int]:
        """Return the highest id that was ever handed out, of each table that hands out any. Raises `Unavailable`."""


class Snapshot(NamedTuple):
    """A database as it was when the snapshot was opened."""

    kind: DatabaseKind
    reader: RowReader
    applied: tuple[AppliedMigration, ...]


def weight(row: Row) -> int:
    """Return how many characters a row has, about."""
    return 8 * len(row) + sum(
        [len(cell) for cell in row if type(cell) is str]
    )  # no generator: this is asked of each row
