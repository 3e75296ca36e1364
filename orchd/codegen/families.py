"""Requests by what they are about, as a client has them: `task:dependency:add` is `client.task.dependency.add`."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from orchd.codegen.reading.contract import RequestType


@dataclass
class Family:
    """Requests whose types begin alike. `own` is one that is called like the family itself."""

    path: tuple[str, ...]
    own: RequestType | None = None
    requests: dict[str, RequestType] = field(default_factory=dict)
    families: "dict[str, Family]" = field(default_factory=dict)

    def walk(self) -> "Iterator[Family]":
        """Yield the families below this one, the inner ones first, then itself."""
        for inner in self.families.values():
            yield from inner.walk()
        yield self


def make_families(requests: Iterable[RequestType]) -> Family:
    """Return the family of all: requests by the last part of their types, families by the parts before."""
    root = Family(())
    for request in requests:
        *above, last = request.type.split(":")
        family = root
        for part in above:
            family = family.families.setdefault(part, Family((*family.path, part)))
        family.requests[last] = request
    for family in [*root.walk()]:
        for name in family.families.keys() & family.requests.keys():
            family.families[name].own = family.requests.pop(name)
    return root
