"""What is looked up before it is known who asks: nothing that a stranger sends is ever part of a statement's text.

Whoever has shown nothing valid has the least right to reach the database, and by the most ways: the header, the first
frame, the cookie, the log-in. A text that is no token stops at its checksum; one that could be one gets one look, by
its hash; a name is a parameter.
"""

import json
import random
from collections.abc import Callable, Generator, Iterator
from typing import Any

import pytest
import trio

from orchd.access.throttle import Delays
from orchd.access.tokens import PREFIX, new_cookie, new_token
from orchd.server.entry import doorkeeper
from orchd.storage import Result, Statement
from orchd.storage.sqlite.sqlite_database import SqliteDatabase
from tests.fix_daemon import App, StartApp
from tests.http_client import http_client
from tests.raw_client import TEXT, RawClient, handshake, masked
from tests.wire.client import HANG_SECONDS
from tests.wire.people import PASSWORD, first_user

MARK = "zq7"
"""Stands in all that is sent, so that it can be looked for."""
ATTACKS = (
    f"{MARK}' OR '1'='1",
    f"{MARK}' OR '1'='1' --",
    f'{MARK}" OR ""="',
    f"{MARK}'; DROP TABLE api_token; --",
    f"{MARK}' UNION SELECT password_hash FROM user --",
    f"{MARK}') OR 1=1 /*",
    f"{MARK}%' OR name LIKE '%",
    f"{MARK}\\' OR 1=1 #",
    f"{MARK}?",
    f"{MARK}%s%(x)s{{0}}${{x}}",
    f"{MARK}:name @x $1",
    f"{MARK}\xa0\xbf\x27",
    f"{PREFIX}{MARK}' OR '1'='1",
    PREFIX + MARK + "A" * 46,
    MARK * 60,
)
HEADERS = (
    "User-Agent",
    "Accept-Language",
    "X-Forwarded-For",
    "X-Forwarded-Host",
    "X-Api-Key",
    "Remote-User",
    "Referer",
)
FREE = Delays(1_000_000, 1.0, 1.0), Delays(1_000_000, 1.0, 1.0)


class Tap:
    """All statements that were run, of whatever transaction."""

    def __init__(self) -> None:
        self.all: list[Statement] = []

    def lookups(self) -> list[Statement]:
        """Those that look for what somebody has shown."""
        return [each for each in self.all if "hash = ?" in each.sql and each.sql.startswith("SELECT")]

    def steps(self, run: Callable[..., Any]) -> Callable[..., Any]:
        """Note what a transaction's steps yield."""

        def tapped(*args: Any, **kwargs: Any) -> Generator[Statement, Result, Any]:
            steps = run(*args, **kwargs)
            try:
                statement = next(steps)
                while True:
                    self.all.append(statement)
                    statement = steps.send((yield statement))
            except StopIteration as end:
                return end.value

        return tapped


@pytest.fixture
def tap(monkeypatch: pytest.MonkeyPatch) -> Iterator[Tap]:
    """Listen to a database in this process, and let nobody be slowed down."""
    found = Tap()
    for name in ("read", "write", "write_relaxed"):
        original = getattr(SqliteDatabase, name)

        def tapped(self: Any, steps: Any, *args: Any, original: Any = original, **kwargs: Any) -> Any:
            return original(self, found.steps(steps), *args, **kwargs)

        monkeypatch.setattr(SqliteDatabase, name, tapped)
    monkeypatch.setattr(doorkeeper, "TOKEN_DELAYS", FREE)
    monkeypatch.setattr(doorkeeper, "PASSWORD_DELAYS", FREE)
    yield found
    for statement in found.all:
        assert MARK not in statement.sql, statement.sql
        assert statement.sql.count("?") == len(statement.params), statement.sql


async def status(daemon: App, request: str, headers: dict[str, str], body: object = None) -> tuple[int, str]:
    """Status and text of an answer."""
    sent = b"" if body is None else json.dumps(body).encode()
    lines = {"Host": daemon.url.removeprefix("http://"), "Connection": "close", **headers}
    lines |= {} if body is None else {"Content-Length": str(len(sent)), "Content-Type": "application/json"}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    host, _, port = daemon.url.removeprefix("http://").rpartition(":")
    async with await trio.open_tcp_stream(host, int(port)) as stream:
        await stream.send_all(f"{request} HTTP/1.1\r\n{head}\r\n".encode("latin-1") + sent)
        told = await RawClient(stream).all()
    return int(told.split(b" ", 2)[1]), told.decode("latin-1")


