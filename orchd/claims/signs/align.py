"""Which word of a claim stands for which word of a source: the same, one of the same meaning, or the opposite one."""

from collections.abc import Iterator
from typing import NamedTuple

from orchd.claims.numbers import dates, numbers
from orchd.claims.numbers.dates import Date
from orchd.claims.numbers.numbers import Quantity
from orchd.claims.reading.acronyms import one_for_all
from orchd.claims.reading.reading import Reading, is_word_of_first
from orchd.claims.reading.token import Token
from orchd.claims.words.lexicon import lexicon, plain
from orchd.claims.words.listed import word_set
from orchd.claims.words.stems import fold

SAME = 1.0
AKIN = 0.85
LOOKS_LIKE = 0.7
_SHARED_PREFIX = 5
_SHARED_PART = 0.75
_OPPOSITE, _TAKEN = 0.3, 0.5
"""What an opposite, and a word that stands for another one already, lose when the best is chosen."""
_WRONG_UNIT = 0.4
"""What a number without a unit counts, where others have the unit that is asked for."""
_AS_DATE = 0.9
_HOUR = 3600
_TWICE = ("twic", "dobr")
_ANNIVERSARIES = word_set("anniversary birthday aniversário year ano season temporada day dia")


class Match(NamedTuple):
    """The token of the source, by its index, that one of the claim stands for; how well, 0 to 1; or its opposite."""

    at: int
    quality: float
    opposite: bool = False


def align(claim: Reading, source: Reading) -> dict[int, Match]:
    """Return for each telling token of `claim` its best match, if it has one.

    Of equal matches, one in the clause that holds most of the claim is taken.
    """
    options = {index: list(_options(claim, index, source)) for index in claim.telling}
    share = _shares(options, source)
    found: dict[int, Match] = {}
    taken: set[int] = set()
    before = 0
    for index, matches in options.items():
        if matches:
            best = max(
                matches, key=lambda match: (*_rank(match, source, share, taken), -abs(match.at - before - 1), -match.at)
            )
            found[index] = best
            taken.add(best.at)
            before = best.at
    return found


def _rank(match: Match, source: Reading, share: dict[int, float], taken: set[int]) -> tuple[float, float]:
    cost = _OPPOSITE * match.opposite + _TAKEN * (match.at in taken)
    return (match.quality - cost, share[source.clauses[match.at]])


def _shares(options: dict[int, list[Match]], source: Reading) -> dict[int, float]:
    """Return for each clause of the source how many of the claim's tokens it has."""
    share: dict[int, float] = dict.fromkeys(source.clauses, 0.0)
    for matches in options.values():
        best: dict[int, float] = {}
        for match in matches:
            clause = source.clauses[match.at]
            best[clause] = max(best.get(clause, 0.0), match.quality)
        for clause, quality in best.items():
            share[clause] += quality
    return share


def _options(claim: Reading, index: int, source: Reading) -> Iterator[Match]:
    token = claim.tokens[index]
    if token.value is not None and index in claim.values:
        yield from _values(token, source)
        yield from _anniversaries(claim, index, source)
        return
    for at in source.keys.get(token.key, ()):
        yield Match(at, SAME)
    if token.value is not None:
        return
    if token.kind == "code":
        return
    if is_word_of_first(token):
        for at in source.values:
            if _is_first(source.tokens[at]):
                yield Match(at, AKIN)
    if token.capital:
        yield from _shortenings(claim, index, source)
    known = lexicon(claim.language)
    for group in known.of(token.key):
        for at in source.groups.get(group, ()):
            yield Match(at, AKIN)
    yield from _opposites(claim, token, source)
    yield from _kindred_words(token, source)


