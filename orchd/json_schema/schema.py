"""A JSON schema of a stranger, taken apart before it is used: its form, its size, and what of it can be checked."""

from collections.abc import Iterator
from typing import Any, TypeAlias
from urllib.parse import unquote

from orchd.errors import Invalid

Json: TypeAlias = bool | int | float | str | list["Json"] | dict[str, "Json"] | None
Rules: TypeAlias = dict[str, Any]

MAX_SCHEMAS = 2_000
MAX_DEPTH = 64
"""How many schemas may stand in one, and how deep."""

TYPES = ("string", "integer", "number", "boolean", "null", "array", "object")
UNCHECKED = "pattern"
REFUSED = frozenset(
    [
        *("patternProperties", "unevaluatedProperties", "unevaluatedItems", "dependencies", "additionalItems"),
        *("$dynamicRef", "$recursiveRef", "$anchor", "$dynamicAnchor"),
    ]
)

ONE = ("items", "additionalProperties", "propertyNames", "contains", "not", "if", "then", "else")
SEVERAL = ("allOf", "anyOf", "oneOf", "prefixItems")
NAMED = ("properties", "$defs", "definitions", "dependentSchemas")
"""Keywords that hold one schema, a list of them, or some by name."""

_COUNTS = (
    *("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"),
    *("minContains", "maxContains"),
)
_NUMBERS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")


class JsonSchema:
    """A schema that can be checked against. `unchecked`: the paths of what is left to the model server.

    `at`: where it stands in what the client sent; all paths begin with it. Raises Invalid (`details.path` says where)
    for one that is malformed, too large, or refused.
    """

    def __init__(self, root: Rules | bool, at: str = "$") -> None:
        self.root = root
        self.at = at
        self.unchecked: list[str] = []
        self._seen: set[int] = set()
        self._resolved: dict[str, Rules | bool] = {}
        self._examine(root, at, 0)

    def resolve(self, reference: str) -> Rules | bool:
        """Return what a `$ref` within the schema (`#`, `#/$defs/name`) names. Raises Invalid when there is nothing."""
        if reference not in self._resolved:  # following a long one again at each step would go past all budgets
            self._resolved[reference] = self._follow(reference)
        return self._resolved[reference]

    def _follow(self, reference: str) -> Rules | bool:
        found: Any = self.root
        for part in reference.split("/")[1:]:
            key = unquote(part).replace("~1", "/").replace("~0", "~")
            try:
                found = found[_index(key)] if isinstance(found, list) else found[key]
            except (LookupError, ValueError, TypeError):
                raise _refusal(f"$ref {reference[:100]!r} leads nowhere", self.at) from None
        if not isinstance(found, dict | bool):
            raise _refusal(f"$ref {reference[:100]!r} leads to no schema", self.at)
        return found

    def _examine(self, schema: object, path: str, depth: int) -> None:
        if isinstance(schema, bool):
            return
        if not isinstance(schema, dict):
            raise _refusal("a schema is an object or a boolean", path)
        if id(schema) in self._seen:
            return
        self._seen.add(id(schema))
        if len(self._seen) > MAX_SCHEMAS or depth > MAX_DEPTH:
            raise _refusal("the schema is too large", path)
        _check_keywords(schema, path, depth)
        if UNCHECKED in schema:
            self.unchecked.append(f"{path}.{UNCHECKED}")
        if "$ref" in schema:
            self._examine(self.resolve(schema["$ref"]), path, depth + 1)
        for inner, place in _inner(schema, path):
            self._examine(inner, place, depth + 1)


def _index(key: str) -> int:
    """Read a place in a list as JSON pointers write it: neither -1 nor 01 is one (RFC 6901). Raises ValueError."""
    place = int(key)
    if str(place) != key or place < 0:
        raise ValueError(key)
    return place


def _inner(schema: Rules, path: str) -> Iterator[tuple[object, str]]:
    """Yield the schemas that stand directly in this one, with their paths. Raises Invalid for a wrong form."""
    for keyword in schema.keys() & {*ONE}:
        yield schema[keyword], f"{path}.{keyword}"
    for keyword in schema.keys() & {*SEVERAL}:
        if not isinstance(schema[keyword], list) or not schema[keyword]:
            raise _refusal(f"{keyword} must be a list of schemas", path)
        yield from ((part, f"{path}.{keyword}[{place}]") for place, part in enumerate(schema[keyword]))
    for keyword in schema.keys() & {*NAMED}:
        if not isinstance(schema[keyword], dict):
            raise _refusal(f"{keyword} must be an object of schemas", path)
        yield from ((part, f"{path}.{keyword}.{name[:64]}") for name, part in schema[keyword].items())


def _check_keywords(schema: Rules, path: str, depth: int) -> None:
    refused = (REFUSED & schema.keys()) | ({"$id"} & schema.keys() if depth else set())
    if refused:
        raise _refusal(f"the keyword {min(refused)} is not supported", path)
    for keyword, value in schema.items():
        if not _well_formed(keyword, value):
            raise _refusal(f"the keyword {keyword[:64]} has a value that it can't have", path)


def _well_formed(keyword: str, value: Any) -> bool:
    if keyword in _COUNTS:
        return isinstance(value, int) and not isinstance(value, bool) and value >= 0
    if keyword in _NUMBERS:
        number = isinstance(value, int | float) and not isinstance(value, bool)
        return number and (keyword != "multipleOf" or value > 0)
    match keyword:
        case "type":
            names = value if isinstance(value, list) else [value]
            return bool(names) and all(isinstance(name, str) and name in TYPES for name in names)
        case "enum":
            return isinstance(value, list)
        case "required":
            return _is_texts(value)
        case "dependentRequired":
            return isinstance(value, dict) and all(map(_is_texts, value.values()))
        case "uniqueItems":
            return isinstance(value, bool)
        case "pattern":
            return isinstance(value, str)
        case "$ref":
            return isinstance(value, str) and (value == "#" or value.startswith("#/"))
    return True


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _refusal(reason: str, path: str) -> Invalid:
    return Invalid(f"{reason}, at {path[:300]}", field="schema", path=path[:300])
