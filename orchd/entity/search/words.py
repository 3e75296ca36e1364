"""Words of texts as they are searched for: the same on every database, since they are made here.

A word is a run of letters and digits, folded: without case, accents and width. Where people write without blanks
between words (Chinese, Japanese, Thai, ...), each pair of neighbours is a word.

In the index a word is ASCII, has three characters at least and ends with `_`: so all servers cut a text into the same
words, and none of them takes one for a stop word or for too short. None that a text has looks like those by which the
index tells whose a row is (`_u7`): these begin with `_`.
"""

import base64
import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple

MAX_CHARACTERS = 32_768
"""How much of a text is looked at: its beginning."""
MAX_WORD = 40
"""Code points of a word that are looked at."""
MAX_WRITTEN = 4 * MAX_WORD
"""Code points of it as it is written: putting many signs on one letter in order takes the square of their number."""
MAX_NOTED, MAX_NOTED_WORDS = 24, 1_000
"""How long the words are that can be found by a part of them, and how many of one row: each letter is a row."""
BREAK = " . "
"""Between the words of a title and those of the text below it, in the index."""
_LONGEST_CODE = 60
"""MySQL takes no notice of words over 84 characters."""

_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f"
    "\U00020000-\U0003ffff"
)
_MARKS = "\u0300-\u036f\u0591-\u05bd\u0610-\u061a\u064b-\u0670\u06d6-\u06dc\u0900-\u0963\u0966-\u0dff"
"""Signs on letters, which the library doesn't count among the letters of words; and the blocks that have many."""
_RUN = re.compile(rf"[{_UNSPACED}]+|[^\W_{_UNSPACED}](?:[^\W_{_UNSPACED}]|[{_MARKS}])*")
_FIRST_UNSPACED = re.compile(rf"[{_UNSPACED}]")


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
            places = ((place, place + 2) for place in range(start, end - 1))
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
    if word.isascii() and word.isalnum():
        return f"{word}_" if len(word) > 1 else f"{word}__"
    code = base64.b32encode(word.encode()).decode().rstrip("=").lower()
    if len(code) > _LONGEST_CODE:
        code = hashlib.blake2s(word.encode(), digest_size=16).hexdigest()
    return f"{code}_x_"


def grams(word: str) -> Iterator[str]:
    """Yield all that is three code points long in a word, each once."""
    return iter(dict.fromkeys(word[place : place + 3] for place in range(len(word) - 2)))


class Term(NamedTuple):
    """What must stand in a text: a word, as it is or as a part of one; or a phrase, words that follow one another."""

    words: tuple[str, ...]
    whole: bool
    """Whether the word must stand by itself; its beginning and middle won't do."""

    @property
    def is_phrase(self) -> bool:
        """Whether it is more than one word."""
        return len(self.words) > 1

    @property
    def beginning(self) -> str:
        """How words begin that satisfy it, as the index has them, however many there are; empty where none does, and
        for other letters, which the index has as codes."""
        word = self.words[0]
        plain = word.isascii() and word.isalnum() and len(word) > 2
        return word if plain and not self.whole and not self.is_phrase else ""


def as_indexed(term: Term) -> str:
    """Return a word or a phrase as the index has it."""
    return " ".join(map(in_index, term.words))


_QUOTED_OR_NOT = re.compile(r'"([^"]*)"?|([^"\s]+)')
MAX_TERMS = 16
MAX_PHRASE = 64
"""Words of a phrase that are looked for: MariaDB takes no phrase of more than some 128."""


def terms(query: str) -> list[Term]:
    """Read what a person types: words, all of which must be there, and phrases in quotes; what is neither is left out.

    A word may also be the beginning or a part of one; in quotes it may not.
    """
    found: dict[Term, None] = {}
    for match in _QUOTED_OR_NOT.finditer(query.translate(_QUOTES)):
        quoted = match[1] is not None
        there = tuple(word.text for word in words(match[1] if quoted else match[2]))
        if there:
            found[Term(there[:MAX_PHRASE], quoted)] = None
    return [*found][:MAX_TERMS]


_QUOTES = str.maketrans(dict.fromkeys("“”„«»″", '"'))


def alternatives(term: Term, known: Iterable[str]) -> list[Term]:
    """Return what satisfies a term: itself, and for a word that may be a part of one the `known` ones that hold it."""
    if term.whole or term.is_phrase:
        return [term]
    (word,) = term.words
    holding = sorted({other for other in known if word in other} - {word}, key=lambda w: (w.index(word), len(w), w))
    return [term, *(Term((each,), whole=True) for each in holding)]
