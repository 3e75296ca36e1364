"""All ways into a daemon that has users, over real sockets: each takes one spelling, and none lets anybody else in."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

import pytest
import structlog
import trio

from tests.fix_daemon import App, StartApp
from tests.raw_client import TEXT, RawClient, handshake, masked

PASSWORD = "correct horse battery"


class Household(NamedTuple):
    """A daemon with one user."""

    app: App
    port: int
    token: str
    cookie: str

    @property
    def own(self) -> dict[str, str]:
        """What a page of the daemon's own sends."""
        return {"Origin": self.app.url}


@pytest.fixture
async def household(app: StartApp) -> Household:
    """A daemon with an admin, her token, and her browser's cookie."""
    one = await app()
    first = await one.connect()
    made = await first.request("user:create", {"name": "ana", "role": "admin", "password": PASSWORD})
    assert made["type"] == "user:create", made
    await first.closed.wait()
    assert first.close_code == 4500, "nobody is the local owner any more"
    empty = Household(one, int(one.url.rpartition(":")[2]), "", "")
    status, headers, _ = await ask(empty, "POST /login", {**empty.own, **JSON}, {"name": "ana", "password": PASSWORD})
    assert status == 200
    cookie = headers["set-cookie"].partition(";")[0]
    async with session(empty, {**empty.own, "Cookie": cookie}) as client:
        assert client is not None
        created = await client.ask("token:create", {"name": "t", "scopes": ["read", "chat", "tasks", "admin"]})
    return empty._replace(token=created["token"], cookie=cookie)


JSON = {"Content-Type": "application/json"}


async def ask(
    house: Household, request: str, headers: dict[str, str] | None = None, body: object = None
) -> tuple[int, dict[str, str], Any]:
    """Return status, headers and body of the answer to a request such as `GET /session`."""
    sent = b"" if body is None else json.dumps(body).encode()
    lines = {"Host": f"127.0.0.1:{house.port}", "Connection": "close", **(headers or {})}
    lines |= {} if body is None else {"Content-Length": str(len(sent))}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    async with await trio.open_tcp_stream("127.0.0.1", house.port) as stream:
        await stream.send_all(f"{request} HTTP/1.1\r\n{head}\r\n".encode("latin-1") + sent)
        told, _, text = (await RawClient(stream).all()).partition(b"\r\n\r\n")
    first, *rest = told.decode("latin-1").split("\r\n")
    named = {line.split(": ", 1)[0].lower(): line.split(": ", 1)[1] for line in rest}
    return int(first.split()[1]), named, json.loads(text) if text.startswith(b"{") else text


class Socket:
    """A WebSocket as bytes."""

    def __init__(self, client: RawClient) -> None:
        self.client = client
        self.user: str | None = None

    async def say(self, kind: str, data: object = None) -> dict[str, Any]:
        """Send a frame and return the next one; the close code when there is none."""
        frame = {"type": kind, "id": "a", "data": data or {}}
        await self.client.send(masked(TEXT, json.dumps(frame).encode()))
        return await self.next()

    async def next(self) -> dict[str, Any]:
        opcode, payload = await self.client.frame()
        if opcode != TEXT:
            return {"type": "closed", "data": int.from_bytes(payload[:2], "big")}
        told: dict[str, Any] = json.loads(payload)
        return told

    async def ask(self, kind: str, data: object = None) -> Any:
        """Send a frame and return the data of its reply."""
        told = await self.say(kind, data)
        assert told["type"] == kind, told
        return told["data"]


@asynccontextmanager
async def session(house: Household, headers: dict[str, str], path: str = "/ws") -> AsyncIterator[Socket | None]:
    """Open a WebSocket; None when that is refused. `user` is set when it is greeted without a word of its own."""
    async with await trio.open_tcp_stream("127.0.0.1", house.port) as stream:
        client = RawClient(stream)
        request = handshake(f"127.0.0.1:{house.port}", path)[:-2].decode()
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        await client.send(f"{request}{lines}\r\n".encode("latin-1"))
        if b" 101 " not in (await client.until(b"\r\n\r\n")).split(b"\r\n")[0]:
            yield None
            return
        socket = Socket(client)
        first = await socket.say("ping")
        if first["type"] == "session:ready":
            socket.user = first["data"]["user"]
            first = await socket.next()
        assert first["type"] == ("error" if socket.user is None else "pong")
        yield socket


