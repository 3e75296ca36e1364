"""Looks that are spared, on SQLite and on MariaDB: never one that would have found something."""

import pytest

from orchd.errors import Unavailable
from orchd.storage import Database, Looker, Statement, Steps
from orchd.storage.sqlite import sqlite_marks


def add_note(title: str) -> Steps[None]:
    yield Statement("INSERT INTO note (title, body) VALUES (?, '')", (title,))


def titles() -> Steps[list[str]]:
    return [title for (title,) in (yield Statement("SELECT title FROM note WHERE id > 1 ORDER BY id")).rows]


class Reader:
    """Looks at the notes, or fails."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.fails = False
        self.seen: list[str] = []
        self.looks = 0

    async def look(self) -> None:
        """Read them all."""
        self.looks += 1
        if self.fails:
            raise Unavailable("not now")
        self.seen = await self._database.read(titles)


@pytest.fixture
def reader(database: Database, monkeypatch: pytest.MonkeyPatch) -> Reader:
    monkeypatch.setattr(sqlite_marks, "SHARED_SECONDS", -1.0)
    return Reader(database)


async def test_what_anybody_commits_is_seen_at_the_next_glance(database: Database, reader: Reader) -> None:
    looker = Looker(database)
    for number in range(5):
        await database.write(add_note, f"note {number}")
        assert await looker.glance(reader.look)
        assert len(reader.seen) == number + 1


async def test_nothing_new_costs_no_look_where_that_can_be_known(database: Database, reader: Reader) -> None:
    looker = Looker(database)
    for _ in range(5):
        await looker.glance(reader.look)
        await database.read(titles)
    knows = await database.commit_mark() is not None
    assert knows == (database.health().kind == "sqlite")
    assert reader.looks == (1 if knows else 5)


async def test_a_look_that_failed_is_made_again(database: Database, reader: Reader) -> None:
    looker = Looker(database)
    await database.write(add_note, "a")
    reader.fails = True
    for _ in range(2):
        with pytest.raises(Unavailable):
            await looker.glance(reader.look)
    reader.fails = False
    assert await looker.glance(reader.look)
    assert reader.seen == ["a"]


async def test_what_is_committed_during_a_look_is_looked_for_again(database: Database, reader: Reader) -> None:
    looker = Looker(database)

    async def look_and_write() -> None:
        await reader.look()
        await database.write(add_note, "meanwhile")

    await looker.glance(look_and_write)
    assert await looker.glance(reader.look)
    assert reader.seen == ["meanwhile"]