def _shortenings(claim: Reading, index: int, source: Reading) -> Iterator[Match]:
    """Yield the `PF` for a word of `Polícia Federal`, and that name for `PF`."""
    token = claim.tokens[index]
    if token.capitals:
        letters = one_for_all(token.lower)
        for at in (*source.shortened.get(letters, ()), *source.shortenings.get(letters, ())):
            yield Match(at, AKIN)
    elif source.shortened:
        for letters in claim.shortened_to.get(index, ()):
            for at in source.shortened.get(letters, ()):
                yield Match(at, AKIN)


def _opposites(claim: Reading, token: Token, source: Reading) -> Iterator[Match]:
    for group in lexicon(claim.language).opposites(token.key):
        for at in source.groups.get(group, ()):
            yield Match(at, AKIN, opposite=True)
    for at in source.plains.get(token.key, ()):
        yield Match(at, AKIN, opposite=True)
    bare = plain(fold(token.lower), claim.language)
    if bare is not None:
        for at in source.keys.get(bare, ()):
            yield Match(at, AKIN, opposite=True)


def _kindred_words(token: Token, source: Reading) -> Iterator[Match]:
    """Words that begin alike are mostly of one family: `produz`, `produção`."""
    for at in source.prefixes.get(token.key[:_SHARED_PREFIX], ()) if len(token.key) >= _SHARED_PREFIX else ():
        one, other = token.key, source.tokens[at].key
        shared = next(
            (n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
        )
        if one != other and shared >= _SHARED_PART * max(len(one), len(other)):
            yield Match(at, LOOKS_LIKE)


def _values(token: Token, source: Reading) -> Iterator[Match]:
    dimension = token.value.dimension if isinstance(token.value, Quantity) else None
    for at in source.values:
        found = source.tokens[at]
        quality = agreement(token, found)
        if quality and dimension and isinstance(found.value, Quantity) and found.value.dimension is None:
            quality *= _WRONG_UNIT if source.measures(dimension) else 1
        if quality:
            yield Match(at, quality)
    if isinstance(token.value, Quantity) and 2 in token.value.values:
        for word in _TWICE:
            for at in source.keys.get(word, ()):
                yield Match(at, AKIN)
    if _is_first(token):
        for at in source.words_of_first:
            yield Match(at, AKIN)


def _is_first(token: Token) -> bool:
    return isinstance(token.value, Quantity) and token.value.ordinal and token.value.values[0] == 1


def _anniversaries(claim: Reading, index: int, source: Reading) -> Iterator[Match]:
    """Yield the years that a `20th anniversary` follows from."""
    mine = claim.tokens[index].value
    following = claim.tokens[index + 1].lower if index + 1 < len(claim.tokens) else ""
    if isinstance(mine, Quantity) and mine.ordinal and following in _ANNIVERSARIES:
        for at in source.values:
            other = source.tokens[at].value
            if (
                isinstance(other, Quantity)
                and other.dimension in ("months", "time")
                and other.values[0] == mine.values[0]
            ):
                yield Match(at, LOOKS_LIKE)


def agreement(claimed: Token, found: Token) -> float:
    """Return how far a number or date of a claim follows from one of a source.

    A year may be written as a number, and a time of day as hours: `às 14 horas` for `às 14h`.
    """
    one, other = claimed.value, found.value
    if isinstance(one, Date) and isinstance(other, Date):
        return dates.agreement(one, other)
    if isinstance(one, Quantity) and isinstance(other, Quantity):
        return numbers.agreement(one, other)
    if isinstance(one, Quantity) and isinstance(other, Date):
        return _as_date(one, other)
    if isinstance(one, Date) and isinstance(other, Quantity):
        return _as_date(other, one)
    return 0.0


def _as_date(number: Quantity, date: Date) -> float:
    if date.clock is not None:
        hours = number.dimension == "time" and number.factor == _HOUR
        return _AS_DATE if hours and date.clock / 60 in number.values else 0.0
    alone = date == Date(date.year)
    return _AS_DATE if alone and number.dimension is None and float(date.year or -1) in number.values else 0.0
