"""Logging in by the provider: the way there, and the way back."""

from typing import NamedTuple, Protocol

import trio

from orchd.access.addresses import reachable_network
from orchd.access.authenticator import ExternalEntry, ExternalUser, LogIn, Visitor
from orchd.access.throttle import Delays, Throttle
from orchd.errors import OrchdError
from orchd.oidc.login_state import STATE_SECONDS, LoginStart
from orchd.pages.door import Door
from orchd.pages.login import refuse_plain
from orchd.server.entry.cookie import read_cookie, set_cookie
from orchd.server.entry.page import Page, PageRequest, PageRoute, Pages

BEGIN, BACK = "/oidc/login", "/oidc/callback"

DELAYS = Delays(10, 1.0, 60.0), Delays(50, 1.0, 60.0)
"""After failed log-ins from one address."""

_GO_ON = b"""<!doctype html>
<meta charset="utf-8">
<meta http-equiv="refresh" content="0;url=/">
<title>orchd</title>
<p><a href="/">orchd</a>
"""
"""A redirect would still count as the provider's step, for which browsers keep the session cookie back (SameSite)."""


class LoginSteps(Protocol):
    """The provider's side of a log-in, as `LoginFlow` does it."""

    async def begin(self, redirect: str) -> LoginStart:
        """Begin a log-in that comes back to `redirect`."""

    async def finish(self, query: str, cookie: str | None) -> ExternalUser:
        """Say who comes back."""


class OidcLogin(NamedTuple):
    """What the pages need: the provider's side, None where there is no provider, ours, and who may come in."""

    flow: LoginSteps | None
    people: ExternalEntry
    create_users: bool


class OidcPages:
    """What the pages do."""

    def __init__(self, login: OidcLogin, flow: LoginSteps, door: Door, *, insecure: bool) -> None:
        self._login = login
        self._flow = flow
        self._door = door
        self._insecure = insecure
        self._tries = Throttle(*DELAYS)

    def routes(self) -> Pages:
        """Return them by path."""
        return {
            BEGIN: (PageRoute("GET", "public", self.begin),),
            BACK: (PageRoute("GET", "public", self.finish),),
        }

    async def begin(self, request: PageRequest) -> Page:
        """Send a browser to the provider, with a cookie by which it is known when it comes back."""
        secure = request.client.secure
        try:
            refuse_plain(request, insecure=self._insecure)
            started = await self._flow.begin(f"{'https' if secure else 'http'}://{request.host}{BACK}")
        except OrchdError as error:
            return await self._door.refusal(error)
        headers = (("Location", started.url), _state_cookie(started.cookie, STATE_SECONDS, secure=secure))
        return Page(303, "text/plain", b"", headers)

    async def finish(self, request: PageRequest) -> Page:
        """Log in who comes back. A log-in under way stays so where that fails: the page may have been opened by
        somebody else's."""
        secure = request.client.secure
        try:
            refuse_plain(request, insecure=self._insecure)
            entered = await self._try(request)
        except OrchdError as error:
            return await self._door.refusal(error)
        headers = (
            set_cookie(entered.cookie, entered.seconds, secure=secure),
            _state_cookie("", 0, secure=secure),
        )
        return Page(200, "text/html; charset=utf-8", _GO_ON, headers)

    async def _try(self, request: PageRequest) -> LogIn:
        """Let in who comes back. Each try may cost a request to the provider, so that failed ones slow down their
        address. Raises an `OrchdError`."""
        place = "" if request.client.address is None else str(reachable_network(request.client.address))
        self._tries.check(place, place, trio.current_time())
        counted = self._tries.count(place, place, trio.current_time())
        cookie = read_cookie(request.cookies, _name(secure=request.client.secure))
        try:
            person = await self._flow.finish(request.query, cookie)
            visitor = Visitor(request.client.label or "", request.agent)
            entered = await self._login.people.enter(person, visitor, create=self._login.create_users)
        except OrchdError as error:
            if error.retryable:
                counted.take_back()
            raise
        counted.take_back()
        self._tries.remember(place, place)
        return entered


def oidc_routes(login: OidcLogin, door: Door, *, insecure: bool) -> Pages:
    """The pages by path; none where there is no provider. `insecure`: also over plain http."""
    return {} if login.flow is None else OidcPages(login, login.flow, door, insecure=insecure).routes()


def _name(*, secure: bool) -> str:
    return "__Host-orchd-oidc" if secure else "orchd-oidc"


def _state_cookie(value: str, seconds: int, *, secure: bool) -> tuple[str, str]:
    """Lax, since the provider's page is what sends the browser back."""
    kind = "; Secure" if secure else ""
    name = _name(secure=secure)
    return "Set-Cookie", f"{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{kind}"
