"""Two flat JSON schemas laid on top of each other: what follows the result follows both, as far as keywords tell."""

import math
from typing import Any

from orchd.simulator.schema_check import same, types_of


class DeadEndError(Exception):
    """No value can follow this; another branch may still lead somewhere."""


_GREATEST = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
_LEAST = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")


def merge(left: dict[str, Any], right: dict[str, Any]) -> dict[str, Any]:
    """Combine two schemas without combinators at their top; raises `DeadEndError` where they contradict each other."""
    merged = left | right
    for key in left.keys() & right.keys():
        merged[key] = _both(key, left[key], right[key], left, right)
    return merged


def _both(key: str, one: Any, two: Any, left: dict[str, Any], right: dict[str, Any]) -> Any:
    if key in _GREATEST:
        return max(one, two)
    if key in _LEAST:
        return min(one, two)
    match key:
        case "type":
            return _types(types_of(left) or [], types_of(right) or [])
        case "const" if not same(one, two):
            raise DeadEndError
        case "enum":
            return _common(one, two)
        case "required":
            return list(dict.fromkeys([*one, *two]))
        case "properties":
            return one | two | {name: {"allOf": [one[name], two[name]]} for name in one.keys() & two.keys()}
        case "items" | "additionalProperties":
            return {"allOf": [one, two]}
        case "prefixItems":
            pairs = [{"allOf": list(pair)} for pair in zip(one, two, strict=False)]
            return pairs + one[len(pairs) :] + two[len(pairs) :]
        case "not":
            return {"anyOf": [one, two]}
        case "multipleOf":
            return _step(one, two)
        case "uniqueItems":
            return one or two
    return two


def _types(one: list[str], two: list[str]) -> list[str]:
    if "number" in one and "integer" in two and "integer" not in one:
        one = [*one, "integer"]
    if "number" in two and "integer" in one and "integer" not in two:
        two = [*two, "integer"]
    both = [name for name in one if name in two]
    if not both:
        raise DeadEndError
    return both


def _common(one: list[Any], two: list[Any]) -> list[Any]:
    both = [choice for choice in one if any(same(choice, other) for other in two)]
    if not both:
        raise DeadEndError
    return both


def _step(one: float, two: float) -> float:
    if isinstance(one, int) and isinstance(two, int):
        return math.lcm(one, two)
    if one % two == 0:
        return one
    if two % one == 0:
        return two
    raise DeadEndError
