"""The pages of the log-in by a provider, without one."""

from pathlib import Path
from typing import Any, cast

import pytest
import trio
import trio.testing

from orchd.access.addresses import ClientFacts, read_address
from orchd.access.authenticator import ExternalUser, LogIn, Visitor
from orchd.errors import Forbidden, Unauthorized
from orchd.oidc.login_state import LoginStart
from orchd.pages.built import BuiltPage
from orchd.pages.documents import Documents
from orchd.pages.door import Door
from orchd.pages.oidc import BACK, BEGIN, OidcLogin, oidc_routes
from orchd.protocol.identity import Identity
from orchd.server.entry.page import Page, PageRequest

NEAR = ClientFacts(read_address("127.0.0.1"))
PROXIED = ClientFacts(read_address("192.0.2.1"), secure=True, proxied=True)
PLAIN = ClientFacts(read_address("192.0.2.1"))
ANN = ExternalUser("https://login.example", "s-1", "ann", "member", False)


class Flow:
    """Both steps, as they were asked for."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str | None]] = []

    async def begin(self, redirect: str) -> LoginStart:
        """Note where it comes back to."""
        self.asked.append((redirect, None))
        return LoginStart("https://login.example/authorize?x=1", "state")

    async def finish(self, query: str, cookie: str | None) -> ExternalUser:
        """Believe who has the cookie."""
        self.asked.append((query, cookie))
        if cookie != "state":
            raise Unauthorized("<b>not</b> known")
        return ANN


class Entry:
    """Lets Ann in."""

    async def enter(self, person: ExternalUser, visitor: Visitor, *, create: bool) -> LogIn:
        """Only where users are made."""
        if not create:
            raise Forbidden("no user here")
        assert (person, visitor) == (ANN, Visitor("192.0.2.1", "a browser"))
        return LogIn(cast("Identity", None), "cookie-of-ann", 60)


def door(place: str = "/nowhere/dist") -> Door:
    return Door(BuiltPage(Path(place)), Documents(), provider=True)


async def ask(path: str, client: ClientFacts, *, create: bool = True, **members: Any) -> tuple[Page, Flow]:
    flow = Flow()
    routes = oidc_routes(OidcLogin(flow, Entry(), create), door(), insecure=False)
    request = PageRequest(cast("Identity", None), client, "orchd.lan", agent="a browser")._replace(**members)
    return await routes[path][0].answer(request), flow


def cookies(page: Page) -> list[str]:
    return [value for name, value in page.headers if name == "Set-Cookie"]


async def test_the_way_there() -> None:
    page, flow = await ask(BEGIN, PROXIED)
    assert page.status == 303
    assert dict(page.headers)["Location"] == "https://login.example/authorize?x=1"
    assert flow.asked == [("https://orchd.lan/oidc/callback", None)]
    (cookie,) = cookies(page)
    assert cookie == "__Host-orchd-oidc=state; Path=/; HttpOnly; SameSite=Lax; Max-Age=600; Secure"


async def test_on_the_machine_itself_it_needs_no_tls() -> None:
    page, flow = await ask(BEGIN, NEAR, host="localhost:3001")
    assert flow.asked == [("http://localhost:3001/oidc/callback", None)]
    assert cookies(page) == ["orchd-oidc=state; Path=/; HttpOnly; SameSite=Lax; Max-Age=600"]


@pytest.mark.parametrize("path", [BEGIN, BACK])
async def test_over_plain_http_nobody_begins(path: str) -> None:
    page, flow = await ask(path, PLAIN, cookies=(b"orchd-oidc=state",))
    assert (page.status, flow.asked, cookies(page)) == (403, [], [])


async def test_the_way_back() -> None:
    page, flow = await ask(BACK, PROXIED, query="code=c", cookies=(b"a=b; __Host-orchd-oidc=state",))
    assert flow.asked == [("code=c", "state")]
    assert page.status == 200
    session, state = cookies(page)
    assert session.startswith("__Host-orchd=cookie-of-ann; Path=/; HttpOnly; SameSite=Strict;")
    assert state.startswith("__Host-orchd-oidc=;")
    assert b'content="0;url=/"' in page.body, "a page of our own goes on, so that browsers send the strict cookie"


@pytest.mark.parametrize(
    "shown",
    [(), (b"orchd-oidc=state",), (b"__Host-orchd-oidc=state", b"__Host-orchd-oidc=state"), (b"__Host-orchd-oidc=x",)],
)
async def test_who_does_not_bring_the_one_cookie_is_nobody(shown: tuple[bytes, ...]) -> None:
    page, _ = await ask(BACK, PROXIED, cookies=shown)
    assert (page.status, cookies(page)) == (401, [])
    assert b"&lt;b&gt;not&lt;/b&gt; known" in page.body


async def test_who_is_no_user_is_told_so() -> None:
    page, _ = await ask(BACK, PROXIED, create=False, cookies=(b"__Host-orchd-oidc=state",))
    assert (page.status, cookies(page)) == (403, [])
    assert b"no user here" in page.body


async def test_failed_log_ins_slow_down_their_address_and_no_other(autojump_clock: trio.testing.MockClock) -> None:
    flow = Flow()
    (route,) = oidc_routes(OidcLogin(flow, Entry(), True), door(), insecure=False)[BACK]
    request = PageRequest(cast("Identity", None), PROXIED, "orchd.lan", agent="a browser")
    right = request._replace(cookies=(b"__Host-orchd-oidc=state",))
    for _ in range(10):
        assert (await route.answer(request)).status == 401
    asked = len(flow.asked)
    slowed = await route.answer(right)
    assert (slowed.status, dict(slowed.headers)["Retry-After"], len(flow.asked)) == (429, "1", asked)
    elsewhere = right._replace(client=PROXIED._replace(address=read_address("192.0.2.2")))
    assert (await route.answer(elsewhere._replace(cookies=()))).status == 401
    await trio.sleep(2)
    assert (await route.answer(right)).status == 200
    assert (await route.answer(request)).status == 401, "who was right begins anew"


def test_without_a_provider_there_are_no_pages() -> None:
    assert oidc_routes(OidcLogin(None, Entry(), True), door(), insecure=False) == {}
