"""Which family's frames hold an object or an enumeration, and what several families share."""

from collections import Counter
from collections.abc import Iterator, Mapping

from orchd.codegen.reading.contract import (
    Contract,
    EnumerationReference,
    ObjectReference,
    RequestType,
    ServerFrameType,
    inner_types,
)

SESSION = "session"
"""The family of the frames by which a connection itself is kept."""


class FamilyUses:
    """What the frames of each family hold, directly or not. `families` are in the order of their frames, after that of
    the session."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        facts = contract.session
        own = {facts.ready, facts.closing, facts.error, facts.ping, facts.cancel, facts.authenticate}
        self._session = own | {contract.requests[kind].reply for kind in own if kind in contract.requests}
        kinds = [frame.type for frame in self.frames()]
        self.families = (*dict.fromkeys((SESSION, *map(self.family, kinds))),)
        self.reached: Mapping[str, Mapping[str, None]] = {family: self._reach(family) for family in self.families}
        """Family → names of objects and enumerations, in the order in which they are found."""
        counted = Counter(name for names in self.reached.values() for name in names)
        self.owners = {name: family for family, names in self.reached.items() for name in names if counted[name] == 1}
        """What one family alone has: name → family."""
        self.shared = tuple(name for name, families_of in counted.items() if families_of > 1)

    def family(self, kind: str) -> str:
        """Return the family of a type of frame."""
        return SESSION if kind in self._session else kind.partition(":")[0]

    def frames(self) -> Iterator[RequestType | ServerFrameType]:
        """Yield all requests, then all frames that the daemon sends."""
        yield from self._contract.requests.values()
        yield from self._contract.server_frames.values()

    def type_names(self, name: str) -> Iterator[str]:
        """Yield the names of objects and enumerations that an object's members have; a name may come twice."""
        for member in self._contract.objects[name].members:
            for inner in inner_types(member.type):
                if isinstance(inner, ObjectReference | EnumerationReference):
                    yield inner.name

    def _reach(self, family: str) -> dict[str, None]:
        found: dict[str, None] = {}
        wanted = [frame.payload for frame in self.frames() if self.family(frame.type) == family]
        while wanted:
            name = wanted.pop(0)
            if name not in found:
                found[name] = None
                wanted += self.type_names(name) if name in self._contract.objects else ()
        return found