def spellings(token: str, cookie: str, origin: str) -> list[tuple[str, dict[str, str]]]:
    """What shows somebody to a careless reader: a query, and headers."""
    other = {"Origin": "http://evil.example"}
    value = cookie.partition("=")[2]
    return [
        *(("", {"Authorization": form}) for form in (f"bearer {token}", f"Basic {token}", f"Token {token}", token)),
        *(("", {"Authorization": form}) for form in (f"Bearer  {token}", f"Bearer {token},", f"Bearer {token[:-1]}")),
        ("", {"Authorization": f"Bearer {value}"}),
        ("", {"Authorization": f"Bearer {token}", "authorization": f"Bearer {token}"}),
        *(("", {name: token}) for name in ("X-Api-Key", "Api-Key", "X-Auth-Token", "Token", "X-Orchd-Token")),
        *(("", {name: f"Bearer {token}"}) for name in ("X-Authorization", "Proxy-Authorization", "X-Forwarded-User")),
        *(("", {name: "ana"}) for name in ("Remote-User", "Remote_User", "X-Remote-User", "X-Forwarded-User")),
        ("", {"X-Forwarded-For": "127.0.0.1", "X-Forwarded-Host": "localhost"}),
        *((f"?{name}={token}", {}) for name in ("token", "access_token", "api_key", "authorization", "session")),
        ("", {"Sec-WebSocket-Protocol": f"orchd.v1, {token}"}),
        ("", {"Cookie": f"token={token}"}),
        ("", {"Cookie": f"orchd={token}", "Origin": origin}),
        ("", {"Cookie": f"ORCHD={value}", "Origin": origin}),
        ("", {"Cookie": f"__Host-orchd={value}", "Origin": origin}),
        ("", {"Cookie": f"{cookie}; {cookie}", "Origin": origin}),
        ("", {"Cookie": f"{cookie}x", "Origin": origin}),
        ("", {"Cookie": cookie, **other}),
        ("", {"Cookie": cookie, "Origin": "null"}),
        ("", {"Cookie": cookie, "Sec-Fetch-Site": "cross-site"}),
    ]


async def test_each_door_has_one_spelling(household: Household) -> None:
    shown = {"Authorization": f"Bearer {household.token}"}
    browser = {**household.own, "Cookie": household.cookie}
    for headers in (shown, browser, {"Cookie": household.cookie}):
        assert (await ask(household, "GET /session", headers))[2] == {"userId": 1, "user": "ana", "role": "admin"}
    for headers in (shown, browser):
        async with session(household, headers) as socket:
            assert socket is not None
            assert socket.user == "ana"
    async with session(household, {}) as socket:
        assert socket is not None
        assert socket.user is None
        assert (await socket.say("session:authenticate", {"token": household.token}))["type"] == "session:ready"
        assert (await socket.next())["data"] == {"user": "ana", "role": "admin"}


async def test_no_other_spelling_gets_in_at_any_door(household: Household) -> None:
    for query, headers in spellings(household.token, household.cookie, household.app.url):
        for request in (f"GET /session{query}", f"POST /session{query}"):
            status, _, told = await ask(household, request, headers)
            assert status in (400, 401, 403, 405), (query, headers, told)
            assert household.token not in str(told)
        status, _, report = await ask(household, f"GET /readyz{query}", headers)
        assert status >= 400 or report == {"ready": True}, (query, headers)
        async with session(household, headers, f"/ws{query}") as socket:
            if socket is None:
                continue
            assert socket.user is None, (query, headers)
            for kind in ("conversation:list", "user:list", "monitoring:subscribe"):
                assert (await socket.say(kind))["data"]["code"] == "unauthorized"


