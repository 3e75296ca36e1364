"""Numbers out of tokens: what belongs to one number is joined to one token, with its unit and what limits it.

`twenty-one years`, `R$ 6,2 milhões`, `two thirds`, `half an hour`, `um litro e meio`, `at least 90 days`.
"""

from collections.abc import Iterator, Sequence

from orchd.claims.numbers.dates import Date
from orchd.claims.numbers.number_words import COUNTS, UNITS
from orchd.claims.numbers.numbers import Bound, Quantity, begins, fraction, read_bound, read_number
from orchd.claims.numbers.places import PLACES_ONLY, is_place, is_share, read_ordinal
from orchd.claims.reading.signed import with_sign
from orchd.claims.reading.token import Token, with_unit
from orchd.claims.words.language import Language
from orchd.claims.words.stems import fold

_CURRENCIES = {
    "$": "usd",
    "us$": "usd",
    "€": "eur",
    "£": "gbp",
    "r$": "brl",
    "a$": "aud",
    "au$": "aud",
    "c$": "cad",
    "ca$": "cad",
    "hk$": "hkd",
    "nz$": "nzd",
    "mx$": "mxn",
    "¥": "jpy",
    "₹": "inr",
    "₽": "rub",
    "₩": "krw",
    "₪": "ils",
    "₺": "try",
}
_BACK = 5
"""Words before a number that may limit it."""
_AHEAD = 8
"""Words that a number in words may take."""

_ARTICLES = frozenset(("a", "an", "of", "um", "uma", "de"))
_JOINTS = frozenset(("to", "and", "or", "a", "e", "ou", "ate", "para", "-", "–"))
"""Between two numbers of which the second may have the unit of both."""
_LASTING = ("time", "months")
_SCALES = ("celsius", "fahrenheit")
_POINTS = (("percentage", "points"), ("percentage", "point"), ("pontos", "percentuais"), ("ponto", "percentual"))
_COMPARED: dict[str, Bound] = {"<": "under", ">": "over", "<=": "most", ">=": "least", "≤": "most", "≥": "least"}
_AND_A_HALF = (("and", "a", "half"), ("e", "meio"), ("e", "meia"))


def quantities(found: Sequence[Token], language: Language) -> list[Token]:
    """Return `found`, the tokens of a sentence, with those that make up a number joined, its limit included."""
    joined: list[Token] = []
    index = 0
    while index < len(found):
        token, used = _quantity(found, index, language)
        if token is None:
            joined.append(found[index])
            used = 1
        else:
            token, below = with_sign(joined, found[index + used :], token)
            limit, words = _limit(joined[-_BACK:], token)
            del joined[len(joined) - words :]
            joined.append(_with_key(token, limit))
            used += below
        index += used
    return _share_unit(joined)


def _share_unit(joined: list[Token]) -> list[Token]:
    """Give a number the scale and the unit of the one it is joined to: `from 5.1 to 4.3 million euros`."""
    for index, (left, joint, other) in enumerate(zip(joined, joined[1:], joined[2:], strict=False)):
        if fold(joint.lower) in _JOINTS and isinstance(left.value, Quantity) and isinstance(other.value, Quantity):
            mine, its = left.value, other.value
            if mine.dimension is None and mine.scale == 1 and not mine.ordinal and (its.dimension or its.scale != 1):
                values = (*(value * its.scale for value in mine.values), *mine.values)
                joined[index] = _with_key(
                    left._replace(value=mine._replace(values=values, dimension=its.dimension, factor=its.factor)),
                    mine.bound,
                )
    return list(_sum_units(joined))


def _sum_units(joined: Sequence[Token]) -> Iterator[Token]:
    """Yield tokens with what is given in two units as one: `14 hours and 20 minutes`."""
    index = 0
    while index < len(joined):
        step = 2 if index + 1 < len(joined) and fold(joined[index + 1].lower) in ("and", "e") else 1
        one, other = joined[index].value, joined[min(index + step, len(joined) - 1)].value
        if isinstance(one, Quantity) and isinstance(other, Quantity) and _continues(one, other):
            total = tuple(value + other.values[0] * other.factor / one.factor for value in one.values)
            yield _with_key(
                joined[index]._replace(end=joined[index + step].end, value=one._replace(values=total)), one.bound
            )
            index += step
        else:
            yield joined[index]
        index += 1


