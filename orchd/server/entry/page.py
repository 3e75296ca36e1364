"""Pages: what is asked for, by whom, who may, and the answer."""

import json
from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, Iterator, Mapping, Sequence
from math import ceil
from typing import Any, Literal, NamedTuple, Protocol, TypeAlias

from orchd.access.addresses import ClientFacts
from orchd.errors import OrchdError
from orchd.protocol.identity import Identity, Scope
from orchd.protocol.rights import Right
from orchd.protocol.types import ClientPayload
from orchd.server.entry.body import IncomingBody

STATUSES: Mapping[str, int] = {
    "invalid": 400,
    "unauthorized": 401,
    "forbidden": 403,
    "not_found": 404,
    "conflict": 409,
    "too_large": 413,
    "rate_limited": 429,
    "busy": 503,
    "upstream_error": 502,
    "unavailable": 503,
    "timeout": 504,
    "shutting_down": 503,
}
"""The status of each error that a page may answer with; 500 for any other."""

Headers: TypeAlias = tuple[tuple[str, str], ...]


class PieceWay(Protocol):
    """The way out of an answer that writes itself."""

    @property
    def waiting_bytes(self) -> int:
        """How many bytes the client has not taken yet. Whoever puts pieces has to bound that."""

    def put(self, piece: bytes) -> None:
        """Send a piece after all before it; none, where it is empty. Never waits."""

    async def wait_flushed(self) -> None:
        """Wait until the client has taken all."""


class Page(NamedTuple):
    """An HTTP answer. `body` is UTF-8 where it is text; `headers` are those that only this one has. `pieces`, where
    there are any, are sent in place of a body, each as soon as it is there; what they raise breaks the answer off.
    `length` is how many bytes they have, None where that isn't known. `watched`: nobody goes on making pieces for a
    client that has left. In place of pieces a page of a watched route may have a `flow`, which puts them by itself,
    from whichever task makes them, and returns the last one; what it raises before the first is the answer instead.
    `told` is what a refusal says."""

    status: int
    content_type: str
    body: bytes
    headers: Headers = ()
    pieces: AsyncGenerator[bytes] | None = None
    length: int | None = None
    watched: bool = False
    told: Mapping[str, Any] | None = None
    flow: Callable[[PieceWay], Awaitable[bytes]] | None = None

    @classmethod
    def of_json(cls, status: int, value: object, headers: Headers = ()) -> "Page":
        return cls(status, "application/json", json.dumps(value, ensure_ascii=False).encode() + b"\n", headers)

    @classmethod
    def of_error(cls, status: int, code: str, message: str, headers: Headers = ()) -> "Page":
        """Make a JSON page for a refused request."""
        return cls._of_told(status, {"code": code, "message": message}, headers)

    @classmethod
    def of_refusal(cls, error: OrchdError) -> "Page":
        """Make a JSON page for an error: as the frame would tell it, and when to try again."""
        told = {"code": error.code, "message": error.message, "details": error.details or None}
        headers: Headers = ()
        if error.retry_after_ms is not None:
            headers += (("Retry-After", str(ceil(error.retry_after_ms / 1000))),)
        if error.code == "unauthorized":
            headers += (("WWW-Authenticate", "Bearer"),)
        shown = {name: value for name, value in told.items() if value is not None}
        return cls._of_told(STATUSES.get(error.code, 500), shown, headers)

    @classmethod
    def _of_told(cls, status: int, told: Mapping[str, Any], headers: Headers) -> "Page":
        return cls.of_json(status, {"error": told}, headers)._replace(told=told)


MISSING = "missing"
"""In place of a path: what a browser is shown that looks for a page which there isn't."""


class PageRequest(NamedTuple):
    """A request for a page that may be made: who makes it, from where, and what it carries."""

    identity: Identity
    client: ClientFacts
    host: str
    """What the client calls this daemon: a name or an address, perhaps with a port."""
    query: str = ""
    """What follows the `?`, as it was sent."""
    languages: str = ""
    """Those that the client wants, as its `Accept-Language` says."""
    agent: str = ""
    """What the client says of itself."""
    cookie: str | None = None
    """The session cookie that was shown from a page of the daemon's own."""
    cookies: Sequence[bytes] = ()
    """The `Cookie` headers as they came, for pages that give cookies of their own."""
    body: Any = None
    """Of the route's type; None where it takes none."""
    incoming: IncomingBody | None = None
    """The body of a route that reads it while it comes."""
    method: str = "GET"
    rest: str = ""
    """What stands in place of the `*` of its route's path."""
    headers: Sequence[tuple[bytes, bytes]] = ()
    """All that it says; names are in small letters."""

    def header(self, name: str) -> str | None:
        """What stands under a header; None where it doesn't stand there once."""
        values = [value for key, value in self.headers if key == name.encode()]
        return values[0].decode("latin-1") if len(values) == 1 else None


