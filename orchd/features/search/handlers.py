"""Answers to `search`."""

from collections.abc import Sequence
from typing import NamedTuple

from orchd.entity import Owner, owner_of
from orchd.entity.search import SearchedRow, SearchSource
from orchd.entity.search.find_queries import FoundText, SearchHit, entries_at, find
from orchd.entity.search.ranking import Excerpt, Matcher, excerpt, excerpts, score
from orchd.entity.search.word_queries import words_like
from orchd.entity.search.words import Term, alternatives, terms
from orchd.errors import Invalid
from orchd.features.search.keeper import IndexKeeper
from orchd.features.search.messages import SearchItem, SearchPlace, SearchQuery, SearchResults
from orchd.protocol.command import TEXT_WORK, Command, Commands
from orchd.protocol.cursor import two_numbers
from orchd.protocol.page import fitting
from orchd.protocol.router import Context
from orchd.protocol.types import read_moment, timestamp
from orchd.storage import Database, Steps
from orchd.worker.pool import TextWorkers

WINDOWS_AT_ONCE = 3
"""Windows that are looked through for a page, unless it is full: what is in them may be somebody else's."""
LONG_CHARACTERS = 2_000
"""Texts that are longer are not looked at in place."""
GROUP = "conversation"
"""What rows may be in: the kind whose titles are told with those of others."""
MAX_TITLE = 500
"""Code points of a title that are shown."""


class _Position(NamedTuple):
    """Where a page begins: so many of the window that begins there are passed."""

    first: int
    passed: int


class _ScoredRow(NamedTuple):
    """A hit with its score, and its row as whoever searches may see it."""

    hit: SearchHit
    score: float
    row: SearchedRow
    group: str | None = None
    """What the conversation is called that the row is in."""
    behind: _Position = _Position(0, 0)


