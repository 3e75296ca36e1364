"""A sentence as what can be compared: words with their stems, numbers, dates, names, codes; each with its place.

Names are told by their capital letter, which says nothing at a sentence's beginning: there a word is a name when the
texts have it with a capital elsewhere and never small, or when another name follows.
"""

import re
import unicodedata
from collections.abc import Container, Iterator
from typing import NamedTuple

from orchd.claims.numbers.dates import dates
from orchd.claims.numbers.number_words import UNITS
from orchd.claims.numbers.numbers import Quantity, readings
from orchd.claims.reading.quantities import quantities
from orchd.claims.reading.token import Token, TokenKind, with_unit
from orchd.claims.words.language import SMALL, SMALL_FORMS, Language
from orchd.claims.words.listed import word_set
from orchd.claims.words.stems import fold, stem
from orchd.patterns import lazy_pattern

# No part gives back what it has taken: else a long word would be read again from each of its letters.
_RAW = lazy_pattern(
    r"""(?P<url>(?:https?://|www\.)[^\s()<>\[\]"]++)
    |(?P<code>(?-i:[A-Z]{1,3}&[A-Z]{1,3})(?!\w)|[^\W\d_]\w{0,15}(?:\+\+|\#)(?!\w)|(?<!\w)(?:[A-F]|AB|O)[+\u2212-](?![\w+-])|
        [^\W\d_]\w*+-\d\w*+|[^\W\d_]++[\d_]\w*+|[^\W_]\w*+\.[a-z]\w{1,4}\b|\d++[^\W\d_]++\d\w*+|(?!\d{1,3}(?:\.\d{3})+(?!\d|\.\d))\d++(?:\.\d++){2,}+)
    |(?P<minus>(?<![\w)\].,%°])(?:[-\u2212](?=\d)|\u2013(?=\d+(?:[.,]\d+)?\s?[°%])))?
     (?P<number>\d++(?:[.,'’\u00a0\u202f]\d++|(?<=(?<!\d)\d)\ \d{3}(?!\d)|(?<=(?<!\d)\d\d)\ \d{3}(?!\d))*)
     (?:(?P<place>st|nd|rd|th|º|ª|[oa](?!\w))|(?P<unit>[^\W\d_]{1,3}(?!\w)))?
    |(?P<dotted>(?-i:U\.S\.A|U\.S|U\.K|U\.N|E\.U\.A|E\.U|U\.E|N\.Y|D\.C|L\.A)\.?(?!\w))
    |(?P<currency>(?:US|R|A|AU|C|CA|HK|NZ|MX)?[$]|[€£¥₹₽₩₪₺])
    |(?P<word>[^\W\d_]++(?:['’][^\W\d_]++)*+)
    |(?P<mark>[^\w\s]|_)""",
    re.VERBOSE | re.IGNORECASE,
)
_GENITIVE = lazy_pattern(r"['’]s?\Z")
_SPACE = lazy_pattern(r"\s")
_GLUED = {"k": 1e3, "mn": 1e6, "bn": 1e9}
"""Scales that are written right behind figures; `m` is a million only of money."""
_SHORTEST, _LONGEST = 2, 6
"""Capital letters that a name is shortened to."""
_NAMES_LIKE_SMALL = ("US", "WHO")
_TITLES = word_set("""
    mr mrs ms miss mx dr dra doctor prof profa professor professora sir dame madam sr sra srta senhor senhora doutor
    doutora dom dona
""")
"""Before a name these say how somebody is addressed, and are no part of it."""
_VERSIONS = word_set("version versions release v ver versão versões")
_TENTH_VERSION = lazy_pattern(r"\d+\.[1-9]0")
_DEGREES = lazy_pattern(r"\s?(%|‰|°\s?[CF]?|m²|km²|km/h)(?!\w)", re.IGNORECASE)


class Vocabulary(NamedTuple):
    """The words, in lower case, that the texts write small somewhere, and with a capital within a sentence."""

    small: Container[str]
    capital: Container[str]


def tokens(text: str, start: int, end: int, language: Language, vocabulary: Vocabulary) -> list[Token]:
    """Return the tokens of the sentence `text[start:end]`."""
    piece = text[start:end]
    found = sorted([*_dates(piece, language), *_raw(piece, language)], key=lambda token: token.start)
    joined = quantities(_without_overlap(found), language)
    joined = [_without_title(joined, at) for at in range(len(joined))]
    following = [token.capital and token.kind == "word" for token in joined[1:]] + [False] * bool(joined)
    placed = [
        _with_kind(token, start, vocabulary, first, after)
        for (token, first), after in zip(_with_first(joined), following, strict=True)
    ]
    return [_join_number(token, before) for token, before in zip(placed, [None, *placed], strict=False)]


