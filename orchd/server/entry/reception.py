"""Whether a request is let in, and as whose: the one place for `/ws` and all pages.

In this order: what it calls the daemon, what it asks for, whose page it comes from, what it shows of who sends it, and
whether they may. Nothing of its body is read before.
"""

from collections.abc import Sequence

import trio

from orchd.errors import Forbidden, OrchdError, Unauthorized, Unavailable
from orchd.guard import guarded
from orchd.protocol.identity import NOBODY, Identity
from orchd.protocol.rights import refusal
from orchd.server.entry.cookie import shown_cookie
from orchd.server.entry.credentials import Credentials, read_credentials, read_key
from orchd.server.entry.doorkeeper import Doorkeeper
from orchd.server.entry.entrance import Arrival
from orchd.server.entry.gate import Gate
from orchd.server.entry.head import RequestHead
from orchd.server.entry.page import MISSING, Page, PageRequest, PageRoute, Pages, Upload, find_door
from orchd.server.entry.upgrade import refuse_upgrade

MAX_BODY_BYTES = 16 * 1024
"""Longest body of a request; a longer one is answered 413."""

RECOGNISE_SECONDS = 10.0
"""How long it may take to find out who somebody is."""

EXPOSED = ("Access-Control-Expose-Headers", "Mcp-Session-Id, Retry-After, X-Orchd-Conversation, X-Request-Id")
"""What a page of another origin may read of an answer's head besides what browsers show to any."""

_VERSIONS = (b"1.0", b"1.1")
_SAFE = (b"GET", b"HEAD", b"OPTIONS")
_CHANGING = ("POST", "PATCH", "DELETE")
_OWN_SITE = (None, "same-origin", "none")
"""What browsers say of requests that a page of ours, or the person in front of it, has made (`Sec-Fetch-Site`)."""


