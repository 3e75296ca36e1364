"""Edits of a schema, each with what it means to clients: the ground truth that the gate is measured by."""

import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]
REF = "#/$defs/"


@dataclass(frozen=True)
class Edit:
    """`breaking` is None for what is no difference; `back` is whether the opposite edit breaks clients."""

    name: str
    at: tuple[str | int, ...]
    change: Callable[[Json], object]
    breaking: bool | None
    back: bool
    member: str | None = None

    def apply(self, schema: Json) -> None:
        """Make the edit."""
        node: Any = schema
        for step in self.at:
            node = node[step]
        self.change(node)


def cut(schema: Json, frame: str) -> Json:
    """Return the schema with no other frame than this one and what it needs; the other root has one frame, too."""
    other = {"ClientFrame": "PingFrame", "ServerFrame": "PongFrame"}
    definitions = schema["$defs"]
    roots: Json = {}
    for root, least in other.items():
        names = {branch["$ref"].removeprefix(REF) for branch in definitions[root]["oneOf"]}
        kept = {frame} & names or {least}
        roots[root] = definitions[root] | {"oneOf": [{"$ref": REF + name} for name in sorted(kept)]}
    found: Json = dict(roots)
    wanted = [*_references(roots)]
    while wanted:
        name = wanted.pop()
        if name not in found:
            found[name] = definitions[name]
            wanted += _references(definitions[name])
    return copy.deepcopy(schema | {"$defs": found})


def edits(schema: Json) -> list[Edit]:
    """Return what can be done to the payload of the one frame of a cut schema."""
    definitions = schema["$defs"]
    found: list[Edit] = []
    for root, client in (("ClientFrame", True), ("ServerFrame", False)):
        for name in _reachable(definitions, root):
            found += _edits(definitions[name], ("$defs", name), client, None)
    return found


def _reachable(definitions: Json, root: str) -> Iterator[str]:
    seen, wanted = set[str](), [*_references(definitions[root])]
    while wanted:
        name = wanted.pop()
        if name not in seen:
            seen.add(name)
            yield name
            wanted += _references(definitions[name])


def _references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"].removeprefix(REF)
        for each in node.values():
            yield from _references(each)
    elif isinstance(node, list):
        for each in node:
            yield from _references(each)


def _edits(node: Json, at: tuple[str | int, ...], client: bool, member: str | None) -> Iterator[Edit]:
    def narrowing(name: str, change: Callable[[Json], object]) -> Edit:
        return Edit(name, at, change, client, not client, member)

    yield Edit("other words", at, lambda each: each.update(description="Other words."), None, False)
    if "const" in node:
        return
    if "enum" in node and len(node["enum"]) > 1 and not {"x-codes", "x-reasons"} & node.keys():
        grows = bool(node.get("x-mayGrow"))
        yield Edit("a value less", at, lambda each: each["enum"].pop(), client, not client and not grows, member)
        yield Edit("another order", at, lambda each: each["enum"].reverse(), None, False)
    if node.get("type") == "string" and "enum" not in node:
        yield narrowing("a shorter text", lambda each: each.update(maxLength=each.get("maxLength", 9) // 2))
        yield narrowing("a longer text", lambda each: each.update(minLength=each.get("minLength", 0) + 1))
    if node.get("type") in ("integer", "number"):
        yield narrowing("a smaller number", lambda each: each.update(maximum=each.get("maximum", 10**6) - 1))
        least = node.get("exclusiveMinimum", node.get("minimum", 0) - 1) + 1
        yield narrowing("a greater number", lambda each: each.update(exclusiveMinimum=least))
    if node.get("type") == "integer" and member is not None:
        yield Edit("another type", at, lambda each: each.update(type="boolean"), True, True, member)
    if node.get("type") == "array":
        yield narrowing("a shorter list", lambda each: each.update(maxItems=each.get("maxItems", 9) - 1))
        yield from _edits(node["items"], (*at, "items"), client, member)
    if {"type": "null"} in node.get("anyOf", ()):
        yield narrowing("no null", lambda each: each["anyOf"].remove({"type": "null"}))
        for index, part in enumerate(node["anyOf"]):
            if part != {"type": "null"} and "$ref" not in part and len(node["anyOf"]) == 2:
                yield from _edits(part, (*at, "anyOf", index), client, member)
    if "default" in node:
        yield Edit("no default", at, lambda each: each.pop("default"), True, True, member)
    for name in node.get("properties", {}):
        yield from _edits(node["properties"][name], (*at, "properties", name), client, name)
        yield from _of_member(name, node, at, client)


def _of_member(name: str, node: Json, at: tuple[str | int, ...], client: bool) -> Iterator[Edit]:
    required = name in node["required"]
    if "const" in node["properties"][name]:
        return

    def remove(each: Json) -> None:
        each["properties"].pop(name)
        each["required"] = [other for other in each["required"] if other != name]

    def rename(each: Json) -> None:
        each["properties"][f"{name}Renamed"] = each["properties"].pop(name)
        each["required"] = [f"{name}Renamed" if other == name else other for other in each["required"]]

    yield Edit("a member less", at, remove, True, client and required, name)
    yield Edit("another name", at, rename, True, True, name)
    if required:
        yield Edit("not required", at, lambda each: each["required"].remove(name), not client, client, name)
    else:
        yield Edit("required", at, lambda each: each["required"].append(name), client, not client, name)
