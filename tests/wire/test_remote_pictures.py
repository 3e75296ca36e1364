"""Pictures from elsewhere over HTTP with the whole daemon: whose pages may ask, and who leaves before one is there."""

from functools import partial

import httpx
import pytest
import trio

from orchd import app as composition
from orchd.outside.pictures import PictureFetcher
from tests.fix_daemon import Listening, StartApp
from tests.http_client import http_client
from tests.outside.hosts import PNG, PUBLIC, FakeNet, page
from tests.wire.client import HANG_SECONDS
from tests.wire.people import ask, cookie_of, first_user


async def wanted(daemon: Listening, url: str, **headers: str) -> httpx.Response:
    """Ask for a picture as the page does."""
    sent = {"Origin": daemon.url} | headers
    async with http_client(timeout=HANG_SECONDS) as client:
        return await client.post(f"{daemon.url}/pictures", json={"url": url}, headers=sent)


async def test_a_picture_is_fetched_for_a_page_of_the_daemons_own(
    app: StartApp, nursery: trio.Nursery, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = FakeNet(nursery, {(PUBLIC, 80): page(headers="Content-Type: text/html\r\nX-From: far\r\n")}, None)
    monkeypatch.setattr(composition, "PictureFetcher", partial(PictureFetcher, net=fake.net()))
    daemon = await app()
    got = await wanted(daemon, "http://far.example/a.png")
    assert (got.status_code, got.headers["content-type"], got.content) == (200, "image/png", PNG)
    told = {name: got.headers[name] for name in ("x-content-type-options", "cross-origin-resource-policy")}
    assert told == {"x-content-type-options": "nosniff", "cross-origin-resource-policy": "same-origin"}
    assert got.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert got.headers["cache-control"] == "no-store"
    assert "x-from" not in got.headers
    for origin in ("http://evil.example", "null"):
        refused = await wanted(daemon, "http://far.example/a.png", Origin=origin)
        assert (refused.status_code, refused.json()["error"]["details"]["reason"]) == (403, "origin")
    async with http_client(timeout=HANG_SECONDS) as client:
        assert (await client.get(f"{daemon.url}/pictures?url=http://far.example/a.png")).status_code == 405
        form = await client.post(f"{daemon.url}/pictures", data={"url": "x"}, headers={"Origin": daemon.url})
        assert form.status_code == 415
    assert len(fake.asked) == 1


async def test_the_daemons_own_network_is_not_asked(app: StartApp) -> None:
    daemon = await app()
    refused = await wanted(daemon, "http://127.0.0.1/a.png")
    assert (refused.status_code, refused.json()["error"]["details"]) == (403, {"reason": "own_network"})
    refused = await wanted(daemon, f"{daemon.url}/version")
    assert (refused.status_code, refused.json()["error"]["details"]) == (400, {"reason": "web_address"})


async def test_who_may_ask(app: StartApp) -> None:
    daemon = await app()
    client = await first_user(daemon)
    assert (await wanted(daemon, "http://127.0.0.1/")).status_code == 401
    cookie = await cookie_of(daemon, "maria")
    assert (await wanted(daemon, "http://127.0.0.1/", Cookie=cookie)).json()["error"]["code"] == "forbidden"
    async with http_client(timeout=HANG_SECONDS) as asking:
        for scopes, reason in ((["read"], "scope"), (["chat"], "own_network")):
            token = (await ask(client, "token:create", name="t", scopes=scopes))["token"]
            headers = {"Authorization": f"Bearer {token}"}
            body = {"url": "http://127.0.0.1/"}
            refused = await asking.post(f"{daemon.url}/pictures", json=body, headers=headers)
            assert refused.json()["error"]["details"]["reason"] == reason


async def test_whoever_leaves_has_the_host_left_as_well(
    app: StartApp, nursery: trio.Nursery, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = trio.Event()

    async def silent(stream: trio.abc.Stream) -> None:
        begun.set()

    fake = FakeNet(nursery, {(PUBLIC, 80): silent}, None)
    monkeypatch.setattr(composition, "PictureFetcher", partial(PictureFetcher, net=fake.net()))
    daemon = await app()
    with trio.fail_after(HANG_SECONDS):
        async with trio.open_nursery() as asking:
            asking.start_soon(wanted, daemon, "http://far.example/a.png")
            await begun.wait()
            asking.cancel_scope.cancel()
        await fake.left.wait()
