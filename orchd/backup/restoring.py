"""Restoring a backup: its rows are put into a database that nobody uses, its contents beside the files that are there,
and only when all of it was read, compared and found right does the database change."""

from collections.abc import Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from typing import BinaryIO

import trio

from orchd.backup.ahead import work_on_each
from orchd.backup.contents import FIRST_ROWS, LEFT_OUT, BackupError, BackupHead, Manifest, TableHead
from orchd.backup.making import BackupReport, TellProgress
from orchd.backup.reading import read_backup
from orchd.backup.row_hash import RowsHash, encode_rows
from orchd.storage import load_migrations
from orchd.storage.whole import (
    ALL_KEYS,
    Filling,
    FillingPlan,
    KeySpan,
    RowReader,
    Rows,
    RunCheck,
    TableShape,
    open_filling,
)


async def restore_backup(
    source: BinaryIO,
    url: str,
    files: Path | None,
    *,
    replace: bool,
    lives: RunCheck,
    timeout: float,
    progress: TellProgress,
) -> BackupReport:
    """Make a database what it was when the backup was made, and bring it up to date.

    Whatever fails, and whenever the process ends: before this returns the database is as it was, or all new. Contents
    that were written by then are dropped by the next daemon that starts. Raises `BackupError`, `StartError` where the
    database can't be filled, `Unavailable`, `OSError`.
    """
    began = trio.current_time()
    async with AsyncExitStack() as stack:
        target = _Restoration(stack, url, replace, lives, timeout)
        head, manifest, _ = await read_backup(source, target, files, progress)
        await target.compare(head, manifest, progress)
        await target.filling.switch()
    return BackupReport(head, manifest, trio.current_time() - began)


class _Restoration:
    """A backup's way into a database, which is opened when it is known which schema the backup has."""

    reads_again = True

    def __init__(self, stack: AsyncExitStack, url: str, replace: bool, lives: RunCheck, timeout: float) -> None:
        self._stack = stack
        self._url = url
        self._replace = replace
        self._lives = lives
        self._timeout = timeout
        self._tables: Mapping[str, TableShape] = {}
        self._table: TableShape | None = None
        self.filling: Filling

    async def begin(self, head: BackupHead) -> None:
        """Have a database with the backup's schema."""
        demand_migrations(head.migrations, f"the backup, made by orchd {head.version},")
        plan = FillingPlan(head.schema, self._replace, {*LEFT_OUT, *FIRST_ROWS}, self._lives)
        self.filling = await self._stack.enter_async_context(open_filling(self._url, plan, self._timeout))
        found = await self.filling.tables()
        self._tables = {name: shape for name, shape in found.items() if name not in LEFT_OUT}

    async def begin_table(self, table: TableHead) -> None:
        """See that there is such a table."""
        self._table = self._tables.get(table.table)
        if self._table is None or self._table.columns != table.columns:
            raise BackupError("the backup is damaged: it has a table, or columns, that its schema has not")

    async def add_rows(self, rows: Rows) -> None:
        """Fill them in."""
        assert self._table is not None, "rows come behind their table"
        await self.filling.add(self._table, rows)

    async def compare(self, head: BackupHead, manifest: Manifest, progress: TellProgress) -> None:
        """See that the database has what the manifest says, by reading it again. Raises `BackupError`."""
        if set(manifest.tables) != set(self._tables):
            raise BackupError("the backup is damaged: it has not all tables of its schema")
        known = {name: last_id for name, last_id in head.last_ids.items() if name in await self.filling.tables()}
        await self.filling.settle(known)
        for name, figures in manifest.tables.items():
            found = await hash_of(self.filling.reader, self._tables[name])
            progress(f"comparing {name}", 0)
            if found.figures() != figures:
                raise BackupError(f"the rows of {name} are not the same in this database; nothing was changed")


async def hash_of(reader: RowReader, table: TableShape, span: KeySpan = ALL_KEYS) -> RowsHash:
    """Return the hash of the rows of a table whose keys are in a span. Raises `Unavailable`."""
    total = RowsHash()

    async def add(rows: Rows) -> None:
        await trio.to_thread.run_sync(lambda: total.add(encode_rows(rows)))

    await work_on_each(reader.rows(table, span), add)
    return total


def demand_migrations(names: tuple[str, ...], whose: str) -> None:
    """Raise `BackupError` for a schema that this program does not know."""
    known = tuple(migration.name for migration in load_migrations("sqlite"))
    if not names or names != known[: len(names)]:
        raise BackupError(
            f"{whose} has schema {len(names)}, which this version of orchd does not know (it knows {len(known)}); "
            "install the version that has made it, or a later one"
        )
