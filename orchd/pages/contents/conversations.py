"""Files of conversations: `GET /conversations/export` and `POST /conversations/import`."""

from collections.abc import AsyncGenerator, Sequence
from typing import Literal, Protocol, TypeAlias

from orchd.errors import Invalid
from orchd.pages.contents.files import FilePages, Files
from orchd.pages.query import read_query, row_number
from orchd.protocol.identity import Identity
from orchd.server.entry.page import Page, PageRequest, PageRoute, Pages, Upload

EXPORT, IMPORT = "/conversations/export", "/conversations/import"
MAX_IDS = 200
MAX_NAME = 200

FileForm: TypeAlias = Literal["orchd", "markdown"]
_TYPES: dict[FileForm, tuple[str, str]] = {
    "orchd": ("application/json", "conversations.json"),
    "markdown": ("text/markdown; charset=utf-8", "conversations.md"),
}


def file_routes(files: Files, conversations: "ConversationDoor") -> Pages:
    """Return all pages of files, by path."""
    return {**FilePages(files).routes(), **ConversationPages(conversations).routes()}


class ConversationDoor(Protocol):
    """What gives and takes files of conversations."""

    @property
    def max_bytes(self) -> int:
        """Bytes that a file may have."""

    async def export(self, who: Identity, form: FileForm, wanted: Sequence[int] | None) -> AsyncGenerator[bytes]:
        """Return the pieces of a file of somebody's conversations."""

    async def take(
        self, who: Identity, pieces: AsyncGenerator[bytes], name: str, project_id: int | None, length: int | None
    ) -> bytes:
        """Import a file; return what is told of that, as JSON."""


class ConversationPages:
    """What the pages do."""

    def __init__(self, files: ConversationDoor) -> None:
        self._files = files

    def routes(self) -> Pages:
        """Return the page that gives files and the one that takes them."""
        types = ("application/json", "application/x-ndjson")  # which no form on another page can send
        taken = PageRoute(
            "POST", "change", self.take, scope="chat", upload=Upload(self._files.max_bytes, types), origin="socket"
        )
        return {EXPORT: (PageRoute("GET", "read", self.give, scope="chat"),), IMPORT: (taken,)}

    async def give(self, request: PageRequest) -> Page:
        """Send a file of conversations; those of `ids`, or all that somebody made."""
        asked = read_query(request.query, "format", "ids")
        form: FileForm | None = next((known for known in _TYPES if known == asked.get("format", "orchd")), None)
        if form is None:
            raise Invalid(f"`format` must be one of {', '.join(_TYPES)}", field="format")
        wanted = None if "ids" not in asked else [row_number(each, "ids") for each in asked["ids"].split(",")]
        if wanted is not None and len(wanted) > MAX_IDS:
            raise Invalid(f"`ids` may name at most {MAX_IDS}", field="ids")
        kind, name = _TYPES[form]
        pieces = await self._files.export(request.identity, form, wanted)
        return Page(200, kind, b"", (("Content-Disposition", f'attachment; filename="{name}"'),), pieces)

    async def take(self, request: PageRequest) -> Page:
        """Import a file of conversations while it comes."""
        asked, body = read_query(request.query, "name", "projectId"), request.incoming
        if body is None:  # OPTIONS
            return Page.of_json(200, {})
        name = asked.get("name", "")
        if len(name) > MAX_NAME or not name.isprintable():
            raise Invalid(f"`name` is a line of up to {MAX_NAME} characters", field="name")
        project_id = row_number(asked["projectId"], "projectId") if "projectId" in asked else None
        told = await self._files.take(request.identity, body.pieces(), name, project_id, body.length)
        return Page(200, "application/json", told + b"\n")
