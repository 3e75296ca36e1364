"""The words that there are, by all that is three letters long in them: the table `search_word`."""

from collections.abc import Collection, Iterable

from orchd.entity.search.posting_queries import is_posted, places_of_postings
from orchd.entity.search.words import grams, in_index
from orchd.storage import SqlValue, Statement, Steps

MAX_ALTERNATIVES = 48
"""Words that may stand for a part of a word."""


def words_like(part: str) -> Steps[list[str]]:
    """Return words that begin with something or hold it, of three letters at least."""
    first = next(grams(part), None)
    if first is None:
        return []
    begun = yield Statement(
        f"SELECT word FROM search_word WHERE gram = ? AND word >= ? AND word < ? LIMIT {MAX_ALTERNATIVES}",
        (first, part, f"{part}\U0010ffff"),
    )
    found = [row[0] for row in begun.rows]
    if len(found) < MAX_ALTERNATIVES:
        holding = yield Statement(
            f"SELECT word FROM search_word WHERE gram = ? AND word LIKE ? LIMIT {MAX_ALTERNATIVES}",
            (first, f"_%{part}%"),
        )
        found += [row[0] for row in holding.rows]
    return [*dict.fromkeys(found)][:MAX_ALTERNATIVES]


def new_words(wanted: Collection[str]) -> Steps[list[str]]:
    """Return which of some words are new."""
    long = sorted(wanted)
    known: set[str] = set()
    for start in range(0, len(long), 500):
        some = long[start : start + 500]
        marks = ", ".join("?" * len(some))
        found = yield Statement(f"SELECT word FROM search_word WHERE gram = '' AND word IN ({marks})", tuple(some))
        known |= {row[0] for row in found.rows}
    return [word for word in long if word not in known]


def add_words(new: Iterable[str]) -> Steps[None]:
    """Note words that are new. Raises `Conflict` for one that somebody else has just noted."""
    lines: list[SqlValue] = []
    for word in new:
        for gram in ("", *grams(word)):
            lines += (gram, word)
    for start in range(0, len(lines), 1_000):
        some = lines[start : start + 1_000]
        rows = ", ".join(["(?, ?)"] * (len(some) // 2))
        yield Statement(f"INSERT INTO search_word (gram, word) VALUES {rows}", tuple(some))


def some_words(after: str, limit: int) -> Steps[list[str]]:
    """Return noted words after one, in order."""
    found = yield Statement(
        "SELECT word FROM search_word WHERE gram = '' AND word > ? ORDER BY word LIMIT ?", (after, limit)
    )
    return [row[0] for row in found.rows]


def words_without_entries(words: Collection[str], dialect: str) -> Steps[list[str]]:
    """Return those of some noted words that no entry has any more."""
    places = [] if dialect == "sqlite" else (yield from places_of_postings())
    left: list[str] = []
    for word in words:
        if dialect == "sqlite":
            found = yield Statement(
                "SELECT rowid FROM search_text WHERE search_text MATCH ? LIMIT 1", (f'"{in_index(word)}"',)
            )
            there = bool(found.rows)
        else:
            there = yield from is_posted(in_index(word), places)
        if not there:
            left.append(word)
    return left


def forget_unused(words: Collection[str], dialect: str) -> Steps[None]:
    """Strike those of some noted words that no entry has any more."""
    for word in (yield from words_without_entries(words, dialect)):
        by = ("", *grams(word))
        yield Statement(f"DELETE FROM search_word WHERE word = ? AND gram IN ({', '.join('?' * len(by))})", (word, *by))
