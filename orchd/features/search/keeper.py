"""Keeps the index: the words that are new, whose a row is by now, what was there before the index, and what is gone."""

from collections.abc import Sequence
from contextlib import suppress
from itertools import islice
from typing import NamedTuple

import trio

from orchd.entity.search import SearchSource, SearchText, add
from orchd.entity.search.search_queries import (
    NewEntry,
    add_words,
    begin_source,
    change_old,
    drop_entries,
    entries_of,
    list_entry,
    new_entries,
    new_words,
    pass_source,
    rows_in_index,
    source_place,
)
from orchd.entity.search.words import words
from orchd.errors import Conflict, Unavailable
from orchd.storage import Database, Steps

LOOK_SECONDS = 2.0
"""How often new entries are looked for: words that are new can be found by a part of them only after that."""
SWEEP_SECONDS = 600.0
"""How often some entries are looked at whose rows may be gone."""
AWAY_SECONDS = 2.0
"""Pause while the database is away, as it is when the daemon starts."""
MAX_NOTED, WORDS_OF_ROW = 24, 1_000
"""How long the words are that can be found by a part of them, and how many of one row: each letter is a row."""
ROWS_AT_ONCE = 50
WORDS_AT_ONCE = 100
"""New words that one transaction notes: each is up to forty rows, and whoever writes waits for them."""
SWEPT_AT_ONCE = 500


class IndexKeeper:
    """Works in small transactions, so that nobody waits for it."""

    def __init__(self, database: Database, sources: Sequence[SearchSource]) -> None:
        self._database = database
        self._sources = {source.kind: source for source in sources}
        self._swept: dict[str, int] = {}

    async def run(self) -> None:
        """Keep the index until cancelled."""
        sweep_at = trio.current_time() + SWEEP_SECONDS
        while True:
            try:
                await self.catch_up()
                if trio.current_time() >= sweep_at:
                    await self.sweep()
                    sweep_at = trio.current_time() + SWEEP_SECONDS
            except Unavailable:
                await trio.sleep(AWAY_SECONDS)
            await trio.sleep(LOOK_SECONDS)

    async def catch_up(self) -> None:
        """Index all rows that were there before, and list all entries that are new. Raises `Unavailable`."""
        for source in self._sources.values():
            while await self._index_some(source):
                await self.list_new()
        await self.list_new()

    async def _index_some(self, source: SearchSource) -> bool:
        """Index some rows that were there before; return whether there may be more. Reads apart from writing, since a
        writing transaction keeps what it has read from everybody else on some databases."""
        place = await self._database.read(source_place, source.kind)
        if place is None:
            with suppress(Conflict):  # another daemon has begun meanwhile
                await self._database.write(begin_source, source.kind)
            return True
        if place.whole:
            return False
        some = await self._database.read(_read_some, source, place.row_id)
        with suppress(Conflict):  # one of them has been indexed meanwhile: look again
            await self._database.write(_store, source.kind, some)
            return some.last is not None
        return True

    async def list_new(self) -> None:
        """List entries that are new, or whose rows have changed hands. Raises `Unavailable`."""
        while entries := await self._database.read(new_entries, ROWS_AT_ONCE):
            new = await self._database.read(self._new_words, entries)
            for start in range(0, len(new), WORDS_AT_ONCE):
                await self._database.write(add_words, new[start : start + WORDS_AT_ONCE])
            await self._database.write(_list, entries)
            if len(entries) < ROWS_AT_ONCE:
                return

    def _new_words(self, entries: Sequence[NewEntry]) -> Steps[list[str]]:
        there: set[str] = set()
        for entry in entries:
            texts = yield from self._texts(entry.kind, entry.row_id)
            of_row = dict.fromkeys(word.text for text in texts for word in words(text) if len(word.text) <= MAX_NOTED)
            there.update(islice(of_row, WORDS_OF_ROW))
        return (yield from new_words(there))

    def _texts(self, kind: str, row_id: int) -> Steps[tuple[str, ...]]:
        source = self._sources.get(kind)
        if source is None:
            return ()
        texts, _ = yield from source.after(row_id - 1, 1)
        return next(((text.title, text.text) for text in texts if text.row_id == row_id), ())

    async def sweep(self) -> None:
        """Take some entries out of the index whose rows are gone; go on with others the next time."""
        for source in self._sources.values():
            after = self._swept.get(source.kind, 0)
            self._swept[source.kind] = await self._database.write(self._sweep_some, source, after)

    def _sweep_some(self, source: SearchSource, after: int) -> Steps[int]:
        entries = yield from entries_of(source.kind, after, SWEPT_AT_ONCE)
        there = yield from source.there([row_id for _, row_id in entries])
        yield from drop_entries([entry_id for entry_id, row_id in entries if row_id not in there])
        return entries[-1][1] if len(entries) == SWEPT_AT_ONCE else 0


class _SomeRows(NamedTuple):
    """Rows to be indexed, the times of the entries that they had when they were read, and the id of the last one; None
    where there are no more."""

    texts: list[SearchText]
    known: dict[int, int]
    last: int | None


def _read_some(source: SearchSource, after: int) -> Steps[_SomeRows]:
    texts, last = yield from source.after(after, ROWS_AT_ONCE)
    known = yield from rows_in_index(source.kind, [text.row_id for text in texts])
    return _SomeRows(texts, known, last)


def _store(kind: str, some: _SomeRows) -> Steps[None]:
    for text in some.texts:
        known = some.known.get(text.row_id)
        yield from add(text) if known is None else change_old(text, known)
    yield from pass_source(kind, some.last or 0, whole=some.last is None)


def _list(entries: Sequence[NewEntry]) -> Steps[None]:
    for entry in entries:
        yield from list_entry(entry)
