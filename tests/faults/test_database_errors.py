"""Errors of a database that nobody has listed, while an answer is stored: it is stored when they are over."""

import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TypeAlias

import msgspec
import pytest
import trio
from structlog.testing import capture_logs

from orchd.config import DatabaseSettings, Settings
from orchd.errors import Unavailable
from orchd.settings.chat import ChatSettings
from orchd.storage import migrate
from tests.fix_daemon import StartApp, make_settings
from tests.fix_mariadb import MariaServer
from tests.fix_simulator import RunningSimulator
from tests.wire.client import HANG_SECONDS, Client, is_as_told
from tests.wire.referee import Frame

Rename: TypeAlias = Callable[[str, str], Awaitable[None]]


@pytest.fixture(params=["sqlite", "mariadb"])
def renaming(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, Rename]:
    """The URL of a database, and how another program renames its tables."""
    if request.param == "sqlite":
        path = tmp_path / "orchd.db"

        async def alter(name: str, to: str) -> None:
            connection = sqlite3.connect(path, timeout=HANG_SECONDS)
            connection.execute("PRAGMA legacy_alter_table=ON")
            connection.execute(f"ALTER TABLE {name} RENAME TO {to}")
            connection.close()

        return f"sqlite://{path}", alter
    server: MariaServer = request.getfixturevalue("mariadb")
    url = server.new_url()

    async def rename(name: str, to: str) -> None:
        await server.execute(f"RENAME TABLE {name} TO {to}", database=server.name_of(url))

    return url, rename


def on(url: str, directory: Path, backend: str) -> Settings:
    return msgspec.structs.replace(
        make_settings(directory, backend), database=DatabaseSettings(url=url), chat=ChatSettings(store_seconds=0.3)
    )


async def until_stored(client: Client, conversation_id: int) -> Frame:
    """The last message, once it can be read and has ended."""
    with trio.fail_after(HANG_SECONDS):
        while True:
            final = await client.request("chat:history", {"conversationId": conversation_id})
            if final["type"] == "chat:history" and final["data"]["messages"][-1]["status"] != "streaming":
                return dict(final["data"]["messages"][-1])
            assert final["type"] == "chat:history" or final["data"]["code"] == "unavailable", final
            await trio.sleep(0.05)


async def test_a_table_that_is_missing_for_a_moment(
    app: StartApp, simulator: RunningSimulator, tmp_path: Path, renaming: tuple[str, Rename]
) -> None:
    """What restoring a dump does. The answer is stored when the table is back; nothing ends meanwhile."""
    url, rename = renaming
    one = await app.start(on(url, tmp_path, simulator.url))
    client = await one.connect()
    request_id, _ = await client.started("[[simulate: tokens=6,stall_after=2,stall_for=0.5]]")
    await rename("chat_message", "chat_message_old")
    final = (await client.answer(request_id))[-1]["data"]
    assert (final["status"], final["error"]["code"]) == ("complete", "unavailable")
    with trio.fail_after(HANG_SECONDS):
        while True:
            refused = await client.request("chat:send", {"message": "Hello?"})
            assert refused["data"]["code"] == "unavailable"
            if (ready := await one.get("/readyz")).status_code == 503:
                break  # it may just be tried again
    assert ready.json()["database"]["reason"] == "the database's tables are missing"
    await rename("chat_message_old", "chat_message")
    stored = await until_stored(client, final["conversationId"])
    assert is_as_told(stored, final | {"error": None})
    assert (await client.chat("[[simulate: tokens=3]]"))["status"] == "complete"


class Proxy:
    """Stands before a server, and answers the next statements that hold some words with an error of its own."""

    def __init__(self, port: int) -> None:
        self.port = 0
        self.words, self.errors = b"", list[tuple[int, str]]()
        self.takes = 1 << 30
        """The longest statement that goes through."""
        self._behind = port

    def refuse(self, words: bytes, *errors: tuple[int, str]) -> None:
        """Answer one statement after another that holds `words` with these codes and states."""
        self.words, self.errors = words, list(errors)

    async def run(self, *, task_status: trio.TaskStatus[None]) -> None:
        async with trio.open_nursery() as nursery:
            listeners = await nursery.start(partial(trio.serve_tcp, self._serve, 0, host="127.0.0.1"))
            self.port = listeners[0].socket.getsockname()[1]
            task_status.started()

    async def _serve(self, client: trio.SocketStream) -> None:
        server = await trio.open_tcp_stream("127.0.0.1", self._behind)
        async with server, trio.open_nursery() as nursery:
            nursery.start_soon(self._answers, server, client, nursery.cancel_scope)
            with suppress(trio.BrokenResourceError):
                await self._statements(client, server)
            nursery.cancel_scope.cancel()

    async def _answers(self, server: trio.SocketStream, client: trio.SocketStream, scope: trio.CancelScope) -> None:
        with suppress(trio.BrokenResourceError):
            async for data in server:
                await client.send_all(data)
        scope.cancel()

    async def _statements(self, client: trio.SocketStream, server: trio.SocketStream) -> None:
        buffer = b""
        async for data in client:
            buffer += data
            while len(buffer) >= 4 and len(buffer) >= (size := 4 + int.from_bytes(buffer[:3], "little")):
                packet, buffer = buffer[:size], buffer[size:]
                if (error := self._error(packet)) is not None:
                    code, state = error
                    body = b"\xff" + code.to_bytes(2, "little") + b"#" + state.encode() + b"said by the proxy"
                    await client.send_all(len(body).to_bytes(3, "little") + b"\1" + body)
                else:
                    await server.send_all(packet)

    def _error(self, packet: bytes) -> tuple[int, str] | None:
        if packet[4:5] != b"\3":
            return None
        if len(packet) > self.takes:
            return 1153, "08S01"
        return self.errors.pop(0) if self.errors and self.words in packet else None


