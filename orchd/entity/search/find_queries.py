"""Finding in the index of words."""

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from orchd.entity.owner import Condition, Owner
from orchd.entity.search.places import ENTRIES, SHARED_PLACE, owner_word, place_of
from orchd.entity.search.posting_queries import find_postings
from orchd.entity.search.word_queries import MAX_ALTERNATIVES
from orchd.entity.search.words import Term, as_indexed, beginning_in_index, grams
from orchd.protocol.page import within
from orchd.storage import Statement, Steps

CANDIDATES = 64
"""Rows of a window, the best of which come first: the latest that fit, then the next latest."""
CANDIDATE_BYTES = 4 * 1024 * 1024
"""What the index has of them together, at most: all of it is read and counted for each search."""
TEXTS_AT_ONCE = {"sqlite": 32, "mysql": CANDIDATES}
"""How many are read before it is seen how long they are; a server is better asked once."""


class FoundText(NamedTuple):
    """Where an entry stands that may have the words, and what the index has of it."""

    place: int
    words: str

    @property
    def age(self) -> int:
        """A number that is lower the later the entry was made."""
        return self.place % ENTRIES


class SearchWindow(NamedTuple):
    """The latest entries from a place on, and from where on there may be more."""

    texts: list[FoundText]
    next_first: int | None


class SearchHit(NamedTuple):
    """What an entry is of; `at` in Unix milliseconds."""

    kind: str
    row_id: int
    at: int


def find(
    owner: Owner,
    wanted: Sequence[Sequence[Term]],
    kinds: Collection[str] | None,
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
    fitting = _fitting(kinds, since)
    found: list[int] = []
    ended = True
    for start, sought in searched:
        if dialect == "sqlite":
            some = yield from _matching((start + first, start + ENTRIES - 1), sought, fitting)
        else:
            exact = len(searched) > 1  # what lacks something keeps nothing out
            some = yield from find_postings(start, first, sought, fitting, CANDIDATES, CANDIDATE_BYTES, exact=exact)
        found += some
        ended &= len(some) < CANDIDATES
    found.sort(key=lambda place: place % ENTRIES)
    passed, texts = yield from _texts(found[:CANDIDATES], dialect)
    next_first = None if not passed or (ended and passed == len(found)) else found[passed - 1] % ENTRIES + 1
    return SearchWindow(texts, next_first)


def _fitting(kinds: Collection[str] | None, since: int | None) -> Condition | None:
    """Return what entries have to be; None where all will do: those that belong to no row any more, too, for there are
    few of them, and nobody gets to see one."""
    if kinds is None and since is None:
        return None
    found = Condition("e.row_id > 0 AND e.updated_at >= ?", (since or 0,))
    if kinds is not None:
        found = Condition(f"{found.sql} AND e.kind IN ({', '.join('?' * len(kinds))})", (*found.values, *kinds))
    return found


def _texts(places: Sequence[int], dialect: str) -> Steps[tuple[int, list[FoundText]]]:
    """Return how many of the first texts may be looked at together, and those of them that are there."""
    texts: dict[int, str] = {}
    sizes: list[int] = []
    for start in range(0, len(places), TEXTS_AT_ONCE[dialect]):
        some = places[start : start + TEXTS_AT_ONCE[dialect]]
        read = yield Statement(f"{_WORDS[dialect]} IN ({', '.join('?' * len(some))})", tuple(some))
        texts |= {int(place): words for place, words in read.rows}
        sizes += [len(texts.get(place, "")) for place in some]
        if sum(sizes) > CANDIDATE_BYTES:
            break
    passed = within(sizes, CANDIDATE_BYTES)
    return passed, [FoundText(place, texts[place]) for place in places[:passed] if place in texts]


def entries_at(places: Collection[int]) -> Steps[dict[int, SearchHit]]:
    """Return what the entries are of that stand at some places; of those that are."""
    by_id = {ENTRIES - 1 - place % ENTRIES: place for place in places}
    found = yield Statement(
        f"SELECT id, kind, row_id, updated_at FROM search_entry WHERE id IN ({', '.join('?' * len(by_id)) or 'NULL'})"
        " AND row_id > 0",
        tuple(by_id),
    )
    return {by_id[int(entry_id)]: SearchHit(*row) for entry_id, *row in found.rows}


_WORDS = {
    # FTS5 keeps its texts in this table, and takes three times as long to read one of them.
    "sqlite": "SELECT id, c1 FROM search_text_content WHERE id",
    "mysql": "SELECT rowid, words FROM search_text WHERE rowid",
}
_ENTRY = f"SELECT 1 FROM search_entry e WHERE e.id = {ENTRIES - 1} - (search_text.rowid & {ENTRIES - 1})"


def _alternatives(terms: Sequence[Term]) -> list[str]:
    """Return words and phrases of the index; or, with a `*` behind it, how they begin: where there may be more words
    than those, and where all words will do that begin so."""
    first = terms[0]
    if first.is_open:
        return [f"{as_indexed(first)}*"]
    if first.beginning and (len(terms) >= MAX_ALTERNATIVES or next(grams(first.beginning), None) is None):
        return [f"{beginning_in_index(first.beginning)}*"]
    return [as_indexed(term) for term in terms]


def _matching(between: tuple[int, int], sought: Sequence[Sequence[str]], fitting: Condition | None) -> Steps[list[int]]:
    """Return where entries of a place stand that match on SQLite, the latest first, whose texts stand between two.
    SQLite gives them in this order, and stops in time."""
    only = (
        Condition("", ()) if fitting is None else Condition(f" AND EXISTS ({_ENTRY} AND {fitting.sql})", fitting.values)
    )
    found = yield Statement(
        f"SELECT rowid FROM search_text WHERE search_text MATCH ? AND rowid BETWEEN ? AND ?{only.sql}"
        " ORDER BY rowid LIMIT ?",
        (_sqlite_words(sought), *between, *only.values, CANDIDATES),
    )
    return [int(place) for (place,) in found.rows]


def _sqlite_words(groups: Iterable[Sequence[str]]) -> str:
    return " AND ".join("(" + " OR ".join(map(_sqlite_quoted, group)) + ")" for group in groups)


def _sqlite_quoted(words: str) -> str:
    return f'"{words[:-1]}"*' if words.endswith("*") else f'"{words}"'
