"""What is asked of the provider, how often, and which of its answers are of use."""

from typing import Any

import pytest
import trio
import trio.testing

from orchd.errors import Unavailable
from orchd.oidc.login_state import begin_login
from orchd.oidc.provider import FRESH_SECONDS, RETRY_SECONDS, STALE_SECONDS, Provider, is_page
from orchd.settings.oidc import OidcSettings

Clock = trio.testing.MockClock
ISSUER = "https://login.example/realm"
PAGES = {
    "issuer": ISSUER,
    "authorization_endpoint": "https://login.example/authorize",
    "token_endpoint": "https://login.example/token",
    "jwks_uri": "https://login.example/keys",
}


class Pages:
    """A provider without a network, as a `Fetcher` shows it."""

    def __init__(self) -> None:
        self.discovery: dict[str, Any] | None = PAGES
        self.asked: list[str] = []

    async def get(self, url: str, bearer: str | None = None) -> dict[str, Any]:
        """Note what is asked for."""
        self.asked.append(url)
        await trio.sleep(0.1)
        if self.discovery is None:
            raise Unavailable("away")
        return self.discovery


def make(pages: Pages) -> Provider:
    settings = OidcSettings(issuer=ISSUER, client_id="orchd")
    return Provider(settings, pages)  # type: ignore[arg-type]  # as much of a Fetcher as is needed


LOGIN = begin_login("https://orchd.lan/oidc/callback", 0)


async def test_it_is_asked_once_an_hour_by_all_together(autojump_clock: Clock) -> None:
    pages = Pages()
    provider = make(pages)
    async with trio.open_nursery() as nursery:
        for _ in range(20):
            nursery.start_soon(provider.login_url, LOGIN)
    assert pages.asked == [f"{ISSUER}/.well-known/openid-configuration"]
    await trio.sleep(FRESH_SECONDS + 1)
    await provider.login_url(LOGIN)
    assert len(pages.asked) == 2


async def test_while_it_is_away_what_is_known_is_used_for_a_day(autojump_clock: Clock) -> None:
    pages = Pages()
    provider = make(pages)
    await provider.login_url(LOGIN)
    pages.discovery = None
    await trio.sleep(STALE_SECONDS - 10)
    assert (await provider.login_url(LOGIN)).startswith("https://login.example/authorize?")
    await trio.sleep(20)
    with pytest.raises(Unavailable, match="away"):
        await provider.login_url(LOGIN)


async def test_after_a_failure_it_is_left_alone_for_a_moment(autojump_clock: Clock) -> None:
    pages = Pages()
    pages.discovery = None
    provider = make(pages)
    for _ in range(5):
        with pytest.raises(Unavailable):
            await provider.login_url(LOGIN)
    assert len(pages.asked) == 1
    pages.discovery = PAGES
    await trio.sleep(RETRY_SECONDS)
    await provider.login_url(LOGIN)


@pytest.mark.parametrize(
    "change",
    [
        {"issuer": "https://login.example/realm/"},
        {"issuer": None},
        {"authorization_endpoint": "http://login.example/authorize"},
        {"token_endpoint": "file:///etc/passwd"},
        {"token_endpoint": "https://user:word@login.example/"},
        {"jwks_uri": None},
        {"jwks_uri": "https://"},
    ],
)
async def test_pages_that_are_not_used(autojump_clock: Clock, change: dict[str, Any]) -> None:
    pages = Pages()
    pages.discovery = {**PAGES, **change}
    with pytest.raises(Unavailable):
        await make(pages).login_url(LOGIN)


@pytest.mark.parametrize(
    ("url", "usable"),
    [
        ("https://a/b?c=d", True),
        ("http://a/b", False),
        ("https://a/b#c", False),
        ("https://a b/", False),
        ("https://a:0/", False),
        ("https://a:99999/", False),
        ("https://ä/", False),
        (7, False),
    ],
)
def test_addresses(url: object, usable: bool) -> None:
    assert is_page(url, ISSUER) is usable
    assert is_page("http://127.0.0.1:1/a", "http://127.0.0.1:1")


def test_an_answer_may_name_its_issuer_and_then_the_right_one() -> None:
    provider = make(Pages())
    assert provider.is_issuer(None)
    assert provider.is_issuer(ISSUER)
    assert not provider.is_issuer("https://evil.example")
    assert not provider.is_issuer("")