async def first_frame(daemon: App, token: str) -> dict[str, Any]:
    """The answer to `session:authenticate` as a connection's first frame."""
    host, _, port = daemon.url.removeprefix("http://").rpartition(":")
    async with await trio.open_tcp_stream(host, int(port)) as stream:
        client = RawClient(stream)
        await client.send(handshake(f"{host}:{port}"))
        assert b" 101 " in await client.until(b"\r\n\r\n")
        frame = {"type": "session:authenticate", "id": "a", "data": {"token": token}}
        await client.send(masked(TEXT, json.dumps(frame).encode()))
        opcode, payload = await client.frame()
        assert opcode == TEXT
        told: dict[str, Any] = json.loads(payload)
        return told


def mistyped(token: str) -> str:
    """A token with another character somewhere: its checksum is wrong."""
    place = random.randrange(len(PREFIX), len(token))
    return token[:place] + ("a" if token[place] != "a" else "b") + token[place + 1 :]


async def test_what_is_no_token_reaches_no_database(app: StartApp, tap: Tap) -> None:
    daemon = await app()
    await first_user(daemon)
    own = {"Origin": daemon.url}
    await status(daemon, "GET /session", {"Authorization": f"Bearer {new_token()}"})  # the key is read once
    tap.all.clear()
    for attack in (*ATTACKS, mistyped(new_token()), new_token()[:-1], new_token() + "0", new_token().upper()):
        for headers in ({"Authorization": f"Bearer {attack}"}, {"Authorization": attack}):
            assert (await status(daemon, "GET /session", headers))[0] == 401, headers
        assert (await status(daemon, "GET /session", own | {"Cookie": f"orchd={attack}"}))[0] == 401
        told = await first_frame(daemon, attack)
        assert told["data"]["code"] == "unauthorized", told
        for name in HEADERS:
            code, text = await status(daemon, "GET /readyz", {name: attack})
            assert (code, MARK in text) == (200, False), (name, attack, text)
    assert not tap.lookups()


async def test_what_could_be_a_token_gets_one_look_by_its_hash(app: StartApp, tap: Tap) -> None:
    daemon = await app()
    await first_user(daemon)
    token, cookie, other = new_token(), new_cookie(), new_token()
    tap.all.clear()
    assert (await status(daemon, "GET /session", {"Authorization": f"Bearer {token}"}))[0] == 401
    assert (await status(daemon, "GET /session", {"Origin": daemon.url, "Cookie": f"orchd={cookie}"}))[0] == 401
    assert (await first_frame(daemon, other))["data"]["code"] == "unauthorized"
    looks = tap.lookups()
    assert len(looks) == 3, looks
    for look in looks:
        (shown,) = look.params
        assert isinstance(shown, str)
        assert (len(shown), set(shown) <= set("0123456789abcdef")) == (64, True)
    assert not any(secret in repr(tap.all) for secret in (token, cookie, other))


async def test_a_name_and_a_password_are_parameters(app: StartApp, tap: Tap) -> None:
    daemon = await app()
    await first_user(daemon)
    own = {"Origin": daemon.url}
    for attack in ATTACKS:
        headers = own | {"User-Agent": attack}
        for name, password in ((attack[:128], PASSWORD), ("maria", attack), ("maria'--", attack)):
            code, text = await status(daemon, "POST /login", headers, {"name": name, "password": password})
            assert (code, MARK in text) == (401, False), (name, text)
        code, text = await status(daemon, "POST /setup", own, {"token": attack, "name": attack[:128], "password": "x"})
        assert (code, MARK in text) == (401, False), text
    async with http_client(timeout=HANG_SECONDS) as client:
        agent = own | {"User-Agent": ATTACKS[3]}
        body = {"name": "maria", "password": PASSWORD}
        assert (await client.post(f"{daemon.url}/login", json=body, headers=agent)).status_code == 200
