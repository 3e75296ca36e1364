"""The documentation at `/docs`, as `make docs` has built it: files that are compressed already, each asked for again by
its tag.

Its search puts pieces of these files into the page by means that the page's own policy forbids, so it has a policy of
its own: nothing runs, shows or is fetched but what lies here.
"""

import gzip
import hashlib
import re
from functools import partial
from pathlib import Path

import trio

from orchd.frozen.shipped import shipped_folder
from orchd.pages.built import takes_coding
from orchd.pages.documents import Documents
from orchd.patterns import lazy_pattern
from orchd.server.entry.page import Headers, Page, PageRequest, PageRoute, Pages

DOCUMENTATION_PLACE = Path(__file__).parent.parent / "web" / "docs"
ADDRESS = "/docs"
FOLDERS = ("", "protocol", "_static", "_static/scripts", "_static/styles")
"""Those that the site has, below its address."""

_INDEX = "index.html"
_KINDS = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
}
_NAME = lazy_pattern(r"[A-Za-z0-9_][A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]+)*(\.[a-z]+)", re.ASCII)
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
)


class Documentation:
    """What stands in a folder that `make docs` writes. Files are read when they are asked for."""

    def __init__(self, documents: Documents, place: Path = DOCUMENTATION_PLACE) -> None:
        self._documents = documents
        self._folder = shipped_folder(place)

    def routes(self) -> Pages:
        """Return its pages by path. Everybody may read them: they say nothing of this daemon."""
        folders = {
            "/".join(filter(None, (ADDRESS, folder, "*"))): (PageRoute("GET", "public", partial(self._file, folder)),)
            for folder in FOLDERS
        }
        return {ADDRESS: (PageRoute("GET", "public", self._front),), **folders}

    async def _front(self, _request: PageRequest) -> Page:
        """Links inside the site are relative, so it has to be known as a folder."""
        return Page(308, "text/plain", b"", (("Location", f"{ADDRESS}/"),))

    async def _file(self, folder: str, request: PageRequest) -> Page:
        name = request.rest or _INDEX
        found = _NAME.fullmatch(name)
        kind = None if found is None else _KINDS.get(found[1])
        packed = None if kind is None else await trio.to_thread.run_sync(self._read, folder, name)
        if kind is None or packed is None:
            return await self._nothing(request)
        tag = f'W/"{hashlib.sha256(packed).hexdigest()[:32]}"'
        headers: Headers = (
            ("Cache-Control", "no-cache"),
            ("Vary", "Accept-Encoding"),
            ("ETag", tag),
            ("Content-Security-Policy", _POLICY),
        )
        if tag in (request.header("if-none-match") or ""):
            return Page(304, kind, b"", headers)
        if takes_coding(request.header("accept-encoding") or "", "gzip"):
            return Page(200, kind, packed, (*headers, ("Content-Encoding", "gzip")))
        return Page(200, kind, await trio.to_thread.run_sync(gzip.decompress, packed), headers)

    async def _nothing(self, request: PageRequest) -> Page:
        """Say that there is no such page, or how one gets the documentation."""
        built = await trio.to_thread.run_sync(self._read, "", _INDEX)
        values = {"docs": "absent" if built is None else "missing"}
        return self._documents.page("docs", request.languages, values)._replace(status=404)

    def _read(self, folder: str, name: str) -> bytes | None:
        """Read what stands under a name that was looked at; None where there is no such file."""
        try:
            return self._folder.joinpath(folder, f"{name}.gz").read_bytes()
        except OSError:
            return None
