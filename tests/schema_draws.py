"""Requests drawn from the published schema and from nothing else: such as fit it, and such as almost do.

Ids, names and cursors are those that replies have shown to anybody, so that requests meet rows that there are, others'
rows, rows of another kind, and none. One `Random` decides everything: a seed tells a whole run.
"""

import json
import re
from collections import defaultdict, deque
from collections.abc import Collection
from random import Random
from typing import Any, NamedTuple, TypeAlias

from orchd.features.reference import example_values

Json: TypeAlias = dict[str, Any]

REMEMBERED = 200
"""Values kept of each member."""
WORDS = (
    *("Hello.", "red door", "a", "", " ", "\n", "\0", "é\u0301", "字字字", "🙂🏽", "\u202eabc", "x" * 300),
    *("'; DROP TABLE task; --", "%_\\", "{{x}}", "null", "https://a.example/x", "pt-BR", "admin"),
    "[[simulate: tokens=2]]",
)
NUMBERS = (0, 1, 2, 3, 7, 50, 1_000, 2**31, 2**53 - 1, -1)
ABSENT = 4_000_000_001
LONGEST = 300_000
"""Bytes of a frame; a connection that sends one of over a million is closed."""
DEEP = 5
"""Levels below which members that may be left out are."""
ANYTHING: tuple[Any, ...] = ({}, [], "", "x", 0, -1, 1.5, 10**30, True, None, {"a": 1}, [[]], [None], {"": ""})
_ID = re.compile(r"(?:Id|Ids)$")


class Memory:
    """What replies have shown, by the names of members."""

    def __init__(self) -> None:
        self._seen: dict[str, deque[Any]] = defaultdict(lambda: deque(maxlen=REMEMBERED))

    def look(self, value: Any, kind: str = "") -> None:
        """Remember what stands in a reply; `kind` is the first word of its type, or the member that it stands in."""
        if isinstance(value, list):
            for each in value[:20]:
                self.look(each, kind)
        elif isinstance(value, dict):
            for name, each in value.items():
                if isinstance(each, dict | list):
                    self.look(each, name if name not in ("item", "items") else kind)
                elif isinstance(each, int | str) and not isinstance(each, bool) and len(str(each)) < 500:
                    self._seen[_known_as(name, kind)].append(each)

    def any_of(self, name: str, random: Random) -> Any:
        """Return something that was seen under this name, or for an id now and then under another one; else None."""
        if _ID.search(name):
            ids = [found for found in self._seen if _ID.search(found)]
            name = random.choice(ids) if ids and random.random() < 0.2 else name.removesuffix("s")
        seen = self._seen.get(name)
        return random.choice(seen) if seen else None


def _known_as(name: str, kind: str) -> str:
    if name == "id" and kind:
        return f"{kind}Id"
    return "cursor" if name == "nextCursor" else name


class Spoiler:
    """Whether something is still to be made wrong, once."""

    def __init__(self, *, wanted: bool) -> None:
        self.wanted = wanted

    def strikes(self, random: Random, chance: float = 0.3) -> bool:
        """Return whether it is now, and be done then."""
        struck = self.wanted and random.random() < chance
        self.wanted = self.wanted and not struck
        return struck


class DrawnFrame(NamedTuple):
    """A request, without an id."""

    kind: str
    frame: Json


