"""The database server is away at the start, or dies while answers stream: what works meanwhile, and what comes back."""

import json
import signal

import pytest
import trio

from tests.fix_daemon import StartDaemon
from tests.fix_mariadb import MariaServer
from tests.fix_simulator import RunningSimulator
from tests.wire.client import HANG_SECONDS, Client, is_as_told
from tests.wire.referee import Frame

BACK_SECONDS = 120.0
"""Until the daemon has found its database again: its pauses between attempts grow to ten seconds."""


async def until_stored(client: Client, conversation_id: int) -> Frame:
    """The last message, once the database answers and the message has ended."""
    with trio.fail_after(BACK_SECONDS):
        while True:
            final = await client.request("chat:history", {"conversationId": conversation_id})
            if final["type"] == "chat:history" and final["data"]["messages"][-1]["status"] != "streaming":
                return dict(final["data"]["messages"][-1])
            assert final["type"] == "chat:history" or final["data"]["code"] == "unavailable", final
            await trio.sleep(0.1)


@pytest.mark.parametrize("death", ["kill", "pause"])
async def test_away_while_an_answer_streams(
    daemon: StartDaemon, simulator: RunningSimulator, mariadb: MariaServer, death: str
) -> None:
    quick = {"chat": {"storeSeconds": 1.0}, "database": {"timeoutSeconds": 1.0}}
    one = await daemon(simulator.url, database=mariadb.new_url(), settings=quick)
    client = await one.connect()
    ending = "[[simulate: tokens=6,stall_after=2,stall_for=0.5]]"
    request_id, message_id = await client.started(ending)
    other_id, other_message = await client.started("[[simulate: tokens=6,stall_after=2]]")
    if death == "kill":
        await trio.to_thread.run_sync(mariadb.kill)
    else:
        mariadb.pause()
    final = (await client.answer(request_id))[-1]["data"]
    assert (final["id"], final["status"], final["error"]["code"]) == (message_id, "complete", "unavailable")
    assert final["error"]["retryable"] is True
    await client.request("cancel", {"id": other_id})
    cancelled = (await client.answer(other_id))[-1]["data"]
    assert (cancelled["id"], cancelled["status"]) == (other_message, "cancelled")
    refused = await client.request("chat:send", {"message": "Hello?"})
    assert (refused["type"], refused["data"]["code"]) == ("error", "unavailable")
    assert (await client.request("conversation:list"))["data"]["code"] == "unavailable"
    assert (await one.get("/healthz")).status_code == 200
    assert (await one.get("/readyz")).status_code == 503

    if death == "kill":
        await trio.to_thread.run_sync(mariadb.start)
    else:
        mariadb.resume()
    stored = await until_stored(client, final["conversationId"])
    assert is_as_told(stored, final | {"error": None})
    left = await until_stored(client, cancelled["conversationId"])
    assert is_as_told(left, cancelled | {"error": None})
    assert (await one.get("/readyz")).status_code == 200
    assert (await client.chat("[[simulate: tokens=3]]"))["status"] == "complete"
    assert await one.terminate() == 0


async def test_away_at_the_start(
    daemon: StartDaemon, simulator: RunningSimulator, mariadb: MariaServer, free_port: int
) -> None:
    await trio.to_thread.run_sync(mariadb.kill)
    one = await daemon(simulator.url, database=mariadb.new_url(), port=free_port, launch=False)
    await one.launch()
    one.url = f"http://127.0.0.1:{free_port}"
    await until_listening(free_port)
    assert (await one.get("/healthz")).status_code == 200
    ready = await one.get("/readyz")
    assert ready.status_code == 503
    report = json.loads(ready.text)
    assert report["ready"] is False
    assert report["database"]["ok"] is False
    assert report["database"]["reason"]
    client = await one.connect()
    assert (await client.metrics())["daemon"]["connections"] == 1
    refused = await client.request("chat:send", {"message": "Hello"})
    assert (refused["data"]["code"], refused["data"]["retryable"]) == ("unavailable", True)
    assert (await client.request("ping"))["type"] == "pong"
    assert one.stdout == "", "not ready, so no line"

    await trio.to_thread.run_sync(mariadb.start)
    await one.ready()
    assert (await one.get("/readyz")).status_code == 200
    assert (await client.chat("[[simulate: tokens=3]]"))["status"] == "complete"
    assert await one.terminate() == 0


async def test_a_daemon_that_waits_for_its_database_can_be_stopped(
    daemon: StartDaemon, mariadb: MariaServer, free_port: int
) -> None:
    await trio.to_thread.run_sync(mariadb.kill)
    one = await daemon(database=mariadb.new_url(), port=free_port, launch=False)
    await one.launch()
    await until_listening(free_port)
    one.send_signal(signal.SIGTERM)
    assert await one.ended() == 0


async def until_listening(port: int) -> None:
    """Wait until the port is bound; nothing is printed while the database is awaited."""
    with trio.fail_after(HANG_SECONDS):
        while True:
            try:
                stream = await trio.open_tcp_stream("127.0.0.1", port)
            except OSError:
                await trio.sleep(0.05)
            else:
                await stream.aclose()
                return
