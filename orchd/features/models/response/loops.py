"""Texts that are nothing but a loop: one sentence over and over, a few in turn, words or characters without an end.

A refrain, a song, a table or code repeat themselves rightly, and so does whoever was asked to. What only says some
things twice is for `repetition`.
"""

import re
from collections import Counter

from orchd.features.models.response.repetition import prose_of, sentences_of
from orchd.patterns import lazy_pattern

SHOWN = 20_000
"""Characters at the end of a text that are looked at: what has lost the thread doesn't find it again."""

LEAST_SENTENCES, DISTINCT_SHARE = 8, 0.25
"""So many sentences, of which not more than this share are different."""

LONGEST_PERIOD, LEAST_ROUNDS, LEAST_LOOPED = 60, 6, 24
"""Words of a piece that is repeated, how often it is, and how many words that is at least."""

LOOPED_SHARE = 0.5
"""The share of the text that must be the loop."""

LETTERS = 3
"""In a word of a loop, on average: what is shorter may be a row of figures, of chords, or laughter."""

_MOST_CHARACTERS, _LEAST_RUN = 40, 200
_LETTER = lazy_pattern(r"[^\W\d_]")
_MANY = r"(?:\d+|two|three|four|five|ten|twenty|thirty|forty|fifty|hundred|thousand|several|many)"
_MANY_PT = r"(?:dez|vinte|trinta|quarenta|cinquenta|cem|mil|várias|muitas)"
_ASKED = lazy_pattern(
    rf"\brepeat (?:the|this|that|it|after|each|every|a|an|my|[\"'“])|\b(?:again and again|over and over"
    rf"|{_MANY} (?:times|copies|lines))\b"
    r"|\b(?:refrains?|chorus|lyrics|songs?|chants?|mantra|refrão|refrões|canção|canções|ladainha|letra de)\b"
    rf"|\brep(?:e|i)t\w* (?:a|o|as|os|isto|isso|esta|este|essa|esse|cada|[\"'“])\b|\b(?:\d+|{_MANY_PT}) (?:vezes"
    rf"|cópias|linhas)\b",
    re.IGNORECASE,
)
_PROMPT_SHOWN = 20_000


def loop_of(text: str, prompt: str | None) -> str | None:
    """Return what a text says over and over, None where it says more, or was asked to repeat it. Never waits."""
    if _ASKED.search((prompt or "")[:_PROMPT_SHOWN]):
        return None
    prose = prose_of(text[-SHOWN:])
    return _sentences(prose) or _words(prose.lower().split()) or _characters(prose)


def _sentences(prose: str) -> str | None:
    counts = Counter(sentences_of(prose))
    total = counts.total()
    if total < LEAST_SENTENCES or len(counts) > DISTINCT_SHARE * total:
        return None
    return counts.most_common(1)[0][0]


def _words(words: list[str]) -> str | None:
    """Return the piece that most of a text repeats, wherever in it that ends: the last round may be cut off."""
    for period in range(1, LONGEST_PERIOD + 1):
        least = max(LEAST_LOOPED, period * LEAST_ROUNDS, round(LOOPED_SHARE * len(words)))
        if len(words) < max(LEAST_LOOPED, period * LEAST_ROUNDS):
            break
        piece = words[-period:]
        if _run(words, period) >= least and sum(len(_LETTER.findall(word)) for word in piece) >= LETTERS * period:
            return " ".join(piece)
    return None


def _run(words: list[str], period: int) -> int:
    """Return how many words at the end have this period."""
    length = period
    while length < len(words) and words[-1 - length] == words[-1 - length + period]:
        length += 1
    return length


def _characters(prose: str) -> str | None:
    """Return the piece that most of a text without blanks repeats."""
    text = "".join(prose.split())
    backwards = text[::-1]
    period = backwards.find(backwards[:_MOST_CHARACTERS], 1)
    if not 0 < period <= _MOST_CHARACTERS or not _LETTER.search(text[-period:]):
        return None
    run = next(
        (place for place in range(period, len(text)) if backwards[place] != backwards[place - period]), len(text)
    )
    return text[-period:] if run >= max(_LEAST_RUN, LOOPED_SHARE * len(text)) else None