class Reception:
    """Judges the heads of requests. Immutable; shared by all connections."""

    def __init__(self, pages: Pages, gate: Gate, doorkeeper: Doorkeeper) -> None:
        self._pages = pages
        self._gate = gate
        self._doorkeeper = doorkeeper

    def refuse(self, head: RequestHead) -> Page | None:
        """Return why a request gets nothing, whatever it asks for.

        One without `Host` is taken in HTTP/1.0 only: health checks send it, and no browser does, so that no name can
        be made to point here (h11 refuses it in HTTP/1.1).
        """
        if head.version not in _VERSIONS:
            return Page.of_error(505, "invalid", "HTTP/1.1 is spoken here")
        if head.values(b"transfer-encoding") and (head.values(b"content-length") or head.version != b"1.1"):
            # a proxy may see another end of it, and take what follows for a request (RFC 9112, 6.1)
            return Page.of_error(400, "invalid", "where the body of this request ends can be read in two ways")
        if not all(map(self._gate.admits_host, head.hosts)):
            return Page.of_error(
                403, "forbidden", "this Host is not allowed; use an IP address or localhost, or set server.allowedHosts"
            )
        return None

    async def open(self, head: RequestHead) -> Arrival | Page:
        """Return who opens a WebSocket, or why nobody does."""
        if head.method not in _SAFE:
            return _wrong_method(("GET",))
        refused = _refuse_any_body(head) or refuse_upgrade(head) or self._refuse_origin(head)
        if refused is not None:
            return refused
        try:
            shown = self._credentials(head)
            identity = await self._recognise(head, shown)
            if shown.kind == "cookie" and identity == NOBODY:
                raise Unauthorized("this session has ended; log in again", reason="session_ended")
        except OrchdError as error:
            return Page.of_refusal(error)
        return Arrival(identity, head.client)

    @property
    def doorkeeper(self) -> Doorkeeper:
        """Who knows what becomes of those that were let in."""
        return self._doorkeeper

    def find(self, head: RequestHead) -> PageRoute | Page:
        """Return what answers a request, or why nothing does."""
        with guarded("looking for a page", path=head.path) as guard:  # some are made when they are first looked for
            return self._find(head)
        assert guard.error is not None
        return Page.of_refusal(guard.error)

    def _find(self, head: RequestHead) -> PageRoute | Page:
        if head.path == "*" and head.method == b"OPTIONS":
            return _nothing(tuple({route.method for routes in self._pages.values() for route in routes}))
        routes = self._pages.get(head.path) or self._pages.get(f"{head.path.rpartition('/')[0]}/*")
        door = find_door(self._pages, head.path, head.names) if routes is None else None
        if routes is None and door is None and _is_reader(head):
            routes = self._pages.get(MISSING)
        if routes is None:
            missing = Page.of_error(404, "not_found", "there is no such page")
            return missing if door is None else self.share(door.refuse(missing), head, door)
        wanted = b"GET" if head.method in _SAFE else head.method
        route = next((route for route in routes if route.method.encode() == wanted), None)
        methods = tuple(route.method for route in routes)
        if route is None:
            if head.method == b"OPTIONS":
                return self._options(head, routes)
            return self.share(routes[0].refuse(_wrong_method(methods)), head, routes[0])
        refused = _refuse_body(head, route)
        return route if refused is None else self.share(route.refuse(refused), head, route)

    def share(self, page: Page, head: RequestHead, route: PageRoute) -> Page:
        """Return an answer with the permission to read it, for a page of an origin that may."""
        origin = head.text(b"origin")
        if route.origin != "program" or origin is None or not self._gate.shares_with(origin):
            return page
        permission = (("Access-Control-Allow-Origin", origin), EXPOSED, ("Vary", "Origin"))
        return page._replace(headers=(*page.headers, *permission))

    def _options(self, head: RequestHead, routes: Sequence[PageRoute]) -> Page:
        """Answer what may be asked for; browsers ask before a page of another origin may send anything."""
        methods = tuple(route.method for route in routes)
        page = _nothing(methods)
        shared = self.share(page, head, routes[0])
        if shared is page:
            return page
        allowed = (
            ("Access-Control-Allow-Methods", ", ".join(methods)),
            ("Access-Control-Allow-Headers", head.text(b"access-control-request-headers") or "Authorization"),
            ("Access-Control-Max-Age", "600"),
        )
        return shared._replace(headers=(*shared.headers, *allowed))

    async def admit(self, head: RequestHead, route: PageRoute) -> PageRequest:
        """Return the request as it may be answered. Raises an `OrchdError` when it may not."""
        shown = Credentials() if route.right == "public" else self._credentials(head, route)
        self._check_page(head, route, shown)
        identity = NOBODY if route.right == "public" else await self._identity(head, route, shown)
        return PageRequest(
            identity,
            head.client,
            head.host,
            head.query,
            head.text(b"accept-language") or "",
            head.text(b"user-agent") or "",
            None if route.origin == "program" else self._cookie(head),
            () if route.origin == "program" else head.values(b"cookie"),
            method=head.method.decode("latin-1"),
            rest=head.path.rpartition("/")[2],
            headers=head.headers,
        )

    async def _identity(self, head: RequestHead, route: PageRoute, shown: Credentials) -> Identity:
        try:
            identity = await self._recognise(head, shown, programs=route.origin == "program")
        except (
            OrchdError
        ) as error:  # what anybody may see is shown while the database is away, and after a session, too
            over = shown.kind == "cookie" and isinstance(error, Unauthorized)
            if route.right != "open" or not (error.retryable or over):
                raise
            return NOBODY
        if route.right != "public" and route.right != "open":
            refused = refusal(route.right, route.scope, identity)
            if isinstance(refused, Unauthorized) and self._doorkeeper.wants_first_user:
                raise Unauthorized("there is no user yet: the daemon's operator makes the first one", reason="no_users")
            if refused is not None:
                raise refused
        return identity

    def _check_page(self, head: RequestHead, route: PageRoute, shown: Credentials) -> None:
        """See that what changes something is asked for by a page of our own, or by a program that shows a token.

        Raises `Forbidden`.
        """
        if route.origin == "program":
            self._check_program(head)
            return
        if route.method == "GET" or (shown.kind == "token" and not head.values(b"origin")):
            return
        if route.origin == "socket" and len(head.values(b"origin")) < 2 and self._refuse_origin(head) is None:
            return
        if not self._is_own_page(head):
            raise Forbidden("only a page of this daemon may ask for this (Origin)", reason="origin")

    def _check_program(self, head: RequestHead) -> None:
        """See that no page asks for what is for programs, but those of origins that are named. Raises `Forbidden`."""
        origins = head.values(b"origin")
        if len(origins) > 1 or not all(self._gate.shares_with(origin.decode("latin-1")) for origin in origins):
            raise Forbidden("no page of this Origin may ask for this; see gateway.allowedOrigins", reason="origin")

    def _credentials(self, head: RequestHead, route: PageRoute | None = None) -> Credentials:
        """Raises `Invalid` and `Unauthorized`."""
        if route is not None and route.origin == "program":
            return read_key(head.headers, head.client)
        return read_credentials(head.headers, head.client, self._cookie(head))

    def _cookie(self, head: RequestHead) -> str | None:
        """Return the session cookie, which counts from a page of our own alone."""
        return shown_cookie(head.values(b"cookie"), secure=head.client.secure) if self._is_own_page(head) else None

    def _is_own_page(self, head: RequestHead) -> bool:
        """Whether a page of ours sends this, as far as browsers tell.

        For what a page only reads they send no `Origin`, but whose page it is where the connection is a safe one.
        """
        origins = head.values(b"origin")
        if not origins:
            return head.method in _SAFE and not head.is_upgrade and head.text(b"sec-fetch-site") in _OWN_SITE
        own = self._gate.is_own(origins[0].decode("latin-1"), head.host, secure=head.client.secure)
        return len(origins) == 1 and own

    def _refuse_origin(self, head: RequestHead) -> Page | None:
        if not self._gate.admits_origin(head.text(b"origin"), head.host, secure=head.client.secure):
            return Page.of_error(403, "forbidden", "this Origin is not allowed; see server.allowedOrigins")
        return None

    async def _recognise(self, head: RequestHead, shown: Credentials, *, programs: bool = False) -> Identity:
        """Raises as `Doorkeeper.recognise` does."""
        with trio.move_on_after(RECOGNISE_SECONDS):
            if programs:
                return await self._doorkeeper.by_key(shown, head.client)
            return await self._doorkeeper.recognise(shown, head.client)
        raise Unavailable("it could not be found out in time who you are", reason="database")


