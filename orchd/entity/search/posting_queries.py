"""The words of entries on MySQL and MariaDB: the table `search_posting`, a row for each word of an entry.

Its rows stand by place, word and entry, the latest first, and are written with the entry's text in one transaction. The
server's own index of words does not take part in transactions, and forgets texts after a crash.

What all rows of a place say of a word is never counted: first is looked which of the words has few rows. Where one has,
they are the candidates, and whoever reads their texts sees what else they have. Otherwise the rows of all words are
intersected, first those of the latest entries.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple, TypeVar

from orchd.entity.owner import Condition
from orchd.entity.search.places import ENTRIES, SHARED_PLACE
from orchd.storage import SqlValue, Statement, Steps

WINDOWS = 1_000, 10_000
"""Entries of a place that are looked at, the latest first, before all others are, where many have one of the words."""
MAX_COUNTED = 2_000
"""Rows up to which all are looked at at once: to find where a window ends takes longer."""
MAX_BEGUN = 500
"""Words that begin in the same way and are sought one by one."""
ROWS_AT_ONCE, ROWS_STEP, ROW_CHARACTERS, MAX_STATEMENT = 500, 20, 48, 40_000
"""Rows of a statement that stores them, in few different numbers, so that few statements are kept; what a row takes of
a statement beside its word; and the characters of a statement, which is taken wherever orchd runs."""
WORDS_AT_ONCE, PLACES_AT_ONCE = 150, 200
MAX_PHRASE_WORDS = 4
"""Words of a phrase whose rows are looked at, the longest: the others are seen in the text."""
TEXTS_AT_ONCE, MAX_TEXTS = 100, 2_000
"""Texts in which a phrase is looked for, of those that have its words."""


class EntryCandidate(NamedTuple):
    """Where the words of an entry stand that may have what is sought, and how many bytes these are."""

    place: int
    size: int


def add_texts(texts: Sequence[tuple[int, str, str]]) -> Steps[None]:
    """Store some texts, given as where they stand, signs of whose they are, and the words; and a row for each word."""
    yield from _insert("search_text (rowid, owner, words)", "rowid = rowid", texts, lambda text: len(text[2]))
    rows = sorted((place, word, text_id) for text_id, *more in texts for place, word in _rows_of(text_id, *more))
    yield from _insert("search_posting (place, word, text_id)", "place = place", rows, lambda row: len(row[1]))


R = TypeVar("R", bound=tuple[SqlValue, ...])


def _insert(columns: str, same: str, rows: Sequence[R], length: Callable[[R], int]) -> Steps[None]:
    """Store rows of three values in statements that are short, unless one of the rows is long. One that is there stays
    (`same`): what is left of an index that was damaged does no harm."""
    start = 0
    while start < len(rows):
        some = rows[start : start + ROWS_AT_ONCE]
        size = max(1, min(len(some), MAX_STATEMENT // (ROW_CHARACTERS + max(map(length, some)))))
        size -= size % ROWS_STEP if size > ROWS_STEP else 0
        yield Statement(
            f"INSERT INTO {columns} VALUES {', '.join(['(?, ?, ?)'] * size)} ON DUPLICATE KEY UPDATE {same}",
            tuple(value for row in some[:size] for value in row),
        )
        start += size


def drop_postings(text_id: int, owner: str, words: str) -> Steps[None]:
    """Remove the words of a text."""
    there = sorted(word for _, word in _rows_of(text_id, owner, words))
    for start in range(0, len(there), WORDS_AT_ONCE):
        some = there[start : start + WORDS_AT_ONCE]
        marks = ", ".join("?" * len(some))
        yield Statement(
            f"DELETE FROM search_posting WHERE place = ? AND word IN ({marks}) AND text_id = ?",
            (text_id // ENTRIES, *some, text_id),
        )


def _rows_of(text_id: int, owner: str, words: str) -> Iterator[tuple[int, str]]:
    """Yield what is stored of a text, as (place, word); whose it is, only where all others' are."""
    signs = owner.split() if text_id >= SHARED_PLACE else []
    yield from ((text_id // ENTRIES, word) for word in {*words.split(), *signs} - {"."})


def find_postings(
    start: int,
    first: int,
    sought: Sequence[Sequence[str]],
    fitting: Condition | None,
    limit: int,
    limit_bytes: int,
    *,
    exact: bool,
) -> Steps[list[int]]:
    """Return where the latest entries of a place stand, from its `first` on, that have one of each group of words, and
    fit, in this order. Unless it is to be `exact`, those that lack something may be among them, if all are few and
    short together: to read their texts is to see that."""
    place, between = start // ENTRIES, (start + first, start + ENTRIES - 1)
    wanted = _Conjunction.of(sought)
    groups = yield from _conditions(place, wanted)
    fitting = fitting or Condition("e.row_id > 0", ())
    counts = yield from _counts(place, groups, max(MAX_COUNTED, limit))
    if not min(counts):
        return []
    if min(counts) <= limit:
        fewest = groups[counts.index(min(counts))]
        found = yield from _entries(place, [fewest], between, fitting, limit)
        if sum(candidate.size for candidate in found) <= limit_bytes:
            places = [candidate.place for candidate in found]
            return (yield from _looked_into(places, wanted, limit)) if exact else places
    windows = WINDOWS if max(counts) > MAX_COUNTED else ()
    return (yield from _all_of(between, wanted, groups, fitting, limit, windows))


class _Conjunction(NamedTuple):
    """What is sought as groups of words, one of each of which must be there, and as phrases that must be, too."""

    groups: list[Sequence[str]]
    phrases: list[str]

    @classmethod
    def of(cls, sought: Iterable[Sequence[str]]) -> "_Conjunction":
        wanted = cls([], [])
        for group in sought:
            if " " in group[0]:
                begun = group[0].endswith("*")  # only how the last word begins is known
                words = {*group[0].split(" ")[: -1 if begun else None]}
                wanted.groups.extend([word] for word in sorted(words, key=len)[-MAX_PHRASE_WORDS:])
                wanted.phrases.append(f" {group[0].removesuffix('*')}")
            else:
                wanted.groups.append(group)
        return wanted

    def found_in(self, words: str) -> bool:
        """Return whether the words of a text, and the signs of whose it is, have all of that."""
        text, there = f" {words}", frozenset(words.split())
        return all(phrase in text for phrase in self.phrases) and all(
            f" {group[0][:-1]}" in text if group[0].endswith("*") else not there.isdisjoint(group)
            for group in self.groups
        )


def _conditions(place: int, wanted: _Conjunction) -> Steps[list[Condition]]:
    """Return that a row is of each of the groups of words."""
    found: list[Condition] = []
    for group in wanted.groups:
        one_of = yield from _one_of(place, group)
        found.append(one_of)
    return found


def _one_of(place: int, group: Sequence[str]) -> Steps[Condition]:
    """Return that a row is of one of some words, or of one that begins like them (`*`)."""
    words: Sequence[SqlValue] = group
    if group[0].endswith("*"):
        beginning = group[0][:-1]
        between = Condition("word >= ? AND word < ?", (beginning, f"{beginning}~"))
        found = yield Statement(
            f"SELECT DISTINCT word FROM search_posting WHERE place = ? AND {between.sql} LIMIT {MAX_BEGUN}",
            (place, *between.values),
        )
        if len(found.rows) == MAX_BEGUN:
            return between
        words = [word for (word,) in found.rows]
    return Condition(f"word IN ({', '.join('?' * len(words)) or 'NULL'})", tuple(words))


def _counts(place: int, groups: Sequence[Condition], limit: int) -> Steps[list[int]]:
    """Return how many rows there are of each group, or that there are more than a limit."""
    count = f"SELECT COUNT(*) FROM (SELECT 1 FROM search_posting WHERE place = ? AND {{}} LIMIT {limit + 1}) c"
    values = [value for group in groups for value in (place, *group.values)]
    found = yield Statement(" UNION ALL ".join(count.format(group.sql) for group in groups), tuple(values))
    return [int(number) for (number,) in found.rows]


def _all_of(
    between: tuple[int, int],
    wanted: _Conjunction,
    groups: Sequence[Condition],
    fitting: Condition,
    limit: int,
    windows: Sequence[int],
) -> Steps[list[int]]:
    """Return where the latest entries stand that have all of what is sought; windows of the latest of all are looked
    into first."""
    after, end = between
    found: list[int] = []
    for window in (*windows, None):
        upto = end if window is None else (yield from _window_end(after, end, window))
        most = MAX_TEXTS if wanted.phrases else limit
        entries = yield from _entries(after // ENTRIES, groups, (after, upto), fitting, most)
        some = [candidate.place for candidate in entries]
        found += (yield from _looked_into(some, wanted, limit - len(found))) if wanted.phrases else some
        if upto == end or len(found) >= limit:
            break
        after = upto + 1
    return found[:limit]


def _window_end(after: int, end: int, entries: int) -> Steps[int]:
    """Return where so many entries end."""
    found = yield Statement(
        f"SELECT rowid FROM search_text WHERE rowid BETWEEN ? AND ? ORDER BY rowid LIMIT 1 OFFSET {entries}",
        (after, end),
    )
    return int(found.rows[0][0]) if found.rows else end


def _entries(
    place: int, groups: Sequence[Condition], between: tuple[int, int], fitting: Condition, limit: int
) -> Steps[list[EntryCandidate]]:
    """Return the latest fitting entries that have one of each group of words, whose texts stand between two."""
    each = "SELECT DISTINCT text_id FROM search_posting WHERE place = ? AND {} AND text_id BETWEEN ? AND ?"
    matching = " UNION ALL ".join(each.format(group.sql) for group in groups)
    if len(groups) > 1:
        matching = f"SELECT text_id FROM ({matching}) g GROUP BY text_id HAVING COUNT(*) = {len(groups)}"
    values = [value for group in groups for value in (place, *group.values, *between)]
    found = yield Statement(
        f"SELECT m.text_id, COALESCE(e.size, 0) FROM ({matching}) m"
        f" STRAIGHT_JOIN search_entry e ON e.id = {ENTRIES - 1} - (m.text_id & {ENTRIES - 1})"
        f" WHERE {fitting.sql} ORDER BY m.text_id LIMIT {limit}",
        (*values, *fitting.values),
    )
    return [EntryCandidate(*row) for row in found.rows]


def _looked_into(places: Sequence[int], wanted: _Conjunction, limit: int) -> Steps[list[int]]:
    """Return those of some places whose texts have all of what is sought."""
    found: list[int] = []
    for start in range(0, len(places), TEXTS_AT_ONCE):
        some = places[start : start + TEXTS_AT_ONCE]
        texts = yield Statement(
            f"SELECT rowid, owner, words FROM search_text WHERE rowid IN ({', '.join('?' * len(some))}) ORDER BY rowid",
            tuple(some),
        )
        found += [int(place) for place, *text in texts.rows if wanted.found_in(" ".join(text))]
        if len(found) >= limit:
            break
    return found


def places_of_postings() -> Steps[list[int]]:
    """Return the places that have words."""
    found = yield Statement("SELECT DISTINCT place FROM search_posting")
    return [int(place) for (place,) in found.rows]


def is_posted(word: str, places: Sequence[int]) -> Steps[bool]:
    """Return whether an entry of some places has a word."""
    for start in range(0, len(places), PLACES_AT_ONCE):
        some = places[start : start + PLACES_AT_ONCE]
        marks = ", ".join("?" * len(some))
        found = yield Statement(
            f"SELECT 1 FROM search_posting WHERE place IN ({marks}) AND word = ? LIMIT 1", (*some, word)
        )
        if found.rows:
            return True
    return False