def _continues(one: Quantity, other: Quantity) -> bool:
    same = one.dimension == other.dimension and one.dimension in ("time", "length", "mass")
    return same and other.factor < one.factor and other.values[0] * other.factor < one.factor


def _quantity(found: Sequence[Token], index: int, language: Language) -> tuple[Token | None, int]:
    """Return the number that begins at `index` and how many tokens it takes; None when there is none."""
    token = found[index]
    if token.lower in _CURRENCIES:
        return _money(found, index, language)
    if token.kind == "date":
        return _counted_years(found, index)
    if token.kind in ("word", "small"):
        return _in_words(found, index, language)
    if isinstance(token.value, Quantity):
        return (token, 1) if token.value.ordinal or token.value.dimension else _with_rest(found, index, 1, language)
    return None, 0


def _money(found: Sequence[Token], index: int, language: Language) -> tuple[Token | None, int]:
    following = _plain_number(found[index + 1]) if index + 1 < len(found) else None
    if following is None:
        return None, 0
    token, used = _scale(found, index + 1, 1, following, language)
    return with_unit(token._replace(start=found[index].start), _CURRENCIES[found[index].lower]), used + 1


def _plain_number(token: Token) -> Token | None:
    """Return a token as a number without unit; four figures were taken for a year."""
    if _is_year(token):
        assert isinstance(token.value, Date)
        return token._replace(kind="number", value=Quantity((float(token.value.year or 0),)))
    if not isinstance(token.value, Quantity) or token.value.ordinal:
        return None
    if token.value.dimension == "length" and token.lower.endswith("m") and token.value.factor == 1:
        return token._replace(value=Quantity(tuple(value * 1e6 for value in token.value.values), scale=1e6))
    return token if token.value.dimension is None else None


def _is_year(token: Token) -> bool:
    return isinstance(token.value, Date) and token.value == Date(token.value.year) and token.value.year is not None


def _counted_years(found: Sequence[Token], index: int) -> tuple[Token | None, int]:
    """Four figures are a year, unless the unit of something else follows."""
    unit = _word(found, index + 1)
    if not _is_year(found[index]) or unit not in UNITS or len(unit) < 2 or UNITS[unit][0] in ("time", "months"):
        return None, 0
    token = _plain_number(found[index])
    assert token is not None
    return with_unit(token._replace(end=found[index + 1].end), unit), 2


def _in_words(found: Sequence[Token], index: int, language: Language) -> tuple[Token | None, int]:
    if found[index].lower not in _ARTICLES and not begins(fold(found[index].lower), language):
        return None, 0
    run = [each for each in found[index : index + _AHEAD] if each.kind in ("word", "small") or each.lower == "-"]
    words = [fold(each.lower) for each in run if each.lower != "-"]
    before = _word(found, index - 1) if index else ""
    value, taken = fraction(words, language)
    used = _tokens_used(found, index, taken)
    if taken and is_share(words[:taken], before, _word(found, index + used), language):
        return _fraction(found, index, value, used)
    value, taken = read_ordinal(words, language)
    used = _tokens_used(found, index, taken)
    if taken and is_place(words[:taken], before, [_word(found, index + used + step) for step in range(2)], language):
        end = found[index + used - 1].end
        return found[index]._replace(kind="number", end=end, value=Quantity((value,), ordinal=True)), used
    if taken or words[0] in PLACES_ONLY[language]:
        return None, 0
    value, taken = (1.0, 1) if _one_and_a_half(words) else read_number(words, language)
    soft = taken == 1 and value == 1 and not _one_and_a_half(words)
    if not taken or (soft and (_word(found, index + 1) not in UNITS or len(_word(found, index + 1)) < 2)):
        return None, 0
    used = _tokens_used(found, index, taken)
    token = found[index]._replace(kind="number", end=found[index + used - 1].end, value=Quantity((value,), soft=soft))
    return _with_rest(found, index, used, language, token)


def _one_and_a_half(words: Sequence[str]) -> bool:
    """Whether a unit and a half begin here: `an hour and a half`."""
    return words[0] in _ARTICLES and tuple(words[2:5]) == _AND_A_HALF[0] and words[1] in UNITS


