"""All pages by path, each with who may ask for it."""

from collections.abc import Callable
from functools import partial

import msgspec
import trio

from orchd import __version__
from orchd.errors import NotFound
from orchd.pages.built import ADDRESSES, DOOR, INDEX, BuiltPage
from orchd.pages.documentation import Documentation
from orchd.pages.documents import Documents, script
from orchd.pages.door import Door
from orchd.pages.health import HealthStatus
from orchd.pages.login import LoginPages
from orchd.pages.oidc import OidcLogin, oidc_routes
from orchd.protocol import PROTOCOL
from orchd.protocol.identity import NOBODY
from orchd.protocol.rights import refusal
from orchd.server.entry.doorkeeper import Doorkeeper
from orchd.server.entry.page import MISSING, Page, PageRequest, PageRoute, Pages

SCRIPTS = ("page.css", "page.js", "logins.js", "send.js", "wait.js", "login.js", "setup.js")


class _SchemaPage:
    """The schema of the wire, by `read`: 1 MB that few ask for. Once somebody has, it is kept, and the same for all:
    anybody may ask, and to read it takes 0.1 s and several times its size."""

    def __init__(self, read: Callable[[], str]) -> None:
        self._read = read
        self._turn = trio.Lock()
        self._text: bytes | None = None

    async def answer(self, _request: PageRequest) -> Page:
        """Return the page. Waits for its first reading, if that is under way."""
        async with self._turn:
            if self._text is None:
                self._text = await trio.to_thread.run_sync(self._format)
        return Page(200, "application/schema+json", self._text)

    def _format(self) -> bytes:
        return msgspec.json.format(self._read().encode(), indent=-1)


def make_pages(
    status: HealthStatus,
    schema: Callable[[], str],
    doorkeeper: Doorkeeper,
    oidc: OidcLogin | None = None,
    built: BuiltPage | None = None,
) -> Pages:
    """Return the pages by path; with those of a login provider, if there is one. `schema` reads that of the wire."""
    documents = Documents()
    built = BuiltPage() if built is None else built
    provider = oidc is not None and oidc.flow is not None
    door = Door(built, documents, provider=provider)
    by_provider = {} if oidc is None else oidc_routes(oidc, door, insecure=doorkeeper.insecure)

    async def readiness(request: PageRequest) -> Page:
        """Say why not only to those who may know how the machine is."""
        ready, report = await status.report()
        who = request.identity
        known = refusal("status", "read", who) is None and (request.client.is_local or not who.undecided)
        return Page.of_json(200 if ready else 503, report if known else {"ready": ready})

    pages: dict[str, tuple[PageRoute, ...]] = {
        **_front_routes(documents, built, provider=provider),
        **Documentation(documents).routes(),
        "/healthz": (_fixed_page(Page.of_json(200, {"status": "ok"})),),
        "/readyz": (PageRoute("GET", "open", readiness),),
        "/protocol.schema.json": (PageRoute("GET", "public", _SchemaPage(schema).answer),),
        **{f"/{name}": (_fixed_page(script(name)),) for name in SCRIPTS},
    }
    for path, routes in LoginPages(doorkeeper).routes().items():
        pages[path] = (*pages.get(path, ()), *routes)
    for name in ("login", "setup"):
        pages[f"/{name}"] = (PageRoute("GET", "public", partial(door.document, name)), *pages[f"/{name}"])
    return {**pages, **by_provider}


def _front_routes(documents: Documents, built: BuiltPage, *, provider: bool) -> Pages:
    """Return the page, at all its addresses, with what it is built of; a plain one in its place until it is built.
    `provider`: whether people can log in by one."""

    async def version(_request: PageRequest) -> Page:
        """Name the page, too: one that was loaded before an upgrade sees that there is a newer one; and say whether a
        provider of identities is configured, so that it can lead there."""
        told = {"name": "orchd", "version": __version__, "protocol": PROTOCOL, "page": await built.entry()}
        return Page.of_json(200, {**told, "provider": provider})

    async def document(request: PageRequest) -> Page | None:
        """Whoever is nobody is shown the way in, at the address that they want. That may be a person whose cookie the
        browser kept back, since a link elsewhere led here: the document asks once more who is there."""
        return await built.document(request, DOOR if request.identity == NOBODY else INDEX)

    async def lost_page(request: PageRequest) -> Page:
        """The page says it in the reader's language, and has its menu."""
        page = await document(request)
        if page is None:
            raise NotFound("there is no such page")
        return page._replace(status=404)

    async def front(request: PageRequest) -> Page:
        page = await document(request)
        if page is not None:
            return page
        who = request.identity
        state = "nobody" if who.role is None else "local" if who.web_session_id is None else "user"
        values = {"state": state, "user": who.name, "page": await built.state()}
        return documents.page("index", request.languages, values)

    addresses = ("/", *(f"/{name}{rest}" for name in ADDRESSES for rest in ("", "/*")))
    fronts = {address: (PageRoute("GET", "open", front),) for address in addresses}
    fronts[MISSING] = (PageRoute("GET", "open", lost_page),)
    return {**fronts, **built.routes(), "/version": (PageRoute("GET", "public", version),)}


def _fixed_page(page: Page) -> PageRoute:
    async def answer(_request: PageRequest) -> Page:
        return page

    return PageRoute("GET", "public", answer)
