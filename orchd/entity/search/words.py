"""Words of texts as they are searched for: the same on every database, since they are made here.

A word is a run of letters and digits, folded: without case, accents and width. Where people write without blanks
between words (Chinese, Japanese, Thai, ...), each pair of neighbours is a word, and so is the last sign by itself: with
each sign one word begins, so that a single one is found as the beginning of a word.

In the index a word is ASCII: letters and digits, or `x_` and a code of each letter, and `_` behind them. None of these
codes begins with another one, so words begin alike where they do in the index. SQLite cuts a text at the same places,
and takes none of these words for less than one. None that a text has looks like those by which the index tells whose a
row is (`_u7`): these begin with `_`.
"""

import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from orchd.patterns import lazy_pattern

MAX_CHARACTERS = 262_144
"""How much of a text is looked at: its beginning. A page of the longest texts is what a worker still takes."""
MAX_WORD = 40
"""Code points of a word that are looked at."""
MAX_WRITTEN = 4 * MAX_WORD
"""Code points of it as it is written: putting many signs on one letter in order takes the square of their number."""
MAX_NOTED, MAX_NOTED_WORDS = 24, 1_000
"""How long the words are that can be found by a part of them, and how many of one row: each letter is a row."""
BREAK = " . "
"""Between the words of a title and those of the text below it, in the index."""
MAX_INDEXED = 5 * MAX_WORD + 3
"""Characters of a word in the index."""

_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f"
    "\U00020000-\U0003ffff"
)
_MARKS = "\u0300-\u036f\u0591-\u05bd\u0610-\u061a\u064b-\u0670\u06d6-\u06dc\u0900-\u0963\u0966-\u0dff"
"""Signs on letters, which the library doesn't count among the letters of words; and the blocks that have many."""
_RUN = lazy_pattern(rf"[{_UNSPACED}]+|[^\W_{_UNSPACED}](?:[^\W_{_UNSPACED}]|[{_MARKS}])*")
_FIRST_UNSPACED = lazy_pattern(rf"[{_UNSPACED}]")


class TextWord(NamedTuple):
    """A folded word, and where it stands in the text as it is written."""

    text: str
    start: int
    end: int


def fold(text: str) -> str:
    """Return a text without case, accents and width; it may be longer or shorter than it was."""
    if text.isascii():
        return text.lower()
    parted = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return unicodedata.normalize("NFC", "".join(c for c in parted if not unicodedata.combining(c)))


def words(text: str) -> Iterator[TextWord]:
    """Yield the words of a text, in order."""
    for run in _RUN.finditer(text[:MAX_CHARACTERS] if len(text) > MAX_CHARACTERS else text):
        start, end = run.span()
        written = run[0]
        if end - start <= MAX_WORD and written.isascii():
            yield TextWord(written.lower(), start, end)
            continue
        if end - start > 1 and _FIRST_UNSPACED.match(written):
            places = ((place, min(place + 2, end)) for place in range(start, end))
        else:
            places = ((start, end) for _ in "1")
        for place, stop in places:
            if folded := fold(text[place : min(stop, place + MAX_WRITTEN)])[:MAX_WORD]:
                yield TextWord(folded, place, stop)


class IndexedWords(NamedTuple):
    """What the index has of a row: its words, and the different ones that can be found by a part of them."""

    text: str
    parted: list[str]


def index_row(title: str, text: str) -> IndexedWords:
    """Return what the index has of a row."""
    noted: dict[str, None] = {}
    indexed = f"{_index(title, noted)}{BREAK}{_index(text, noted)}"
    return IndexedWords(indexed, [*islice((w for w in noted if 2 < len(w) <= MAX_NOTED), MAX_NOTED_WORDS)])


def _index(text: str, noted: dict[str, None]) -> str:
    """Return the words of a text as the index has them, and note them as they are."""
    indexed: list[str] = []
    for run in _RUN.findall(text[:MAX_CHARACTERS] if len(text) > MAX_CHARACTERS else text):
        if 1 < len(run) <= MAX_WORD and run.isascii():
            word = run.lower()
            noted[word] = None
            indexed.append(f"{word}_")
        else:
            there = [word.text for word in words(run)]
            noted |= dict.fromkeys(there)
            indexed += map(in_index, there)
    return " ".join(indexed)


