"""Random instances of a JSON schema, for requests that ask for structured answers and for the arguments of tools.

The writer follows references, takes one branch of each `anyOf` and `oneOf`, and lays on top of each other what is left,
so that plain keywords remain. It makes no attempt to see through contradictions: the schema judges each value, and what
fails is written again a few times. Deeper down, whatever is optional is left out, so that recursive schemas end.
"""

import math
import random
from fractions import Fraction
from typing import Any

from orchd.errors import Invalid
from orchd.json_schema import TYPES, Checker, Json, JsonSchema, Rules

ATTEMPTS = 24
STEPS = 50_000
"""How much may be looked at for one answer, written or judged."""

SHALLOW = 5
DEEPEST = 40
LONGEST = 100_000

_COMBINING = frozenset(["$ref", "allOf", "anyOf", "oneOf"])
_JUDGED = frozenset(["allOf", "oneOf", "not"])
"""What stands beside these is judged where it is written, lest one wrong part throws the whole away."""

_WORDS = ("simulated", "quiet", "river", "signal", "letter", "garden", "bright", "lantern", "harbour", "thread")
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
    "object": frozenset(["properties", "required", "additionalProperties", "minProperties", "maxProperties"]),
    "array": frozenset(["items", "prefixItems", "minItems", "maxItems", "uniqueItems"]),
    "number": frozenset(["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"]),
}


class DeadEndError(Exception):
    """This try led nowhere; another may."""


def instance(schema: JsonSchema, rng: random.Random) -> Json:
    """A value that follows the schema. Raises Invalid with the reason when none can be made."""
    if schema.unchecked:
        raise Invalid(f"the simulator can't write texts that follow a pattern, as at {schema.unchecked[0][:300]}")
    writer = _Writer(schema, rng)
    try:
        return writer.write(schema.root, 0, judged=True)
    except DeadEndError:
        raise Invalid("no value was found that follows it; it may contradict itself") from None


