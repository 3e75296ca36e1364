"""A database copied into one of the other kind has the same rows; where it can't be, nothing has changed. One that was
broken off is of no use to a daemon, and the next one goes on with it."""

import random
from pathlib import Path

import pytest

from orchd.backup.contents import FIRST_ROWS, LEFT_OUT
from orchd.backup.copying import CopyReport, copy_database
from orchd.errors import StartError
from orchd.features.file.queries import FileDraft, find_pdf_text, keep_content, keep_pdf_text
from orchd.pdf import PdfText
from orchd.storage import Database, Statement, Steps, load_migrations
from orchd.storage.whole import FillingPlan, mysql_reading, open_filling, open_snapshot, sqlite_reading
from tests.backup.test_restoring import opened, other_url
from tests.fix_mariadb import MariaServer
from tests.migrated import place_database
from tests.whole import ROWS, all_rows, fill, fill_all, tables

__all__ = ("other_url",)
MANY = 5
UNFINISHED = "is not whole"


class BrokenOffError(Exception):
    """Instead of a process that ends."""


class Progress:
    """Counts what it is told; at `last` the copy is broken off."""

    def __init__(self, last: int | None = None) -> None:
        self.count = 0
        self._last = last

    def tell(self, *_: object) -> None:
        self.count += 1
        if self.count == self._last:
            raise BrokenOffError


async def copy(source: str, target: str, *, replace: bool = False, progress: Progress | None = None) -> CopyReport:
    tell = (progress or Progress()).tell
    return await copy_database(source, target, replace=replace, lives=lambda _: False, timeout=10, progress=tell)


@pytest.fixture
def small_portions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite_reading, "FETCHED_ROWS", 1)
    for module in (sqlite_reading, mysql_reading):
        monkeypatch.setattr(module, "PORTION_ROWS", 2)


def change() -> Steps[None]:
    """Another number of rows, one of them another one, and one between others."""
    yield from fill(MANY - 2)
    yield Statement("UPDATE conversation SET title = 'changed' WHERE id = 2")
    yield Statement("UPDATE audit_log SET id = 7 WHERE id = 3")


async def test_the_long_text_of_a_pdf_is_copied_whole(store: Database, database_url: str, other_url: str) -> None:
    text = "[page 1]\nAzul \u00e9 a cor \U0001f535.\n" * 60_000

    def keep() -> Steps[None]:
        yield from keep_content(FileDraft("a.pdf", "application/pdf", 9, "a" * 64), 1)
        yield from keep_pdf_text("a" * 64, PdfText(2, 1, text))

    await store.write(keep)
    await copy(database_url, other_url)
    async with opened(other_url) as other:
        assert await other.read(find_pdf_text, "a" * 64) == PdfText(2, 1, text)


async def test_all_rows_are_copied_once_and_again(store: Database, database_url: str, other_url: str) -> None:
    stored = await fill_all(store)
    report = await copy(database_url, other_url)
    assert {name: figures.rows for name, figures in report.tables.items()} == dict.fromkeys(tables(), ROWS)
    with pytest.raises(StartError, match="--replace"):
        await copy(database_url, other_url)
    await copy(database_url, other_url, replace=True)
    async with opened(other_url) as other:
        assert await other.read(all_rows) == stored


async def demand_useless(target: str) -> None:
    """See that no daemon takes what a copy has left, and no backup is made of it."""
    if target.startswith("sqlite"):
        path = Path(target.removeprefix("sqlite://"))
        assert sorted(each.name for each in path.parent.iterdir()) == [f"{path.name}.copying"]
        return
    with pytest.raises(StartError, match=UNFINISHED):
        async with opened(target):
            pass
    with pytest.raises(StartError, match=UNFINISHED):
        async with open_snapshot(target, 10):
            pass


async def test_a_copy_that_was_broken_off_is_of_no_use_and_gone_on_with(
    store: Database, database_url: str, other_url: str, small_portions: None
) -> None:
    await store.write(fill, MANY)
    portions = len(tables()) * (MANY // 2 + 1)
    moment = random.randrange(portions // 2, portions)
    with pytest.raises(BrokenOffError):
        await copy(database_url, other_url, progress=Progress(moment))
    await demand_useless(other_url)
    await store.write(change)
    with pytest.raises(BrokenOffError):
        await copy(database_url, other_url, progress=Progress(random.randrange(1, moment)))
    plan = FillingPlan(len(load_migrations("sqlite")), False, {*LEFT_OUT, *FIRST_ROWS}, lambda _: False, resumes=True)
    async with open_filling(other_url, plan, 10):
        with pytest.raises(StartError, match="another copy"):
            await copy(database_url, other_url)
    stored = await store.read(all_rows)
    report = await copy(database_url, other_url)
    assert report.found > 0, f"broken off at {moment} of {portions}"
    async with opened(other_url) as other:
        assert await other.read(all_rows) == stored
    with pytest.raises(StartError, match="--replace"):
        await copy(database_url, other_url)


async def test_nothing_is_copied_among_the_tables_of_others(mariadb: MariaServer, tmp_path: Path) -> None:
    target = mariadb.new_url()
    name = mariadb.name_of(target)
    await mariadb.execute(f"CREATE DATABASE `{name}`")
    await mariadb.execute("CREATE TABLE wares (id INTEGER PRIMARY KEY)", database=name)
    await mariadb.execute("INSERT INTO wares (id) VALUES (1)", database=name)
    for replace in (False, True):
        with pytest.raises(StartError, match="none of orchd's"):
            await copy(place_database(tmp_path / "source.db"), target, replace=replace)
    assert await mariadb.execute("SHOW TABLES", database=name) == [("wares",)]


async def test_a_file_that_is_of_no_use_gives_way(tmp_path: Path) -> None:
    source, target = place_database(tmp_path / "source.db"), tmp_path / "target" / "orchd.db"
    async with opened(source) as database:
        stored = await fill_all(database)
    target.parent.mkdir()
    target.with_name("orchd.db.copying").write_bytes(b"no database" * 1000)
    await copy(source, f"sqlite://{target}")
    assert [path.name for path in target.parent.iterdir()] == ["orchd.db"]
    async with opened(f"sqlite://{target}") as other:
        assert await other.read(all_rows) == stored
