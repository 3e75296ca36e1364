"""Where clauses begin that say something of their own, without a parser: by marks, by words like `while`, and by verbs.

`X was born in 1950 and Y died in 1960` are two, since what follows the `and` has a subject and a verb. `and died in
1960` shares its subject with what is before. `and plums` is no clause.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from orchd.claims.reading.token import Token
from orchd.claims.reading.verbs import is_verb
from orchd.claims.words.language import Language
from orchd.claims.words.listed import word_set
from orchd.claims.words.stems import fold
from orchd.patterns import lazy_pattern

STRONG = frozenset(";:.!?()[]—–")
TURNS = word_set("""
    but while whereas although though because when which who whose if unless so mas porem enquanto embora porque
    quando pois onde cujo cuja passo
""")
"""Words that begin a clause, whatever follows."""

ADDS = frozenset(("and", "e", ",", "then", "depois"))
"""Words and marks that begin a clause when a verb follows."""

_SPLITS = frozenset(("and", "e", ";", "but", "while", "whereas", "mas", "enquanto"))
"""What joins clauses that can be judged one by one. The others tie theirs to what is before: `because`, `if`."""

_REACH = 8
"""Words until the verb of a clause."""
_OPENING = 12
"""Words of what may stand before a sentence's subject: `Born in Warsaw in 1867, she ...`."""
_PARTICIPLES: dict[Language, re.Pattern[str]] = {
    "en": lazy_pattern(
        r"(?:\w{2,}ed|born|built|founded|held|known|led|made|written|sold|bought|found|set|brought|shot)\Z"
    ),
    "pt": lazy_pattern(r"(?:\w{2,}(?:ad|id)[oa]s?|(?:abert|feit|escrit|post|vist|eleit|mort)[oa]s?)\Z"),
}


class Start(NamedTuple):
    """A clause begins at token `at`; `shares`: its subject is that of the clause before."""

    at: int
    shares: bool


def starts(found: Sequence[Token], language: Language) -> Iterator[Start]:
    """Yield where clauses begin, after the first."""
    for index in range(1, len(found)):
        before = found[index - 1]
        word = fold(before.lower)
        if before.lower in STRONG or word in TURNS:
            yield Start(index, False)
        elif before.lower in ADDS and before.lower != "é" and found[index].lower not in ADDS:
            verb = _verb(found, index, language)
            if verb is not None and (verb > index or before.lower != ","):
                yield Start(index, verb == index)


def claims(found: Sequence[Token], language: Language) -> list[tuple[int, int, bool]]:
    """Return the parts of a sentence that can be judged by themselves: from, to, and whether it shares its subject."""
    cuts = [(0, False)]
    opened = opening(found, language)
    for start in starts(found, language):
        joint = fold(found[start.at - 1].lower)
        has_verb = any(is_verb(token, language) for token in found[cuts[-1][0] : start.at - 1])
        own = _verb(found, start.at, language, 2 * _REACH) is not None
        if start.at > opened and joint in _SPLITS and found[start.at - 1].lower != "é" and has_verb and own:
            cuts.append((start.at, start.shares))
    ends = [index for index, _ in cuts[1:]] + [len(found)]
    return [(start, _end(found, start, end), shares) for (start, shares), end in zip(cuts, ends, strict=True)]


def opening(found: Sequence[Token], language: Language) -> int:
    """Return where the subject begins after a participle and its comma, 0 in any other sentence."""
    if not found or not _PARTICIPLES[language].match(found[0].lower):
        return 0
    comma = next((at for at, token in enumerate(found[: _OPENING + 1]) if token.lower == ","), 0)
    verb = _verb(found, comma + 1, language) if comma > 1 else None
    return comma + 1 if verb is not None and verb > comma + 1 else 0


def _end(found: Sequence[Token], start: int, end: int) -> int:
    """Return where a clause ends without the words and marks that lead over to the next."""
    if end < len(found):
        while end > start + 1 and (found[end - 1].kind == "mark" or fold(found[end - 1].lower) in _SPLITS):
            end -= 1
    return end


def _verb(found: Sequence[Token], start: int, language: Language, reach: int = _REACH) -> int | None:
    """Return where the verb of what begins at `start` is, before the next mark or `and`."""
    for index in range(start, min(len(found), start + reach)):
        token = found[index]
        if (
            (token.kind == "mark" and token.lower not in "'’-\"“”")
            or token.lower in ("and", "e")
            or fold(token.lower) in TURNS
        ):
            return None
        if token.kind in ("word", "small") and is_verb(token, language):
            return index
    return None