class Drawer:
    """Draws requests. `guests` are users who are neither deleted nor changed."""

    def __init__(self, schema: Json, seed: int, guests: Collection[int]) -> None:
        self._patterns: dict[str, str] = example_values()["patterns"]
        self.random = Random(seed)
        self.memory = Memory()
        self._definitions = schema["$defs"]
        self._guests = guests
        self._kind = ""
        self.frames: dict[str, Json] = {}
        for branch in self._definitions["ClientFrame"]["oneOf"]:
            frame = self._resolve(branch)
            self.frames[frame["properties"]["type"]["const"]] = frame
        self._kinds = sorted(self.frames)

    def draw(self, *, spoilt: bool) -> DrawnFrame:
        """Return a request of any type; `spoilt`: something in it may be wrong."""
        self._kind = kind = self.random.choice(self._kinds)
        data = self._of(self.frames[kind]["properties"]["data"], "data", Spoiler(wanted=spoilt), 0)
        if len(json.dumps(data)) > LONGEST:
            return self.draw(spoilt=spoilt)
        return DrawnFrame(kind, {"type": kind, "data": data})

    def _resolve(self, schema: Json) -> Json:
        while "$ref" in schema or "allOf" in schema:
            (schema,) = schema.get("allOf", [schema])
            if "$ref" in schema:
                schema = self._definitions[schema["$ref"].removeprefix("#/$defs/")]
        return schema

    def _of(self, schema: Json, name: str, spoiler: Spoiler, depth: int) -> Any:
        schema = self._resolve(schema)
        if depth and spoiler.strikes(self.random, 0.05):
            return self.random.choice(ANYTHING)
        for several in ("anyOf", "oneOf"):
            if several in schema:
                return self._of(self.random.choice(schema[several]), name, spoiler, depth)
        if "const" in schema or "enum" in schema:
            values = [schema["const"]] if "const" in schema else schema["enum"]
            return f"{values[0]}x" if spoiler.strikes(self.random) else self.random.choice(values)
        match schema.get("type"):
            case "object":
                return self._object(schema, spoiler, depth)
            case "array":
                return self._array(schema, name, spoiler, depth)
            case "string":
                return self._string(schema, name, spoiler)
            case "integer" | "number" as kind:
                return self._number(schema, name, spoiler, whole=kind == "integer")
            case "boolean":
                return self.random.random() < 0.5
            case "null":
                return None
        return self.random.choice(ANYTHING)

    def _object(self, schema: Json, spoiler: Spoiler, depth: int) -> Json:
        required = schema.get("required", [])
        chance = 0.35 if depth < DEEP else 0.0
        found = {
            name: self._of(member, name, spoiler, depth + 1)
            for name, member in schema.get("properties", {}).items()
            if name in required or self.random.random() < chance
        }
        more = schema.get("additionalProperties")
        if isinstance(more, dict) and depth < DEEP:
            for _ in range(self.random.randrange(3)):
                found[self._name(schema)] = self._of(more, "value", spoiler, depth + 1)
        if spoiler.strikes(self.random):
            if found and self.random.random() < 0.5:
                del found[self.random.choice(sorted(found))]
            else:
                found["more"] = self.random.choice(ANYTHING)
        return found

    def _name(self, schema: Json) -> str:
        names = self._resolve(schema.get("propertyNames", {"type": "string"}))
        return str(self._of({**names, "type": "string"}, "name", Spoiler(wanted=False), DEEP)) or "a"

    def _array(self, schema: Json, name: str, spoiler: Spoiler, depth: int) -> list[Any]:
        least, most = schema.get("minItems", 0), schema.get("maxItems", 4)
        size = self.random.randint(least, max(least, min(most, least + 2)))
        if spoiler.strikes(self.random):
            size = most + 1 if self.random.random() < 0.5 or not least else least - 1
        return [self._of(schema["items"], name, spoiler, depth + 1) for _ in range(size)]

    def _string(self, schema: Json, name: str, spoiler: Spoiler) -> str:
        least: int = schema.get("minLength", 0)
        most: int = schema.get("maxLength", 200)
        if most < LONGEST and spoiler.strikes(self.random):
            return "x" * (most + 1) if self.random.random() < 0.7 or not least else ""
        if "pattern" in schema:
            return self._patterns[schema["pattern"]]
        seen = self.memory.any_of(name, self.random) if self.random.random() < 0.5 else None
        if isinstance(seen, str) and least <= len(seen) <= most:
            return seen
        if self.random.random() < 0.02:
            return self.random.choice("xé字 ") * min(most, 20_000)
        return self.random.choice(WORDS)[:most].ljust(least, "x")

    def _number(self, schema: Json, name: str, spoiler: Spoiler, *, whole: bool) -> float:
        ends: dict[str, float] = {"minimum": schema.get("exclusiveMinimum", -(2**53)), "maximum": 2**53, **schema}
        least, most = ends["minimum"], ends["maximum"]
        if spoiler.strikes(self.random):
            return self.random.choice((least - 1, most + 1, 10**30, least + 0.5))
        if _ID.search(name):
            return self._row_id(name)
        found = self.random.choice((*NUMBERS, least, most))
        if not whole and self.random.random() < 0.5:
            found = self.random.uniform(max(least, -10.0), min(most, 10.0))
        return min(max(found, least), most)

    def _row_id(self, name: str) -> int:
        """Return the id of a row that somebody has, or of none."""
        found = self.memory.any_of(name, self.random) if self.random.random() < 0.8 else None
        is_guest = self._kind.startswith("user:") and found in self._guests
        return found if isinstance(found, int) and not is_guest else ABSENT
