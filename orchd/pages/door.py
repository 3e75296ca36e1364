"""What a browser is shown of the way in: the built page's own document for it, or a plain one while there is none.

The document is the same for everybody; a failure that ended a log-in elsewhere stands in it, for its script to say.
"""

import html
from collections.abc import Mapping

from orchd.errors import OrchdError
from orchd.pages.built import DOOR, BuiltPage
from orchd.pages.documents import Documents
from orchd.server.entry.page import Page, PageRequest

_PLACE = b'<div id="page"'

_FAILED = """<!doctype html>
<meta charset="utf-8">
<title>orchd</title>
<link rel="stylesheet" href="/page.css">
<main class="card"><h1>orchd</h1><p role="alert">{reason}</p><p><a href="/login">orchd</a></p></main>
"""


class Door:
    """The documents of the way in. `provider`: whether people can log in by one."""

    def __init__(self, built: BuiltPage, documents: Documents, *, provider: bool) -> None:
        self._built = built
        self._documents = documents
        self._provider = provider

    async def document(self, name: str, request: PageRequest) -> Page:
        """The form called `name`: `login` or `setup`. The built document sees by its address which it is."""
        page = await self._built.document(request, DOOR)
        if page is not None:
            return page
        values = {"provider": "one" if self._provider else "none", "page": await self._built.state()}
        return self._documents.page(name, request.languages, values)

    async def refusal(self, error: OrchdError) -> Page:
        """A page for a person who can't be let in, with the status of the error."""
        told = Page.of_refusal(error)
        text = await self._built.text(DOOR)
        if text is None:
            body = _FAILED.format(reason=html.escape(error.message)).encode()
        else:
            body = text.replace(_PLACE, _PLACE + _attributes({"code": error.code, "message": error.message}))
        return Page(told.status, "text/html; charset=utf-8", body, told.headers)


def _attributes(values: Mapping[str, str]) -> bytes:
    return "".join(f' data-{name}="{html.escape(value)}"' for name, value in values.items()).encode()
