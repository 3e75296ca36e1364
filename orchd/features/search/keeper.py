"""Keeps the index: words of rows that are new or have changed, what was there before the index, and what is gone."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import NamedTuple

import trio

from orchd.entity.search import SearchEntry, SearchSource, add
from orchd.entity.search.search_queries import (
    PAGES_AT_ONCE,
    NewEntry,
    begin_joining,
    begin_joining_all,
    begin_source,
    drop_entry,
    entries_of,
    join_segments,
    list_entries,
    new_entries,
    pass_source,
    release,
    rows_in_index,
    segment_pages,
    source_place,
    whole_sources,
)
from orchd.entity.search.word_queries import add_words, forget_unused, new_words, some_words, words_without_entries
from orchd.entity.search.words import IndexedWords, index_row
from orchd.errors import Busy, Conflict, Unavailable
from orchd.storage import Database, Looker, Steps
from orchd.wakeup import next_beat
from orchd.worker.pool import SHORT_CHARACTERS, TextWorkers

LOOK_SECONDS = 2.0
"""How often new entries are looked for, unless somebody searches before."""
SEARCHER_SECONDS = 5.0
BATCHES_FOR_SEARCHER = 4
"""How long whoever searches waits for entries that are new, and for how many batches of them, the latest first."""
SWEEP_SECONDS = 600.0
"""How often some entries and words are looked at whose rows may be gone."""
AWAY_SECONDS = 2.0
"""Pause while the database is away, as it is when the daemon starts, or as many long texts wait as may."""
ROWS_AT_ONCE = 50
WORDS_AT_ONCE = 100
"""New words that one transaction notes: each is up to twenty rows, and whoever writes waits for them."""
BATCH_CHARACTERS = 1024 * 1024
"""Of the words of entries that one transaction stores, beside its first: each may be a row on some databases."""
SWEPT_AT_ONCE = 500
TIDY_AFTER, TIDY_STEPS = 1_000, 50
"""After how many entries SQLite joins parts of its index, and in how many transactions of some milliseconds at most."""
SMALL_SHARE = 4
"""All parts are made one once the small ones have together as many pages as this part of the largest one: half of a
search is to look for each word in each of them. So each page is written anew five times as the index grows."""


MOST_PAGES = 4
"""Pages that are written for each one that begins with a new word; a step that finds nothing left is short."""


class IndexKeeper:
    """Works in small transactions, so that nobody waits for it; long texts are read by `workers`. Its writes don't wait
    for the disk: what a power cut takes from them is done again."""

    def __init__(self, database: Database, sources: Sequence[SearchSource], workers: TextWorkers) -> None:
        self._database = database
        self._looker = Looker(database)
        self._workers = workers
        self._sources = {source.kind: source for source in sources}
        self._turn = trio.Lock()
        self._swept: dict[str, int] = {}
        self._swept_word = ""
        self._listed = 0

    async def run(self) -> None:
        """Keep the index until cancelled."""
        sweep_at = trio.current_time() + SWEEP_SECONDS
        while True:
            try:
                await self._looker.glance(self.catch_up)
                if self._listed >= TIDY_AFTER:
                    await self.tidy()
                if trio.current_time() >= sweep_at:
                    await self.sweep()
                    sweep_at = trio.current_time() + SWEEP_SECONDS
            except (Busy, Unavailable):
                await trio.sleep(AWAY_SECONDS)
            await next_beat(LOOK_SECONDS)

    async def catch_up(self) -> None:
        """Index all rows that were there before, and all that are new. Raises `Busy`, `Unavailable`."""
        whole = await self._database.read(whole_sources)
        for source in self._sources.values():
            while source.kind not in whole and await self._index_some(source):
                await self.list_new()
        await self.list_new()

    async def _index_some(self, source: SearchSource) -> bool:
        """Make entries of some rows that were there before; return whether there may be more. Reads apart from writing,
        since a writing transaction keeps what it has read from everybody else on some databases."""
        place = await self._database.read(source_place, source.kind)
        if place is None:
            with suppress(Conflict):  # another daemon has begun meanwhile
                await self._database.write(begin_source, source.kind)
            return True
        if place.whole:
            return False
        some = await self._database.read(_read_some, source, place.row_id)
        with suppress(Conflict):  # one of them has been indexed meanwhile: look again
            await self._database.write_relaxed(_store, source.kind, some)
            return some.last is not None
        return True

    async def list_for_searcher(self) -> None:
        """List the latest of what is new, as far as that takes no longer than whoever searches may wait, and no long
        text of it has to wait for others. Raises `Unavailable`."""
        with trio.move_on_after(SEARCHER_SECONDS), suppress(Busy):
            for _ in range(BATCHES_FOR_SEARCHER):
                if not await self._list_some():
                    return

    async def list_new(self) -> None:
        """List entries that are new, or whose rows have changed hands. Raises `Busy`, `Unavailable`."""
        while await self._list_some():
            pass

    async def _list_some(self) -> bool:
        """List some entries, the latest first; return whether there may be more."""
        async with self._turn:
            entries = await self._database.read(new_entries, ROWS_AT_ONCE)
            if entries:
                await self._list(entries)
        return len(entries) == ROWS_AT_ONCE

    async def _list(self, entries: Sequence[NewEntry]) -> None:
        listed = []
        for entry, found in zip(entries, await self._database.read(self._read, entries), strict=True):
            if isinstance(found, _LongRow):
                found = await self._workers.run(index_row, found.title, found.text)
            listed.append(_ListedEntry(entry, found))
        parted = {word for each in listed if each.words is not None for word in each.words.parted}
        new = await self._database.read(new_words, parted)
        for start in range(0, len(new), WORDS_AT_ONCE):
            with suppress(Conflict):  # another daemon has noted one meanwhile; the rest the next time
                await self._database.write_relaxed(add_words, new[start : start + WORDS_AT_ONCE])
        for some in _batches(listed):
            await self._database.write_relaxed(_list, some, self._database.health().kind)
        self._listed += len(listed)

    def _read(self, entries: Sequence[NewEntry]) -> Steps[list["IndexedWords | _LongRow | None"]]:
        """Return the words of entries, or the texts that a worker is to read; None where the row is gone."""
        wanted: dict[str, list[int]] = {}
        for entry in entries:
            if not entry.is_released and entry.kind in self._sources:
                wanted.setdefault(entry.kind, []).append(entry.row_id)
        texts: dict[tuple[str, int], tuple[str, str]] = {}
        for kind, row_ids in wanted.items():
            there = yield from self._sources[kind].texts(row_ids)
            texts |= {(kind, row_id): text for row_id, text in there.items()}
        return [_words_of(texts.get((entry.kind, entry.row_id))) for entry in entries]

    async def tidy(self) -> None:
        """Have searches go through fewer parts of the index. Raises `Unavailable`."""
        self._listed = 0
        if self._database.health().kind == "sqlite":
            await self._database.write_relaxed(begin_joining)
            for _ in range(TIDY_STEPS + await self._steps_to_one()):
                await self._database.write_relaxed(join_segments)

    async def _steps_to_one(self) -> int:
        """Begin to make one of all parts of the index, where that is due; return how many steps more that takes. They
        are made without a pause, since what is under way can't be told from what is due."""
        pages = await self._database.read(segment_pages)
        if sum(pages) * SMALL_SHARE < max(pages, default=0) * (SMALL_SHARE + 1) or len(pages) < 2:
            return 0
        await self._database.write_relaxed(begin_joining_all)
        return MOST_PAGES * sum(pages) // PAGES_AT_ONCE + 1

    async def sweep(self) -> None:
        """Take some entries out of the index whose rows are gone, and some words that none has any more; go on with
        others the next time."""
        for source in self._sources.values():
            after = self._swept.get(source.kind, 0)
            self._swept[source.kind] = await self._database.write_relaxed(self._sweep_some, source, after)
        await self.list_new()
        words = await self._database.read(some_words, self._swept_word, WORDS_AT_ONCE)
        dialect = self._database.health().kind
        if left := await self._database.read(words_without_entries, words, dialect):
            await self._database.write_relaxed(forget_unused, left, dialect)
        self._swept_word = words[-1] if len(words) == WORDS_AT_ONCE else ""

    def _sweep_some(self, source: SearchSource, after: int) -> Steps[int]:
        entries = yield from entries_of(source.kind, after, SWEPT_AT_ONCE)
        there = yield from source.there([row_id for _, row_id in entries])
        yield from release([entry_id for entry_id, row_id in entries if row_id not in there])
        return entries[-1][1] if len(entries) == SWEPT_AT_ONCE else 0


