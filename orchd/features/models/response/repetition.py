"""Whether an answer says the same again and again, word for word: models do when they have lost the thread.

Code and tables repeat themselves rightly, so fenced code and lines of a table don't count; nor do sentences of a few
words ("Yes, of course."), nor a text of a few sentences.
"""

import re
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from orchd.claims import ends, normal
from orchd.patterns import lazy_pattern

LEAST_CHARACTERS = 12
LEAST_WORDS = 3
"""Of a sentence that counts."""

LEAST_SENTENCES = 5
DISTINCT_SHARE = 0.8
"""Fewer different sentences than this share of all are too few."""

MOST_TIMES = 3
"""A sentence that often is too often, however many others there are."""

LONGEST_PERIOD, LEAST_ROUNDS, LEAST_LOOPED = 40, 5, 20
"""Words of a piece that the end repeats, how often it does, and how many words that is at least."""

_FENCED = lazy_pattern(r"^[ \t]*(```|~~~).*?(?:^[ \t]*\1[^\n]*$|\Z)", re.DOTALL | re.MULTILINE)
_TABLE = lazy_pattern(r"^[ \t]*\|.*$", re.MULTILINE)
_MARK = lazy_pattern(r"\A(?:[-*+•]|\d{1,3}[.)])\s+")
_WORD = lazy_pattern(r"\w+")


class Repetition(NamedTuple):
    """What a text repeats, and how often; `times` is None where it ends in that, over and over."""

    quote: str
    times: int | None


def repetition(text: str) -> Repetition | None:
    """Return what is repeated; None when nothing is, or not too often. Never waits; linear time."""
    prose = prose_of(text)
    sentences = list(sentences_of(prose))
    counts = Counter(sentences)
    if counts:
        sentence, times = counts.most_common(1)[0]
        few = len(sentences) >= LEAST_SENTENCES and len(counts) < DISTINCT_SHARE * len(sentences)
        if times >= MOST_TIMES or few:
            return Repetition(_short(sentence), times)
    return _loop(prose)


def prose_of(text: str) -> str:
    """Return a text in one spelling, without fenced code and tables."""
    return _TABLE.sub("", _FENCED.sub("\n", normal(text).text))


def sentences_of(prose: str) -> Iterator[str]:
    """Yield the sentences that count, lower-cased and with single spaces; a line's end ends one too."""
    for line in prose.splitlines():
        begin = 0
        for end in (*ends(line), len(line)):
            sentence = " ".join(_MARK.sub("", line[begin:end].strip()).lower().split())
            begin = end
            if len(sentence) >= LEAST_CHARACTERS and len(_WORD.findall(sentence)) >= LEAST_WORDS:
                yield sentence


def _loop(prose: str) -> Repetition | None:
    """Tell whether the text ends in a few words over and over, with no sentence to it."""
    words = prose[-LONGEST_PERIOD * LEAST_ROUNDS * 40 :].lower().split()[-LONGEST_PERIOD * LEAST_ROUNDS :]
    for period in range(1, LONGEST_PERIOD + 1):
        needed = max(LEAST_LOOPED, period * LEAST_ROUNDS)
        if len(words) < needed:
            break
        tail = words[-needed:]
        if all(word == tail[place % period] for place, word in enumerate(tail)):
            return Repetition(_short(" ".join(tail[:period])), None)
    return None


def _short(text: str) -> str:
    return text if len(text) <= 200 else f"{text[:199]}…"
