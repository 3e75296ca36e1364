"""Names and the letters they are shortened to: `Polícia Federal` and `PF`, `New York` and `NY`, `EUA` and `U.S.`

Any run of capital words may be shortened to its initials, so these are compared; a few are listed, where the letters
are those of another language or of a longer name.
"""

from collections.abc import Iterator, Sequence

from orchd.claims.reading.token import Token
from orchd.claims.words.stems import fold

_LONGEST = 6
"""Capital words of a name that is shortened."""
_JOINTS = frozenset(("of", "the", "for", "and", "de", "da", "do", "das", "dos", "e", "para", "&"))
_ONE_AS_ANOTHER = {
    "usa": "us",
    "eua": "us",
    "onu": "un",
    "ue": "eu",
    "nyc": "ny",
    "gb": "uk",
    "otan": "nato",
    "oms": "who",
    "pib": "gdp",
    "fmi": "imf",
    "sida": "aids",
}
"""Shortenings of one name, in either language or by a longer form of it."""
_LISTED: dict[tuple[str, ...], str] = {
    ("estados", "unidos"): "us",
    ("nacoes", "unidas"): "un",
    ("reino", "unido"): "uk",
    ("great", "britain"): "uk",
    ("uniao", "europeia"): "eu",
}
"""Names that are shortened to other letters than their own."""


def one_for_all(letters: str) -> str:
    """Return the shortening that stands for all of one name."""
    return _ONE_AS_ANOTHER.get(letters, letters)


def shortenings(found: Sequence[Token]) -> Iterator[tuple[str, range]]:
    """Yield what the names of a sentence may be shortened to, each with the tokens that it is short for."""
    for run in _runs(found):
        words = [fold(found[at].lower) for at in run]
        for first in range(len(run)):
            for last in range(first + 1, min(len(run), first + _LONGEST) + 1):
                listed = _LISTED.get(tuple(words[first:last]))
                if listed is not None:
                    yield listed, range(run[first], run[last - 1] + 1)
                elif last - first > 1:
                    letters = "".join(word[:1] for word in words[first:last])
                    yield one_for_all(letters), range(run[first], run[last - 1] + 1)


def _runs(found: Sequence[Token]) -> Iterator[list[int]]:
    """Yield the places of capital words that follow each other, over `of` and the like."""
    run: list[int] = []
    for at, token in enumerate(found):
        if token.capital and token.kind in ("name", "word") and not token.capitals:
            run.append(at)
        elif not (run and fold(token.lower) in _JOINTS):
            if run:
                yield run
            run = []
    if run:
        yield run
