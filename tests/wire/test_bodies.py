"""Bodies at every page that takes one: of another type, of no length, broken off, or not there at all.

None is read as anything but what it must be, none does what it says, and none ends the daemon.
"""

import json
from typing import Any

import pytest
import trio

from orchd.pages.site import make_pages
from orchd.protocol.types import ClientPayload
from orchd.server.entry.doorkeeper import Doorkeeper
from tests.fake_people import FakePeople
from tests.fix_daemon import App, StartApp
from tests.pages.test_health import UP, make_status
from tests.raw_client import RawClient
from tests.wire.people import PASSWORD, browser, first_user

VALUES: dict[str, str] = {"name": "maria", "password": PASSWORD, "token": "x" * 30}
TYPES = (
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/json; charset=utf-7",
    "application/json;charset=utf-16",
    "APPLICATION/JSON",
    "application/jsonp",
    "application/json, text/plain",
    "application/vnd.api+json",
    "text/json",
    "application/xml",
    "application/msgpack",
    "",
)


def pages() -> dict[str, type[ClientPayload]]:
    """All pages that take a body, and its type."""
    made = make_pages(make_status(UP), lambda: "{}", Doorkeeper(FakePeople(), insecure=False))
    return {path: route.body for path, routes in made.items() for route in routes if route.body is not None}


PAGES = pages()


def right_body(path: str) -> dict[str, str]:
    """What the page would take."""
    return {name: VALUES[name] for name in PAGES[path].__struct_encode_fields__}


async def send(daemon: App, path: str, headers: list[str], body: bytes, *, cut: bool = False) -> bytes:
    """What a page answers to a `POST` with these headers; `cut`: the client ends with the body."""
    host = daemon.url.removeprefix("http://")
    lines = ["POST " + path + " HTTP/1.1", f"Host: {host}", f"Origin: {daemon.url}", "Connection: close", *headers]
    async with await trio.open_tcp_stream("127.0.0.1", int(host.rpartition(":")[2])) as stream:
        await stream.send_all(("\r\n".join(lines) + "\r\n\r\n").encode() + body)
        if cut:
            await stream.send_eof()
        return await RawClient(stream).all()


def refused(answer: bytes) -> bool:
    """Whether it is an error of the client's, with a reason, and without a cookie."""
    head, _, body = answer.partition(b"\r\n\r\n")
    told: Any = json.loads(body)
    return head.split(b" ")[1][:1] == b"4" and bool(told["error"]["message"]) and b"set-cookie" not in head.lower()


def test_the_pages_that_take_a_body_are_there() -> None:
    assert {"/login", "/logout", "/setup"} <= set(PAGES)


@pytest.fixture
async def household(app: StartApp) -> App:
    """A daemon with a user."""
    daemon = await app()
    await first_user(daemon)
    return daemon


async def test_a_body_of_another_type_is_not_read(household: App) -> None:
    for path in PAGES:
        body = json.dumps(right_body(path)).encode()
        form = "&".join(f"{name}={value}" for name, value in right_body(path).items()).encode()
        length = f"Content-Length: {len(body)}"
        for kind in TYPES:
            answer = await send(household, path, [f"Content-Type: {kind}", length], body)
            assert refused(answer), (path, kind, answer)
            assert b" 415 " in answer, (path, kind, answer)
        doubled = ["Content-Type: application/json", "Content-Type: text/plain", length]
        assert b" 415 " in await send(household, path, doubled, body)
        as_json = ["Content-Type: application/json", f"Content-Length: {len(form)}"]
        assert not form or refused(await send(household, path, as_json, form))


async def test_a_body_that_is_missing_or_broken_ends_nothing(household: App) -> None:
    maria = await browser(household, "maria")
    kind = "Content-Type: application/json"
    for path in PAGES:
        body = json.dumps(right_body(path)).encode()
        for headers, sent, cut in (
            ([kind], b"", False),
            ([kind, "Content-Length: 0"], b"", False),
            ([kind, "Content-Length: 4"], b"null", False),
            ([kind, "Content-Length: 2"], b"[]", False),
            ([kind, "Content-Length: 4"], b"\xff\xfe{}", False),
            ([kind, f"Content-Length: {len(body)}"], body[: len(body) // 2], True),
            ([kind, f"Content-Length: {len(body) + 9}"], body, True),
            ([kind, f"Content-Length: {len(body)}"], b"", True),
            ([kind, "Transfer-Encoding: chunked"], b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body), False),
            ([kind, f"Content-Length: {len(body)}", "Transfer-Encoding: chunked"], body, False),
            ([kind, f"Content-Length: {len(body)}", "Content-Length: 1"], body, False),
            ([kind, f"Content-Length: {len(body)}", "Content-Encoding: gzip"], body, False),
            ([kind, "Content-Length: 99999999999999999999"], b"", False),
            ([kind, "Content-Length: -1"], b"", False),
        ):
            answer = await send(household, path, headers, sent, cut=cut)
            assert refused(answer), (path, headers, sent, answer)
    assert (await maria.request("user:me"))["data"]["name"] == "maria", "all this time"
    assert (await household.get("/readyz")).status_code == 200


@pytest.mark.parametrize("path", [path for path in PAGES if path != "/logout"])
async def test_a_repeated_or_unknown_member_is_refused(household: App, path: str) -> None:
    body = right_body(path)
    for more in ('"role": "admin"', '"__proto__": {"role": "admin"}', '"user_id": 1', '"name": ["maria"]'):
        text = (json.dumps(body)[:-1] + f", {more}}}").encode()
        headers = ["Content-Type: application/json", f"Content-Length: {len(text)}"]
        assert refused(await send(household, path, headers, text)), more