class _LongRow(NamedTuple):
    """What is searched of a row, and is not to be read in place."""

    title: str
    text: str


def _words_of(texts: tuple[str, str] | None) -> "IndexedWords | _LongRow | None":
    """Return the words of a row; not of a long one, nor of one that is gone."""
    if texts is None:
        return None
    return index_row(*texts) if sum(map(len, texts)) <= SHORT_CHARACTERS else _LongRow(*texts)


class _ListedEntry(NamedTuple):
    """An entry and its words; None where its row is gone."""

    entry: NewEntry
    words: IndexedWords | None


class _SomeRows(NamedTuple):
    """Rows to be indexed, which of them have entries already, and the id of the last one; None where there are no
    more."""

    entries: list[SearchEntry]
    known: set[int]
    last: int | None


def _read_some(source: SearchSource, after: int) -> Steps[_SomeRows]:
    entries, last = yield from source.after(after, ROWS_AT_ONCE)
    known = yield from rows_in_index(source.kind, [entry.row_id for entry in entries])
    return _SomeRows(entries, known, last)


def _store(kind: str, some: _SomeRows) -> Steps[None]:
    new = [entry for entry in some.entries if entry.row_id not in some.known]
    if new:
        yield from add(*new)
    yield from pass_source(kind, some.last or 0, whole=some.last is None)


def _batches(listed: Sequence[_ListedEntry]) -> Iterator[list[_ListedEntry]]:
    """Yield entries in lists that one transaction stores, at least one in each."""
    some: list[_ListedEntry] = []
    size = 0
    for each in listed:
        length = 0 if each.words is None else len(each.words.text)
        if some and size + length > BATCH_CHARACTERS:
            yield some
            some, size = [], 0
        some.append(each)
        size += length
    yield some


def _list(listed: Sequence[_ListedEntry], dialect: str) -> Steps[None]:
    # FTS5 keeps what it is given until the commit, or a lower place: in falling order each row would be written alone.
    ordered = sorted(listed, key=lambda each: each.entry.place)
    yield from list_entries([(entry, words.text) for entry, words in ordered if words is not None], dialect)
    for entry, words in ordered:
        if words is None and entry.is_released:
            yield from drop_entry(entry, dialect)
        elif words is None:  # dropped the next time, when no other daemon can be storing its words
            yield from release([entry.entry_id])
