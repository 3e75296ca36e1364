"""The built page as it is served: one document for all its addresses, one for the way in, and files whose names say
their content.

It may come while the daemon runs, or be built anew: what is looked at each time is when `index.html` was written, which
is what a build writes last.
"""

import gzip
from collections.abc import Iterator
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Literal, NamedTuple, TypeAlias

import trio

from orchd.errors import NotFound
from orchd.frozen.shipped import shipped_folder
from orchd.patterns import lazy_pattern
from orchd.server.entry.page import Headers, Page, PageRequest, PageRoute, Pages

BUILT_PLACE = Path(__file__).parent.parent / "web" / "dist"
ADDRESSES = ("chat", "tasks", "machine", "models", "workspace", "settings")
"""Each has a page of its own, and one for each of its things below it."""
INDEX, DOOR = "index.html", "door.html"
"""The documents: the page itself, and the way in, which is small."""

PageState: TypeAlias = Literal["built", "building", "failed", "absent"]

_KINDS = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}
_CODINGS = (("br", ".br"), ("gzip", ".gz"))
"""The better one first."""
_ENTRY = lazy_pattern(rb'src="(/assets/[A-Za-z0-9_.-]+\.js)"')
_NOT_TAKEN = lazy_pattern(r"q=0(\.0*)?")
_NEVER = "max-age=31536000, immutable"
_ALWAYS = "no-cache"
_NOTE = ".state"
"""Beside the folder: what `make page` says of itself while it builds, and when it could not."""


class _Build(NamedTuple):
    """What was found: the files by their path in the folder, and the script that the document begins with."""

    written_ns: int
    files: frozenset[str]
    entry: str


class BuiltPage:
    """What stands in a folder that `make page` writes. Files are read when they are asked for."""

    def __init__(self, place: Path = BUILT_PLACE) -> None:
        self._place = place
        self._folder = shipped_folder(place)
        self._build: _Build | None = None

    async def entry(self) -> str | None:
        """The path of the script that the page begins with, by which it knows its build; None while there is none."""
        build = await trio.to_thread.run_sync(self._look)
        return None if build is None else build.entry

    async def state(self) -> PageState:
        """Whether there is a page, and why not."""
        return await trio.to_thread.run_sync(self._state)

    async def document(self, request: PageRequest, name: str = INDEX) -> Page | None:
        """One of the documents, None while there is none."""
        build = await trio.to_thread.run_sync(self._look)
        return None if build is None or name not in build.files else await self._file(request, build, name, _ALWAYS)

    async def text(self, name: str) -> bytes | None:
        """What stands in a document, None while there is none. Raises `NotFound` as `document` does."""
        build = await trio.to_thread.run_sync(self._look)
        return None if build is None or name not in build.files else await self._bytes(name)

    def routes(self) -> Pages:
        """Return what the document asks for, by path."""
        return {
            "/assets/*": (PageRoute("GET", "public", self._asset),),
            "/icons/*": (PageRoute("GET", "public", self._icon),),
            "/manifest.webmanifest": (PageRoute("GET", "public", self._manifest),),
        }

    async def _asset(self, request: PageRequest) -> Page:
        return await self._serve(request, f"assets/{request.rest}", _NEVER)

    async def _icon(self, request: PageRequest) -> Page:
        return await self._serve(request, f"icons/{request.rest}", _ALWAYS)

    async def _manifest(self, request: PageRequest) -> Page:
        return await self._serve(request, "manifest.webmanifest", _ALWAYS)

    async def _serve(self, request: PageRequest, path: str, keeping: str) -> Page:
        build = await trio.to_thread.run_sync(self._look)
        if build is None or path not in build.files:
            raise NotFound("there is no such page")
        return await self._file(request, build, path, keeping)

    async def _file(self, request: PageRequest, build: _Build, path: str, keeping: str) -> Page:
        """Read a file that is one of the build's; no other name ever becomes a path."""
        coding, suffix = _coding(request.header("accept-encoding") or "", path, build.files)
        body = await self._bytes(f"{path}{suffix}")
        headers: Headers = (("Cache-Control", keeping), ("Vary", "Accept-Encoding"))
        if coding:
            headers += (("Content-Encoding", coding),)
        return Page(200, _KINDS[Path(path).suffix], body, headers)

    async def _bytes(self, path: str) -> bytes:
        try:
            return await trio.to_thread.run_sync(_read, self._folder, path)
        except OSError:
            raise NotFound("the page is being built anew") from None

    def _look(self) -> _Build | None:
        index = self._folder / INDEX
        try:
            written_ns = index.stat().st_mtime_ns if isinstance(index, Path) else 0
            if self._build is None or self._build.written_ns != written_ns:
                entry = _ENTRY.search(index.read_bytes())
                names = {name for name in _files(self._folder) if Path(name).suffix in {*_KINDS, ".br", ".gz"}}
                names |= {name for name in map(_original, names) if Path(name).suffix in _KINDS}
                self._build = None if entry is None else _Build(written_ns, frozenset(names), entry[1].decode("ascii"))
        except OSError:
            self._build = None
        return self._build

    def _state(self) -> PageState:
        if self._look() is not None:
            return "built"
        try:
            said = self._place.with_name(self._place.name + _NOTE).read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError):
            return "absent"
        return "building" if said == "building" else "failed"


def _original(name: str) -> str:
    """Return the name of the file that one is the compressed copy of; its own, if it is none."""
    return name.removesuffix(".gz")


def _files(folder: Traversable, within: str = "") -> Iterator[str]:
    """Yield the paths of all files in a folder."""
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _files(entry, f"{within}{entry.name}/")
        else:
            yield f"{within}{entry.name}"


def _read(folder: Traversable, path: str) -> bytes:
    """Read a file, of which there may be the compressed copy alone: what is released has no room for both."""
    try:
        return (folder / path).read_bytes()
    except FileNotFoundError:
        return gzip.decompress((folder / f"{path}.gz").read_bytes())


def _coding(accepted: str, path: str, files: frozenset[str]) -> tuple[str, str]:
    """Return the content coding that a client takes and the build has, and what the file's name then ends in."""
    for coding, suffix in _CODINGS:
        if f"{path}{suffix}" in files and takes_coding(accepted, coding):
            return coding, suffix
    return "", ""


def takes_coding(accepted: str, coding: str) -> bool:
    """Whether a client whose `Accept-Encoding` is `accepted` takes a content coding.

    One that is named with a weight of nothing is not taken (RFC 9110, 12.5.3).
    """
    wishes = (wish.replace(" ", "").lower().partition(";") for wish in accepted.split(","))
    return any(name == coding and _NOT_TAKEN.fullmatch(weight) is None for name, _, weight in wishes)
