"""No identity is ever taken for the owner's: not while the database is away at the start, and not when it dies in the
middle of a log-in. Who can't be looked up is nobody, also on this machine.
"""

import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import msgspec
import pytest
import trio
from trio_websocket import ConnectionClosed

from orchd.access.tokens import new_token
from orchd.config import DatabaseSettings
from orchd.features.people import UserDraft, create_user
from orchd.features.people.hashing import PasswordHashing
from orchd.protocol.codes import PROOF_NEEDED
from orchd.storage import open_database
from tests.faults.test_mariadb_away import until_listening
from tests.fix_daemon import Listening, StartApp, StartDaemon, make_settings
from tests.fix_mariadb import MariaServer
from tests.http_client import http_client
from tests.wire.client import HANG_SECONDS, PAUSE_SECONDS
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
    async with http_client(timeout=HANG_SECONDS) as client:
        return await client.post(daemon.url + path, json=body, headers={"Origin": daemon.url})


async def session(daemon: Listening, token: str | None = None) -> int:
    """The status of the page that says who asks."""
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    async with http_client(timeout=HANG_SECONDS) as client:
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
        while await session(daemon, token) != 503:  # noqa: ASYNC110 - what was looked up lets in for two seconds more
            await trio.sleep(PAUSE_SECONDS)
    assert (await ask(maria, "user:me"))["name"] == "maria", "who is in stays in"
    await store.come_back()
    with trio.fail_after(HANG_SECONDS * 2):
        while told(await post(daemon, "/login", RIGHT)) != (200, True):  # noqa: ASYNC110 - it tells nobody
            await trio.sleep(PAUSE_SECONDS)
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
    assert await early.wait_closed() == PROOF_NEEDED.code, "it may say now who it is"
    assert not [frame for frame in early.frames if frame["type"] == "session:ready" and frame["data"]["user"]]
    assert await session(one) == 401
    bot = await program(one, token)
    assert (await ask(bot, "user:me"))["name"] == "maria"
    assert await one.terminate() == 0


async def make_first_user(url: str) -> None:
    """Make the first user as another daemon on the same database would."""
    async with open_database(url, pool_size=1, timeout=5.0) as database:
        with trio.fail_after(HANG_SECONDS):
            await database.wait_ready()
        await database.write(create_user, UserDraft("maria", "admin"), 1)


async def is_greeted_as_owner(daemon: Listening) -> bool:
    """Whether a new connection of this machine's may ask for something."""
    client = await daemon.connect()
    final = await client.request("conversation:list", {})
    await client.aclose()
    assert final["type"] == "conversation:list" or final["data"]["code"] == "unavailable", final
    return bool(final["type"] == "conversation:list")


async def test_a_daemon_without_users_that_loses_its_database_takes_nobody_for_the_owner(
    app: StartApp, store: Store, tmp_path: Path
) -> None:
    database = DatabaseSettings(url=store.url, timeout_seconds=2.0)
    daemon = await app.start(msgspec.structs.replace(make_settings(tmp_path), database=database))
    owner = await daemon.connect()
    assert await is_greeted_as_owner(daemon)
    await store.leave()
    with trio.fail_after(HANG_SECONDS):
        while await session(daemon) != 503:  # noqa: ASYNC110 - it tells nobody
            await trio.sleep(PAUSE_SECONDS)
    late = await daemon.connect()
    assert late.frames[0]["data"]["user"] == "", "not known yet"
    for asking in (late, owner):
        for kind, data in ASKED:
            final = await asking.request(kind, data)
            assert (final["data"]["code"], final["data"]["retryable"]) == ("unavailable", True), kind
        assert (await asking.request("ping"))["type"] == "pong"
        await ask(asking, "monitoring:subscribe")
    await store.come_back()
    with trio.fail_after(HANG_SECONDS * 2):
        while not await is_greeted_as_owner(daemon):  # noqa: ASYNC110 - it tells nobody
            await trio.sleep(PAUSE_SECONDS)
        while (await late.request("user:list"))["type"] == "error":  # noqa: ASYNC110 - it tells nobody
            await trio.sleep(PAUSE_SECONDS)
    for asking in (late, owner):
        assert (await ask(asking, "user:me"))["role"] == "admin"
        assert (await ask(asking, "user:list"))["items"] == []


class Line:
    """A way to a database server that can be cut: connections through it end, and new ones are refused."""

    def __init__(self, nursery: trio.Nursery, port: int) -> None:
        self._nursery = nursery
        self._server = port
        self._open: trio.CancelScope | None = None
        self.port = 0

    async def mend(self) -> None:
        """Let connections through, at the same port as before."""
        scope = self._open = trio.CancelScope()
        listeners = await trio.open_tcp_listeners(self.port, host="127.0.0.1")
        self.port = listeners[0].socket.getsockname()[1]
        self._nursery.start_soon(self._serve, listeners, scope)

    def cut(self) -> None:
        """End all connections."""
        assert self._open is not None
        self._open.cancel()

    async def _serve(self, listeners: list[trio.SocketListener], scope: trio.CancelScope) -> None:
        with scope:
            await trio.serve_listeners(self._join, listeners)

    async def _join(self, client: trio.SocketStream) -> None:
        async with await trio.open_tcp_stream("127.0.0.1", self._server) as server, trio.open_nursery() as nursery:
            for source, target in ((client, server), (server, client)):
                nursery.start_soon(self._copy, source, target, nursery.cancel_scope)

    async def _copy(self, source: trio.SocketStream, target: trio.SocketStream, either: trio.CancelScope) -> None:
        with suppress(trio.BrokenResourceError, trio.ClosedResourceError):
            async for data in source:
                await target.send_all(data)
        either.cancel()


async def test_the_first_user_was_made_while_a_daemon_could_not_reach_the_database(
    app: StartApp, mariadb: MariaServer, nursery: trio.Nursery, tmp_path: Path
) -> None:
    url, line = mariadb.new_url(), Line(nursery, mariadb.port)
    await line.mend()
    through = url.replace(f":{mariadb.port}/", f":{line.port}/")
    database = DatabaseSettings(url=through, timeout_seconds=2.0)
    daemon = await app.start(msgspec.structs.replace(make_settings(tmp_path), database=database))
    owner = await daemon.connect()
    assert await is_greeted_as_owner(daemon)
    line.cut()
    with trio.fail_after(HANG_SECONDS):
        while await session(daemon) != 503:  # noqa: ASYNC110 - it tells nobody
            await trio.sleep(PAUSE_SECONDS)
    late = await daemon.connect()
    await make_first_user(url)
    await line.mend()
    with trio.fail_after(HANG_SECONDS * 2), suppress(ConnectionClosed):
        while not owner.closed.is_set():
            await owner.send("user:list")
            await session(daemon)
    assert not [frame for frame in owner.frames if frame["type"] == "user:list"], "the owner saw nothing of hers"
    assert await owner.wait_closed() == UNAUTHORIZED
    assert await late.wait_closed() == PROOF_NEEDED.code
    assert not [frame for frame in late.frames if frame["type"] == "user:list"]
    assert await session(daemon) == 401