async def test_another_sites_page_with_the_cookie_opens_no_socket(household: Household) -> None:
    for origin in ("http://evil.example", "null", "http://localhost", f"http://127.0.0.1:{household.port + 1}"):
        async with session(household, {"Origin": origin, "Cookie": household.cookie}) as socket:
            assert socket is None


async def test_a_program_that_has_only_the_cookie_is_nobody(household: Household) -> None:
    async with session(household, {"Cookie": household.cookie}) as socket:
        assert socket is not None
        assert socket.user is None
        refused = await socket.say("session:authenticate", {"token": household.cookie.partition("=")[2]})
        assert refused["data"]["code"] == "unauthorized"
        assert await socket.next() == {"type": "closed", "data": 4500}


async def test_logging_out_ends_the_session_and_its_connections(household: Household) -> None:
    browser = {**household.own, "Cookie": household.cookie}
    async with session(household, browser) as socket:
        assert socket is not None
        status, headers, _ = await ask(household, "POST /logout", {**browser, **JSON}, {})
        assert status == 200
        assert "Max-Age=0" in headers["set-cookie"]
        told = await socket.next()
        assert (told["type"], told["data"]["details"]) == ("error", {"reason": "session_ended"})
        assert await socket.next() == {"type": "closed", "data": 4500}
    assert (await ask(household, "GET /session", browser))[0] == 401
    async with session(household, browser) as socket:
        assert socket is None


VARYING = {"content-length": "", "x-request-id": ""}
"""Headers that say nothing of who there is."""


async def test_the_answer_to_a_wrong_log_in_is_one(household: Household) -> None:
    answers = [
        await ask(household, "POST /login", {**household.own, **JSON}, {"name": name, "password": "wrong password"})
        for name in ("ana", "nobody", "\u00a0", "a" * 128)
    ]
    (first, *others) = [(status, headers | VARYING, told) for status, headers, told in answers]
    assert first[0] == 401
    assert all(each == first for each in others)


async def test_nothing_that_was_shown_stands_in_the_log(household: Household) -> None:
    secrets = [household.token, household.cookie.partition("=")[2], PASSWORD, "another secret password"]
    with structlog.testing.capture_logs() as lines:
        for query, headers in spellings(household.token, household.cookie, household.app.url)[:12]:
            await ask(household, f"GET /session{query}", headers)
            async with session(household, headers) as socket:
                if socket is not None:
                    await socket.say("session:authenticate", {"token": household.token[:-1]})
        body = {"name": "ana", "password": secrets[-1]}
        await ask(household, "POST /login", {**household.own, **JSON}, body)
        await ask(household, "POST /login", {**household.own, **JSON}, {**body, "more": secrets[-1]})
    told = json.dumps(lines, default=repr)
    assert not [secret for secret in (*secrets, household.token[:-1]) if secret in told]


async def test_wrong_tokens_are_refused_before_the_upgrade_and_slow_down(household: Household) -> None:
    wrong = {"Authorization": f"Bearer {household.token[:-1]}", "Upgrade": "websocket", "Connection": "Upgrade"}
    wrong |= {"Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "A" * 22 + "=="}
    answers = [await ask(household, "GET /ws", wrong) for _ in range(12)]
    assert [status for status, _, _ in answers[:10]] == [401] * 10
    status, headers, told = answers[-1]
    assert (status, told["error"]["code"]) == (429, "rate_limited")
    assert int(headers["retry-after"]) >= 1
    async with session(household, {"Authorization": f"Bearer {household.token}"}) as socket:
        assert socket is not None
        assert socket.user == "ana", "nobody else is held up"


async def test_why_it_is_ready_is_told_to_somebody_only(household: Household) -> None:
    assert (await ask(household, "GET /readyz"))[2] == {"ready": True}
    told = (await ask(household, "GET /readyz", {"Authorization": f"Bearer {household.token}"}))[2]
    assert told["database"]["ok"] is True
