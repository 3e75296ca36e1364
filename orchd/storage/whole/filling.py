"""Putting rows into an empty database, or into one whose rows they replace, in such a way that there is one moment
before which everything is as it was, whatever happens, and after which everything is new.

SQLite: a file of its own beside the database, which gets its name at the end (`sqlite_filling.py`). MySQL: one
transaction (`mysql_filling.py`).
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from orchd.errors import StartError
from orchd.storage.migrate import Migration, tables_of
from orchd.storage.whole.reading import KeySpan, Row, RowReader, Rows, TableShape

RunCheck: TypeAlias = Callable[[Row], bool]
"""Tells whether the run of a daemon lives, from its row: epoch, machine, pid, its start, when it was seen last."""

RUNS = "SELECT epoch, machine, pid, pid_started, seen_at FROM daemon"
NOT_EMPTY = "it is not empty; --replace has what is in it replaced"
IN_USE = "a daemon runs on it, or another program has it open; stop it first"


class FillingPlan(NamedTuple):
    """What a database is filled for. `schema`: how many migrations it shall have while it is filled; `replace`: rows
    that are there may go; `ignored`: tables whose rows don't count as any; `lives`: which daemons run; `resumes`: what
    was filled in stays when the filling is broken off, and the next one begins with it."""

    schema: int
    replace: bool
    ignored: Collection[str]
    lives: RunCheck
    resumes: bool = False


def demand_own(place: str, tables: Iterable[str], known: Sequence[Migration]) -> None:
    """Raise `StartError` where a database has tables that no migration makes: what is in them is somebody else's."""
    strange = sorted({*tables} - tables_of(known) - {"schema_migration"})
    if strange:
        named = ", ".join(strange[:3]) + (", ..." if len(strange) > 3 else "")
        raise StartError(f"{place}: it has tables that are none of orchd's ({named}); name a database of its own")


class Filling(ABC):
    """A database that is being filled: with `add`, then `settle`, then `switch`. Without that it stays as it was."""

    reader: RowReader
    """Reads what was filled in so far, after `settle`."""

    @abstractmethod
    async def tables(self) -> Mapping[str, TableShape]:
        """Return the tables as they are while it is filled."""

    @abstractmethod
    async def add(self, table: TableShape, rows: Rows) -> None:
        """Add rows. Raises `Conflict`, `TooLarge`, `ValueRefused`, `Unavailable`."""

    @abstractmethod
    async def is_empty(self, table: TableShape) -> bool:
        """Tell whether a table has no rows yet. Raises `Unavailable`."""

    @abstractmethod
    async def put(self, table: TableShape, span: KeySpan, rows: Rows) -> None:
        """Have a table hold these rows in a span of keys, and no others. Rows behind the span with which they could
        not be there together go, too. Raises as `add` does."""

    @abstractmethod
    async def settle(self, last_ids: Mapping[str, int]) -> None:
        """Note which ids were handed out. Raises `StartError` where rows refer to nothing, or two are the same."""

    @abstractmethod
    async def switch(self) -> None:
        """Make it the database, and bring it up to date. Raises `StartError`, `Unavailable`."""
