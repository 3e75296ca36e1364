"""`POST /pictures`: a picture from elsewhere, for a page of our own whose reader wants to see it.

The address comes in a body, so that it stands in no log of a proxy and no other site can send it; and since the page
shows the answer from its own memory, the browser keeps nothing of it.
"""

from typing import Annotated, Protocol

from msgspec import Meta

from orchd.protocol.types import ClientPayload
from orchd.server.entry.page import Page, PageRequest, PageRoute, Pages

PATH = "/pictures"

_HEADERS = (("Content-Security-Policy", "default-src 'none'; sandbox"), ("Cross-Origin-Resource-Policy", "same-origin"))


class PictureAddress(ClientPayload, frozen=True):
    """The body of a request: where the picture is."""

    url: Annotated[str, Meta(min_length=1, max_length=2048)]


class FoundPicture(Protocol):
    """A picture, of a type that its content tells."""

    @property
    def type(self) -> str: ...
    @property
    def content(self) -> bytes: ...


class Pictures(Protocol):
    """Who fetches them."""

    async def fetch(self, user_id: int, url: str) -> FoundPicture:
        """Return the picture at an address. Raises `OrchdError`s."""


def picture_routes(pictures: Pictures) -> Pages:
    """Return the page by its path: for whoever may chat, viewers among them. A picture whose client has left is not
    fetched to its end."""

    async def give(request: PageRequest) -> Page:
        asked: PictureAddress = request.body
        found = await pictures.fetch(request.identity.user_id, asked.url)
        return Page(200, found.type, found.content, _HEADERS)

    return {PATH: (PageRoute("POST", "own", give, scope="chat", body=PictureAddress, watched=True),)}
