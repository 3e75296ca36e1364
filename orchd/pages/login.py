"""The way in for people: log in, log out, who am I, and the first user of a daemon that has none."""

from contextlib import suppress
from typing import Annotated

from msgspec import Meta

from orchd.access.authenticator import LogIn
from orchd.errors import Forbidden, RateLimited, Unauthorized, Unavailable
from orchd.protocol.identity import Identity
from orchd.protocol.types import ClientPayload
from orchd.server.entry.cookie import set_cookie
from orchd.server.entry.doorkeeper import Doorkeeper
from orchd.server.entry.gate import is_loopback_host
from orchd.server.entry.page import Page, PageRequest, PageRoute, Pages

PersonName = Annotated[str, Meta(min_length=1, max_length=128)]
Secret = Annotated[str, Meta(min_length=1, max_length=1000)]


class LogInBody(ClientPayload, frozen=True):
    """The body of `POST /login`."""

    name: PersonName
    password: Secret


class LogOutBody(ClientPayload, frozen=True):
    """The body of `POST /logout`: an object, so that no form of another page can send it."""


class SetUpBody(ClientPayload, frozen=True):
    """The body of `POST /setup`."""

    token: Secret
    name: PersonName
    password: Secret


class LoginPages:
    """What the log-in's pages do."""

    def __init__(self, doorkeeper: Doorkeeper) -> None:
        self._doorkeeper = doorkeeper

    def routes(self) -> Pages:
        """Return them by path."""
        return {
            "/login": (PageRoute("POST", "public", self.log_in, body=LogInBody),),
            "/logout": (PageRoute("POST", "public", self.log_out, body=LogOutBody),),
            "/session": (PageRoute("GET", "status", self.show),),
            "/setup": (PageRoute("POST", "public", self.set_up, body=SetUpBody),),
        }

    async def log_in(self, request: PageRequest) -> Page:
        """Give a cookie for a name and a password."""
        refuse_plain(request, insecure=self._doorkeeper.insecure)
        body: LogInBody = request.body
        entered = await self._doorkeeper.log_in(body.name, body.password, request.client, request.agent)
        with suppress(Unavailable):  # the one before ends by itself then
            await self._end(request)
        return self._enter(request, entered)

    async def set_up(self, request: PageRequest) -> Page:
        """Make the first user and log them in."""
        refuse_plain(request, insecure=self._doorkeeper.insecure)
        body: SetUpBody = request.body
        entered = await self._doorkeeper.set_up(body.token, body.name, body.password, request.client, request.agent)
        return self._enter(request, entered)

    async def log_out(self, request: PageRequest) -> Page:
        """End the web session whose cookie was shown, if there is one, and take the cookie away."""
        await self._end(request)
        return Page.of_json(200, {"user": None}, (set_cookie("", 0, secure=request.client.secure),))

    async def show(self, request: PageRequest) -> Page:
        """Say who is asking."""
        if request.identity.role is None:
            raise Unavailable("the database is away: it isn't known who you are", reason="database")
        return Page.of_json(200, _who(request.identity))

    async def _end(self, request: PageRequest) -> None:
        if request.cookie is not None:
            with suppress(Unauthorized, RateLimited):  # it is over already, or never was
                await self._doorkeeper.log_out(request.cookie, request.client)

    def _enter(self, request: PageRequest, entered: LogIn) -> Page:
        cookie = set_cookie(entered.cookie, entered.seconds, secure=request.client.secure)
        return Page.of_json(200, _who(entered.identity), (cookie,))


def refuse_plain(request: PageRequest, *, insecure: bool) -> None:
    """Passwords and cookies go over TLS, or don't leave the machine. Raises `Forbidden`."""
    local = request.client.is_local and is_loopback_host(request.host)
    if not (request.client.secure or local or insecure):
        raise Forbidden(
            "nobody logs in over plain http: use https (server.tlsCertificate, or a proxy in server.trustedProxies)",
            reason="plain_http",
        )


def _who(identity: Identity) -> dict[str, object]:
    return {"userId": identity.user_id, "user": identity.name, "role": identity.role}
