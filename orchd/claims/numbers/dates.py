"""Dates and times of day, in English and Portuguese, as far as a text gives their parts.

`9 November 1874`, `November 9, 1874`, `1874-11-09`, `09/11/1874`, `9 de novembro de 1874`, `Nov 1874`, `the 1870s`,
`século XIX`, `21:40`, `2h27`, `9.40 pm`. What is written with slashes is read day first, or month first too.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from orchd.claims.numbers.number_words import COUNTS, ORDINALS
from orchd.claims.words.stems import fold
from orchd.patterns import lazy_pattern

_MONTHS = (
    "january janeiro jan",
    "february fevereiro feb fev",
    "march março mar",
    "april abril apr abr",
    "may maio mai",
    "june junho jun",
    "july julho jul",
    "august agosto aug ago",
    "september setembro sept sep set",
    "october outubro oct out",
    "november novembro nov",
    "december dezembro dec dez",
)
_MONTH_OF = {name: number for number, names in enumerate(_MONTHS, 1) for name in names.split()}
_LONG = "|".join(
    sorted((name for name in _MONTH_OF if len(name) > 4 or name in ("may", "june", "july", "maio")), key=len)
)
_ANY = "|".join(sorted(_MONTH_OF, key=len, reverse=True))
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_YEAR = r"(?:1\d{3}|20\d{2})(?!\d)"
_ORDINAL = r"(?:st|nd|rd|th|º|°|o)?"

_DATE = lazy_pattern(
    rf"""
    (?<![\w/.-])(?:
      (?P<y1>{_YEAR})-(?P<m1>0?[1-9]|1[0-2])-(?P<d1>{_DAY})(?![\w])
    | (?P<a2>{_DAY})/(?P<b2>{_DAY})/(?P<y2>\d{{4}}|\d{{2}})(?![\w/])
    | (?P<a3>{_DAY})\.(?P<b3>0?[1-9]|1[0-2])\.(?P<y3>{_YEAR})
    | (?P<a4>[0-3]\d)/(?P<b4>0?[1-9]|1[0-2])(?![\w/]) | (?P<a0>[1-9])/(?P<b0>0[1-9]|1[0-2])(?![\w/])
    | (?P<d5>{_DAY}){_ORDINAL}(?:\s*(?:-|–|—|to|and|a|e|until|até)\s*(?P<e5>{_DAY}){_ORDINAL})?\s*(?:of\s+|de\s+|-)?
      (?P<m5>{_ANY})\b\.?(?:,?\s*(?:of\s+|de\s+|-)?(?P<y5>{_YEAR}))?
    | (?P<m6>{_ANY})\.?\s+(?P<d6>{_DAY}){_ORDINAL}(?:\s*(?:-|–|to|and)\s*(?P<e6>{_DAY}){_ORDINAL})?(?!\d|[.,]\d)
      (?:,?\s+(?:of\s+)?(?P<y6>{_YEAR}))?
    | (?P<m7>{_ANY})\b\.?,?\s*(?:of\s+|de\s+|/)?(?P<y7>{_YEAR})
    | (?P<m0>0?[1-9]|1[0-2])/(?P<y0>{_YEAR})
    | dia\s+(?P<d8>{_DAY})(?!\d|[.,/:]\d)
    | (?P<m8>{_LONG})\b
    | (?P<decade>\d{{3}}0)[’']?s\b
    | (?:anos|década\s+de)\s+(?P<decade2>\d{{3}}0|[1-9]0)\b
    | (?P<century>\d{{1,2}})(?:st|nd|rd|th)[\s-]+century
    | (?P<spelled>(?:twenty[\s-])?(?:{"|".join(ORDINALS["en"])}))[\s-]+century
    | s[ée]culo\s+(?P<roman>[IVX]+|\d{{1,2}})\b
    | (?P<y9>{_YEAR})(?![\w%°]|[.,/]\d|\s*%)
    )""",
    re.VERBOSE | re.IGNORECASE,
)
_CLOCK = lazy_pattern(
    r"""(?<![\w.,:/])(?:(?P<h>[01]?\d|2[0-4])(?::|h)(?P<m>[0-5]\d)(?::(?P<s>[0-5]\d))?(?!\d)(?:\s?min\b)?(?:\s?(?P<half>[ap])\.?m\b\.?)?
    |(?P<h2>1[0-2]|0?[1-9])(?:[.:](?P<m2>[0-5]\d))?\s?(?P<half2>[ap])\.?m\b\.?
    |(?P<h3>[01]?\d|2[0-4])\s?h(?!\w))
    |\b(?P<part>half|quarter)\s(?P<way>past|to)\s(?P<h4>1[0-2]|[1-9]|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\b
    |(?:(?<=\bat\s)|(?<=\bà\s)|(?<=\bàs\s))(?P<h5>1[0-2]|[1-9]|[a-zêã]{2,6})(?:\so['’]clock|\shoras?)?
     \s(?P<when>in\sthe\s(?:morning|afternoon|evening)|at\snight|da\s(?:manhã|tarde|noite|madrugada))\b""",
    re.VERBOSE | re.IGNORECASE,
)
_ROMAN = {"I": 1, "V": 5, "X": 10}
_BEFORE_MONTH = lazy_pattern(
    r"(?:\b(?:in|of|since|until|by|from|to|through|late|early|mid|last|next|this|and|during|between|em|de|desde|até|e|a))[\s-]+\Z",
    re.I,
)


class Date(NamedTuple):
    """A point or stretch of time; None is what the text leaves open. `clock` is minutes after midnight.

    `other` is a second reading of the same figures. `year` of a `span` of 10 or 100 years is its first.
    """

    year: int | None = None
    month: int | None = None
    day: int | None = None
    span: int = 1
    clock: float | None = None
    other: tuple[int, int] | None = None
    """Month and day, read the other way round."""
    half_known: bool = False
    """Whether a clock says which half of the day it means: `5 pm`, `17:00`."""


class DateSpan(NamedTuple):
    """A date and where it stands."""

    start: int
    end: int
    date: Date


def dates(text: str, day_first: bool = False) -> Iterator[DateSpan]:
    """Yield the dates and times of day in `text`, in order of their kind; none overlaps another.

    `day_first`: in the language of `text`, days always stand before months.
    """
    clocks = [
        DateSpan(match.start(), match.end(), date)
        for match in _CLOCK.finditer(text)
        if (date := _clock(match)) is not None
    ]
    taken = {(each.start, each.end) for each in clocks}
    for match in _DATE.finditer(text):
        if not any(start < match.end() and match.start() < end for start, end in taken):
            for each in _read(text, match):
                yield each._replace(date=each.date._replace(other=None)) if day_first else each
    yield from clocks


def agreement(claimed: Date, found: Date) -> float:
    """Return how far a claim's date follows from one of a source, 0 (contradicts it, or has no part in common) to 1."""
    if (claimed.clock is None) != (found.clock is None):
        return 0.0
    if claimed.clock is not None and found.clock is not None:
        return _same_clock(claimed.clock, found.clock, half_known=claimed.half_known and found.half_known)
    readings = [found] if found.other is None else [found, found._replace(month=found.other[0], day=found.other[1])]
    asked = [claimed]
    if claimed.other is not None:
        asked.append(claimed._replace(month=claimed.other[0], day=claimed.other[1]))
    return max(_parts(wanted, other) for wanted in asked for other in readings)


def _parts(claimed: Date, found: Date) -> float:
    if claimed.span > 1 or found.span > 1:
        return _spans(claimed, found)
    pairs = [(claimed.year, found.year), (claimed.month, found.month), (claimed.day, found.day)]
    if any(mine is not None and other is not None and mine != other for mine, other in pairs):
        return 0.0
    shared = sum(mine is not None and other is not None for mine, other in pairs)
    missing = sum(mine is not None and other is None for mine, other in pairs)
    return 0.0 if not shared else 1.0 if not missing else 0.6


def _spans(claimed: Date, found: Date) -> float:
    if claimed.year is None or found.year is None:
        return 0.0
    if claimed.span >= found.span:
        return 1.0 if claimed.year <= found.year < claimed.year + claimed.span else 0.0
    return 0.5 if found.year <= claimed.year < found.year + found.span else 0.0


def _same_clock(one: float, other: float, *, half_known: bool) -> float:
    if one == other:
        return 1.0
    turned = abs(one - other) == 12 * 60 and not half_known
    return 0.8 if turned or int(one) == int(other) else 0.0


def _spoken_clock(match: re.Match[str]) -> Date:
    """Return `half past ten` and `quarter to five`."""
    hours = int(match["h4"]) if match["h4"].isdigit() else int(COUNTS["en"][match["h4"].lower()])
    minutes = 30 if match["part"].lower() == "half" else 15
    return Date(clock=hours * 60 + (minutes if match["way"].lower() == "past" else -minutes))


def _part_of_day(match: re.Match[str]) -> Date | None:
    """Return `two in the afternoon` and `oito horas da noite`; nothing where no number stands there."""
    said, when = match["h5"].lower(), match["when"].lower().split()[-1]
    hours = int(said) if said.isdigit() else int(COUNTS["en"].get(said) or COUNTS["pt"].get(fold(said)) or 0)
    if not 1 <= hours <= 12:
        return None
    late = when in ("afternoon", "evening", "tarde") or (when in ("night", "noite") and 6 <= hours < 12)
    return Date(clock=60 * (hours % 12 + 12 * late), half_known=True)


def _clock(match: re.Match[str]) -> Date | None:
    if match["part"]:
        return _spoken_clock(match)
    if match["when"]:
        return _part_of_day(match)
    hours = int(match["h"] or match["h2"] or match["h3"])
    half = (match["half"] or match["half2"] or "").lower()
    if half:
        hours = hours % 12 + (12 if half == "p" else 0)
    minutes = int(match["m"] or match["m2"] or 0)
    known = bool(half) or hours % 24 > 12
    return Date(clock=hours * 60 + minutes + int(match["s"] or 0) / 60, half_known=known)


def _read(text: str, match: re.Match[str]) -> Iterator[DateSpan]:
    found = match.groupdict()
    start, end = match.span()
    if found["m6"] and not found["m6"][0].isupper():
        return
    if found["m8"]:
        if _is_month(text, match):
            yield DateSpan(start, end, Date(month=_month(found["m8"])))
    elif any(found[group] for group in ("decade", "decade2", "century", "spelled", "roman")):
        yield DateSpan(start, end, _span(found))
    elif found["e5"] or found["e6"]:
        yield from _days(match, found)
    else:
        yield DateSpan(start, end, _single(found))


def _days(match: re.Match[str], found: dict[str, str | None]) -> Iterator[DateSpan]:
    """Two days of one month: `4 to 15 March`."""
    group = "5" if found["e5"] else "6"
    year, month = _number(found["y" + group]), _month(found["m" + group])
    yield DateSpan(*match.span("d" + group), Date(year, month, _number(found["d" + group])))
    yield DateSpan(match.start("e" + group), match.end(), Date(year, month, _number(found["e" + group])))


def _single(found: dict[str, str | None]) -> Date:
    for group in ("2", "3", "4", "0"):
        if found["a" + group]:
            return _figures(_number(found.get("y" + group)), int(found["a" + group] or 0), int(found["b" + group] or 0))
    if found["m0"]:
        return Date(_number(found["y0"]), _number(found["m0"]))
    if found["m1"]:
        return Date(_number(found["y1"]), _number(found["m1"]), _number(found["d1"]))
    for group in ("5", "6", "7"):
        if found["m" + group]:
            day = _number(found.get("d" + group))
            return Date(_number(found["y" + group]), _month(found["m" + group]), day)
    return Date(_number(found["y9"]), day=_number(found["d8"]))


def _figures(year: int | None, first: int, second: int) -> Date:
    """Day first, as most of the world writes, or month first."""
    if year is not None and year < 100:
        year += 2000 if year < 50 else 1900
    if second > 12:
        return Date(year, first, second) if first <= 12 else Date(year)
    return Date(year, second, first, other=(first, second) if first <= 12 and first != second else None)


def _span(found: dict[str, str | None]) -> Date:
    decade = _number(found["decade"] or found["decade2"])
    if decade is not None:
        return Date(decade if decade >= 100 else 1900 + decade, span=10)
    century = _number(found["century"]) or _ordinal_number(found["spelled"] or "") or _roman(found["roman"] or "")
    return Date((century - 1) * 100, span=100)


def _is_month(text: str, match: re.Match[str]) -> bool:
    """Tell a lone month from a word that is written the same: `may`, `march`; Portuguese months have no capitals."""
    word = match["m8"]
    if word.lower() not in ("may", "march"):
        return True
    return word[0].isupper() and _BEFORE_MONTH.search(text[max(0, match.start() - 12) : match.start()]) is not None


def _month(name: str | None) -> int | None:
    return _MONTH_OF[name.lower()] if name else None


def _number(text: str | None) -> int | None:
    return int(text) if text else None


def _ordinal_number(text: str) -> int:
    places = ORDINALS["en"]
    *tens, last = text.lower().replace("-", " ").split() or [""]
    return int(places.get(last, 0)) + (20 if tens else 0)


def _roman(text: str) -> int:
    if text.isdigit():
        return int(text)
    values = [_ROMAN.get(letter, 0) for letter in text.upper()]
    following = [*values[1:], 0]
    return sum(-value if value < after else value for value, after in zip(values, following, strict=True))
