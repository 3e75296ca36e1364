"""Signs of a number, a date or a name that the passage does not have, nor what it goes back to."""

from collections.abc import Sequence

from orchd.claims.numbers.dates import Date
from orchd.claims.numbers.numbers import Quantity
from orchd.claims.reading.reading import Reading
from orchd.claims.reading.roles import by_agent
from orchd.claims.reading.token import Token
from orchd.claims.reading.verbs import is_verb
from orchd.claims.signs.align import Match, agreement
from orchd.claims.signs.pair import Alignment

_GOOD = 0.65
"""A match that needs no second look."""
_COMPLETED = 0.9
_NUMBER_NEAR, _DATE_NEAR, _AFTER = 0.6, 0.8, 0.4
_SUBJECT, _OTHER = 0.85, 0.5
"""How likely a passage speaks of a name that a sentence before it has: as its subject, or elsewhere."""
_RIVALLED = 0.4
"""... when the passage names somebody else as the one who acts."""
_FAR = 0.8
_MIDDLE_NAME = 0.75
"""What a name counts that is added between two others."""
_ADDED = 0.5
"""What counts of a place in an order, or of a number that may be none, where the passage has no other one."""


def score_missing(pair: Alignment, *kinds: str) -> float:
    """Return how clearly a token of the claim of these kinds is missing, the worst of them."""
    tokens = pair.ours.tokens
    return max((1 - _quality(pair, index) for index in pair.claim.weights if tokens[index].kind in kinds), default=0.0)


def has_rival(pair: Alignment, *kinds: str) -> bool:
    """Whether the passage has something else in the place of a token of these kinds that no source has.

    That is another number of its dimension, another year, day or time, another name; or its figures with another unit,
    wherever else these stand.
    """
    tokens = pair.ours.tokens
    return any(
        _has_other_unit(pair, tokens[i]) or (not pair.library.says(tokens[i]) and _has_other(pair, tokens[i]))
        for i in _missing_tokens(pair, kinds)
    )


def is_nowhere(pair: Alignment, *kinds: str) -> bool:
    """Whether a token of these kinds that the passage lacks stands nowhere in the sources.

    One that stands elsewhere may be said of this all the same: a claim may say in one sentence what they say in two.
    """
    return any(not pair.library.says(pair.ours.tokens[i]) for i in _missing_tokens(pair, kinds))


def _missing_tokens(pair: Alignment, kinds: Sequence[str]) -> list[int]:
    tokens = pair.ours.tokens
    return [i for i in pair.claim.weights if tokens[i].kind in kinds and _quality(pair, i) < _GOOD]


def _has_other(pair: Alignment, token: Token) -> bool:
    """Whether a token of the passage that stands for nothing of the claim could stand in the place of this one."""
    theirs = pair.theirs.tokens
    return any(at not in pair.used and _is_alike(token, theirs[at]) for at in pair.theirs.telling)


def _is_alike(token: Token, other: Token) -> bool:
    one, two = token.value, other.value
    if isinstance(one, Quantity) and isinstance(two, Quantity):
        alike = (one.dimension, one.ordinal) == (two.dimension, two.ordinal) and not two.soft
        return alike and not agreement(token, other)
    if isinstance(one, Date) and isinstance(two, Date):
        parts = [(one.year, two.year), (one.month, two.month), (one.day, two.day), (one.clock, two.clock)]
        return any(None not in pair for pair in parts) and not agreement(token, other)
    return one is None and two is None and token.kind == other.kind


def _has_other_unit(pair: Alignment, token: Token) -> bool:
    """Whether the figures of a number stand in the passage, with another unit."""
    others = (other for other in pair.theirs.tokens if other.value is not None)
    return token.value is not None and any(other.lower == token.lower for other in others)


