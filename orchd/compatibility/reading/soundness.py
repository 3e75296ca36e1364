"""Whether the keywords of a schema have values that they can have: what a damaged file is refused by."""

from collections.abc import Callable, Iterator
from typing import Any

from orchd.compatibility.difference import JsonValue

TYPES = ("null", "boolean", "integer", "number", "string", "array", "object")
ONE: tuple[str, ...] = ("items", "additionalProperties", "propertyNames", "not", "if", "then", "else", "contains")
ONE += ("unevaluatedItems", "unevaluatedProperties", "contentSchema")
MANY = ("allOf", "anyOf", "oneOf", "prefixItems")
NAMED = ("properties", "patternProperties", "dependentSchemas", "$defs")
"""Keywords with a schema, a list of schemas, and schemas by name."""

MOST_DEPTH = 150
"""So deep may schemas stand in one another; ours stand six deep."""


def unsound(node: JsonValue, pointer: str = "#", depth: int = 0) -> Iterator[str]:
    """Say what is wrong with a schema and with those inside of it."""
    if depth > MOST_DEPTH:
        yield f"it is nested too deeply, at {pointer[:200]}"
        return
    if isinstance(node, bool):
        return
    if not isinstance(node, dict):
        yield f"a schema is an object, at {pointer}"
        return
    for name, value in node.items():
        wanted = KEYWORDS.get(name)
        if wanted is not None and not wanted[1](value):
            yield f"`{name}` must be {wanted[0]}, at {pointer}"
            return
    for step, inner in _inner(node):
        yield from unsound(inner, f"{pointer}/{step}", depth + 1)


def _inner(node: dict[str, Any]) -> Iterator[tuple[str, JsonValue]]:
    for name in ONE:
        if name in node:
            yield name, node[name]
    for name in MANY:
        yield from ((f"{name}/{index}", inner) for index, inner in enumerate(node.get(name, ())))
    for name in NAMED:
        yield from ((f"{name}/{member}", inner) for member, inner in node.get(name, {}).items())


def _number(value: JsonValue) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _count(value: JsonValue) -> bool:
    return _number(value) and value >= 0 and value == int(value)


def _names(value: JsonValue) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def _type(value: JsonValue) -> bool:
    names = value if isinstance(value, list) else [value]
    return bool(names) and all(isinstance(each, str) and each in TYPES for each in names)


def _objects(value: JsonValue) -> bool:
    return isinstance(value, dict) and all(isinstance(each, dict) for each in value.values())


def _close_codes(value: JsonValue) -> bool:
    if not isinstance(value, list):
        return False
    codes = [each.get("code") if isinstance(each, dict) else None for each in value]
    return all(isinstance(code, int) for code in codes) and len({*codes}) == len(codes)


def _is(*kinds: type) -> Callable[[JsonValue], bool]:
    return lambda value: isinstance(value, kinds)


_NUMBER, _COUNT = ("a number", _number), ("a count", _count)
_TEXT, _MAP = ("a text", _is(str)), ("an object", _is(dict))
_LIST = ("a list that isn't empty", lambda value: isinstance(value, list) and bool(value))

KEYWORDS: dict[str, tuple[str, Callable[[JsonValue], bool]]] = {
    "type": ("a type, or a list of types", _type),
    "required": ("a list of names", _names),
    "enum": _LIST,
    "multipleOf": ("a number over 0", lambda value: _number(value) and value > 0),
    "uniqueItems": ("true or false", _is(bool)),
    "x-mayGrow": ("true or false", _is(bool)),
    "x-reply": _TEXT,
    "x-right": _TEXT,
    "x-scope": _TEXT,
    "x-before": ("a list of names", _names),
    "x-pushes": ("a list of names", _names),
    "x-errors": ("a list of names", _names),
    "x-replyData": _MAP,
    "x-codes": ("an object of objects", _objects),
    "x-reasons": _MAP,
    "x-closeCodes": ("a list of objects with a `code` each, no code twice", _close_codes),
    "discriminator": _MAP,
    **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"), _NUMBER),
    **dict.fromkeys(("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"), _COUNT),
    **dict.fromkeys(("pattern", "format", "$ref"), _TEXT),
    **dict.fromkeys(MANY, _LIST),
    **dict.fromkeys(NAMED, _MAP),
}
"""Keyword → what its value must be, in words, and whether it is that."""
