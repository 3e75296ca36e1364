"""Users of a daemon under test: made, logged in by a browser, or come in by a token."""

from typing import Any

import trio

from tests.fix_daemon import Listening
from tests.http_client import http_client
from tests.wire.client import HANG_SECONDS, PAUSE_SECONDS, Client

PASSWORD = "seven wet umbrellas"
UNAUTHORIZED = 4500
"""The code of a connection that is closed since it is nobody's any more."""


async def ask(client: Client, kind: str, /, **data: Any) -> dict[str, Any]:
    """A reply's data."""
    reply = await client.request(kind, data)
    assert reply["type"] != "error", reply
    found: dict[str, Any] = reply["data"]
    return found


async def refused(client: Client, kind: str, /, **data: Any) -> str:
    """The code of an error."""
    reply = await client.request(kind, data)
    assert reply["type"] == "error", reply
    code: str = reply["data"]["code"]
    return code


async def until_refused(client: Client, kind: str) -> None:
    """Ask again and again until it is refused."""
    while (await client.request(kind))["type"] != "error":  # noqa: ASYNC110 - it tells nobody
        await trio.sleep(PAUSE_SECONDS)


async def cookie_of(daemon: Listening, name: str, password: str = PASSWORD) -> str:
    """Log a browser in; its cookie."""
    async with http_client(timeout=HANG_SECONDS) as client:
        body = {"name": name, "password": password}
        answer = await client.post(f"{daemon.url}/login", json=body, headers={"Origin": daemon.url})
    assert answer.status_code == 200, answer.text
    return answer.headers["set-cookie"].partition(";")[0]


async def browser(daemon: Listening, name: str, password: str = PASSWORD) -> Client:
    """A page of the daemon's own in which somebody is logged in."""
    cookie = await cookie_of(daemon, name, password)
    return await daemon.connect(headers={"Cookie": cookie, "Origin": daemon.url})


async def program(daemon: Listening, token: str) -> Client:
    """A program with a token."""
    return await daemon.connect(headers={"Authorization": f"Bearer {token}"})


async def first_user(daemon: Listening, name: str = "maria") -> Client:
    """Make the first user, and log in as that one."""
    local = await daemon.connect()
    made = await ask(local, "user:create", name=name, role="admin", password=PASSWORD)
    assert (made["name"], made["role"]) == (name, "admin")
    assert await local.wait_closed() == UNAUTHORIZED
    return await browser(daemon, name)


async def status_of(daemon: Listening, token: str) -> int:
    """The HTTP status that a token gets."""
    async with http_client(timeout=HANG_SECONDS) as client:
        answer = await client.get(f"{daemon.url}/session", headers={"Authorization": f"Bearer {token}"})
    return answer.status_code
