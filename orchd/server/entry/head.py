"""The head of a request: what it asks for, and what it says of who sends it."""

from collections.abc import Sequence
from typing import NamedTuple

from orchd.access.addresses import ClientFacts
from orchd.protocol import PATH


class RequestHead(NamedTuple):
    """A request before its body. Names of headers are in small letters; `authority` is that of an absolute target."""

    method: bytes
    version: bytes
    authority: str | None
    path: str
    query: str
    headers: Sequence[tuple[bytes, bytes]]
    client: ClientFacts

    def values(self, name: bytes) -> list[bytes]:
        """All that stands under a header."""
        return [value for key, value in self.headers if key == name]

    @property
    def names(self) -> set[bytes]:
        """The names of its headers."""
        return {name for name, _ in self.headers}

    def text(self, name: bytes) -> str | None:
        """What stands under a header, where it stands last; None where it doesn't."""
        values = self.values(name)
        return values[-1].decode("latin-1") if values else None

    @property
    def host(self) -> str:
        """What the client calls this daemon."""
        return self.client.host or self.authority or self.text(b"host") or ""

    @property
    def hosts(self) -> list[str]:
        """Everything that the client calls this daemon."""
        named = (self.client.host, self.authority, self.text(b"host"))
        return [name for name in named if name is not None]

    @property
    def is_upgrade(self) -> bool:
        """Whether it asks for the WebSocket."""
        return self.path == PATH


def read_target(target: bytes) -> tuple[str | None, str, str]:
    """Return a target's authority, None unless it is in absolute form (RFC 9112, 3.2.2), its path and its query."""
    text, _, query = target.decode("latin-1").partition("?")
    scheme, absolute, rest = text.partition("://")
    if not absolute or scheme.lower() not in ("http", "https"):
        return None, text, query
    authority, slash, path = rest.partition("/")
    return authority, slash + path or "/", query
