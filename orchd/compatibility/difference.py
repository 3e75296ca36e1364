"""One difference between two schemas."""

import json
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any, Literal, TypeAlias

JsonValue: TypeAlias = Any
SchemaKeywords: TypeAlias = dict[str, Any]

Direction: TypeAlias = Literal["client", "server", "protocol"]
"""What clients send, what they receive, and what holds for a connection as a whole."""

Breakage: TypeAlias = Literal["breaking", "undecided", "compatible"]

ID_LENGTH = 12


@dataclass(frozen=True)
class Difference:
    """What differs, and where: `path` is the member's in a frame of the first of `frames`, `place` the JSON pointer
    into the schema that has it (the new one, or the old one for what is gone)."""

    kind: str
    verdict: Breakage
    told: str
    place: str
    path: str = "$"
    direction: Direction = "protocol"
    frames: tuple[str, ...] = ()
    old: JsonValue = None
    new: JsonValue = None

    @property
    def breaking(self) -> bool:
        """Whether it breaks clients as far as anybody knows: what is undecided does until it is accepted."""
        return self.verdict != "compatible"

    @property
    def id(self) -> str:
        """What it is accepted by: it changes with what was there before and what is there now."""
        said = [self.direction, self.kind, self.place, self.path, self.old, self.new]
        return sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:ID_LENGTH]

    def below(self, prefix: str) -> "Difference":
        """Return it as it is seen from where `prefix` leads to it."""
        return replace(self, path=prefix + self.path.removeprefix("$"))

    def reword(self, told: str) -> "Difference":
        """Return it in other words."""
        return replace(self, told=told)


def merge(found: list[Difference]) -> list[Difference]:
    """Return what several frames have in common as one, in the order of directions and of being found."""
    groups: dict[tuple[str, str, str, str], Difference] = {}
    for each in found:
        key = (each.direction, each.kind, each.place, each.told)
        first = groups.setdefault(key, each)
        if first is not each:
            groups[key] = replace(first, frames=tuple(dict.fromkeys((*first.frames, *each.frames))))
    return [*groups.values()]
