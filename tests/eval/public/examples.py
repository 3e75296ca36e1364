"""Labelled answers as the signs of their claims, for a fit: what `orchd.claims` finds, before anything is weighed."""

import random
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from orchd.claims.comparison import NOTHING, comparable, compared_claims, presences
from orchd.claims.reading.library import Library
from orchd.claims.signs.scoring import ConflictSigns
from orchd.claims.types import Source
from orchd.claims.words.language import language_of
from tests.eval.public.sets import PublicClaim

Vector = NDArray[np.float64]

OWN = "own"
"""The family of the claims that were written for this project."""
JOINED = 4
"""Claims that are put into one answer, and their sources into one text, as one that is longer."""


class Example(NamedTuple):
    """A labelled answer. For each claim to be weighed: presence, and the conflict with each sentence that may decide.

    `settled`: the least support of its other claims, which are there word for word or hold nothing to check; 0 when
    there is no claim at all.
    """

    family: str
    name: str
    supported: bool
    presence: list[Vector]
    conflicts: list[Vector]
    settled: float
    joined: bool = False


def example(family: str, name: str, given: PublicClaim) -> Example:
    """Return a claim as an answer of its own."""
    (found,) = seen(given.source, given.claim, [(0, len(given.claim))])
    return Example(family, name, given.supported, *found)


def joined(family: str, name: str, given: Sequence[PublicClaim], seed: int = 1) -> Iterator[Example]:
    """Yield the claims of answers made of several: longer ones, over longer sources."""
    chance = random.Random(seed)
    drawn = chance.sample(given, len(given))
    for start in range(0, len(drawn) - JOINED + 1, JOINED):
        some = drawn[start : start + JOINED]
        texts = list(dict.fromkeys(item.source for item in some))
        claims = [item.claim.strip() for item in some]
        answer = "\n\n".join(claims)
        if comparable(answer).text != answer or len(texts) < JOINED:
            continue
        chance.shuffle(texts)
        cuts = [0]
        for text in claims:
            cuts.append(cuts[-1] + len(text) + 2)
        for claim, found in zip(some, seen("\n\n".join(texts), answer, list(pairwise(cuts))), strict=True):
            yield Example(family, name, claim.supported, *found, joined=True)


def seen(source: str, answer: str, parts: Sequence[tuple[int, int]]) -> list[tuple[list[Vector], list[Vector], float]]:
    """Return what is found of the claims that begin in each part of an answer."""
    library = Library([Source("source", comparable(source).text)])
    text = comparable(answer).text
    claims = list(compared_claims(text, library, language_of(text, library.language)))
    found: list[tuple[list[Vector], list[Vector], list[float]]] = [([], [], []) for _ in parts]
    for claim, presence in zip(claims, presences(claims), strict=True):
        at = next((n for n, (low, high) in enumerate(parts) if low <= claim.statement.start < high), len(parts) - 1)
        if claim.same is not None or any(option.verbatim for option in claim.options):
            found[at][2].append(1.0)
        elif not claim.statement.reading.telling:
            found[at][2].append(0.5)
        else:
            options = [option.conflict for option in claim.options if option.met]
            if not options:
                found[at][2].append(NOTHING)
            options = options or [ConflictSigns()]
            found[at][0].append(np.array(presence))
            found[at][1].append(np.array(options))
    return [
        (present, conflicts, min(settled, default=1.0 if present else 0.0)) for present, conflicts, settled in found
    ]