def in_index(word: str) -> str:
    """Return a folded word as the index has it."""
    return f"{beginning_in_index(word)}{'_' if len(word) > 1 else '__'}"


def beginning_in_index(word: str) -> str:
    """Return how the words of the index begin that begin like a folded one."""
    return word if word.isascii() and word.isalnum() else f"x_{''.join(map(_letter_code, word))}"


_DIGITS = "0123456789abcdefghijklmnopqrstuv"


@lru_cache(maxsize=8_192)
def _letter_code(letter: str) -> str:
    """Return two to five digits, of which the first says how many follow."""
    number, lead, leads, more = ord(letter), 0, 16, 1
    while number >= leads << 5 * more:
        number -= leads << 5 * more
        lead, leads, more = lead + leads, max(leads // 2, 4), more + 1
    rest = (_DIGITS[number >> 5 * place & 31] for place in range(more - 1, -1, -1))
    return _DIGITS[lead + (number >> 5 * more)] + "".join(rest)


def grams(word: str) -> Iterator[str]:
    """Yield all that is three code points long in a word, each once."""
    return iter(dict.fromkeys(word[place : place + 3] for place in range(len(word) - 2)))


class Term(NamedTuple):
    """What must stand in a text: a word, as it is or as a part of one; or a phrase, words that follow one another."""

    words: tuple[str, ...]
    whole: bool
    """Whether the word must stand by itself; its beginning and middle won't do."""
    is_open: bool = False
    """Whether its last word is a sign of a text without blanks: whatever word begins with it will do there."""

    @property
    def is_phrase(self) -> bool:
        """Whether it is more than one word."""
        return len(self.words) > 1

    @property
    def is_part(self) -> bool:
        """Whether words that hold it will do, too."""
        return not (self.whole or self.is_open or self.is_phrase)

    @property
    def beginning(self) -> str:
        """How folded words begin that satisfy it, however many there are; empty where none does. From three letters
        on, which a syllable of Korean has by itself."""
        word = self.words[0]
        return word if self.is_part and (len(word) > 2 or _FIRST_SYLLABLE.match(word)) else ""


_FIRST_SYLLABLE = lazy_pattern("[\uac00-\ud7a3]")


def as_indexed(term: Term) -> str:
    """Return a word or a phrase as the index has it; of one that is open, how that begins."""
    return " ".join(
        (*map(in_index, term.words[:-1]), (beginning_in_index if term.is_open else in_index)(term.words[-1]))
    )


_QUOTED_OR_NOT = lazy_pattern(r'"([^"]*)"?|([^"\s]+)')
MAX_TERMS = 16
MAX_PHRASE = 64
"""Words of a phrase that are looked for."""


def terms(query: str) -> list[Term]:
    """Read what a person types: words, all of which must be there, and phrases in quotes; what is neither is left out.

    A word may also be the beginning or a part of one; in quotes it may not.
    """
    found: dict[Term, None] = {}
    for match in _QUOTED_OR_NOT.finditer(query.translate(_QUOTES)):
        quoted = match[1] is not None
        term = _term(match[1] if quoted else match[2], quoted)
        if term is not None:
            found[term] = None
    return [*found][:MAX_TERMS]


def _term(text: str, whole: bool) -> Term | None:
    """Return what some text of a query looks for. Its end needn't be that of a text without blanks."""
    there = [*islice(words(text), MAX_PHRASE + 1)]
    if len(there) > 1 and there[-1].start < there[-2].end:
        there.pop()
    there = there[:MAX_PHRASE]
    if not there:
        return None
    last = text[there[-1].start : there[-1].end]
    is_open = len(there[-1].text) == 1 and _FIRST_UNSPACED.match(last) is not None
    return Term(tuple(word.text for word in there), whole, is_open)


_QUOTES = str.maketrans(dict.fromkeys("“”„«»″", '"'))


def alternatives(term: Term, known: Iterable[str]) -> list[Term]:
    """Return what satisfies a term: itself, and for a word that may be a part of one the `known` ones that hold it."""
    if not term.is_part:
        return [term]
    (word,) = term.words
    holding = sorted({other for other in known if word in other} - {word}, key=lambda w: (w.index(word), len(w), w))
    return [term, *(Term((each,), whole=True) for each in holding)]
