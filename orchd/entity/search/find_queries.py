"""Finding in the index of words."""

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from orchd.entity.owner import Condition, Owner
from orchd.entity.search.places import ENTRIES, SHARED_PLACE, owner_word, place_of
from orchd.entity.search.posting_queries import EntryCandidate, find_postings
from orchd.entity.search.word_queries import MAX_ALTERNATIVES
from orchd.entity.search.words import Term, as_indexed, beginning_in_index, grams
from orchd.protocol.page import within
from orchd.storage import Statement, Steps

CANDIDATES = 100
"""Rows of a window, the best of which come first: the latest that fit, then the next latest."""
CANDIDATE_BYTES = 4 * 1024 * 1024
"""What the index has of them together, at most: all of it is read and counted for each search."""


class SearchHit(NamedTuple):
    """An entry that may have the words; `at` in Unix milliseconds."""

    words: str
    kind: str
    row_id: int
    at: int


class SearchWindow(NamedTuple):
    """The latest entries from a place on, and from where on there may be more."""

    hits: list[SearchHit]
    next_first: int | None


def find(
    owner: Owner,
    wanted: Sequence[Sequence[Term]],
    kinds: Collection[str],
    since: int | None,
    dialect: str,
    first: int = 0,
) -> Steps[SearchWindow]:
    """Return the latest entries of somebody's, from `first` on, that have all of what is wanted, each as one of some
    alternatives; no more than may be looked at. Where these are few, some may be among them that lack something."""
    first = min(first, ENTRIES)  # behind a place is somebody else's
    groups = [_alternatives(terms) for terms in wanted]
    signs = [owner_word("u", owner.user_id), *(owner_word("p", project) for project in owner.reads)]
    shared = (yield Statement("SELECT 1 FROM search_entry WHERE project_id IS NOT NULL LIMIT 1")).rows
    searched = [(place_of(owner.user_id), groups), *([(SHARED_PLACE, [signs, *groups])] if shared else [])]
    fitting = Condition(
        f"e.row_id > 0 AND e.kind IN ({', '.join('?' * len(kinds))}) AND e.updated_at >= ?", (*kinds, since or 0)
    )
    found: list[EntryCandidate] = []
    ended = True
    for start, sought in searched:
        if dialect == "sqlite":
            some = yield from _matching((start + first, start + ENTRIES - 1), sought, fitting)
        else:
            exact = len(searched) > 1  # what lacks something keeps nothing out
            some = yield from find_postings(start, first, sought, fitting, CANDIDATES, CANDIDATE_BYTES, exact=exact)
        found += some
        ended &= len(some) < CANDIDATES
    found.sort(key=lambda candidate: candidate.place % ENTRIES)
    few = found[: within([candidate.size for candidate in found[:CANDIDATES]], CANDIDATE_BYTES)]
    next_first = None if not few or (ended and len(few) == len(found)) else few[-1].place % ENTRIES + 1
    marks = ", ".join("?" * len(few)) or "NULL"
    texts = yield Statement(f"{_WORDS[dialect]} IN ({marks})", tuple(candidate.place for candidate in few))
    words = {int(place): text for place, text in texts.rows}
    hits = [
        SearchHit(words[candidate.place], candidate.kind, candidate.row_id, candidate.at)
        for candidate in few
        if candidate.place in words
    ]
    return SearchWindow(hits, next_first)


_WORDS = {
    # FTS5 keeps its texts in this table, and takes three times as long to read one of them.
    "sqlite": "SELECT id, c1 FROM search_text_content WHERE id",
    "mysql": "SELECT rowid, words FROM search_text WHERE rowid",
}
_JOINED = f"FROM search_text t JOIN search_entry e ON e.id = {ENTRIES - 1} - (t.rowid & {ENTRIES - 1}) WHERE"


def _alternatives(terms: Sequence[Term]) -> list[str]:
    """Return words and phrases of the index; or, with a `*` behind it, how they begin: where there may be more words
    than those, and where all words will do that begin so."""
    first = terms[0]
    if first.is_open:
        return [f"{as_indexed(first)}*"]
    if first.beginning and (len(terms) >= MAX_ALTERNATIVES or next(grams(first.beginning), None) is None):
        return [f"{beginning_in_index(first.beginning)}*"]
    return [as_indexed(term) for term in terms]


def _matching(
    between: tuple[int, int], sought: Sequence[Sequence[str]], fitting: Condition
) -> Steps[list[EntryCandidate]]:
    """Return entries of a place that match on SQLite, the latest first, whose texts stand between two. SQLite gives
    them in this order, and stops in time."""
    found = yield Statement(
        # Entries that were listed by an earlier version have no size.
        "SELECT t.rowid, COALESCE(e.size, LENGTH(t.words)), e.kind, e.row_id, e.updated_at"
        f" {_JOINED} search_text MATCH ? AND t.rowid BETWEEN ? AND ?"
        f" AND {fitting.sql} ORDER BY t.rowid LIMIT ?",
        (_sqlite_words(sought), *between, *fitting.values, CANDIDATES),
    )
    return [EntryCandidate(*row) for row in found.rows]


def _sqlite_words(groups: Iterable[Sequence[str]]) -> str:
    return " AND ".join("(" + " OR ".join(map(_sqlite_quoted, group)) + ")" for group in groups)


def _sqlite_quoted(words: str) -> str:
    return f'"{words[:-1]}"*' if words.endswith("*") else f'"{words}"'
