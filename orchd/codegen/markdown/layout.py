"""On which page each frame, object and enumeration stands: its family's, or one for what several families share."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from orchd.codegen.reading.contract import Contract, RequestType
from orchd.codegen.reading.document import SchemaError
from orchd.codegen.sharing import SESSION, FamilyUses

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
        self._families = FamilyUses(contract)
        self._uses = self._count_uses()
        self.replies = {
            request.type: request.reply for request in contract.requests.values() if self._answers_one(request)
        }
        """Requests and their replies, where a reply is of the request's own type and answers nothing else."""
        self.inlined = {name for name in self._uses if self._uses[name] == 1 and name in self._payloads()}
        """Objects that are the data of one frame and stand nowhere else."""
        self.pages = (*self._family_pages(),)

    def _answers_one(self, request: RequestType) -> bool:
        others = (other for other in self._contract.requests.values() if other is not request)
        told = {kind for other in others for kind in (other.reply, *other.before, *other.pushes)}
        return request.reply == request.type and request.reply not in {*told, *request.before, *request.pushes}

    def _payloads(self) -> set[str]:
        return {frame.payload for frame in self._families.frames()}

    def _count_uses(self) -> Counter[str]:
        inside = (name for told in self._contract.objects for name in self._families.type_names(told))
        return Counter([*inside, *(frame.payload for frame in self._families.frames())])

    def _family_pages(self) -> Iterator[PageLayout]:
        requests, frames = self._by_family(self._contract.requests), self._by_family(self._lone_frames())
        families = [*dict.fromkeys((SESSION, *requests, *frames))]
        if SHARED in families:
            raise SchemaError(f"frames can't be called {SHARED!r}: so is the page of the types that several have")
        for family in families:
            own = [name for name, owner in self._families.owners.items() if owner == family]
            yield PageLayout(family, (*requests.get(family, ()),), (*frames.get(family, ()),), *self._split(own))
        yield PageLayout(SHARED, (), (), *self._split(self._families.shared))

    def _by_family(self, kinds: Iterable[str]) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = {}
        for kind in kinds:
            found.setdefault(self._families.family(kind), []).append(kind)
        return found

    def _lone_frames(self) -> list[str]:
        return [kind for kind in self._contract.server_frames if kind not in self.replies.values()]

    def _split(self, names: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        told = sorted(set(names) - self.inlined)
        objects = tuple(name for name in told if name in self._contract.objects)
        return objects, tuple(name for name in told if name in self._contract.enumerations)
