"""Marks of a SQLite file: whoever commits, and whatever becomes of the file."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
import trio

from orchd.errors import Unavailable
from orchd.storage import Database, Statement, Steps, open_database
from orchd.storage.sqlite import sqlite_marks
from tests.fix_storage import READY_SECONDS, MakeMigrations


def add_note(title: str) -> Steps[None]:
    yield Statement("INSERT INTO note (title, body) VALUES (?, '')", (title,))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "test.db"


@pytest.fixture
async def database(path: Path, make_migrations: MakeMigrations) -> AsyncIterator[Database]:
    async with open_database(f"sqlite:///{path}", pool_size=4, timeout=10.0, migrations=make_migrations()) as opened:
        with trio.fail_after(READY_SECONDS):
            await opened.wait_ready()
        yield opened


def commit_elsewhere(path: Path) -> None:
    with closing(sqlite3.connect(path)) as other, other:
        other.execute("INSERT INTO note (title, body) VALUES ('elsewhere', '')")
    other.close()


async def test_each_commit_gives_another_mark(database: Database, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite_marks, "SHARED_SECONDS", -1.0)
    marks = [await database.commit_mark()]
    assert await database.commit_mark() == marks[0]
    await database.write(add_note, "a")
    marks.append(await database.commit_mark())
    await database.write_relaxed(add_note, "b")
    marks.append(await database.commit_mark())
    commit_elsewhere(path)
    marks.append(await database.commit_mark())
    assert len(set(marks)) == len(marks)
    assert await database.commit_mark() == marks[-1]


async def test_many_at_a_moment_ask_once(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite_marks, "SHARED_SECONDS", 60.0)
    before = await database.commit_mark()
    await database.write(add_note, "a")
    assert await database.commit_mark() == before
    monkeypatch.setattr(sqlite_marks, "SHARED_SECONDS", -1.0)
    assert await database.commit_mark() != before


async def test_a_file_that_is_gone_has_no_mark(database: Database, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite_marks, "SHARED_SECONDS", -1.0)
    before = await database.commit_mark()
    aside = path.with_suffix(".aside")
    path.rename(aside)
    with pytest.raises(Unavailable):
        await database.commit_mark()
    aside.rename(path)
    with trio.fail_after(READY_SECONDS):
        await database.wait_ready()
    # Whether somebody wrote to it meanwhile isn't known.
    assert await database.commit_mark() != before


async def test_a_closed_database_has_none(path: Path, make_migrations: MakeMigrations) -> None:
    async with open_database(f"sqlite:///{path}", pool_size=4, timeout=10.0, migrations=make_migrations()) as opened:
        await opened.wait_ready()
        await opened.commit_mark()
    with pytest.raises(Unavailable):
        await opened.commit_mark()