def _is_reader(head: RequestHead) -> bool:
    """Whether somebody wants to read a page: browsers ask for HTML where programs take anything."""
    return head.method in (b"GET", b"HEAD") and any(b"text/html" in accepted for accepted in head.values(b"accept"))


def _refuse_body(head: RequestHead, route: PageRoute) -> Page | None:
    """Return why a request's body is not read; also one of an unknown length, or of another type than JSON."""
    if route.upload is not None:
        return _refuse_upload(head, route.upload)
    if route.body is None:
        return _refuse_any_body(head)
    lengths = head.values(b"content-length")
    if head.values(b"transfer-encoding") or not lengths:
        return Page.of_error(411, "invalid", "the header Content-Length is needed")
    if int(lengths[0]) > MAX_BODY_BYTES:
        return Page.of_error(413, "too_large", f"the body may have {MAX_BODY_BYTES} bytes")
    if head.values(b"content-type") != [b"application/json"]:
        return Page.of_error(415, "invalid", "the body must be JSON, and Content-Type `application/json`")
    if head.values(b"content-encoding"):
        return Page.of_error(415, "invalid", "the body must not be compressed")
    return None


def _refuse_upload(head: RequestHead, upload: Upload) -> Page | None:
    """Return why a body is not read that may come in chunks, and be long."""
    lengths = head.values(b"content-length")
    if upload.types and not lengths and not head.values(b"transfer-encoding"):
        return Page.of_error(411, "invalid", "a body is needed, with Content-Length or in chunks")
    if lengths and int(lengths[0]) > upload.max_bytes:
        return Page.of_error(413, "too_large", f"the body may have {upload.max_bytes} bytes")
    kind = (head.text(b"content-type") or "").partition(";")[0].strip().lower()
    if upload.types and kind not in upload.types:
        return Page.of_error(415, "invalid", f"Content-Type must be {' or '.join(upload.types)}")
    if head.values(b"content-encoding"):
        return Page.of_error(415, "invalid", "the body must not be compressed")
    return None


def _refuse_any_body(head: RequestHead) -> Page | None:
    if head.values(b"transfer-encoding") or any(length != b"0" for length in head.values(b"content-length")):
        return Page.of_error(413, "too_large", "requests have no body here")
    return None


def _wrong_method(methods: tuple[str, ...]) -> Page:
    allowed = _allow_header(methods)
    return Page.of_error(405, "invalid", f"only {allowed} are answered here", (("Allow", allowed),))


def _nothing(methods: tuple[str, ...]) -> Page:
    """The answer to OPTIONS: what may be asked for, and no permission to other people's pages."""
    return Page(200, "text/plain", b"", (("Allow", _allow_header(methods)),))


def _allow_header(methods: tuple[str, ...]) -> str:
    reading = ("GET", "HEAD") if "GET" in methods else ()
    return ", ".join((*reading, *(name for name in _CHANGING if name in methods), "OPTIONS"))


def answer_to_options(page: Page, route: PageRoute) -> Page:
    """Of a page nothing but whether it is well, which health checks ask for by OPTIONS."""
    return page if page.status >= 400 else _nothing((route.method,))
