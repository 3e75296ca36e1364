"""An example of each frame, made from the schema alone: the same in each run, and much like a real one.

What members hold is said in a table (`orchd/features/examples.toml`), by name, and under the name of a struct where it
is something else there; whatever isn't said there follows from the member's type. A value of the table that a member
can't have is passed over.
"""

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from orchd.protocol.schema.shape import REF, SchemaObject

ExampleValues: TypeAlias = Mapping[str, Any]

FALLBACK_TEXT = "text"
REQUEST_ID = "1"
ERROR = "ErrorFrame"
EVERYWHERE = "*"
DEEPEST = 12
"""So deep may structs stand in one another; a list below that is empty."""


class ExampleMaker:
    """Makes examples of one schema.

    `values` says what members hold. Its tables `patterns`, `nulls` and `texts` say what fits a pattern, which members
    of a struct (`*`: of any) are null, and what is a text where it is a number elsewhere.
    """

    def __init__(self, schema: SchemaObject, values: ExampleValues) -> None:
        self._definitions: SchemaObject = schema["$defs"]
        self._values = values

    def frames(self, root: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield each type of `ClientFrame` or `ServerFrame` with its example, and with the shortest one where that is
        another. Raises `ValueError` for a pattern that the table has nothing for."""
        asked = self._frames_with_id()
        for branch in self._definitions[root]["oneOf"]:
            frame = self._definitions[branch["$ref"].removeprefix(REF)]
            whole, least = (self._struct(frame, "", whole=whole, depth=0) for whole in (True, False))
            if branch["$ref"].removeprefix(REF) in asked:
                whole["id"] = REQUEST_ID
            else:
                del whole["id"]
            told = {"example": whole} if whole == least else {"example": whole, "least": least}
            yield frame["properties"]["type"]["const"], told

    def _frames_with_id(self) -> set[str]:
        """Return the names of frames that carry the id of a request: requests, and what is sent on their behalf."""
        requests = {name: told for name, told in self._definitions.items() if "x-reply" in told}
        answers = {name for told in requests.values() for name in (told["x-reply"], *told["x-before"])}
        return {*requests, *answers, ERROR}

    def _struct(self, struct: SchemaObject, member: str, *, whole: bool, depth: int) -> Any:
        name = struct.get("title", "")
        if "enum" in struct or struct.get("type") != "object":
            return self._plain(struct, name, member)
        required = struct.get("required", ())
        return {
            each: self._member(told, name, each, whole=whole, depth=depth)
            for each, told in struct["properties"].items()
            if whole or each in required
        }

    def _member(self, told: SchemaObject, struct: str, name: str, *, whole: bool, depth: int) -> Any:
        nulls = self._values.get("nulls", {})
        if (name in nulls.get(struct, ()) or name in nulls.get(EVERYWHERE, ())) and _takes_null(told):
            return None
        for table in self._tables(struct):
            if name in table and self._fits(table[name], told):
                return table[name]
        return self._of(told, struct, name, whole=whole, depth=depth)

    def _of(self, told: SchemaObject, struct: str, name: str, *, whole: bool, depth: int) -> Any:
        if "$ref" in told or "allOf" in told:
            return self._struct(self._target(told), name, whole=whole, depth=depth + 1)
        if "anyOf" in told:
            first = next(part for part in told["anyOf"] if part != {"type": "null"})
            return self._of(first, struct, name, whole=whole, depth=depth)
        if told.get("type") == "array":
            return self._list(told, struct, name, whole=whole, depth=depth)
        if told.get("type") == "object":
            values = told.get("additionalProperties")
            if not isinstance(values, dict):
                return {}
            return {"name": self._of(values, struct, name, whole=whole, depth=depth)}
        return self._plain(told, struct, name)

    def _list(self, told: SchemaObject, struct: str, name: str, *, whole: bool, depth: int) -> list[Any]:
        least = told.get("minItems", 0)
        if not least and (not whole or depth > DEEPEST):
            return []
        kinds = [part for part in told["items"].get("anyOf", [told["items"]]) if part != {"type": "null"}]
        if not whole or "discriminator" not in told["items"]:
            kinds = kinds[:1] * max(least, 1)
        return [self._of(kind, struct, name, whole=whole, depth=depth) for kind in kinds]

    def _plain(self, told: SchemaObject, struct: str, name: str) -> Any:
        for table in self._tables(struct):
            if name in table and self._fits(table[name], told):
                return table[name]
        if "const" in told:
            return told["const"]
        if "enum" in told:
            return told["enum"][0]
        match told.get("type"):
            case "boolean":
                return bool(told.get("default", True))
            case "null":
                return None
            case "integer" | "number":
                return self._number(told, name)
        return self._text(told, struct, name)

    def _tables(self, struct: str) -> tuple[ExampleValues, ...]:
        return self._values.get(struct, {}), self._values, self._values.get("texts", {})

    def _number(self, told: SchemaObject, name: str) -> int | float:
        if isinstance(told.get("default"), int | float):
            return told["default"]  # type: ignore[no-any-return]
        wanted = 12 if told.get("type") == "integer" else 0.5
        least: float = told["minimum"] if "minimum" in told else told.get("exclusiveMinimum", wanted)
        most: float = told.get("maximum", wanted)
        return wanted if least <= wanted <= most else max(least, min(most, wanted))

    def _text(self, told: SchemaObject, struct: str, name: str) -> str:
        pattern = told.get("pattern")
        if pattern is not None:
            found = self._values["patterns"].get(pattern)
            if found is None:
                raise ValueError(f"say in examples.toml what fits the pattern of {struct}.{name}: {pattern}")
            return str(found)
        text: str = (FALLBACK_TEXT * (told.get("minLength", 0) // len(FALLBACK_TEXT) + 1))[: told.get("maxLength")]
        return text

    def _fits(self, value: Any, told: SchemaObject) -> bool:
        """Return whether a value of the table has the type of a member, and keeps to its bounds."""
        if "$ref" in told or "allOf" in told:
            return self._fits(value, self._target(told))
        if "anyOf" in told:
            return any(self._fits(value, part) for part in told["anyOf"])
        if "const" in told or "enum" in told:
            return value in ([told["const"]] if "const" in told else told["enum"])
        return told.get("pattern") is None and _has_type(value, told) and self._is_within(value, told)

    def _is_within(self, value: Any, told: SchemaObject) -> bool:
        if isinstance(value, str):
            return bool(told.get("minLength", 0) <= len(value) <= told.get("maxLength", len(value)))
        if isinstance(value, list):
            inner = all(self._fits(each, told["items"]) for each in value)
            return inner and bool(told.get("minItems", 0) <= len(value) <= told.get("maxItems", len(value)))
        if isinstance(value, dict):
            return self._is_whole(value, told)
        if isinstance(value, bool):
            return True
        over = value > told["exclusiveMinimum"] if "exclusiveMinimum" in told else True
        return over and bool(told.get("minimum", value) <= value <= told.get("maximum", value))

    def _is_whole(self, value: Mapping[str, Any], told: SchemaObject) -> bool:
        values = told.get("additionalProperties", {})
        if "properties" not in told:
            return not isinstance(values, dict) or all(
                not values or self._fits(each, values) for each in value.values()
            )
        known = value.keys() <= told["properties"].keys() and value.keys() >= {*told.get("required", ())}
        return known and all(self._fits(each, told["properties"][name]) for name, each in value.items())

    def _target(self, told: SchemaObject) -> SchemaObject:
        reference = told["allOf"][0]["$ref"] if "allOf" in told else told["$ref"]
        found: SchemaObject = self._definitions[reference.removeprefix(REF)]
        return found


def add_examples(schema: SchemaObject, values: ExampleValues) -> None:
    """Put an example with all members beside each frame of a schema. Raises `ValueError` as `ExampleMaker` does."""
    maker = ExampleMaker(schema, values)
    for root in ("ClientFrame", "ServerFrame"):
        branches: list[SchemaObject] = schema["$defs"][root]["oneOf"]
        for branch, (_, made) in zip(branches, maker.frames(root), strict=True):
            schema["$defs"][branch["$ref"].removeprefix(REF)]["examples"] = [made["example"]]


def _takes_null(told: SchemaObject) -> bool:
    return {"type": "null"} in told.get("anyOf", ())


def _has_type(value: Any, told: SchemaObject) -> bool:
    if isinstance(value, bool):
        return bool(told.get("type") == "boolean")
    kinds: dict[str, tuple[type, ...]] = {"string": (str,), "integer": (int,), "number": (int, float)}
    kinds |= {"array": (list,), "object": (dict,)}
    return isinstance(value, kinds.get(told.get("type", ""), ()))
