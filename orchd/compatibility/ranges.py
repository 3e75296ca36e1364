"""Bounds of numbers, and of the lengths of texts, lists and maps: whether they were narrowed or widened."""

from collections.abc import Iterator
from fractions import Fraction
from math import ceil, floor, inf
from typing import NamedTuple, TypeAlias

from orchd.compatibility.difference import JsonValue, SchemaKeywords

EndPoint: TypeAlias = tuple[float, bool]
"""A value, and whether it is excluded itself."""


class Move(NamedTuple):
    """What became of one bound; `kind` is its keyword, None for a bound that there isn't."""

    kind: str
    told: str
    old: JsonValue
    new: JsonValue
    narrowed: bool
    widened: bool


COUNTED = {
    "Length": ("shortest text", "longest text"),
    "Items": ("shortest list", "longest list"),
    "Properties": ("fewest members", "most members"),
}


def moves(kinds: tuple[str, str], old: SchemaKeywords, new: SchemaKeywords) -> Iterator[Move]:
    """Yield the bounds that differ between two branches of these types."""
    numbers = {"integer", "number"}
    if numbers.issuperset(kinds):
        yield from _lower(kinds, old, new)
        yield from _upper(kinds, old, new)
        yield from _multiple(old, new)
    for name, (least, most) in COUNTED.items():
        yield from _counts(f"min{name}", least, old.get(f"min{name}", 0), new.get(f"min{name}", 0), 1)
        yield from _counts(f"max{name}", most, old.get(f"max{name}", inf), new.get(f"max{name}", inf), -1)


def admits(keywords: SchemaKeywords, value: JsonValue) -> bool:
    """Return whether a value is within the bounds of its type; its other keywords are not looked at."""
    if isinstance(value, bool) or value is None:
        return True
    if isinstance(value, int | float):
        (least, over), (most, under) = lower(keywords, "number"), upper(keywords, "number")
        return (least < value if over else least <= value) and (value < most if under else value <= most)
    name = "Length" if isinstance(value, str) else "Items" if isinstance(value, list) else "Properties"
    return bool(keywords.get(f"min{name}", 0) <= len(value) <= keywords.get(f"max{name}", inf))


def lower(keywords: SchemaKeywords, kind: str) -> EndPoint:
    """Return the least value; of integers one that is itself admitted."""
    bound = max((keywords.get("minimum", -inf), False), (keywords.get("exclusiveMinimum", -inf), True))
    if kind != "integer" or bound[0] == -inf:
        return (bound[0], bound[1] and bound[0] != -inf)
    return (floor(bound[0]) + 1 if bound[1] else ceil(bound[0])), False


def upper(keywords: SchemaKeywords, kind: str) -> EndPoint:
    """Return the greatest value likewise."""
    negated = {
        "minimum": -keywords.get("maximum", inf),
        "exclusiveMinimum": -keywords.get("exclusiveMaximum", inf),
    }
    value, excluded = lower(negated, kind)
    return -value, excluded


def _lower(kinds: tuple[str, str], old: SchemaKeywords, new: SchemaKeywords) -> Iterator[Move]:
    before, now = lower(old, _stricter(kinds)), lower(new, _stricter(kinds))
    if before != now:
        yield Move("minimum", "least value", _show(before), _show(now), now > before, now < before)


def _upper(kinds: tuple[str, str], old: SchemaKeywords, new: SchemaKeywords) -> Iterator[Move]:
    before, now = upper(old, _stricter(kinds)), upper(new, _stricter(kinds))
    if before != now:
        wider = now[0] > before[0] or (now[0] == before[0] and before[1])
        yield Move("maximum", "greatest value", _show(before), _show(now), not wider, wider)


def _multiple(old: SchemaKeywords, new: SchemaKeywords) -> Iterator[Move]:
    before, now = (Fraction(str(each["multipleOf"])) if "multipleOf" in each else None for each in (old, new))
    if before != now:
        narrowed = now is not None and (before is None or before % now != 0)
        widened = before is not None and (now is None or now % before != 0)
        told = (old.get("multipleOf"), new.get("multipleOf"))
        yield Move("multipleOf", "number that values are multiples of", *told, narrowed, widened)


def _counts(kind: str, told: str, old: float, new: float, sign: int) -> Iterator[Move]:
    if old != new:
        before, now = (None if each == inf else each for each in (old, new))
        yield Move(kind, told, before, now, sign * new > sign * old, sign * new < sign * old)


def _stricter(kinds: tuple[str, str]) -> str:
    """Integers on both sides are compared as such; where one side has fractions, bounds are what they say."""
    return "integer" if kinds == ("integer", "integer") else "number"


def _show(bound: EndPoint) -> JsonValue:
    value, excluded = bound
    if value in (inf, -inf):
        return None
    return f"{value} (itself not)" if excluded else value
