"""Where each heading is, and how it is linked to from a page."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

HeadingKind: TypeAlias = Literal["request", "frame", "object", "enumeration", "part"]
HeadingTopic: TypeAlias = tuple[HeadingKind, str]
"""What a heading is about; a `part` is a piece of a page that has no name on the wire."""


@dataclass(frozen=True)
class HeadingPlace:
    """A heading of a page: the page's path from the folder of them all, and the anchor there."""

    path: str
    anchor: str


class Linker:
    """Writes links from one page to whatever has an address."""

    def __init__(self, path: str, addresses: Mapping[HeadingTopic, HeadingPlace]) -> None:
        self._path = path
        self._addresses = addresses

    def to(self, target: HeadingTopic) -> str:
        """Return a name as a link; as it is where nothing is said of it."""
        address = self._addresses.get(target)
        shown = f"`{target[1]}`"
        return shown if address is None else f"[{shown}]({self._path_to(address.path)}#{address.anchor})"

    def to_frame(self, kind: str) -> str:
        """Return the type of a frame that the daemon sends as a link: to its request, where it stands with that."""
        return self.to(("frame", kind) if ("frame", kind) in self._addresses else ("request", kind))

    def _path_to(self, path: str) -> str:
        if path == self._path:
            return ""
        here, there = self._path.rpartition("/")[0], path.rpartition("/")[0]
        name = path.rpartition("/")[2]
        if here == there:
            return name
        return f"../{name}" if here else f"{there}/{name}"
