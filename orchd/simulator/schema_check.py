"""Whether a JSON value follows a JSON schema, for the keywords that the simulator writes answers for.

The writer (`schema_instance`) makes a value and then asks here: keywords that only judge (`not`, `uniqueItems`,
`oneOf`'s "exactly one") need no cleverness there. Formats are annotations, as the specification has it.
Schemas come from strangers: each keyword's own form is checked before use, and all work draws on one budget.
"""

import math
from typing import Any, TypeAlias
from urllib.parse import unquote

Schema: TypeAlias = dict[str, Any] | bool
Json: TypeAlias = bool | int | float | str | list["Json"] | dict[str, "Json"] | None

BUDGET = 50_000
"""How many schemas may be visited for one answer."""

REFUSED = frozenset(
    [
        "pattern",
        "patternProperties",
        "propertyNames",
        "if",
        "then",
        "else",
        "contains",
        "minContains",
        "maxContains",
        "dependentRequired",
        "dependentSchemas",
        "dependencies",
        "unevaluatedProperties",
        "unevaluatedItems",
        "$dynamicRef",
        "$recursiveRef",
    ]
)
_FORMS: dict[str, tuple[type, ...]] = {
    **dict.fromkeys(("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"), (int,)),
    **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"), (int, float)),
    **dict.fromkeys(("enum", "required", "allOf", "anyOf", "oneOf", "prefixItems"), (list,)),
    **dict.fromkeys(("items", "additionalProperties", "not"), (dict, bool)),
    "properties": (dict,),
    "uniqueItems": (bool,),
    "type": (str, list),
    "$ref": (str,),
}
TYPES = ("string", "integer", "number", "boolean", "null", "array", "object")


class UnsupportedSchemaError(Exception):
    """No answer can be made for the schema; the text says why."""


def as_schema(value: object) -> Schema:
    """Take a value for a schema; raises `UnsupportedSchemaError` when it is none or uses a keyword we can't follow."""
    if isinstance(value, bool):
        return value
    if not isinstance(value, dict):
        raise UnsupportedSchemaError("a schema must be an object or a boolean")
    refused = REFUSED & value.keys()
    if refused:
        raise UnsupportedSchemaError(f"keyword '{min(refused)}' is not supported by the simulator")
    for keyword in _FORMS.keys() & value.keys():
        _check_form(keyword, value[keyword])
    return value


def _check_form(keyword: str, given: object) -> None:
    forms = _FORMS[keyword]
    fits = isinstance(given, forms) and (bool in forms or not isinstance(given, bool))
    if fits and isinstance(given, list):
        texts = keyword in ("required", "type")
        fits = (not texts or all(isinstance(item, str) for item in given)) and (bool(given) or keyword == "required")
    if fits and keyword == "type":
        fits = all(name in TYPES for name in (given if isinstance(given, list) else [given]))
    if fits and keyword == "multipleOf" and isinstance(given, int | float):
        fits = given > 0
    if not fits:
        raise UnsupportedSchemaError(f"keyword '{keyword}' has a value that it can't have")


def same(left: Json, right: Json) -> bool:
    """Equality of JSON values: 1 equals 1.0, but true is not 1."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same(value, right[key]) for key, value in left.items())
    return left == right


def unique(value: list[Json]) -> bool:
    """Whether no two items are the same."""
    return not any(same(left, right) for i, left in enumerate(value) for right in value[:i])


def is_type(value: Json, name: str) -> bool:
    """Whether a value is of a schema's type; 1.0 is an integer there, true is none."""
    match value:
        case None:
            return name == "null"
        case bool():
            return name == "boolean"
        case int():
            return name in ("integer", "number")
        case float():
            return name == "number" or (name == "integer" and value.is_integer())
        case str():
            return name == "string"
        case list():
            return name == "array"
    return name == "object"


def types_of(schema: dict[str, Any]) -> list[str] | None:
    """The types that a schema names, None when it names none."""
    named = schema.get("type")
    return named if named is None or isinstance(named, list) else [named]