def _without_title(found: list[Token], at: int) -> Token:
    """Return a token, as a small word when it is the title before a name."""
    token = found[at]
    if token.lower not in _TITLES or token.kind != "word":
        return token
    ahead = found[at + 1 : at + 3]
    name = ahead[1] if len(ahead) > 1 and ahead[0].lower == "." else ahead[0] if ahead else None
    titled = name is not None and name.capital and name.kind == "word" and name.lower not in _TITLES
    return token._replace(kind="small", key="#title") if titled else token


def _dates(piece: str, language: Language) -> Iterator[Token]:
    for start, end, date in dates(piece, language == "pt"):
        yield Token(start, end, "date", piece[start:end].lower(), repr(tuple(date)), date)


def _raw(piece: str, language: Language) -> Iterator[Token]:
    for match in _RAW.finditer(piece):
        start, end = match.span()
        lower = unicodedata.normalize("NFKC", match[0]).lower()
        if match["number"]:
            yield from _number(piece, match, language)
        elif match["word"]:
            yield _word(start, end, lower, match[0], language)
        elif match["dotted"]:
            letters = lower.replace(".", "")
            yield Token(start, end, "word", letters, letters, None, capital=True, capitals=True)
        elif match["code"] or match["url"]:
            yield Token(start, end, "code", lower, fold(lower))
        else:
            yield Token(start, end, "mark", match[0].lower(), match[0])


def _word(start: int, end: int, lower: str, raw: str, language: Language) -> Token:
    bare = _GENITIVE.sub("", lower)
    folded = fold(bare.replace("’", "'"))
    capitals = raw.isupper() and _SHORTEST <= len(raw) <= _LONGEST
    is_small = (
        lower in SMALL[language] or bare in SMALL[language] or folded.endswith("n't")
    ) and raw not in _NAMES_LIKE_SMALL
    kind: TokenKind = "small" if is_small else "word"
    key = SMALL_FORMS[language].get(bare, folded) if is_small else stem(folded, language)
    return Token(start, end, kind, bare, key, None, raw[0].isupper(), capitals)


def _number(piece: str, match: re.Match[str], language: Language) -> Iterator[Token]:
    figures, unit = match["number"], (match["unit"] or "").lower()
    values = readings(figures, language)
    if match["minus"]:
        values = tuple(-value for value in values)
    if match["place"]:
        yield Token(match.start(), match.end(), "number", match[0], "", Quantity(values, ordinal=True))
    elif unit in _GLUED:
        scaled = tuple(value * _GLUED[unit] for value in values)
        yield Token(match.start(), match.end(), "number", match[0], "", Quantity(scaled, scale=_GLUED[unit]))
    elif unit and unit not in UNITS:
        yield Token(match.start(), match.end(), "code", match[0].lower(), fold(match[0]))
    else:
        end = match.end()
        sign = None if unit else _DEGREES.match(piece, end)
        if sign is not None:
            unit, end = _SPACE.sub("", sign[1].lower()), sign.end()
        yield with_unit(Token(match.start(), end, "number", piece[match.start() : end], "", Quantity(values)), unit)


def _without_overlap(found: list[Token]) -> list[Token]:
    """Drop what lies within a date, and a date within a code."""
    kept: list[Token] = []
    for token in sorted(found, key=lambda token: (token.start, -token.end)):
        if not kept or token.start >= kept[-1].end:
            kept.append(token)
        elif token.kind == "date" and token.end >= kept[-1].end and kept[-1].kind == "number":
            kept[-1] = token
    return kept


def _with_first(found: list[Token]) -> Iterator[tuple[Token, bool]]:
    """Yield each token, and whether it is the first that is more than a mark, in the sentence or a quotation."""
    first = True
    for token in found:
        yield token, first
        first = token.kind == "mark" and (first or token.lower in '“"«:•–—-*')


def _join_number(token: Token, before: Token | None) -> Token:
    """A bare number right behind a name is part of it: `Vanta 6`; `version 2.10` is not `version 2.1`."""
    bare = isinstance(token.value, Quantity) and token.value == Quantity(token.value.values)
    if before is None or not bare:
        return token
    version = (before.kind == "name" or before.lower in _VERSIONS) and _TENTH_VERSION.fullmatch(token.lower)
    if version or (before.kind == "name" and token.lower.isdigit()):
        return token._replace(kind="code", key=token.lower, value=None)
    return token


def _with_kind(token: Token, start: int, vocabulary: Vocabulary, first: bool, next_is_name: bool) -> Token:
    kind = token.kind
    if kind == "word" and token.capital:
        known = token.lower in vocabulary.capital and token.lower not in vocabulary.small
        if not first or known or (next_is_name and token.lower not in vocabulary.small):
            kind = "name"
    return token._replace(start=start + token.start, end=start + token.end, kind=kind)
