"""A backup holds every row of every table and every file, and says so; on both databases, while others write."""

import hashlib
import io
from pathlib import Path

import pytest

from orchd.backup.contents import LEFT_OUT, BackupError, TableHead
from orchd.backup.files import content_path
from orchd.backup.making import BackupReport, make_backup
from orchd.backup.reading import NoTarget, read_backup, read_head
from orchd.errors import StartError
from orchd.storage import Database, Statement, Steps
from orchd.storage.whole import Rows, open_snapshot
from tests.migrated import place_database
from tests.whole import ROWS, fill_all, tables


class Collector(NoTarget):
    """Keeps the rows of a backup."""

    def __init__(self) -> None:
        self.tables: dict[str, tuple[tuple[str, ...], list[tuple[object, ...]]]] = {}
        self._rows: list[tuple[object, ...]] = []

    async def begin_table(self, table: TableHead) -> None:
        self._rows = []
        self.tables[table.table] = table.columns, self._rows

    async def add_rows(self, rows: Rows) -> None:
        self._rows += rows

    def rows(self) -> dict[str, list[tuple[object, ...]]]:
        """Return them in the order of `all_rows`."""
        found = {}
        for table, wanted in tables().items():
            columns, rows = self.tables[table]
            places = [columns.index(column.name) for column in wanted]
            found[table] = sorted((tuple(row[place] for place in places) for row in rows), key=repr)
        return found


async def backup(url: str, files: Path | None = None) -> tuple[bytes, BackupReport]:
    out = io.BytesIO()
    report = await make_backup(url, files, out, timeout=10, progress=lambda *_: None)
    return out.getvalue(), report


async def test_every_table_of_the_schema_is_in_it_or_left_out_with_a_reason(store: Database, database_url: str) -> None:
    _, report = await backup(database_url)
    async with open_snapshot(database_url, 10) as snapshot:
        there = set(await snapshot.reader.tables())
    assert set(report.manifest.tables) == there - set(LEFT_OUT) == set(tables())
    assert not there - set(report.manifest.tables) - set(LEFT_OUT)


async def test_what_was_stored_is_in_it(store: Database, database_url: str) -> None:
    stored = await fill_all(store)
    data, report = await backup(database_url)
    assert {figures.rows for figures in report.manifest.tables.values()} == {ROWS}
    collector = Collector()
    read = await read_backup(io.BytesIO(data), collector, None, lambda *_: None)
    assert collector.rows() == stored
    assert read[:2] == report[:2]
    assert report.head.kind == store.health().kind
    assert report.head.last_ids["chat_message"] == ROWS
    assert await read_head(io.BytesIO(data)) == report.head


def long_messages() -> Steps[None]:
    for number in range(ROWS + 1, ROWS + 31):
        yield Statement(
            "INSERT INTO chat_message (id, conversation_id, role, content, reasoning, status, created_at, updated_at)"
            " VALUES (?, 1, 'user', ?, '', 'complete', 1, 1)",
            (number, "x" * (200_000 if number % 2 else 20)),
        )


async def test_long_rows_come_in_portions(store: Database, database_url: str) -> None:
    await fill_all(store)
    await store.write(long_messages)
    async with open_snapshot(database_url, 10) as snapshot:
        shape = (await snapshot.reader.tables())["chat_message"]
        portions = [len(rows) async for rows in snapshot.reader.rows(shape)]
    assert sum(portions) == ROWS + 30
    assert max(portions) < 20


async def test_what_is_written_meanwhile_is_not_in_it(store: Database, database_url: str) -> None:
    await fill_all(store)
    async with open_snapshot(database_url, 10) as snapshot:
        await store.write(long_messages)
        shapes = await snapshot.reader.tables()
        rows = [row async for portion in snapshot.reader.rows(shapes["chat_message"]) for row in portion]
    assert len(rows) == ROWS


def content(sha256: str, size: int) -> Steps[None]:
    yield Statement("INSERT INTO file_content (sha256, size, created_at) VALUES (?, ?, 1)", (sha256, size))


async def test_files_are_in_it_and_what_is_missing_is_named(store: Database, database_url: str, tmp_path: Path) -> None:
    texts = [b"", b"abc" * 700_000, b"gone", b"cut"]
    hashes = [hashlib.sha256(text).hexdigest() for text in texts]
    for text, sha256 in zip(texts, hashes, strict=True):
        await store.write(content, sha256, len(text))
        path = content_path(tmp_path / "files", sha256)
        path.parent.mkdir(parents=True)
        path.write_bytes(text if text != b"cut" else b"c")
    content_path(tmp_path / "files", hashes[2]).unlink()
    data, report = await backup(database_url, tmp_path / "files")
    assert (report.manifest.files, report.manifest.file_bytes) == (2, 2_100_000)
    assert set(report.manifest.missing) == {hashes[2], hashes[3]}
    await read_backup(io.BytesIO(data), NoTarget(), tmp_path / "again", lambda *_: None)
    assert [content_path(tmp_path / "again", sha256).read_bytes() for sha256 in hashes[:2]] == texts[:2]


async def test_any_cut_or_changed_byte_is_noticed(tmp_path: Path) -> None:
    data, _ = await backup(place_database(tmp_path / "orchd.db"))
    for place in [*range(0, len(data), 997), len(data) - 1]:
        changed = data[:place] + bytes([data[place] ^ 0x40]) + data[place + 1 :]
        for wrong in (data[:place], changed):
            with pytest.raises(BackupError):
                await read_backup(io.BytesIO(wrong), NoTarget(), None, lambda *_: None)
    with pytest.raises(BackupError, match="behind its end"):
        await read_backup(io.BytesIO(data + b"x"), NoTarget(), None, lambda *_: None)


async def test_without_a_database_there_is_no_backup(database_url: str) -> None:
    with pytest.raises(StartError, match=r"there is no (such database|database file)"):
        await backup(database_url)