class Upload(NamedTuple):
    """A body that is read while it comes, of a known length or in chunks: how many bytes it may have, and of which
    types it may be. Without types there may be any body, or none, and what answers looks at that."""

    max_bytes: int
    types: tuple[str, ...] = ("application/json",)


class PageRoute(NamedTuple):
    """What answers one method at one path, and who may ask for it.

    `public`: everybody, and nobody is asked who they are; `open`: everybody, who is told more when they are somebody.
    A `body` is JSON of that type; an `upload` is read by what answers. What changes something is asked for by a page of
    our own, or by a program with a token; with the `origin` of a `socket` by whoever may open one, programs that show
    nothing among them: its answer then must refuse what a form on another page can send. With that of a `program` it is
    for programs alone: no cookie counts, a token may also stand under `x-api-key`, and pages of other origins may ask
    only where the operator names them. `shape` tells a refusal in other words; `watched`: once its body is read, the
    answer is given up when the client leaves. `hallmark` is a header, in small letters, that programs of its API send
    with each request, and no others.
    """

    method: Literal["GET", "POST", "PATCH", "DELETE"]
    right: Right | Literal["public", "open"]
    answer: Callable[[PageRequest], Awaitable[Page]]
    scope: Scope = "read"
    body: type[ClientPayload] | None = None
    upload: Upload | None = None
    origin: Literal["own", "socket", "program"] = "own"
    shape: Callable[[Page], Page] | None = None
    watched: bool = False
    hallmark: bytes | None = None

    def refuse(self, page: Page) -> Page:
        """Return a refusal as this page's clients read it."""
        return page if self.shape is None else self.shape(page)


Pages: TypeAlias = Mapping[str, tuple[PageRoute, ...]]
"""What is served, by path; a path may end in `/*`, for anything that is one segment."""

LatePart: TypeAlias = Callable[[], Pages]
"""Makes the pages whose paths begin with one part; takes some hundredths of a second."""


class LatePages(Mapping[str, tuple[PageRoute, ...]]):
    """The pages that are there, and those of each part that are made when a path is looked for which begins with it.
    Whoever looks at all of them has all made."""

    def __init__(self, there: Pages, late: Mapping[str, LatePart]) -> None:
        """`late`: by the first part of their paths, as `v1`."""
        self.made = dict(there)
        self._late = dict(late)

    def __getitem__(self, path: str) -> tuple[PageRoute, ...]:
        self._make(path.split("/", 2)[1:2])
        return self.made[path]

    def __iter__(self) -> Iterator[str]:
        self._make([*self._late])
        return iter(self.made)

    def __len__(self) -> int:
        self._make([*self._late])
        return len(self.made)

    def _make(self, parts: list[str]) -> None:
        for part in parts:
            if part in self._late:
                self.made |= self._late[part]()
                del self._late[part]  # one that could not be made is tried again


MOST_PARTS = 6
"""Of a path that are looked at for what is above it."""


def find_door(pages: Pages, path: str, headers: Collection[bytes] = ()) -> PageRoute | None:
    """Return the page for programs in whose words it is said that there is none at `path`: that above it, else the
    first one whose path begins with the same part; before both one whose hallmark is among the names of `headers`."""
    parts = path.split("/", MOST_PARTS)
    above = ("/".join(parts[:count]) for count in range(len(parts) - 1, 1, -1))
    beside = (other for other in _there(pages) if len(parts) > 1 and other.split("/")[1:2] == parts[1:2])
    found = (pages[other][0] for other in (*above, *beside) if other in pages)
    doors = [door for door in found if door.origin == "program"]
    return next((door for door in doors if door.hallmark in headers), doors[0] if doors else None)


def _there(pages: Pages) -> Pages:
    """Those that are made: once a path has been looked for, all are that begin with the same part."""
    return pages.made if isinstance(pages, LatePages) else pages
