"""A schema as a list of branches, each of one type: the one form in which two schemas are compared.

`$ref`, `allOf`, `anyOf`, lists of types, constants and enumerations are only ways to write it; so are the names of
definitions. What can't be brought into this form stays a keyword that is compared as a whole.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from orchd.compatibility.difference import JsonValue, SchemaKeywords
from orchd.compatibility.reading.document import SchemaPlace, SchemaRefused, WireSchema
from orchd.compatibility.reading.soundness import TYPES

WORDS = frozenset({"title", "description", "$comment", "examples", "deprecated", "readOnly", "writeOnly", "tsType"})
"""Keywords for people and for single tools: to change them is no difference."""

OF_MEMBER = frozenset({"default", "x-default"})
"""What belongs to a member of an object and not to its type."""

OF_TYPE: dict[str, frozenset[str]] = {
    "string": frozenset({"minLength", "maxLength", "pattern", "format"}),
    "number": frozenset({"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"}),
    "array": frozenset({"items", "minItems", "maxItems", "uniqueItems", "prefixItems", "contains"}),
    "object": frozenset({"properties", "required", "additionalProperties", "propertyNames", "minProperties"})
    | {"maxProperties", "patternProperties", "dependentRequired", "dependentSchemas", "discriminator"},
}
EVERY = tuple(name for name in TYPES if name != "integer")
"""The types that make up all values; every integer is a number."""

_ASIDE = {"type", "discriminator"}
"""What may stand beside a union without making other schemas of its parts."""

DEEPEST = 40
"""So many unions and references may be nested in a schema that describes one value."""


@dataclass(frozen=True)
class Branch:
    """Values of one JSON type, what they must keep to, and where that stands."""

    type: str
    keywords: SchemaKeywords
    place: SchemaPlace

    @property
    def tag(self) -> tuple[str, JsonValue] | None:
        """The member that tells it from other objects, and its value there."""
        for name, told in self.keywords.get("properties", {}).items():
            values = [told["const"]] if "const" in (told := _object(told)) else told.get("enum", [])
            if len(values) == 1 and isinstance(values[0], str):
                return name, values[0]
        return None


@dataclass(frozen=True)
class Shape:
    """The branches of a schema, and what is said beside them: keywords of the union itself."""

    branches: tuple[Branch, ...]
    beside: SchemaKeywords


def shape(document: WireSchema, place: SchemaPlace) -> Shape:
    """Return a schema in branches. Raises `SchemaRefused` when it refers to itself without an end."""
    flat, origin = _flat(document, place, 0)
    beside = {name: value for name, value in flat.items() if name.startswith("x-")} if _parts(flat) else {}
    return Shape(tuple(_unite(_branches(document, flat, origin, 0))), beside)


def constraints(keywords: SchemaKeywords) -> SchemaKeywords:
    """Return what narrows values, without words for people."""
    return {name: value for name, value in keywords.items() if name not in WORDS and name not in OF_MEMBER}


def flat(document: WireSchema, place: SchemaPlace) -> SchemaKeywords:
    """Return a schema with what it refers to written out. Raises `SchemaRefused`."""
    return _flat(document, place, 0)[0]


def _flat(document: WireSchema, place: SchemaPlace, depth: int) -> tuple[SchemaKeywords, SchemaPlace]:
    if depth > DEEPEST:
        raise SchemaRefused(f"it refers to itself without an end, or is nested too deeply, at {place.pointer}")
    place = document.resolve(place)
    if isinstance(place.node, bool):
        return ({} if place.node else {"not": {}}), place
    parts = [(place.at("allOf", index)) for index in range(len(place.node.get("allOf", ())))]
    if "$ref" in place.node:
        parts.append(document.target(place.node["$ref"], place.pointer))
    own = {name: value for name, value in place.node.items() if name not in ("allOf", "$ref")}
    if "const" in own:
        own = {"enum": [own["const"]], **{name: value for name, value in own.items() if name not in ("const", "enum")}}
    origin = place
    if len(parts) == 1 and not constraints(own).keys() - {"discriminator"}:
        origin = document.resolve(parts[0])
    for part in parts:
        told, _ = _flat(document, part, depth + 1)
        own = both(own, told)
    return own, origin


def both(one: SchemaKeywords, other: SchemaKeywords) -> SchemaKeywords:
    """Return what keeps to two schemas; what can't be joined stands in an `allOf`."""
    joined = dict(one)
    left: SchemaKeywords = {}
    for name, value in other.items():
        if name in WORDS or name in OF_MEMBER:
            joined.setdefault(name, value)
        elif name not in joined or joined[name] == value:
            joined[name] = value
        elif name in _JOINING:
            joined[name] = _JOINING[name](joined[name], value)
        else:
            left[name] = value
    if left:
        joined["allOf"] = [*joined.get("allOf", []), left]
    return joined