OPEN_WORLD = [(1047, "08S01"), (9001, "HY000"), (1118, "42000"), (1792, "25006"), (1815, "HY000")]
"""Galera, ProxySQL, and what else servers say now and then."""


async def test_whatever_a_proxy_says_the_daemon_starts_and_answers_are_stored(
    app: StartApp, simulator: RunningSimulator, mariadb: MariaServer, tmp_path: Path, nursery: trio.Nursery
) -> None:
    proxy = Proxy(mariadb.port)
    await nursery.start(proxy.run)
    url = mariadb.new_url().replace(f":{mariadb.port}/", f":{proxy.port}/")
    proxy.refuse(b"SET SESSION", *OPEN_WORLD[:2])
    one = await app.start(on(url, tmp_path, simulator.url))
    client = await one.connect()
    for error in (*OPEN_WORLD, (1142, "42000")):
        proxy.refuse(b"UPDATE chat_message SET content", error)
        final = await client.chat("[[simulate: tokens=3]]")
        assert not proxy.errors
        stored = await until_stored(client, final["conversationId"])
        assert is_as_told(stored, final | {"error": None}), error
    with trio.fail_after(HANG_SECONDS):
        while (await one.get("/readyz")).status_code != 200:  # noqa: ASYNC110  # nobody is told
            await trio.sleep(0.05)


async def test_a_statement_that_fails_for_an_unknown_reason_is_no_outage(
    app: StartApp, simulator: RunningSimulator, mariadb: MariaServer, tmp_path: Path, nursery: trio.Nursery
) -> None:
    proxy = Proxy(mariadb.port)
    await nursery.start(proxy.run)
    one = await app.start(
        on(mariadb.new_url().replace(f":{mariadb.port}/", f":{proxy.port}/"), tmp_path, simulator.url)
    )
    client = await one.connect()
    with capture_logs() as logs:
        for code in (9001, 1815):
            proxy.refuse(b"FROM setting", (code, "HY000"))
            refused = await client.request("setting:list", {})
            assert (refused["data"]["code"], proxy.errors) == ("unavailable", [])
            assert (await client.request("setting:list", {}))["type"] == "setting:list"
    assert [entry["event"] for entry in logs if "database" in entry["event"]] == [
        "the database refused a statement"
    ] * 2


async def test_a_proxy_that_takes_less_than_the_server_says(
    app: StartApp, simulator: RunningSimulator, mariadb: MariaServer, tmp_path: Path, nursery: trio.Nursery
) -> None:
    proxy = Proxy(mariadb.port)
    await nursery.start(proxy.run)
    proxy.takes = 400_000
    url = mariadb.new_url().replace(f":{mariadb.port}/", f":{proxy.port}/")
    one = await app.start(on(url, tmp_path, simulator.url))
    client = await one.connect()
    final = await client.chat("[[simulate: tokens=3,big=1000000]]")
    stored = await until_stored(client, final["conversationId"])
    assert is_as_told(stored, final | {"error": None})
    assert len(stored["content"]) > 1_000_000


async def test_a_migration_outlives_what_a_server_can_not_do_just_now(
    app: StartApp, simulator: RunningSimulator, mariadb: MariaServer, tmp_path: Path, nursery: trio.Nursery
) -> None:
    """Else it would have stopped half-way, for an operator to mend by hand."""
    proxy = Proxy(mariadb.port)
    await nursery.start(proxy.run)
    url = mariadb.new_url().replace(f":{mariadb.port}/", f":{proxy.port}/")
    proxy.refuse(b"CREATE TABLE chat_message", (1047, "08S01"), (1205, "HY000"), (1213, "40001"))
    one = await app.start(on(url, tmp_path, simulator.url))
    assert not proxy.errors
    client = await one.connect()
    assert (await client.chat("[[simulate: tokens=3]]"))["status"] == "complete"


async def test_a_lock_at_the_start_is_no_defect(mariadb: MariaServer, nursery: trio.Nursery) -> None:
    proxy = Proxy(mariadb.port)
    await nursery.start(proxy.run)
    url = mariadb.new_url().replace(f":{mariadb.port}/", f":{proxy.port}/")
    for words in (b"SET SESSION", b"FROM schema_migration"):
        proxy.refuse(words, (1205, "HY000"))
        with pytest.raises(Unavailable):
            await migrate(url)
    assert await migrate(url)