class Document:
    """A whole schema: what references are looked up in, and the budget of work on it."""

    def __init__(self, root: object) -> None:
        self.root = as_schema(root)
        self._left = BUDGET

    def spend(self) -> None:
        """Count one step; raises `UnsupportedSchemaError` when the schema costs too many."""
        self._left -= 1
        if self._left < 0:
            raise UnsupportedSchemaError("it is too large or too intricate for the simulator")

    def resolve(self, reference: str) -> Schema:
        """Follow a `$ref` within the document (`#`, `#/$defs/name`); raises `UnsupportedSchemaError`."""
        if not (reference == "#" or reference.startswith("#/")):
            raise UnsupportedSchemaError(f"$ref '{reference}': only references within the schema are followed")
        found: Any = self.root
        for part in reference.split("/")[1:]:
            key = unquote(part).replace("~1", "/").replace("~0", "~")
            try:
                found = found[int(key)] if isinstance(found, list) else found[key]
            except (LookupError, ValueError, TypeError):
                raise UnsupportedSchemaError(f"$ref '{reference}' leads nowhere") from None
        return as_schema(found)

    def follows(self, value: Json, given: Schema) -> bool:
        """Whether the value follows the schema, which is this document's root or stands within it."""
        self.spend()
        schema = as_schema(given)
        if isinstance(schema, bool):
            return schema
        types = types_of(schema)
        return (
            (types is None or any(is_type(value, name) for name in types))
            and ("const" not in schema or same(value, schema["const"]))
            and ("enum" not in schema or any(same(value, choice) for choice in schema["enum"]))
            and ("$ref" not in schema or self.follows(value, self.resolve(schema["$ref"])))
            and self._combined(value, schema)
            and self._shaped(value, schema)
        )

    def _combined(self, value: Json, schema: dict[str, Any]) -> bool:
        def matches(keyword: str, default: Schema) -> list[bool]:
            return [self.follows(value, branch) for branch in schema.get(keyword, [default])]

        return (
            all(matches("allOf", True))
            and any(matches("anyOf", True))
            and sum(matches("oneOf", True)) == 1
            and ("not" not in schema or not self.follows(value, schema["not"]))
        )

    def _shaped(self, value: Json, schema: dict[str, Any]) -> bool:
        match value:
            case str():
                return _between(len(value), schema, "minLength", "maxLength")
            case list():
                return self._array(value, schema)
            case dict():
                return self._object(value, schema)
            case None | bool():
                return True
        return _number(value, schema)

    def _array(self, value: list[Json], schema: dict[str, Any]) -> bool:
        if not _between(len(value), schema, "minItems", "maxItems"):
            return False
        first, rest = schema.get("prefixItems", []), schema.get("items", True)
        places = [(item, first[i] if i < len(first) else rest) for i, item in enumerate(value)]
        if not all(self.follows(item, place) for item, place in places):
            return False
        return not schema.get("uniqueItems") or unique(value)

    def _object(self, value: dict[str, Json], schema: dict[str, Any]) -> bool:
        if not _between(len(value), schema, "minProperties", "maxProperties"):
            return False
        if not all(name in value for name in schema.get("required", [])):
            return False
        known, other = schema.get("properties", {}), schema.get("additionalProperties", True)
        return all(self.follows(item, known.get(name, other)) for name, item in value.items())


def _between(size: float, schema: dict[str, Any], least: str, most: str) -> bool:
    return bool(schema.get(least, -math.inf) <= size <= schema.get(most, math.inf))


def _number(value: float, schema: dict[str, Any]) -> bool:
    if not _between(value, schema, "minimum", "maximum"):
        return False
    if value <= schema.get("exclusiveMinimum", -math.inf) or value >= schema.get("exclusiveMaximum", math.inf):
        return False
    step = schema.get("multipleOf")
    if step is None:
        return True
    if isinstance(step, int):
        return value % step == 0
    try:
        quotient = value / step
    except OverflowError:
        return False
    return math.isfinite(quotient) and quotient == int(quotient)
