"""A schema file as it is read: refused unless it is one of ours and whole, so that nothing later has to doubt it."""

import json
from dataclasses import dataclass
from functools import cached_property
from typing import NoReturn

from orchd.compatibility.difference import JsonValue, SchemaKeywords
from orchd.compatibility.reading.soundness import unsound
from orchd.patterns import lazy_pattern

PROTOCOL = lazy_pattern(r"orchd\.v[1-9][0-9]{0,3}")
DIALECT = "https://json-schema.org/draft/2020-12/schema"
REF = "#/$defs/"
ROOTS = ("client", "server")


class SchemaRefused(Exception):
    """A file that is no schema of orchd's wire, or a damaged one; the text says what is wrong and where."""


@dataclass(frozen=True)
class SchemaPlace:
    """A schema inside a document, and the JSON pointer that leads to it."""

    pointer: str
    node: JsonValue

    def at(self, *steps: str | int) -> "SchemaPlace":
        """Return what stands below it. Raises `KeyError` when nothing does."""
        node, pointer = self.node, self.pointer
        for step in steps:
            node = node[step]
            pointer += f"/{escape(str(step))}"
        return SchemaPlace(pointer, node)


class WireSchema:
    """A schema of the wire. Raises `SchemaRefused` for any other text."""

    def __init__(self, text: bytes | str) -> None:
        self.whole = _read(text)
        if not isinstance(self.whole, dict) or self.whole.get("$schema") != DIALECT:
            raise SchemaRefused(f"it is no JSON schema of draft 2020-12: $.$schema must be {DIALECT}")
        title = self.whole.get("title")
        if not isinstance(title, str) or not PROTOCOL.fullmatch(title):
            raise SchemaRefused("it is no schema of orchd's wire: $.title must be the protocol, orchd.v1 for example")
        self.protocol = title
        found = next(unsound(self.whole), None)
        if found is not None:
            raise SchemaRefused(found)
        self.frames = {root: self._frames(root) for root in ROOTS}

    def resolve(self, place: SchemaPlace) -> SchemaPlace:
        """Return what a place stands for: that to which it refers, if it is nothing but a `$ref`."""
        seen: set[str] = set()
        while isinstance(place.node, dict) and [*place.node] == ["$ref"]:
            if place.pointer in seen:
                raise SchemaRefused(f"it refers to itself and to nothing else, at {place.pointer}")
            seen.add(place.pointer)
            place = self.target(place.node["$ref"], place.pointer)
        return place

    def target(self, reference: str, origin: str) -> SchemaPlace:
        """Return what a `$ref` refers to. Raises `SchemaRefused` when there is nothing."""
        if not reference.startswith("#/"):
            raise SchemaRefused(f"`$ref` to another document: {reference[:80]!r}, at {origin}")
        place = SchemaPlace("#", self.whole)
        for step in reference.split("/")[1:]:
            name = step.replace("~1", "/").replace("~0", "~")
            inner = place.node
            if isinstance(inner, dict) and name in inner:
                place = place.at(name)
            elif isinstance(inner, list) and name.isdecimal() and int(name) < len(inner):
                place = place.at(int(name))
            else:
                raise SchemaRefused(f"`$ref` to nothing: {reference[:80]!r}, at {origin}")
        if not isinstance(place.node, dict | bool):
            raise SchemaRefused(f"`$ref` to what is no schema: {reference[:80]!r}, at {origin}")
        return place

    def by_type(self, value: JsonValue) -> JsonValue:
        """Return what a keyword of our own says, with the types of frames instead of the names of their definitions."""
        if isinstance(value, dict):
            return {self._types.get(name, name): self.by_type(each) for name, each in value.items()}
        if isinstance(value, list):
            return [self.by_type(each) for each in value]
        return self._types.get(value, value) if isinstance(value, str) else value

    @cached_property
    def _types(self) -> dict[str, str]:
        frames = [each for root in self.frames.values() for each in root.items()]
        return {place.pointer.removeprefix(REF): kind for kind, place in frames}

    @property
    def definitions(self) -> SchemaKeywords:
        """What the schema defines, by name."""
        found: SchemaKeywords = self.whole["$defs"]
        return found

    def _frames(self, root: str) -> dict[str, SchemaPlace]:
        """Return the frames of a root by their type."""
        try:
            union = self.resolve(SchemaPlace("#", self.whole).at("properties", root))
            name = "oneOf" if "oneOf" in union.node else "anyOf"
            branches = [union.at(name, index) for index in range(len(union.node[name]))]
        except (KeyError, TypeError):
            raise SchemaRefused(f"it is no schema of orchd's wire: $.properties.{root} is no union of frames") from None
        found: dict[str, SchemaPlace] = {}
        for branch in branches:
            frame = self.resolve(branch)
            kind = self._type(frame)
            if kind in found:
                raise SchemaRefused(f"two frames of the type {kind!r}, at {frame.pointer}")
            found[kind] = frame
        return found

    def _type(self, frame: SchemaPlace) -> str:
        told = frame.node.get("properties", {}).get("type") if isinstance(frame.node, dict) else None
        told = told if isinstance(told, dict) else {}
        values = told["enum"] if isinstance(told.get("enum"), list) else [None]
        kind = told.get("const", values[0] if len(values) == 1 else None)
        if not isinstance(kind, str):
            raise SchemaRefused(f"it is no schema of orchd's wire: a frame without a `type`, at {frame.pointer}")
        return kind


def escape(step: str) -> str:
    """Write a name as a step of a JSON pointer."""
    return step.replace("~", "~0").replace("/", "~1")


def _read(text: bytes | str) -> JsonValue:
    try:
        written = text.decode("utf-8-sig") if isinstance(text, bytes) else text
        return json.loads(written, object_pairs_hook=_members, parse_constant=_no_number)
    except UnicodeDecodeError:
        raise SchemaRefused("it is not UTF-8") from None
    except RecursionError:
        raise SchemaRefused("it is nested too deeply") from None
    except json.JSONDecodeError as error:
        raise SchemaRefused(f"it is not JSON: {error.msg}, line {error.lineno}, column {error.colno}") from None
    except ValueError as error:
        raise SchemaRefused(f"it is not JSON: {error}") from None


def _members(pairs: list[tuple[str, JsonValue]]) -> SchemaKeywords:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"one object has the member {twice[:80]!r} twice")
    return found


def _no_number(written: str) -> NoReturn:
    raise ValueError(f"{written} is no number")