def _fraction(found: Sequence[Token], index: int, value: float, used: int) -> tuple[Token, int]:
    """A fraction of an hour, a litre, is so much of it; all others are shares."""
    token = found[index]._replace(kind="number", end=found[index + used - 1].end)
    ahead = used
    while _word(found, index + ahead) in _ARTICLES and ahead < used + 2:
        ahead += 1
    unit = _word(found, index + ahead)
    if unit in UNITS and len(unit) > 1:
        quantity = token._replace(end=found[index + ahead].end, value=Quantity((value,)))
        return with_unit(quantity, unit), ahead + 1
    return token._replace(value=Quantity((value,), "share")), used


def _tokens_used(found: Sequence[Token], index: int, words: int) -> int:
    """Return how many tokens `words` words are, hyphens between them included."""
    used = seen = 0
    while seen < words:
        seen += found[index + used].lower != "-"
        used += 1
    return used


def _with_rest(
    found: Sequence[Token], index: int, used: int, language: Language, token: Token | None = None
) -> tuple[Token, int]:
    """Take what follows a number and belongs to it: a scale, a unit, a half."""
    token, used = _scale(found, index, used, token or found[index], language)
    unit, skipped = _unit(found, index + used)
    if skipped:
        token = with_unit(token._replace(end=found[index + used + skipped - 1].end), unit)
        used += skipped
    for words in _AND_A_HALF:
        if tuple(_word(found, index + used + step) for step in range(len(words))) == words:
            token = _plus_half(token)
            return token._replace(end=found[index + used + len(words) - 1].end), used + len(words)
    return token, used


def _plus_half(token: Token) -> Token:
    assert isinstance(token.value, Quantity)
    return token._replace(value=token.value._replace(values=tuple(value + 0.5 for value in token.value.values)))


def _scale(found: Sequence[Token], index: int, used: int, token: Token, language: Language) -> tuple[Token, int]:
    """Multiply by `million` and the like."""
    word = _word(found, index + used)
    scale, taken = read_number(["um" if language == "pt" else "one", word], language)
    quantity = token.value
    if taken != 2 or word in COUNTS[language] or not isinstance(quantity, Quantity):
        return token, used
    quantity = quantity._replace(values=tuple(value * scale for value in quantity.values), soft=False, scale=scale)
    return token._replace(end=found[index + used].end, value=quantity), used + 1


def _unit(found: Sequence[Token], index: int) -> tuple[str, int]:
    """Return the unit at `index`, over a hyphen or `de`, and how many tokens that takes; none takes 0."""
    word, following = _word(found, index), _word(found, index + 1)
    if word == "por" and following == "cento":
        return "percent", 2
    if (word, following) in _POINTS:
        return "pp", 2
    if UNITS.get(word, ("",))[0] == "degrees" and UNITS.get(following, ("",))[0] in _SCALES:
        return following, 2
    if word in ("-", "de") and len(following) > 1 and following in UNITS:
        return following, 2
    if word in UNITS and (len(word) > 1 or not word.isalpha() or found[index].lower == word):
        return word, 1
    return "", 0


def _word(found: Sequence[Token], index: int) -> str:
    return fold(found[index].lower) if index < len(found) else ""


def _limit(before: Sequence[Token], token: Token) -> tuple[Bound, int]:
    """Return how the words before a number limit it, back to the number or mark before, and how many of them do.

    `over nine years` may be more than nine, or during nine.
    """
    compared = _limit_by_mark(before)
    if compared is not None:
        return compared, 0
    words: list[str] = []
    for each in reversed(before):
        if each.kind not in ("word", "small") and each.lower != "~":
            break
        words.insert(0, fold(each.lower))
    limit, text = read_bound(" ".join(words))
    if text.strip() == "over" and isinstance(token.value, Quantity) and token.value.dimension in _LASTING:
        limit = "exact"
    return limit, len(text.split())


def _limit_by_mark(before: Sequence[Token]) -> Bound | None:
    """Return how a mark before a number limits it: `> 3`, `>= 3`."""
    marks = "".join(each.lower for each in before[-2:] if each.kind == "mark")
    last = before[-1].lower if before else ""
    return _COMPARED.get(marks, _COMPARED.get(last)) if last in "<>=≤≥" and last else None


def _with_key(token: Token, limit: Bound) -> Token:
    quantity = token.value
    assert isinstance(quantity, Quantity)
    amount = quantity.values[0] * quantity.factor
    key = f"{'#' if quantity.ordinal else ''}{amount:.6g} {quantity.dimension or ''}".strip()
    return token._replace(value=quantity._replace(bound=limit), key=key)
