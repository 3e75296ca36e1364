"""Making a backup: one snapshot of all tables, then the contents of the files that it knows."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import BinaryIO, NamedTuple, TypeAlias

import trio

from orchd import __version__
from orchd.backup.ahead import work_on_each
from orchd.backup.contents import FORMAT, LEFT_OUT, BackupHead, FileHead, Manifest, TableFigures, TableHead
from orchd.backup.files import content_path, pieces
from orchd.backup.records import DATA, FILE, HEAD, MANIFEST, ROWS, TABLE, RecordWriter
from orchd.backup.row_hash import RowsHash, encode_rows, join_rows
from orchd.clock import unix_now
from orchd.storage.whole import Rows, Snapshot, TableShape, open_snapshot

TellProgress: TypeAlias = Callable[[str, int], None]
"""Told what is worked on, and how many bytes came so far; must not wait."""

CONTENTS = "file_content"
"""The table that knows which contents there are."""


class BackupReport(NamedTuple):
    """What was backed up; `seconds`: how long it took."""

    head: BackupHead
    manifest: Manifest
    seconds: float


async def make_backup(
    url: str, files: Path | None, out: BinaryIO, *, timeout: float, progress: TellProgress
) -> BackupReport:
    """Write all that a database holds at this moment, and the contents in the directory `files`, to `out`.

    Memory is bounded by two portions of rows. Raises as `open_snapshot` does, and `OSError`.
    """
    began = trio.current_time()
    async with open_snapshot(url, timeout) as snapshot:
        tables = await snapshot.reader.tables()
        head = await _head(snapshot)
        backup = _Backup(await trio.to_thread.run_sync(RecordWriter, out), progress)
        await backup.put(HEAD, head)
        for shape in tables.values():
            if shape.name not in LEFT_OUT:
                await backup.add_table(snapshot, shape)
        contents = backup.contents
    missing = await backup.add_files(files, contents)
    manifest = await trio.to_thread.run_sync(backup.finish, missing)
    return BackupReport(head, manifest, trio.current_time() - began)


async def read_contents(snapshot: Snapshot, shape: TableShape) -> list[tuple[str, int]]:
    """Return hashes and sizes of the contents that a snapshot knows. Raises `Unavailable`."""
    return [pair async for rows in snapshot.reader.rows(shape) for pair in _contents(shape, rows)]


async def _head(snapshot: Snapshot) -> BackupHead:
    last_ids = dict(await snapshot.reader.last_ids())
    names = tuple(row.name for row in snapshot.applied)
    return BackupHead(FORMAT, __version__, snapshot.kind, unix_now(), names, last_ids)


class _Backup:
    """One that is being made."""

    def __init__(self, writer: RecordWriter, progress: TellProgress) -> None:
        self._writer = writer
        self._progress = progress
        self._tables: dict[str, TableFigures] = {}
        self._files, self._file_bytes = 0, 0
        self.contents: list[tuple[str, int]] = []
        """Hashes and sizes of the contents that the snapshot knows."""

    async def put(self, kind: bytes, struct: BackupHead | TableHead | FileHead) -> None:
        await trio.to_thread.run_sync(self._writer.write_struct, kind, struct)

    async def add_table(self, snapshot: Snapshot, shape: TableShape) -> None:
        """Write a table and its rows."""
        await self.put(TABLE, TableHead(shape.name, shape.columns))
        total = RowsHash()

        async def add(rows: Rows) -> None:
            await trio.to_thread.run_sync(self._write_rows, rows, total)
            if shape.name == CONTENTS:
                self.contents += _contents(shape, rows)
            self._progress(shape.name, self._writer.written)

        await work_on_each(snapshot.reader.rows(shape), add)
        self._tables[shape.name] = total.figures()

    def _write_rows(self, rows: Rows, total: RowsHash) -> None:
        encoded = encode_rows(rows)
        total.add(encoded)
        self._writer.write(ROWS, join_rows(encoded))

    async def add_files(self, directory: Path | None, contents: Sequence[tuple[str, int]]) -> tuple[str, ...]:
        """Write contents; return the hashes of those that aren't there."""
        missing = list[str]()
        for sha256, size in contents:
            path = content_path(directory, sha256) if directory is not None else None
            if path is None or not await trio.to_thread.run_sync(self._write_file, path, FileHead(sha256, size)):
                missing.append(sha256)
            self._progress("files", self._writer.written)
        return tuple(missing)

    def _write_file(self, path: Path, head: FileHead) -> bool:
        try:
            if path.lstat().st_size != head.size:  # somebody has cut it: it is as good as missing
                return False
        except FileNotFoundError:
            return False
        self._writer.write_struct(FILE, head)
        for piece in pieces(path):
            self._writer.write(DATA, piece)
        self._files += 1
        self._file_bytes += head.size
        return True

    def finish(self, missing: tuple[str, ...]) -> Manifest:
        """Write the end."""
        manifest = Manifest(self._tables, self._files, self._file_bytes, missing, self._writer.sha256)
        self._writer.write_struct(MANIFEST, manifest)
        self._writer.finish()
        return manifest


def _contents(shape: TableShape, rows: Rows) -> list[tuple[str, int]]:
    sha256, size = shape.columns.index("sha256"), shape.columns.index("size")
    return [(str(row[sha256]), int(row[size] or 0)) for row in rows]
