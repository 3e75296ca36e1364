"""Random instances of a JSON schema, for requests that ask for structured answers.

A schema is first flattened: references followed, one branch of each `anyOf`/`oneOf` chosen and all laid on top of
each other, so that plain keywords remain. Then a value is written, and the original schema judges it
(`schema_check`); what fails is written again. Deeper down, the writer leaves out whatever is optional, so that
recursive schemas end.
"""

import math
import random
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from orchd.simulator.schema_check import TYPES, Document, Json, Schema, UnsupportedSchemaError, types_of, unique
from orchd.simulator.schema_merge import DeadEndError, merge

ATTEMPTS = 24
SHALLOW = 5
DEEPEST = 40
LONGEST = 100_000

_WORDS = [
    "simulated",
    "quiet",
    "river",
    "signal",
    "letter",
    "garden",
    "bright",
    "lantern",
    "window",
    "pattern",
    "harbour",
    "thread",
    "answer",
]
_FORMATS = {
    "date-time": "20{:02d}-0{}-1{}T0{}:3{}:00Z",
    "date": "20{:02d}-0{}-1{}",
    "time": "1{1}:0{2}:0{3}Z",
    "email": "simulated{}{}{}@example.org",
    "uri": "https://example.org/simulated/{}{}{}",
    "hostname": "simulated{}{}.example.org",
    "ipv4": "192.0.2.{}",
    "uuid": "00000000-0000-4000-8000-0000000000{:02d}",
}
_HINTS = {
    "object": ("properties", "required", "additionalProperties", "minProperties", "maxProperties"),
    "array": ("items", "prefixItems", "minItems", "maxItems", "uniqueItems"),
    "number": ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
    "string": ("minLength", "maxLength", "format"),
}


def instance(schema: object, rng: random.Random) -> Json:
    """A value that follows the schema; raises `UnsupportedSchemaError` with the reason when none can be made."""
    try:
        document = Document(schema)
        writer = _Writer(document, rng)
        for _ in range(ATTEMPTS):
            try:
                value = writer.write(document.root, 0)
            except DeadEndError:
                continue
            if document.follows(value, document.root):
                return value
    except RecursionError:
        raise UnsupportedSchemaError("it is nested too deeply") from None
    raise UnsupportedSchemaError("no value was found that follows it; it may contradict itself")