def _quality(pair: Alignment, index: int) -> float:
    token, match = pair.ours.tokens[index], pair.matches.get(index)
    quality = match.quality if match is not None and not match.opposite else 0.0
    if quality < _GOOD:
        quality = max(quality, _nearby(pair, token, match))
    value = token.value
    if isinstance(value, Quantity):
        if quality < _GOOD and pair.passage.spells(token.lower):
            return 1.0
        loose = value.soft or (value.ordinal and not _has_number(pair.theirs, ordinal=True))
        loose = loose or (_is_compound(pair.ours, index) and not _has_number(pair.theirs, ordinal=False))
        return max(quality, _ADDED) if loose else quality
    return max(quality, _MIDDLE_NAME) if token.kind == "name" and _is_middle_name(pair, index) else quality


def _is_compound(reading: Reading, index: int) -> bool:
    """Whether a number is a part of another word: `five-star`."""
    after = reading.tokens[index + 1 : index + 3]
    return len(after) == len(("-", "star")) and after[0].lower == "-" and after[1].kind == "word"


def _is_middle_name(pair: Alignment, index: int) -> bool:
    """Whether a name stands between two that follow each other in the passage."""
    before, after = pair.matches.get(index - 1), pair.matches.get(index + 1)
    if index == 0 or before is None or after is None or index in pair.matches:
        return False
    around = (pair.ours.tokens[index - 1], pair.ours.tokens[index + 1])
    return after.at - before.at == 1 and all(token.capital for token in around)


def _has_number(reading: Reading, *, ordinal: bool) -> bool:
    """Whether a sentence has a place in an order, or a number: it would be another one."""
    return any(isinstance(token.value, Quantity) and token.value.ordinal == ordinal for token in reading.tokens)


def _nearby(pair: Alignment, token: Token, match: Match | None) -> float:
    """Return what a token counts that stands in a sentence around the passage."""
    if isinstance(token.value, Date):
        return _date_weight(pair, token, match)
    if token.value is None and not pair.passage.is_near(token.key):
        return 0.0
    for distance, near in enumerate(pair.passage.around):
        if token.value is not None:
            best = _NUMBER_NEAR * max((agreement(token, near.tokens[at]) for at in near.values), default=0.0)
        else:
            best = _antecedent(pair, token.key, near)
        if best:
            return best * (1 if distance < 2 or near is pair.passage.first else _FAR)
    return 0.0


def _antecedent(pair: Alignment, key: str, near: Reading) -> float:
    """How likely a passage that does not name its subject speaks of a name in a sentence around it."""
    if key not in near.keys:
        return 0.0
    if any(near is each for each in pair.passage.after):
        best = _AFTER
    else:
        best = _SUBJECT if near.keys[key][0] < _verb(near) else _OTHER
    return best * (_RIVALLED if _names_another(pair) else 1)


def _names_another(pair: Alignment) -> bool:
    own = {token.key for token in pair.ours.tokens}
    verb = _verb(pair.theirs, 0)
    return any(
        token.kind in ("name", "code") and token.key not in own and (at < verb or by_agent(pair.theirs, at))
        for at, token in enumerate(pair.theirs.tokens)
    )


def _verb(reading: Reading, otherwise: int | None = None) -> int:
    found = (at for at, token in enumerate(reading.tokens) if is_verb(token, reading.language))
    return next(found, len(reading.tokens) if otherwise is None else otherwise)


def _date_weight(pair: Alignment, token: Token, match: Match | None) -> float:
    """Return what a date counts of which the month or year stands in a sentence before."""
    around = [each.value for near in pair.passage.before for each in near.tokens if isinstance(each.value, Date)]
    mine = [each.value for each in pair.theirs.tokens if isinstance(each.value, Date)]
    base = pair.theirs.tokens[match.at].value if match is not None else None
    if isinstance(base, Date) and base.clock is None and (base.month or base.day):
        filled = (_fill_date(base, other) for other in [*mine, *around] if other.clock is None)
        if any(agreement(token, token._replace(value=each)) == 1 for each in filled):
            return _COMPLETED
    if any(each.clock is None and each.year for each in mine):
        return 0.0
    return _DATE_NEAR * max((agreement(token, token._replace(value=other)) for other in around[:2]), default=0.0)


def _fill_date(base: Date, other: Date) -> Date:
    """A day gets its month from another date, and a month its year; never the other way round."""
    return Date(base.year or other.year, base.month or (other.month if base.day else None), base.day)