class SearchHandlers:
    """One method a frame."""

    def __init__(
        self, database: Database, sources: Sequence[SearchSource], workers: TextWorkers, keeper: IndexKeeper
    ) -> None:
        self._database = database
        self._keeper = keeper
        self._workers = workers
        self._sources = {source.kind: source for source in sources}

    async def search(self, context: Context, data: SearchQuery) -> SearchResults:
        kinds = self._kinds(data.kinds)
        since = None if data.since is None else read_moment(data.since, "since")
        behind = _Position(*(two_numbers(data.cursor) or (0, 0)))
        wanted = terms(data.query)
        if not wanted:
            return SearchResults([], None)
        owner = owner_of(context.identity)
        await self._keeper.list_for_searcher()
        sought, found, rest = await self._database.read(self._find, owner, wanted, kinds, since, behind, data.limit)
        matcher = Matcher(sought)
        parts = await self._excerpts(sought, matcher, [each.row.text for each in found])
        items = fitting(_item(each, part, matcher) for each, part in zip(found, parts, strict=True))
        if len(items) < len(found):
            rest = found[len(items) - 1].behind
        return SearchResults(items, None if rest is None else f"{rest.first}.{rest.passed}")

    async def _excerpts(self, sought: list[list[Term]], matcher: Matcher, texts: list[str]) -> list[Excerpt]:
        """Return an excerpt of each text; the long ones are read by a worker, all together."""
        long = [text for text in texts if len(text) > LONG_CHARACTERS]
        apart = iter(await self._workers.run(excerpts, sought, long) if long else ())
        return [next(apart) if len(text) > LONG_CHARACTERS else excerpt(text, matcher.places(text)) for text in texts]

    def _kinds(self, wanted: Sequence[str] | None) -> list[str] | None:
        """Return kinds of rows, None for all. Raises `Invalid` for one that there isn't."""
        for kind in wanted or ():
            if kind not in self._sources:
                known = ", ".join(sorted(self._sources))
                raise Invalid(
                    f"there is no kind {kind}; there are {known}",
                    reason="malformed",
                    field="kinds",
                    path="$.data.kinds",
                )
        return list(wanted) if wanted and self._sources.keys() - wanted else None

    def _find(
        self,
        owner: Owner,
        wanted: list[Term],
        kinds: list[str] | None,
        since: int | None,
        behind: _Position,
        limit: int,
    ) -> Steps[tuple[list[list[Term]], list[_ScoredRow], _Position | None]]:
        """Return what is searched for, each with what may stand in its place, a page of what fits best, window by
        window, and where the next page begins."""
        sought = yield from _sought(wanted)
        found: list[_ScoredRow] = []
        for _ in range(WINDOWS_AT_ONCE):
            first, passed = behind
            window = yield from find(owner, sought, kinds, since, self._database.health().kind, first)
            best = yield from self._best(owner, sought, window.texts, passed + limit - len(found) + 1)
            found += [row._replace(behind=_Position(first, number)) for number, row in enumerate(best, 1)][passed:]
            rest = None if window.next_first is None else _Position(window.next_first, 0)
            if len(found) > limit:
                rest = found[limit - 1].behind
            if rest is None or len(found) > limit:
                break
            behind = rest
        page = yield from self._name_groups(owner, found[:limit])
        return sought, page, rest

    def _best(
        self, owner: Owner, sought: list[list[Term]], texts: Sequence[FoundText], most: int
    ) -> Steps[list[_ScoredRow]]:
        """Return the best of some texts whose rows are there for somebody, `most` at least if there are as many."""
        scores = score(sought, (text.words for text in texts))
        scored = [(value, text) for value, text in zip(scores, texts, strict=True) if value is not None]
        scored.sort(key=lambda pair: (-pair[0], pair[1].age))
        found: list[_ScoredRow] = []
        for at in range(0, len(scored), most):
            some = scored[at : at + most]
            hits = yield from entries_at([text.place for _, text in some])
            found += yield from self._read(
                owner, [(value, hits[text.place]) for value, text in some if text.place in hits]
            )
            if len(found) >= most:
                break
        return found

    def _name_groups(self, owner: Owner, found: Sequence[_ScoredRow]) -> Steps[list[_ScoredRow]]:
        """Say of rows what the conversations are called that they are in, as far as somebody may see these."""
        source, wanted = (
            self._sources.get(GROUP),
            {each.row.group_id for each in found if each.row.group_id is not None},
        )
        groups = {} if source is None else (yield from source.read(owner, sorted(wanted)))
        titles = {group_id: row.title[:MAX_TITLE] for group_id, row in groups.items()}
        return [each._replace(group=titles.get(each.row.group_id or 0)) for each in found]

    def _read(self, owner: Owner, scored: Sequence[tuple[float, SearchHit]]) -> Steps[list[_ScoredRow]]:
        """Return those hits whose rows are there for somebody, in their order."""
        wanted: dict[str, list[int]] = {}
        for _, hit in scored:
            if hit.kind in self._sources:
                wanted.setdefault(hit.kind, []).append(hit.row_id)
        rows: dict[tuple[str, int], SearchedRow] = {}
        for kind, row_ids in wanted.items():
            there = yield from self._sources[kind].read(owner, row_ids)
            rows |= {(kind, row_id): row for row_id, row in there.items()}
        return [
            _ScoredRow(hit, value, row)
            for value, hit in scored
            if (row := rows.get((hit.kind, hit.row_id))) is not None
        ]


def _sought(wanted: Sequence[Term]) -> Steps[list[list[Term]]]:
    """Return what is searched for, each with what may stand in its place."""
    sought: list[list[Term]] = []
    for term in wanted:
        known = (yield from words_like(term.words[0])) if term.is_part else []
        sought.append(alternatives(term, known))
    return sought


COMMANDS = Commands(
    Command("search", SearchQuery, SearchResults, right="read", scope="read", errors=TEXT_WORK).by(
        SearchHandlers.search
    )
)


def _item(found: _ScoredRow, part: Excerpt, matcher: Matcher) -> SearchItem:
    row, title = found.row, found.row.title[:MAX_TITLE]
    return SearchItem(
        found.hit.kind,
        found.hit.row_id,
        row.group_id,
        title,
        [SearchPlace(*place) for place in matcher.places(title)],
        part.text,
        [SearchPlace(*place) for place in part.places],
        round(found.score, 3),
        timestamp(found.hit.at),
        found.group,
    )
