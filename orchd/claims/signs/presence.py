"""Signs that what a sentence says is there at all: how many of its words the sources have, and how near each other.

They are shares of the whole sentence, drawn towards those of the whole answer: a clause of two words tells little by
itself, and an answer that keeps to its sources mostly does so throughout.
"""

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from orchd.claims.reading.library import Library
from orchd.claims.reading.reading import Reading
from orchd.claims.signs.pair import Alignment, Claim
from orchd.claims.words.language import Language
from orchd.claims.words.listed import word_set

_DRAWN = 3.0
"""Words of the whole answer's share that are counted to those of a sentence."""


class Counts(NamedTuple):
    """What is counted of claims, to be added up: `weight` is of the telling words, `absent` and `covered` are of it."""

    words: float = 0.0
    known: float = 0.0
    runs: float = 0.0
    weight: float = 0.0
    absent: float = 0.0
    covered: float = 0.0
    personal: float = 0.0

    def plus(self, other: "Counts") -> "Counts":
        return Counts(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))


class PresenceSigns(NamedTuple):
    """Shares, 0 to 1. `known`: of all words, small ones too, those that stand in a source; `runs`: those that stand in
    the order of one passage. `covered`: of the telling words' weight, what one passage has; `absent`: what none has.
    `personal`: it speaks of `I` or `you`, and no source does.
    """

    known: float
    runs: float
    covered: float
    absent: float
    personal: float


def count(claim: Claim, carried: int, pairs: Sequence[Alignment], library: Library) -> Counts:
    """Count for a claim, without the subject that it has from the clause before, what the passages of `pairs` have."""
    tokens = claim.reading.tokens
    words = [index for index in range(carried, len(tokens)) if tokens[index].kind != "mark"]
    met = {index for pair in pairs for index, match in pair.matches.items() if not match.opposite}
    known = {index for index in words if index in met or library.says(tokens[index])}
    persons = _persons(claim.reading.language)
    return Counts(
        words=len(words),
        known=len(known),
        runs=max((_in_runs(pair, carried) for pair in pairs), default=0),
        weight=claim.total,
        absent=sum(
            weight for index, weight in claim.weights.items() if index not in met and not library.says(tokens[index])
        ),
        covered=claim.total * max((pair.covered for pair in pairs), default=0.0),
        personal=sum(
            tokens[index].kind == "small" and tokens[index].lower in persons and index not in known for index in words
        ),
    )


def count_copy(reading: Reading) -> Counts:
    """Count for a claim of which the sources have the whole sentence."""
    words = sum(token.kind != "mark" for token in reading.tokens)
    telling = len(reading.telling)
    return Counts(words=words, known=words, runs=words, weight=telling, covered=telling)


def _in_runs(pair: Alignment, carried: int) -> int:
    inside = {index for ours, _, size in pair.runs for index in range(max(carried, ours), ours + size)}
    return sum(pair.ours.tokens[index].kind != "mark" for index in inside)


def score_presence(sentence: Counts, answer: Counts) -> PresenceSigns:
    """Return the shares of a sentence, drawn towards those of its answer."""

    def share(part: float, of: float, parts: float, of_all: float) -> float:
        return min(1.0, (part + _DRAWN * parts / (of_all or 1.0)) / (of + _DRAWN))

    return PresenceSigns(
        known=share(sentence.known, sentence.words, answer.known, answer.words),
        runs=share(sentence.runs, sentence.words, answer.runs, answer.words),
        covered=share(sentence.covered, sentence.weight, answer.covered, answer.weight),
        absent=share(sentence.absent, sentence.weight, answer.absent, answer.weight),
        personal=float(sentence.personal > 0),
    )


@cache
def _persons(language: Language) -> frozenset[str]:
    return word_set(_PERSONS[language])


_PERSONS: dict[Language, str] = {
    "en": "i me my myself you your yours yourself we us our ours ourselves",
    "pt": "eu me mim meu minha meus minhas te ti teu tua você vocês nós nosso nossa nossos nossas",
}
