"""A database copied into another one, of either kind, without a file between them."""

from typing import NamedTuple

import trio

from orchd.backup.contents import FIRST_ROWS, LEFT_OUT, BackupError, TableFigures
from orchd.backup.making import TellProgress
from orchd.backup.restoring import demand_migrations, hash_of
from orchd.backup.row_hash import RowsHash, encode_rows
from orchd.storage.whole import Filling, FillingPlan, RunCheck, Snapshot, TableShape, open_filling, open_snapshot


class CopyReport(NamedTuple):
    """What was copied; `seconds`: how long it took."""

    tables: dict[str, TableFigures]
    seconds: float


async def copy_database(
    source: str, target: str, *, replace: bool, lives: RunCheck, timeout: float, progress: TellProgress
) -> CopyReport:
    """Copy the rows of one moment, and compare what has arrived. Until this returns, the target is as it was, and
    copying begins anew when it was broken off: the rows of two moments don't fit together.

    Raises as `restore_backup` does, for either database.
    """
    began = trio.current_time()
    async with open_snapshot(source, timeout) as snapshot:
        names = tuple(row.name for row in snapshot.applied)
        demand_migrations(names, "the database that is copied")
        plan = FillingPlan(len(names), replace, {*LEFT_OUT, *FIRST_ROWS}, lives)
        async with open_filling(target, plan, timeout) as filling:
            figures = await _fill(snapshot, filling, progress)
            await filling.switch()
    return CopyReport(figures, trio.current_time() - began)


async def _fill(snapshot: Snapshot, filling: Filling, progress: TellProgress) -> dict[str, TableFigures]:
    found, there = await snapshot.reader.tables(), await filling.tables()
    shapes = {name: shape for name, shape in found.items() if name not in LEFT_OUT}
    if any(there.get(name, shape).columns != shape.columns for name, shape in shapes.items()):
        raise BackupError("the tables of the two databases are not the same")
    totals = {name: RowsHash() for name in shapes}
    done = 0
    for name, shape in shapes.items():
        async for rows in snapshot.reader.rows(shape):
            encoded = await trio.to_thread.run_sync(encode_rows, rows)
            await trio.to_thread.run_sync(totals[name].add, encoded)
            await filling.add(there[name], rows)
            done += sum(map(len, encoded))
            progress(name, done)
    last_ids = await snapshot.reader.last_ids()
    await filling.settle({name: last_id for name, last_id in last_ids.items() if name in there})
    for name, total in totals.items():
        progress(f"comparing {name}", done)
        await _compare(filling, there[name], total)
    return {name: total.figures() for name, total in totals.items()}


async def _compare(filling: Filling, shape: TableShape, wanted: RowsHash) -> None:
    if (await hash_of(filling.reader, shape)).figures() != wanted.figures():
        raise BackupError(f"the rows of {shape.name} are not the same in the other database; nothing was changed")