class _Writer:
    def __init__(self, schema: JsonSchema, rng: random.Random) -> None:
        self._schema = schema
        self._rng = rng
        self._checker = Checker(schema, STEPS)

    def write(self, schema: Rules | bool, depth: int, *, judged: bool = False) -> Json:
        """Make a value. Raises DeadEndError when this try led nowhere, Invalid when the budget is spent."""
        judged = judged or (not isinstance(schema, bool) and not _JUDGED.isdisjoint(schema))
        if not judged:
            return self._value(self._flat(schema, depth), depth)
        for _ in range(ATTEMPTS):
            try:
                value = self._value(self._flat(schema, depth), depth)
            except DeadEndError:
                continue
            if self._checker.follows(value, schema):
                return value
        raise DeadEndError

    def _flat(self, schema: Rules | bool, depth: int) -> Rules:
        if schema is False or depth > DEEPEST:
            raise DeadEndError
        if schema is True:
            return {}
        self._checker.spend(1 + len(schema))
        flat = {key: value for key, value in schema.items() if key not in _COMBINING}
        parts = [self._schema.resolve(schema["$ref"])] if "$ref" in schema else []
        parts += schema.get("allOf", ())
        parts += [self._branch(schema[key], depth) for key in ("anyOf", "oneOf") if key in schema]
        for part in parts:
            flat = _together(flat, self._flat(part, depth + 1))
        return flat

    def _branch(self, branches: list[Rules | bool], depth: int) -> Rules | bool:
        self._checker.spend(len(branches))
        plain = [branch for branch in branches if _is_plain(branch)]
        return self._rng.choice(plain if plain and depth > SHALLOW else branches)

    def _value(self, flat: Rules, depth: int) -> Json:
        choices = [flat["const"]] if "const" in flat else flat.get("enum")
        if choices is not None:
            return self._pick(choices)
        match self._type(flat, depth):
            case "null":
                return None
            case "boolean":
                return self._rng.random() < 0.5
            case "integer":
                return int(self._number(flat, whole=True))
            case "number":
                return _as_float(self._number(flat, whole=False))
            case "string":
                return self._string(flat)
            case "array":
                return self._array(flat, depth)
        return self._object(flat, depth)

    def _pick(self, choices: list[Json]) -> Json:
        if not choices:
            raise DeadEndError
        return self._rng.choice(choices)

    def _type(self, flat: Rules, depth: int) -> str:
        named = flat.get("type") or [name for name, keywords in _HINTS.items() if flat.keys() & keywords]
        names = [named] if isinstance(named, str) else named or (TYPES if "not" in flat else ["string"])
        plain = [name for name in names if name not in ("array", "object")]
        found: str = self._rng.choice(plain if plain and depth > SHALLOW else names)
        return found

    def _number(self, flat: Rules, *, whole: bool) -> Fraction:
        """A whole number of steps between the bounds."""
        bounds = {key: Fraction(str(value)) for key, value in flat.items() if key in _HINTS["number"]}
        step = bounds.get("multipleOf", Fraction(1 if whole else "0.01"))
        step = Fraction(step.numerator) if whole else step
        span = 100 * max(step, Fraction(1))
        most = min((bounds[key] for key in ("maximum", "exclusiveMaximum") if key in bounds), default=None)
        least = Fraction(0) if most is None or most >= 0 else most - span
        least = max((bounds[key] for key in ("minimum", "exclusiveMinimum") if key in bounds), default=least)
        most = least + span if most is None else most
        if not whole and "multipleOf" not in bounds and most - least < 2 * step:
            step = abs(most - least) / 7 or abs(least) or step
        first, last = math.ceil(least / step), math.floor(most / step)
        first += first * step == bounds.get("exclusiveMinimum")
        last -= last * step == bounds.get("exclusiveMaximum")
        if first > last:
            raise DeadEndError
        return self._rng.randint(first, last) * step

    def _string(self, flat: Rules) -> str:
        least, most = flat.get("minLength", 0), flat.get("maxLength", LONGEST)
        if least > min(most, LONGEST):
            raise DeadEndError
        pattern = _FORMATS.get(str(flat.get("format")))
        if pattern is not None:
            return pattern.format(*(self._rng.randint(1, 9) for _ in range(5)))
        text = " ".join(["simulated", *self._rng.choices(_WORDS, k=self._rng.randint(1, 3))])
        while len(text) < least:
            text += " " + self._rng.choice(_WORDS)
        return text[:most]

    def _array(self, flat: Rules, depth: int) -> list[Json]:
        least: int = flat.get("minItems", 0)
        wanted = least if depth > SHALLOW else self._rng.randint(least, least + 3)
        first, rest = flat.get("prefixItems", []), flat.get("items", True)
        items: list[Json] = []
        for place in range(min(wanted, int(flat.get("maxItems", wanted)))):
            self._checker.spend()
            try:
                schema = first[place] if place < len(first) else rest
                items.append(self._item(schema, items, depth, alone=bool(flat.get("uniqueItems"))))
            except DeadEndError:
                break
        return items

    def _item(self, schema: Rules | bool, others: list[Json], depth: int, *, alone: bool) -> Json:
        for _ in range(ATTEMPTS):
            value = self.write(schema, depth + 1)
            if not alone or self._checker.follows([*others, value], {"uniqueItems": True}):
                return value
        raise DeadEndError

    def _object(self, flat: Rules, depth: int) -> dict[str, Json]:
        known, other = flat.get("properties", {}), flat.get("additionalProperties", True)
        needed = dict.fromkeys(flat.get("required", ()))
        names = self._names(flat, needed, known, depth)
        written: dict[str, Json] = {}
        for name in [*(name for name in known if name in names), *(name for name in names if name not in known)]:
            self._checker.spend()
            try:
                written[name] = self.write(known.get(name, other), depth + 1)
            except DeadEndError:
                if name in needed:
                    raise
        return written

    def _names(self, flat: Rules, needed: dict[str, None], known: Rules, depth: int) -> dict[str, None]:
        """Return the members to write: the needed ones, and of the others some, or as many as must be there."""
        least, keen = min(flat.get("minProperties", 0), LONGEST), 0.7 if depth <= SHALLOW else 0.0
        names = needed | dict.fromkeys(name for name in known if self._rng.random() < keen)
        if len(names) < least:
            names |= dict.fromkeys(known)
        a_map = isinstance(flat.get("additionalProperties"), dict) and keen
        extra = max(least - len(names), self._rng.randint(1, 2) if a_map else 0)
        names |= dict.fromkeys(f"simulated_{number}" for number in range(1, extra + 1))
        return dict.fromkeys([*names][: flat.get("maxProperties", len(names))])


def _together(left: Rules, right: Rules) -> Rules:
    """Lay one schema on top of another. Where both bound the same, the upper counts; the judge has the last word."""
    merged: dict[str, Any] = left | right
    if "required" in left and "required" in right:
        merged["required"] = [*left["required"], *right["required"]]
    if "properties" in left and "properties" in right:
        one, two = left["properties"], right["properties"]
        merged["properties"] = one | two | {name: {"allOf": [one[name], two[name]]} for name in one.keys() & two.keys()}
    return merged


def _is_plain(branch: Rules | bool) -> bool:
    """Tell whether a branch surely ends soon."""
    if isinstance(branch, bool):
        return branch
    return bool(branch.keys() & {"const", "enum"}) or branch.get("type") in ("null", "boolean", "integer", "string")


def _as_float(number: Fraction) -> float:
    try:
        return float(number)
    except OverflowError:
        raise DeadEndError from None
