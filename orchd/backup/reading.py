"""Reading a backup from beginning to end, whoever made it: each thing is looked at before it is handed on, and all of
it is known to be right only when the end has been read."""

from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import BinaryIO, NamedTuple, Protocol

import trio

from orchd.backup.ahead import read_beside
from orchd.backup.contents import (
    FORMAT,
    LEFT_OUT,
    BackupError,
    BackupHead,
    FileHead,
    Manifest,
    TableFigures,
    TableHead,
)
from orchd.backup.files import ContentWriter
from orchd.backup.making import BackupReport, TellProgress
from orchd.backup.records import (
    DATA,
    FILE,
    HEAD,
    MANIFEST,
    ROWS,
    TABLE,
    Record,
    RecordReader,
    decode_struct,
)
from orchd.backup.row_hash import RowsHash, decode_rows, encode_rows
from orchd.storage.whole import Rows

AHEAD_BYTES = 4 * 1024 * 1024
"""Rows of more bytes are worked on before the next record is read, so that only one such record is in memory."""


class _Part(NamedTuple):
    """A record and, of one of rows, these."""

    record: Record
    rows: Rows


class BackupTarget(Protocol):
    """Where a backup's rows go. May refuse with `BackupError`."""

    reads_again: bool
    """Whether it compares the hashes of tables itself, with what became of their rows."""

    async def begin(self, head: BackupHead) -> None:
        """Called once, before anything else."""

    async def begin_table(self, table: TableHead) -> None:
        """Called before the rows of a table."""

    async def add_rows(self, rows: Rows) -> None:
        """Called with rows of the table that was begun last."""


class NoTarget:
    """Takes nothing: the backup is only looked at."""

    reads_again = False

    async def begin(self, head: BackupHead) -> None:
        """Nothing to prepare."""

    async def begin_table(self, table: TableHead) -> None:
        """Any table will do."""

    async def add_rows(self, rows: Rows) -> None:
        """They were looked at already."""


async def read_head(source: BinaryIO) -> BackupHead:
    """Return what a backup is of; no more than its beginning is read. Raises `BackupError`, `OSError`."""

    def read() -> BackupHead:
        return _head(next(RecordReader(source).records()))

    return await trio.to_thread.run_sync(read)


async def read_backup(
    source: BinaryIO, target: BackupTarget, files: Path | None, progress: TellProgress
) -> BackupReport:
    """Read a backup into `target`, and its contents into the directory `files`, if there is one.

    When this returns, all of it was what its manifest says; before that, nothing may be taken for it. Raises
    `BackupError`, `OSError`, and what `target` raises.
    """
    began = trio.current_time()
    with closing(ContentWriter(files)) as contents:
        reading = _Reading(await trio.to_thread.run_sync(RecordReader, source), target, contents, progress)
        head, manifest = await reading.run()
    return BackupReport(head, manifest, trio.current_time() - began)


class _Reading:
    """One backup that is being read."""

    def __init__(
        self, reader: RecordReader, target: BackupTarget, contents: ContentWriter, progress: TellProgress
    ) -> None:
        self._reader = reader
        self._target = target
        self._contents = contents
        self._progress = progress
        self._tables: dict[str, RowsHash] = {}
        self._table: TableHead | None = None

    async def run(self) -> tuple[BackupHead, Manifest]:
        """Read it all."""
        records = self._reader.records()
        head = _head((await self._next(records)).record)
        await self._target.begin(head)
        part = await self._next(records)
        while part.record.kind != MANIFEST:
            part = await self._take(part, records)
        await trio.to_thread.run_sync(self._contents.end)
        manifest, digest = decode_struct(part.record.payload, Manifest), self._reader.manifest_digest
        await trio.to_thread.run_sync(lambda: list(records))  # nothing may follow
        self._compare(manifest, digest)
        return head, manifest

    async def _next(self, records: Iterator[Record]) -> _Part:
        return await trio.to_thread.run_sync(self._read, records)

    def _read(self, records: Iterator[Record]) -> _Part:
        """Read a record, in a thread. What it says of others is not believed yet: that is for `_take`."""
        record = next(records)
        return _Part(record, self._decode(record.payload) if record.kind == ROWS else ())

    def _decode(self, payload: bytes) -> Rows:
        table = self._table
        if table is None:
            raise BackupError("the backup is damaged: rows stand where no table has begun")
        rows = decode_rows(payload, len(table.columns))
        if self._target.reads_again:
            self._tables[table.table].count(len(rows))
        else:
            self._tables[table.table].add(encode_rows(rows))
        return rows

    async def _take(self, part: _Part, records: Iterator[Record]) -> _Part:
        """Work on a part; return the next one, which is read meanwhile where rows take time and room allows it."""
        kind, payload = part.record
        self._progress("files" if self._table is None else self._table.table, self._reader.read_bytes)
        if kind == ROWS and len(payload) <= AHEAD_BYTES:
            return await read_beside(partial(self._target.add_rows, part.rows), partial(self._next, records))
        if kind == TABLE:
            await self._begin_table(decode_struct(payload, TableHead))
        elif kind == ROWS:
            await self._target.add_rows(part.rows)
        elif kind == FILE:
            await trio.to_thread.run_sync(self._contents.end)
            self._table = None
            await trio.to_thread.run_sync(self._contents.begin, decode_struct(payload, FileHead))
        elif kind == DATA:
            await trio.to_thread.run_sync(self._contents.add, payload)
        else:
            raise BackupError("the backup is damaged: it has two heads")
        return await self._next(records)

    async def _begin_table(self, table: TableHead) -> None:
        if table.table in self._tables or table.table in LEFT_OUT:
            raise BackupError("the backup is damaged: a table is in it twice, or should not be in it")
        self._tables[table.table] = RowsHash()
        self._table = table
        await self._target.begin_table(table)

    def _compare(self, manifest: Manifest, digest: str) -> None:
        """Raise `BackupError` unless what was read is what the manifest says."""
        names = {*self._tables, *manifest.tables}
        wrong = sorted(name for name in names if not self._is_right(name, manifest.tables.get(name)))
        if wrong:
            raise BackupError(f"the backup is damaged: the rows of {', '.join(wrong)} are not what its end says")
        if (self._contents.files, self._contents.file_bytes) != (manifest.files, manifest.file_bytes):
            raise BackupError("the backup is damaged: it has not the files that its end says")
        if digest != manifest.sha256:
            raise BackupError("the backup is damaged: its bytes are not those that its end says")

    def _is_right(self, name: str, told: TableFigures | None) -> bool:
        read = self._tables.get(name)
        if read is None or told is None:
            return False
        return read.rows == told.rows if self._target.reads_again else read.figures() == told


def _head(record: Record) -> BackupHead:
    if record.kind != HEAD:
        raise BackupError("the backup is damaged: it does not begin with its head")
    head = decode_struct(record.payload, BackupHead)
    if head.format != FORMAT:
        raise BackupError(f"the backup has form {head.format}, and this version of orchd reads form {FORMAT} only")
    return head
