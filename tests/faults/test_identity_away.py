"""No identity is ever taken for the owner's: not while the database is away at the start, and not when it dies in the
middle of a log-in. Who can't be looked up is nobody, also on this machine.
"""

import sqlite3
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import msgspec
import pytest
import trio

from orchd.access.tokens import new_token
from orchd.config import DatabaseSettings
from orchd.features.people.hashing import PasswordHashing
from tests.faults.test_mariadb_away import until_listening
from tests.fix_daemon import Listening, StartApp, StartDaemon, make_settings
from tests.fix_mariadb import MariaServer
from tests.wire.client import HANG_SECONDS
from tests.wire.people import PASSWORD, UNAUTHORIZED, ask, browser, first_user, program, refused

ASKED: tuple[tuple[str, dict[str, Any]], ...] = (
    ("conversation:list", {}),
    ("chat:send", {"message": "Hello"}),
    ("user:list", {}),
    ("user:create", {"name": "eve", "role": "admin", "password": PASSWORD}),
    ("token:create", {"name": "t", "scopes": ["read"]}),
    ("credential:list", {}),
    ("task:list", {}),
    ("model:unload", {"model": "x"}),
    ("audit:list", {}),
)
"""What nobody may."""


class Store(NamedTuple):
    """A database that can be taken away and brought back."""

    url: str
    leave: Callable[[], Awaitable[None]]
    come_back: Callable[[], Awaitable[None]]


@pytest.fixture(params=["sqlite", "mariadb"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    """A database of each kind: SQLite's file is renamed, the server is killed."""
    if request.param == "sqlite":
        path = tmp_path / "orchd.db"

        async def rename() -> None:
            path.rename(tmp_path / "elsewhere")

        async def back() -> None:
            (tmp_path / "elsewhere").rename(path)

        return Store(f"sqlite://{path}", rename, back)
    server: MariaServer = request.getfixturevalue("mariadb")

    async def kill() -> None:
        await trio.to_thread.run_sync(server.kill)

    async def start() -> None:
        await trio.to_thread.run_sync(server.start)

    return Store(server.new_url(), kill, start)


async def post(daemon: Listening, path: str, body: dict[str, str]) -> httpx.Response:
    """The answer to one of the daemon's own forms."""
    async with httpx.AsyncClient(trust_env=False, timeout=HANG_SECONDS) as client:
        return await client.post(daemon.url + path, json=body, headers={"Origin": daemon.url})


async def session(daemon: Listening, token: str | None = None) -> int:
    """The status of the page that says who asks."""
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(trust_env=False, timeout=HANG_SECONDS) as client:
        return (await client.get(f"{daemon.url}/session", headers=headers)).status_code


def told(answer: httpx.Response) -> tuple[int, bool]:
    """Its status, and whether it gives a cookie."""
    return answer.status_code, "set-cookie" in answer.headers


RIGHT = {"name": "maria", "password": PASSWORD}
WRONG = {"name": "maria", "password": "eleven green bottles"}


def hold_log_ins(monkeypatch: pytest.MonkeyPatch) -> tuple[trio.Event, trio.Event]:
    """Hold each log-in between its password and its session: the events that one is there, and may go on."""
    reached, go_on = trio.Event(), trio.Event()
    is_right = PasswordHashing.is_right

    async def slowly(self: PasswordHashing, stored: str | None, password: str) -> bool:
        right = await is_right(self, stored, password)
        reached.set()
        await go_on.wait()
        return right

    monkeypatch.setattr(PasswordHashing, "is_right", slowly)
    return reached, go_on


async def test_a_database_that_dies_during_a_log_in(
    app: StartApp, store: Store, tmp_path: Path, nursery: trio.Nursery, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = make_settings(tmp_path)
    database = DatabaseSettings(url=store.url, timeout_seconds=2.0)
    daemon = await app.start(msgspec.structs.replace(settings, database=database))
    maria = await first_user(daemon)
    token = str((await ask(maria, "token:create", name="bot", scopes=["read"]))["token"])
    reached, go_on = hold_log_ins(monkeypatch)
    answers: list[tuple[int, bool]] = []

    async def log_in() -> None:
        answers.append(told(await post(daemon, "/login", RIGHT)))

    async with trio.open_nursery() as logging_in:
        logging_in.start_soon(log_in)
        with trio.fail_after(HANG_SECONDS):
            await reached.wait()
        await store.leave()
        go_on.set()
    assert answers == [(503, False)]
    for body in (RIGHT, WRONG, {"name": "nobody", "password": PASSWORD}):
        assert told(await post(daemon, "/login", body)) == (503, False)
    assert await session(daemon) == 401, "nobody, also on this machine"
    assert await session(daemon, new_token()) == 503
    with trio.fail_after(HANG_SECONDS):
        while await session(daemon, token) != 503:  # what was looked up lets in for two seconds more
            pass
    assert (await ask(maria, "user:me"))["name"] == "maria", "who is in stays in"
    await store.come_back()
    with trio.fail_after(HANG_SECONDS * 2):
        while told(await post(daemon, "/login", RIGHT)) != (200, True):
            pass
    assert await session(daemon, token) == 200
    await (await browser(daemon, "maria")).aclose()


class Lock:
    """Keeps everybody else from an SQLite file."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        self._connection.execute("BEGIN EXCLUSIVE")

    def release(self) -> None:
        """Let the others in."""
        self._connection.execute("COMMIT")
        self._connection.close()


@pytest.mark.parametrize("kind", ["sqlite", "mariadb"])
async def test_a_database_that_is_away_at_the_start(
    kind: str, daemon: StartDaemon, tmp_path: Path, free_port: int, request: pytest.FixtureRequest
) -> None:
    server: MariaServer | None = request.getfixturevalue("mariadb") if kind == "mariadb" else None
    database = None if server is None else server.new_url()
    brief = {"server": {"handshakeSeconds": 2.0}}
    one = await daemon(database=database, settings=brief, port=free_port)
    maria = await first_user(one)
    token = str((await ask(maria, "token:create", name="bot", scopes=["read"]))["token"])
    await one.terminate()
    lock = None
    if server is None:
        lock = Lock(tmp_path / "data" / "orchd.db")
    else:
        await trio.to_thread.run_sync(server.kill)
    await one.launch()
    await until_listening(free_port)
    one.url = f"http://127.0.0.1:{free_port}"
    early = await one.connect()
    for kind_asked, data in ASKED:
        assert await refused(early, kind_asked, **data) == "unavailable", kind_asked
    assert await session(one) == 503
    assert await session(one, token) == 503
    assert told(await post(one, "/login", RIGHT)) == (503, False)
    assert told(await post(one, "/setup", RIGHT | {"token": "x" * 30})) == (401, False)
    assert (await refused(early, "session:authenticate", token=token)) == "unavailable"
    if lock is not None:
        lock.release()
    elif server is not None:
        await trio.to_thread.run_sync(server.start)
    await one.ready()
    assert await early.wait_closed() == UNAUTHORIZED, "it has not said who it is"
    assert not [frame for frame in early.frames if frame["type"] == "session:ready" and frame["data"]["user"]]
    assert await session(one) == 401
    bot = await program(one, token)
    assert (await ask(bot, "user:me"))["name"] == "maria"
    assert await one.terminate() == 0
