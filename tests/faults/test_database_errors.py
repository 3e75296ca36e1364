"""Errors of a database that nobody has listed, while an answer is stored: it is stored when they are over."""

import sqlite3
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeAlias

import msgspec
import pytest
import trio

from orchd.config import ChatSettings, DatabaseSettings, Settings
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
    refused = await client.request("chat:send", {"message": "Hello?"})
    assert refused["data"]["code"] == "unavailable"
    ready = await one.get("/readyz")
    assert ready.status_code == 503
    assert ready.json()["database"]["reason"] == "the database's tables are missing"
    await rename("chat_message_old", "chat_message")
    stored = await until_stored(client, final["conversationId"])
    assert is_as_told(stored, final | {"error": None})
    assert (await client.chat("[[simulate: tokens=3]]"))["status"] == "complete"
