"""Whether a JSON value follows a JSON schema (draft 2020-12), and if not, where it first departs from it and why.

Formats are annotations, as the specification has it.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple, TypeAlias

from orchd.errors import Invalid
from orchd.json_schema.schema import Json, JsonSchema, Rules

MAX_STEPS = 100_000
"""How many schemas, list items and object members may be looked at for one value: some tenths of a second."""

MAX_NESTING = 120
"""How deep schemas may be applied within each other; references that go in circles end here."""


class Flaw(NamedTuple):
    """Where a value departs from the schema, as a JSON path, and why."""

    path: str
    reason: str


class Checker:
    """Checks values against `schema`, in so many steps at most for all of them together."""

    def __init__(self, schema: JsonSchema, steps: int = MAX_STEPS) -> None:
        self._schema = schema
        self._left = steps
        self._depth = 0

    def flaw(self, value: Json) -> Flaw | None:
        """Return the first flaw, None when the value follows the schema. Raises Invalid when that costs too much."""
        try:
            return self._check(value, self._schema.root, "$")
        except RecursionError:
            raise self._too_intricate() from None

    def follows(self, value: Json, part: Rules | bool) -> bool:
        """Tell whether the value follows a part of the schema. Raises Invalid when that costs too much."""
        try:
            return self._fits(value, part, "$")
        except RecursionError:
            raise self._too_intricate() from None

    def spend(self, steps: int = 1) -> None:
        """Take so many steps off the budget. Raises Invalid when it is spent."""
        self._left -= steps
        if self._left < 0:
            raise self._too_intricate()

    def _too_intricate(self) -> Invalid:
        return Invalid("the schema is too intricate to check the answer by it", field="schema", path=self._schema.at)

    def _check(self, value: Json, schema: Rules | bool, path: str) -> Flaw | None:
        if isinstance(schema, bool):
            return None if schema else Flaw(path, "nothing may stand here")
        self.spend()
        self._depth += 1
        if self._depth > MAX_NESTING:
            raise self._too_intricate()
        flaws = (found for rule in _RULES for found in rule(self, value, schema, path))
        first = next(flaws, None)
        self._depth -= 1
        return first

    def _fits(self, value: Json, schema: Rules | bool, path: str) -> bool:
        return self._check(value, schema, path) is None

    def _all(self, value: Json, schema: Rules | bool, path: str) -> Iterator[Flaw]:
        found = self._check(value, schema, path)
        if found is not None:
            yield found

    def plain(self, value: Json, schema: Rules, path: str) -> Iterator[Flaw]:
        """type, enum, const."""
        types = schema.get("type", [])
        names = types if isinstance(types, list) else [types]
        self.spend(len(names))
        if names and not any(is_type(value, name) for name in names):
            yield Flaw(path, f"it must be of type {' or '.join(names)}")
        if "enum" in schema and not any(self._same(value, choice) for choice in schema["enum"]):
            yield Flaw(path, "it is none of the values of enum")
        if "const" in schema and not self._same(value, schema["const"]):
            yield Flaw(path, "it is not the value of const")

    def check_combined(self, value: Json, schema: Rules, path: str) -> Iterator[Flaw]:
        """$ref, allOf, anyOf, oneOf, not, if."""
        if "$ref" in schema:
            yield from self._all(value, self._schema.resolve(schema["$ref"]), path)
        for branch in schema.get("allOf", ()):
            yield from self._all(value, branch, path)
        if "anyOf" in schema and not any(self._fits(value, branch, path) for branch in schema["anyOf"]):
            yield Flaw(path, "it follows none of anyOf")
        if "oneOf" in schema:
            count = sum(self._fits(value, branch, path) for branch in schema["oneOf"])
            if count != 1:
                yield Flaw(path, f"it follows {count} of oneOf, and must follow one")
        if "not" in schema and self._fits(value, schema["not"], path):
            yield Flaw(path, "it follows what it must not")
        if "if" in schema:
            then = "then" if self._fits(value, schema["if"], path) else "else"
            yield from self._all(value, schema.get(then, True), path)

    def number(self, value: Json, schema: Rules, path: str) -> Iterator[Flaw]:
        """minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            return
        bounds: tuple[tuple[str, Callable[[float], bool]], ...] = (
            ("minimum", lambda bound: value >= bound),
            ("exclusiveMinimum", lambda bound: value > bound),
            ("maximum", lambda bound: value <= bound),
            ("exclusiveMaximum", lambda bound: value < bound),
            ("multipleOf", lambda step: _is_multiple(value, step)),
        )
        for keyword, holds in bounds:
            if keyword in schema and not holds(schema[keyword]):
                yield Flaw(path, f"{keyword} is {schema[keyword]}")

    def text(self, value: Json, schema: Rules, path: str) -> Iterator[Flaw]:
        """minLength, maxLength, in code points."""
        if isinstance(value, str):
            yield from _check_size(len(value), schema, path, "Length", "it is {} characters long")

    def array(self, value: Json, schema: Rules, path: str) -> Iterator[Flaw]:
        """minItems, maxItems, uniqueItems, contains, prefixItems, items."""
        if not isinstance(value, list):
            return
        yield from _check_size(len(value), schema, path, "Items", "it has {} items")
        if schema.get("uniqueItems") and not self._unique(value):
            yield Flaw(path, "two of its items are the same")
        if "contains" in schema:
            count = sum(self._fits(item, schema["contains"], path) for item in value)
            bounds = {"minContains": 1} | {key: schema[key] for key in schema.keys() & {"minContains", "maxContains"}}
            yield from _check_size(count, bounds, path, "Contains", "{} of its items follow contains")
        first, rest = schema.get("prefixItems", []), schema.get("items", True)
        self.spend(len(value))
        for place, item in enumerate(value):
            yield from self._all(item, first[place] if place < len(first) else rest, f"{path}[{place}]")

    def members(self, value: Json, schema: Rules, path: str) -> Iterator[Flaw]:
        """minProperties, maxProperties, required, properties, additionalProperties, propertyNames, dependent*."""
        if not isinstance(value, dict):
            return
        yield from _check_size(len(value), schema, path, "Properties", "it has {} members")
        for name in self._missing_members(value, schema):
            if name not in value:
                yield Flaw(path, f"the member {name!r} is missing")
        known, other = schema.get("properties", {}), schema.get("additionalProperties", True)
        self.spend(len(value))
        for name, item in value.items():
            yield from self._all(item, known.get(name, other), f"{path}.{name[:64]}")
            yield from self._all(name, schema.get("propertyNames", True), f"{path}.{name[:64]}")
        dependent = schema.get("dependentSchemas", {})
        self.spend(len(dependent))
        for name, inner in dependent.items():
            if name in value:
                yield from self._all(value, inner, path)

    def _missing_members(self, value: dict[str, Json], schema: Rules) -> Iterator[str]:
        required, dependent = schema.get("required", ()), schema.get("dependentRequired", {})
        self.spend(len(required) + len(dependent))
        yield from required
        for name, others in dependent.items():
            if name in value:
                self.spend(len(others))
                yield from others

    def _unique(self, value: list[Json]) -> bool:
        return not any(self._same(left, right) for place, left in enumerate(value) for right in value[:place])

    def _same(self, left: Json, right: Json) -> bool:
        """Equality of JSON values: 1 equals 1.0, but true is not 1."""
        self.spend()
        if isinstance(left, bool) or isinstance(right, bool):
            return left is right
        if isinstance(left, list) and isinstance(right, list):
            return len(left) == len(right) and all(map(self._same, left, right))
        if isinstance(left, dict) and isinstance(right, dict):
            return left.keys() == right.keys() and all(self._same(item, right[name]) for name, item in left.items())
        return left == right


Rule: TypeAlias = Callable[[Checker, Json, Rules, str], Iterator[Flaw]]

_RULES: tuple[Rule, ...] = (
    Checker.plain,
    Checker.number,
    Checker.text,
    Checker.array,
    Checker.members,
    Checker.check_combined,
)


def is_type(value: Json, name: str) -> bool:
    """Tell whether a value is of a schema's type; 1.0 is an integer there, true is none."""
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


def _check_size(size: int, schema: Rules, path: str, what: str, said: str) -> Iterator[Flaw]:
    least, most = schema.get(f"min{what}", 0), schema.get(f"max{what}")
    if size < least:
        yield Flaw(path, f"{said.format(size)}, min{what} is {least}")
    if most is not None and size > most:
        yield Flaw(path, f"{said.format(size)}, max{what} is {most}")


def _is_multiple(value: float, step: float) -> bool:
    """As floats are written in JSON: 0.3 is meant to be a multiple of 0.1, though its nearest float is none."""
    if isinstance(value, int) and isinstance(step, int):
        return value % step == 0
    try:
        quotient = value / step
        return abs(quotient - round(quotient)) <= 1e-9 * max(1.0, abs(quotient))
    except OverflowError:
        return False
