"""On which page each frame, object and enumeration stands: its family's, or one for what several families share."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from orchd.codegen.reading.contract import (
    Contract,
    EnumerationReference,
    ObjectReference,
    RequestType,
    ServerFrameType,
    inner_types,
)
from orchd.codegen.reading.document import SchemaError

SESSION = "session"
"""The family of the frames by which a connection itself is kept."""
SHARED = "types"
"""The page of objects and enumerations that several families have."""


@dataclass(frozen=True)
class PageLayout:
    """What stands on one page, by names, in order. `replies` stand with the request that they answer."""

    name: str
    requests: tuple[str, ...] = ()
    frames: tuple[str, ...] = ()
    objects: tuple[str, ...] = ()
    enumerations: tuple[str, ...] = ()


class Layout:
    """Divides a contract into pages. Raises `SchemaError` for a family that is called like the page of shared types."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        facts = contract.session
        own = {facts.ready, facts.closing, facts.error, facts.ping, facts.cancel, facts.authenticate}
        self._session = own | {contract.requests[kind].reply for kind in own if kind in contract.requests}
        self._uses = self._count_uses()
        self.replies = {
            request.type: request.reply for request in contract.requests.values() if self._answers_one(request)
        }
        """Requests and their replies, where a reply is of the request's own type and answers nothing else."""
        self.inlined = {name for name in self._uses if self._uses[name] == 1 and name in self._payloads()}
        """Objects that are the data of one frame and stand nowhere else."""
        self.pages = (*self._family_pages(),)

    def family(self, kind: str) -> str:
        """Return the family of a type of frame."""
        return SESSION if kind in self._session else kind.partition(":")[0]

    def _answers_one(self, request: RequestType) -> bool:
        others = (other for other in self._contract.requests.values() if other is not request)
        told = {kind for other in others for kind in (other.reply, *other.before, *other.pushes)}
        return request.reply == request.type and request.reply not in {*told, *request.before, *request.pushes}

    def _payloads(self) -> set[str]:
        return {frame.payload for frame in self._frames()}

    def _frames(self) -> Iterator[RequestType | ServerFrameType]:
        yield from self._contract.requests.values()
        yield from self._contract.server_frames.values()

    def _count_uses(self) -> Counter[str]:
        inside = (name for told in self._contract.objects for name in self._type_names(told))
        return Counter([*inside, *(frame.payload for frame in self._frames())])

    def _type_names(self, name: str) -> Iterator[str]:
        """Yield the names of objects and enumerations that an object's members have; a name may come twice."""
        for member in self._contract.objects[name].members:
            for inner in inner_types(member.type):
                if isinstance(inner, ObjectReference | EnumerationReference):
                    yield inner.name

    def _family_pages(self) -> Iterator[PageLayout]:
        requests, frames = self._by_family(self._contract.requests), self._by_family(self._lone_frames())
        families = [*dict.fromkeys((SESSION, *requests, *frames))]
        if SHARED in families:
            raise SchemaError(f"frames can't be called {SHARED!r}: so is the page of the types that several have")
        reached = {family: self._reach(family) for family in families}
        shared = Counter(name for names in reached.values() for name in names)
        for family in families:
            own = [name for name in reached[family] if shared[name] == 1]
            yield PageLayout(family, (*requests.get(family, ()),), (*frames.get(family, ()),), *self._split(own))
        common = [name for name, families_of in shared.items() if families_of > 1]
        yield PageLayout(SHARED, (), (), *self._split(common))

    def _by_family(self, kinds: Iterable[str]) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = {}
        for kind in kinds:
            found.setdefault(self.family(kind), []).append(kind)
        return found

    def _lone_frames(self) -> list[str]:
        return [kind for kind in self._contract.server_frames if kind not in self.replies.values()]

    def _reach(self, family: str) -> dict[str, None]:
        """Return what the frames of a family hold, directly or not."""
        found: dict[str, None] = {}
        wanted = [frame.payload for frame in self._frames() if self.family(frame.type) == family]
        while wanted:
            name = wanted.pop(0)
            if name not in found:
                found[name] = None
                wanted += self._type_names(name) if name in self._contract.objects else ()
        return found

    def _split(self, names: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        told = sorted(set(names) - self.inlined)
        objects = tuple(name for name in told if name in self._contract.objects)
        return objects, tuple(name for name in told if name in self._contract.enumerations)
