"""A server that takes a MiB in one statement (MySQL 5.5's default), and answers and messages that are longer."""

from collections.abc import Iterator

import pytest
import trio

from tests.fix_daemon import StartDaemon
from tests.fix_mariadb import MariaServer
from tests.fix_simulator import RunningSimulator
from tests.wire.client import Client, is_as_told

MEBIBYTE = 1_048_576
LONG = 1_640_000
SETTINGS = {"chat": {"storeSeconds": 60.0, "loopCharacters": 0}, "database": {"timeoutSeconds": 3.0}}


@pytest.fixture
def modest(mariadb: MariaServer) -> Iterator[MariaServer]:
    """The session's server with a small packet."""
    trio.run(mariadb.execute, f"SET GLOBAL max_allowed_packet = {MEBIBYTE}")
    yield mariadb
    mariadb.ensure_running()
    trio.run(mariadb.execute, "SET GLOBAL max_allowed_packet = 16777216")


async def history(client: Client, conversation_id: int, **members: object) -> list[dict[str, object]]:
    found = await client.request("chat:history", {"conversationId": conversation_id, **members})
    return list(found["data"]["messages"])


async def until_journalled(server: MariaServer, url: str, message_id: int) -> None:
    """Wait until the journal has a message's long text; the server tells nobody."""
    sql = f"SELECT SUM(CHAR_LENGTH(text)) >= {LONG} FROM {server.name_of(url)}.journal WHERE message_id = ?"
    await server.until([(1,)], sql, message_id)


async def test_a_long_answer_is_stored_whole_and_outlives_a_crash(
    daemon: StartDaemon, simulator: RunningSimulator, modest: MariaServer
) -> None:
    url = modest.new_url()
    one = await daemon(simulator.url, database=url, settings=SETTINGS)
    client = await one.connect()
    final = await client.chat(f"[[simulate: tokens=3,big={LONG}]]")
    assert (final["status"], final["error"]) == ("complete", None)
    assert len(final["content"]) > LONG
    assert (await history(client, final["conversationId"]))[-1]["content"] == final["content"]
    quotes = await client.chat("'" * 900_000 + "[[simulate: tokens=3]]")
    asked = await history(client, quotes["conversationId"], before=quotes["id"])
    assert str(asked[-1]["content"]).startswith("'" * 900_000)

    request_id, message_id = await client.started(f"[[simulate: tokens=9,big={LONG},stall_after=4]]", characters=LONG)
    await until_journalled(modest, url, message_id)
    begun = await client.until(lambda f: f.get("id") == request_id and "conversationId" in f["data"])
    await one.kill()
    await one.start()
    client = await one.connect()
    assert (await history(client, final["conversationId"]))[-1]["content"] == final["content"]
    kept = (await history(client, begun["data"]["conversationId"]))[-1]
    assert kept["status"] == "interrupted"
    assert len(str(kept["content"])) > LONG
    assert (await client.chat("[[simulate: tokens=3]]"))["status"] == "complete"


async def test_the_journal_catches_up_after_a_long_freeze(
    daemon: StartDaemon, simulator: RunningSimulator, modest: MariaServer
) -> None:
    url = modest.new_url()
    one = await daemon(simulator.url, database=url, settings=SETTINGS)
    client = await one.connect()
    request_id, message_id = await client.started(
        f"[[simulate: tokens=9,big={LONG},stall_after=4,stall_for=20]]", characters=1
    )
    modest.pause()
    await client.until(
        lambda f: f.get("id") == request_id and f["type"] == "chat:streaming" and f["data"]["seq"] > LONG
    )
    await trio.sleep(1.5)
    modest.resume()
    await until_journalled(modest, url, message_id)
    final = (await client.answer(request_id))[-1]["data"]
    assert final["status"] == "complete"
    assert is_as_told((await history(client, final["conversationId"]))[-1], final)