def _parts(flat: SchemaKeywords) -> str | None:
    return next((name for name in ("anyOf", "oneOf") if name in flat), None)


def _branches(document: WireSchema, flat: SchemaKeywords, place: SchemaPlace, depth: int) -> list[Branch]:
    union = _parts(flat)
    if union is None:
        return [branch for kind in _types(flat) for branch in _of_type(kind, flat, place)]
    rest = {name: value for name, value in flat.items() if name != union}
    rest = {name: value for name, value in constraints(rest).items() if not name.startswith("x-")}
    found: list[Branch] = []
    for index, part in enumerate(flat[union]):
        here = SchemaPlace(f"{place.pointer}/{union}/{index}", part)
        told, origin = _flat(document, here, depth + 1)
        found += _branches(document, both(told, rest), here if rest.keys() - _ASIDE else origin, depth + 1)
    if union == "oneOf" and len({(branch.type, branch.tag) for branch in found}) < len(found):
        return [Branch(each.type, each.keywords | {"oneOf": True}, each.place) for each in found]
    return found


def _types(flat: SchemaKeywords) -> list[str]:
    if "type" in flat:
        return flat["type"] if isinstance(flat["type"], list) else [flat["type"]]
    if "enum" in flat:
        return [*dict.fromkeys(type_of(value) for value in flat["enum"])]
    return [] if flat.get("not") == {} else [*EVERY]


def _of_type(kind: str, flat: SchemaKeywords, place: SchemaPlace) -> list[Branch]:
    others = frozenset[str]().union(*(names for name, names in OF_TYPE.items() if name != _family(kind)))
    keywords = {name: value for name, value in flat.items() if name not in others and name != "type"}
    if "enum" in keywords:
        kinds = ("integer", "number") if kind == "number" else (kind,)
        keywords["enum"] = [value for value in keywords["enum"] if type_of(value) in kinds]
        if not keywords["enum"]:
            return []
    if kind == "null" or (kind == "boolean" and len({*keywords.get("enum", ())}) > 1):
        keywords = {}
    return [Branch(kind, constraints(keywords), place)]


def _unite(branches: list[Branch]) -> list[Branch]:
    """Make one enumeration of several constants."""
    found: list[Branch] = []
    first: dict[str, int] = {}
    for each in branches:
        if {*each.keywords} == {"enum"} and each.type in first:
            index = first[each.type]
            values = [*found[index].keywords["enum"], *each.keywords["enum"]]
            found[index] = Branch(each.type, {"enum": values}, found[index].place)
        elif each not in found:
            if {*each.keywords} == {"enum"}:
                first[each.type] = len(found)
            found.append(each)
    return found


def type_of(value: JsonValue) -> str:
    """Return the JSON type of a value; 1.0 is an integer."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int) or (isinstance(value, float) and value.is_integer()):
        return "integer"
    names: dict[type, str] = {float: "number", str: "string", list: "array"}
    return names.get(type(value), "object")


def _object(value: JsonValue) -> SchemaKeywords:
    return value if isinstance(value, dict) else {}


def _family(kind: str) -> str:
    return "number" if kind == "integer" else kind


def _joint_types(one: JsonValue, other: JsonValue) -> list[str]:
    first, second = ([each] if isinstance(each, str) else each for each in (one, other))
    kept = [each for each in first if each in second or (each == "integer" and "number" in second)]
    return kept + [each for each in second if each == "integer" and "number" in first and each not in kept]


def _joint_members(one: JsonValue, other: JsonValue) -> SchemaKeywords:
    joined: dict[str, Any] = dict(one)
    for name, told in other.items():
        joined[name] = {"allOf": [joined[name], told]} if name in joined and joined[name] != told else told
    return joined


_JOINING: dict[str, Callable[[Any, Any], JsonValue]] = {
    "type": _joint_types,
    "properties": _joint_members,
    "required": lambda one, other: [*dict.fromkeys([*one, *other])],
    "enum": lambda one, other: [value for value in one if value in other],
    "items": lambda one, other: {"allOf": [one, other]},
    **dict.fromkeys(("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"), max),
    **dict.fromkeys(("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"), min),
}
"""How two values of a keyword become one that means both."""
