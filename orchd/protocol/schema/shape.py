"""From msgspec's schema to one that generators of clients make plain types of.

Learnt by trying (datamodel-code-generator, json-schema-to-typescript, Ajv in its strict mode): an enumeration gets one
class only where it has a name, a constant no class only as `const`; a default beside a `$ref` doubles the type it
refers to, and so does a description, unless the `$ref` stands in an `allOf` of its own.
"""

from collections.abc import Iterator
from typing import Any, TypeAlias

from msgspec import UNSET

SchemaObject: TypeAlias = dict[str, Any]

REF = "#/$defs/"
_TYPED = frozenset({"type", "const", "enum", "$ref", "allOf", "anyOf"})


def objects(value: Any) -> Iterator[SchemaObject]:
    """Yield every JSON object in a schema, the inner ones first."""
    if isinstance(value, dict):
        for member in value.values():
            yield from objects(member)
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from objects(item)


def constants(definitions: SchemaObject) -> None:
    """Make an enumeration of one value a constant."""
    for node in objects(definitions):
        if isinstance(node.get("enum"), list) and len(node["enum"]) == 1:
            (value,) = node.pop("enum")
            node.update({"type": "integer" if isinstance(value, int) else "string", "const": value})


def enumerations(definitions: SchemaObject) -> None:
    """Give each enumeration with a title its own definition. Raises `ValueError` when two differ under one name."""
    found: SchemaObject = {}
    for node in objects(definitions):
        if "title" in node and "enum" in node:
            moved = {"type": "string"} | {key: node.pop(key) for key in [*node] if key not in ("default", "type")}
            node.pop("type", None)
            node["$ref"] = REF + moved["title"]
            if found.setdefault(moved["title"], moved) != moved:
                raise ValueError(f"two enumerations are called {moved['title']}")
    definitions.update(sorted(found.items()))


def growing(definitions: SchemaObject, root: SchemaObject) -> None:
    """Mark the enumerations that later daemons may send more values of: those that a root holds."""
    wanted, seen = [root], set[str]()
    while wanted:
        for node in objects(wanted.pop()):
            name = str(node.get("$ref", "")).removeprefix(REF)
            if name and name not in seen:
                seen.add(name)
                wanted.append(definitions[name])
                if "enum" in definitions[name]:
                    definitions[name]["x-mayGrow"] = True


def open_enums(schema: SchemaObject) -> None:
    """Take any text where an enumeration stands that may grow: for clients that refuse what their types don't have."""
    growing = {REF + name for name, told in schema["$defs"].items() if told.get("x-mayGrow")}
    for node in reversed([*objects(schema)]):  # the outer ones first
        reference = node["allOf"][0] if "allOf" in node else node
        if isinstance(reference.get("$ref"), str) and reference["$ref"] in growing:
            node.pop("allOf", None)
            node.pop("$ref", None)
            node["type"] = "string"


def nullable(definition: SchemaObject) -> None:
    """Let each member that may be left out be null: that means the same (`tolerance`). A constant is left as it is.

    One that takes null already, and is not null when it is left out, is taken away by it: `x-nullClears` says so."""
    required = definition.get("required", [])
    for name, member in definition.get("properties", {}).items():
        if name in required or "const" in member:
            continue
        if _takes_null(member):
            if "default" not in member:
                member["x-nullClears"] = True
        else:
            outer = {key: member.pop(key) for key in ("description", "default") if key in member}
            branches = member["anyOf"] if [*member] == ["anyOf"] else [member]
            definition["properties"][name] = {"anyOf": [*branches, {"type": "null"}], **outer}


def whole(definition: SchemaObject) -> None:
    """Say that all members are always there: their defaults are not for whoever reads them.

    An empty text is kept as `x-absent`: so a client reads the frame of an older daemon, which did not know the member.
    Of null, lists and maps the type says it."""
    for member in definition["properties"].values():
        if member.pop("default", None) == "":
            member["x-absent"] = ""
    definition["required"] = [*definition["properties"]]


def describe(definition: SchemaObject, texts: SchemaObject) -> None:
    """Say what each member is: by its own text, else by that of its type."""
    for name, member in definition.get("properties", {}).items():
        text = texts.get(name) or member.get("description") or _inner_description(member)
        if text is not None:
            member["description"] = text


def defaults(definition: SchemaObject) -> None:
    """Keep the defaults that say something, and that generators write in the right type.

    Null says nothing, and an object only repeats the defaults of its own members. An enumeration's stands
    in `x-default`, and is said in words.
    """
    for member in definition.get("properties", {}).values():
        value = member.get("default", UNSET)
        if value is None or isinstance(value, dict):
            del member["default"]
        elif isinstance(value, str) and _has_reference(member):
            del member["default"]
            member["x-default"] = value
            said = member.get("description", "")
            member["description"] = f"{said} `{value}` when it is left out.".lstrip()


def anything(definitions: SchemaObject) -> None:
    """Tell json-schema-to-typescript of members that hold any value, which it would take for objects."""
    for definition in definitions.values():
        for member in definition.get("properties", {}).values():
            if _TYPED.isdisjoint(member):
                member["tsType"] = "unknown"


def references(definitions: SchemaObject) -> None:
    """Leave nothing beside a `$ref`: with a description it gets into an `allOf`."""
    for node in objects(definitions):
        if isinstance(node.get("$ref"), str) and len(node) > 1:
            node["allOf"] = [{"$ref": node.pop("$ref")}]


def union(root: SchemaObject, name: str, text: str) -> SchemaObject:
    """Return a union of frames as JSON Schema, OpenAPI and Ajv tell its branches apart: by `type`."""
    branches = root["anyOf"]
    return {"title": name, "description": text, "type": "object", "discriminator": {"propertyName": "type"}} | {
        "oneOf": sorted(branches, key=lambda branch: str(branch["$ref"]))
    }


def _takes_null(member: SchemaObject) -> bool:
    return member.get("type") == "null" or any(map(_takes_null, member.get("anyOf", [])))


def _has_reference(member: SchemaObject) -> bool:
    return "$ref" in member or any("$ref" in branch for branch in member.get("anyOf", []))


def _inner_description(member: SchemaObject) -> str | None:
    texts = [branch["description"] for branch in member.get("anyOf", []) if "description" in branch]
    return texts[0] if len(texts) == 1 else None
