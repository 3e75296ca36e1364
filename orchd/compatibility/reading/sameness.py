"""Whether two schemas mean the same, however their definitions are called and described."""

from orchd.compatibility.difference import JsonValue
from orchd.compatibility.reading.branches import WORDS
from orchd.compatibility.reading.document import WireSchema
from orchd.compatibility.reading.soundness import NAMED

VALUES = frozenset({"enum", "const", "default", "x-default", "required", "type"})
"""Keywords whose values are no schemas."""
LISTS = frozenset({"enum", "required", "anyOf", "oneOf", "allOf"})
"""Keywords for which the order of a list is nothing."""


class Sameness:
    """Answers for a pair of documents; what was found is kept."""

    def __init__(self, old: WireSchema, new: WireSchema) -> None:
        self._old, self._new = old, new
        self._known: dict[tuple[str, str], bool] = {}

    def of(self, old: JsonValue, new: JsonValue) -> bool:
        """Return whether two schemas, or values of keywords, mean the same."""
        if isinstance(old, dict) and isinstance(new, dict):
            if isinstance(old.get("$ref"), str) and isinstance(new.get("$ref"), str):
                return self._of_references(old["$ref"], new["$ref"])
            return self._of_objects(old, new)
        if isinstance(old, list) and isinstance(new, list):
            return len(old) == len(new) and all(map(self.of, old, new))
        return (type(old) is type(new) and bool(old == new)) or (_numbers(old, new) and old == new)

    def _of_references(self, old: str, new: str) -> bool:
        if (old, new) not in self._known:
            self._known[(old, new)] = True  # as long as nothing else is found: they may hold themselves
            there, here = self._old.target(old, old), self._new.target(new, new)
            self._known[(old, new)] = self.of(there.node, here.node)
        return self._known[(old, new)]

    def _of_objects(self, old: dict[str, JsonValue], new: dict[str, JsonValue]) -> bool:
        left = {name for name in old if name not in WORDS}
        if left != {name for name in new if name not in WORDS}:
            return False
        return all(self._of_keyword(name, old[name], new[name]) for name in left)

    def _of_keyword(self, name: str, old: JsonValue, new: JsonValue) -> bool:
        if name in NAMED and isinstance(old, dict) and isinstance(new, dict):
            return old.keys() == new.keys() and all(self.of(old[each], new[each]) for each in old)
        if name == "discriminator":  # its mapping only repeats the constants
            return bool(old.get("propertyName") == new.get("propertyName"))
        if name in LISTS and isinstance(old, list) and isinstance(new, list):
            return len(old) == len(new) and all(any(self.of(item, other) for other in new) for item in old)
        return bool(old == new) if name in VALUES else self.of(old, new)


def _numbers(old: JsonValue, new: JsonValue) -> bool:
    return all(isinstance(each, int | float) and not isinstance(each, bool) for each in (old, new))
