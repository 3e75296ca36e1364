"""A database copied into another one, of either kind, without a file between them.

Rows go table by table, in the order of their keys. Where a copy was broken off, the next one finds rows in the target:
it compares them with the source's, one span of keys after the other, and writes only what differs. The source may have
changed meanwhile; whatever was there, what is copied is one snapshot of it, and in the end all rows of the target are
read again and compared.
"""

from typing import NamedTuple

import trio

from orchd.backup.ahead import work_on_each
from orchd.backup.contents import FIRST_ROWS, LEFT_OUT, BackupError, TableFigures
from orchd.backup.making import TellProgress
from orchd.backup.restoring import demand_migrations, hash_of
from orchd.backup.row_hash import RowsHash, encode_rows
from orchd.storage.whole import (
    ALL_KEYS,
    Filling,
    FillingPlan,
    KeySpan,
    Rows,
    RunCheck,
    Snapshot,
    TableShape,
    open_filling,
    open_snapshot,
)


class CopyReport(NamedTuple):
    """What was copied. `found`: how many of the rows were in the target already; `seconds`: how long it took."""

    tables: dict[str, TableFigures]
    found: int
    seconds: float


async def copy_database(
    source: str, target: str, *, replace: bool, lives: RunCheck, timeout: float, progress: TellProgress
) -> CopyReport:
    """Copy the rows of one moment, and compare what has arrived. Until this returns, no daemon takes the target.

    Raises as `restore_backup` does, for either database. Broken off, it goes on when it is called again.
    """
    began = trio.current_time()
    async with open_snapshot(source, timeout) as snapshot:
        names = tuple(row.name for row in snapshot.applied)
        demand_migrations(names, "the database that is copied")
        plan = FillingPlan(len(names), replace, {*LEFT_OUT, *FIRST_ROWS}, lives, resumes=True)
        async with open_filling(target, plan, timeout) as filling:
            copy = _Copy(snapshot, filling, progress)
            await copy.fill()
            await filling.switch()
    figures = {name: total.figures() for name, total in copy.totals.items()}
    return CopyReport(figures, copy.found, trio.current_time() - began)


class _Copy:
    """One snapshot on its way into a database."""

    def __init__(self, snapshot: Snapshot, filling: Filling, progress: TellProgress) -> None:
        self._snapshot = snapshot
        self._filling = filling
        self._progress = progress
        self._bytes = 0
        self.totals: dict[str, RowsHash] = {}
        self.found = 0

    async def fill(self) -> None:
        """Copy all tables, and compare them. Raises `BackupError` where they are not the same."""
        found, there = await self._snapshot.reader.tables(), await self._filling.tables()
        shapes = {name: shape for name, shape in found.items() if name not in LEFT_OUT}
        if any(there.get(name) != shape for name, shape in shapes.items()):
            raise BackupError("the tables of the two databases are not the same")
        for shape in shapes.values():
            self.totals[shape.name] = await self._copy(shape)
        last_ids = await self._snapshot.reader.last_ids()
        await self._filling.settle({name: last_id for name, last_id in last_ids.items() if name in there})
        for name, total in self.totals.items():
            self._progress(f"comparing {name}", self._bytes)
            await self._compare(shapes[name], total)

    async def _copy(self, shape: TableShape) -> RowsHash:
        """Have the target hold a table's rows; return their hash."""
        portions = _Portions(shape, self._filling, is_new=await self._filling.is_empty(shape))

        async def take(rows: Rows) -> None:
            self._bytes += await portions.take(rows)
            self._progress(shape.name, self._bytes)

        await work_on_each(self._snapshot.reader.rows(shape, ALL_KEYS), take)
        await portions.end()
        self.found += portions.found
        return portions.total

    async def _compare(self, shape: TableShape, wanted: RowsHash) -> None:
        if (await hash_of(self._filling.reader, shape)).figures() != wanted.figures():
            raise BackupError(f"the rows of {shape.name} are not the same in the other database; it is not used")


class _Portions:
    """The rows of one table, as they come. `is_new`: the target has none of it."""

    def __init__(self, shape: TableShape, filling: Filling, *, is_new: bool) -> None:
        self._shape = shape
        self._filling = filling
        self._is_new = is_new
        self._span = KeySpan()
        self.total = RowsHash()
        self.found = 0

    async def take(self, rows: Rows) -> int:
        """Have the target hold these rows from the last ones' on; return how many bytes they are."""
        wanted, size = await trio.to_thread.run_sync(_hash, rows)
        self.total.merge(wanted)
        self._span = KeySpan(self._span.last, self._shape.key_of(rows[-1]))
        if self._is_new:
            await self._filling.add(self._shape, rows)
        elif await self._has(wanted):
            self.found += len(rows)
        else:
            await self._filling.put(self._shape, self._span, rows)
        return size

    async def end(self) -> None:
        """Remove what the target has behind the last row."""
        if not self._is_new:
            await self._filling.put(self._shape, KeySpan(self._span.last), ())

    async def _has(self, wanted: RowsHash) -> bool:
        """Tell whether the target has just these rows in their span."""
        there = await hash_of(self._filling.reader, self._shape, self._span)
        return there.figures() == wanted.figures()


def _hash(rows: Rows) -> tuple[RowsHash, int]:
    """Return the hash of some rows, and how many bytes they are."""
    encoded, total = encode_rows(rows), RowsHash()
    total.add(encoded)
    return total, sum(map(len, encoded))