class _Writer:
    def __init__(self, document: Document, rng: random.Random) -> None:
        self._document = document
        self._rng = rng
        self._by_type: dict[str, Callable[[dict[str, Any], int], Json]] = {
            "null": lambda flat, depth: None,
            "boolean": lambda flat, depth: rng.random() < 0.5,
            "integer": lambda flat, depth: self._integer(flat),
            "number": lambda flat, depth: self._number(flat),
            "string": lambda flat, depth: self._string(flat),
            "array": self._array,
            "object": self._object,
        }

    def write(self, schema: Schema, depth: int) -> Json:
        """Make a value; raises `DeadEndError` when this try led nowhere."""
        if depth > DEEPEST:
            raise DeadEndError
        judged = not isinstance(schema, bool) and bool(schema.keys() & {"oneOf", "not"})
        for _ in range(ATTEMPTS if judged else 1):
            value = self._value(self._flatten(schema, depth), depth)
            if not judged or self._document.follows(value, schema):
                return value
        raise DeadEndError

    def _flatten(self, schema: Schema, depth: int) -> dict[str, Any]:
        self._document.spend()
        if schema is False or depth > DEEPEST:
            raise DeadEndError
        if schema is True:
            return {}
        flat = {key: value for key, value in schema.items() if key not in ("$ref", "allOf", "anyOf", "oneOf")}
        if "$ref" in schema:
            flat = merge(flat, self._flatten(self._document.resolve(schema["$ref"]), depth + 1))
        for part in schema.get("allOf", ()):
            flat = merge(flat, self._flatten(part, depth + 1))
        for keyword in ("anyOf", "oneOf"):
            if keyword in schema:
                flat = self._choose(flat, schema[keyword], depth)
        return flat

    def _choose(self, flat: dict[str, Any], branches: list[Schema], depth: int) -> dict[str, Any]:
        order = self._rng.sample(branches, len(branches))
        if depth > SHALLOW:
            order.sort(key=_weight)
        for branch in order:
            try:
                return merge(flat, self._flatten(branch, depth + 1))
            except DeadEndError:
                continue
        raise DeadEndError

    def _value(self, flat: dict[str, Any], depth: int) -> Json:
        if "const" in flat or "enum" in flat:
            plain = {key: value for key, value in flat.items() if key != "not"}
            choices = flat.get("enum", [flat.get("const")])
            return self._pick([choice for choice in choices if self._document.follows(choice, plain)])
        for name in self._types(flat, depth):
            try:
                return self._by_type[name](flat, depth)
            except DeadEndError:
                continue
        raise DeadEndError

    def _pick(self, choices: list[Json]) -> Json:
        if not choices:
            raise DeadEndError
        return self._rng.choice(choices)

    def _types(self, flat: dict[str, Any], depth: int) -> list[str]:
        named = types_of(flat)
        if named is None:
            hinted = [name for name, keywords in _HINTS.items() if flat.keys() & set(keywords)]
            named = hinted or (list(TYPES) if "not" in flat else ["string"])
        order = self._rng.sample(named, len(named))
        return sorted(order, key=lambda name: name in ("array", "object")) if depth > SHALLOW else order

    def _integer(self, flat: dict[str, Any]) -> int:
        low, high = _bounds(flat)
        least = None if low is None else math.floor(low) + 1 if flat.get("exclusiveMinimum") == low else math.ceil(low)
        most = (
            None if high is None else math.ceil(high) - 1 if flat.get("exclusiveMaximum") == high else math.floor(high)
        )
        step = Fraction(str(flat.get("multipleOf", 1))).numerator
        if least is None:
            least = 0 if most is None or most >= 0 else most - 100 * step
        most = least + 100 * step if most is None else most
        first, last = -(-least // step), most // step
        if first > last:
            raise DeadEndError
        return self._rng.randint(first, last) * step

    def _number(self, flat: dict[str, Any]) -> float:
        if "multipleOf" in flat or self._rng.random() < 0.3:
            try:
                return self._multiple(flat)
            except DeadEndError:
                if "multipleOf" in flat:
                    raise
        low, high = _bounds(flat)
        try:
            least = float(low if low is not None else 0.0 if high is None or high > 0 else high - 100)
            most = float(least + 100 if high is None else high)
        except OverflowError:
            raise DeadEndError from None
        part = self._rng.uniform(0.01, 0.99)
        value = least * (1 - part) + most * part
        tidy = round(value, 2)
        return tidy if least < tidy < most else value

    def _multiple(self, flat: dict[str, Any]) -> float:
        """A whole number of steps: many floats are no exact multiple of a fractional one."""
        step = flat.get("multipleOf", 1)
        if isinstance(step, int):
            return self._integer(flat)
        low, high = _bounds(flat)
        try:
            first = 0 if low is None else math.ceil(low / step)
            last = first + 100 if high is None else math.floor(high / step)
        except OverflowError:
            raise DeadEndError from None
        first = min(first, last) if low is None else first
        if first > last:
            raise DeadEndError
        return float(self._rng.randint(first, last) * step)

    def _string(self, flat: dict[str, Any]) -> str:
        least, most = max(0, flat.get("minLength", 0)), flat.get("maxLength", math.inf)
        if least > most:
            raise DeadEndError
        if least > LONGEST:
            raise UnsupportedSchemaError(f"minLength is over {LONGEST}")
        pattern = _FORMATS.get(str(flat.get("format")))
        if pattern is not None:
            return pattern.format(*(self._rng.randint(1, 9) for _ in range(5)))
        text = " ".join(["simulated", *self._rng.choices(_WORDS, k=self._rng.randint(1, 3))])
        while len(text) < least:
            text += " " + self._rng.choice(_WORDS)
        return text if len(text) <= most else text[: int(most)]

    def _array(self, flat: dict[str, Any], depth: int) -> list[Json]:
        least, most = max(0, flat.get("minItems", 0)), flat.get("maxItems", math.inf)
        first, rest = flat.get("prefixItems", []), flat.get("items", True)
        wanted = least if depth > SHALLOW else self._rng.randint(least, least + 3)
        made: list[Json] = []
        while len(made) < min(wanted, most):
            place = first[len(made)] if len(made) < len(first) else rest
            try:
                made.append(self._item(place, made, bool(flat.get("uniqueItems")), depth))
            except DeadEndError:
                break
        if not least <= len(made) <= most:
            raise DeadEndError
        return made

    def _item(self, schema: Schema, others: list[Json], alone: bool, depth: int) -> Json:
        for _ in range(ATTEMPTS):
            value = self.write(schema, depth + 1)
            if not alone or unique([*others, value]):
                return value
        raise DeadEndError

    def _object(self, flat: dict[str, Any], depth: int) -> dict[str, Json]:
        known, other = flat.get("properties", {}), flat.get("additionalProperties", True)
        least, most = max(0, flat.get("minProperties", 0)), flat.get("maxProperties", math.inf)
        required = set(flat.get("required", ()))
        spare = [name for name in known if name not in required]
        keen = 0.0 if depth > SHALLOW else 0.7
        chosen = required | {name for name in spare if self._rng.random() < keen}
        names = [name for name in known if name in chosen] + sorted(required - known.keys())
        names += [name for name in spare if name not in chosen]
        extra = least if isinstance(other, bool) else least + (self._rng.randint(1, 2) if keen else 0)
        names += [name for name in (f"simulated_{i}" for i in range(1, extra + 1)) if name not in known and other]
        wanted = max(least, len(chosen) + extra - least)
        made: dict[str, Json] = {}
        for name in names:
            if name in required or len(made) < min(wanted, most - len(required - made.keys())):
                self._add(made, name, known.get(name, other), name in required, depth)
        if not least <= len(made) <= most:
            raise DeadEndError
        return made

    def _add(self, made: dict[str, Json], name: str, schema: Schema, needed: bool, depth: int) -> None:
        try:
            made[name] = self.write(schema, depth + 1)
        except DeadEndError:
            if needed:
                raise


def _bounds(flat: dict[str, Any]) -> tuple[float | None, float | None]:
    lows = [flat[key] for key in ("minimum", "exclusiveMinimum") if key in flat]
    highs = [flat[key] for key in ("maximum", "exclusiveMaximum") if key in flat]
    low, high = max(lows, default=None), min(highs, default=None)
    if low is not None and high is not None and low > high:
        raise DeadEndError
    return low, high


def _weight(schema: Schema) -> int:
    """How much a branch is likely to cost: references, which may recurse, most of all."""
    if isinstance(schema, bool) or "const" in schema or "enum" in schema:
        return 0
    if schema.keys() & {"$ref", "anyOf", "oneOf", "allOf"}:
        return 2
    return 1 if set(types_of(schema) or ()) & {"array", "object"} or "properties" in schema else 0
