"""Signals: an orderly end in bounded time, whatever the clients do; a second signal ends at once."""

import signal

import pytest
import trio

from orchd.stopping import ECHO_SECONDS
from tests.fix_daemon import StartDaemon
from tests.fix_simulator import RunningSimulator
from tests.raw_client import until
from tests.wire.client import HANG_SECONDS, is_as_told

STALL = "[[simulate: stall_after=2]]"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
async def test_a_signal_in_mid_stream(
    daemon: StartDaemon, simulator: RunningSimulator, database_url: str, number: signal.Signals
) -> None:
    # Without a terminal SIGHUP means something else.
    limits = {"server": {"graceSeconds": 0.2}}
    one = await daemon(simulator.url, database=database_url, settings=limits, terminal=number is signal.SIGHUP)
    client = await one.connect()
    request_id, message_id = await client.started(STALL)
    one.send_signal(number)
    frames = await client.answer(request_id)
    assert any(frame["type"] == "session:closing" for frame in client.frames)
    final = frames[-1]["data"]
    assert (final["id"], final["status"], final["error"]) == (message_id, "interrupted", None)
    assert await client.wait_closed() == 1001
    assert await one.ended() == 0
    await simulator.until(lambda stats: stats.aborted == 1)
    assert one.stdout == f"listening on {one.url}\n", "nothing else may be on stdout"
    await one.restart()
    stored = (await (await one.connect()).history(final["conversationId"]))[-1]
    assert is_as_told(stored, final)


async def test_a_terminal_that_closes_ends_the_daemon(daemon: StartDaemon) -> None:
    one = await daemon(terminal=True)
    assert one.terminal is not None
    one.terminal.close()
    assert await one.ended() == 0


async def test_without_a_terminal_sighup_reads_the_configuration_again(
    daemon: StartDaemon, simulator: RunningSimulator
) -> None:
    one = await daemon(simulator.url, settings={"log": {"level": "info"}})
    client = await one.connect()
    request_id, _ = await client.started("[[simulate: tokens=5,stall_after=2,stall_for=0.4]]")
    one.configuration.write_text("[log]\nlevel = 'debug'\n", encoding="utf-8")
    one.send_signal(signal.SIGHUP)
    await until(lambda: one.log("the configuration was read again"))
    assert one.log("the configuration was read again")[0]["changed"] == ["log.level"]
    assert (await client.answer(request_id))[-1]["data"]["status"] == "complete"
    assert await one.terminate() == 0


async def test_an_answer_may_finish_within_the_grace(daemon: StartDaemon, simulator: RunningSimulator) -> None:
    one = await daemon(simulator.url)
    client = await one.connect()
    request_id, _ = await client.started("[[simulate: tokens=5,stall_after=2,stall_for=0.4]]")
    one.send_signal(signal.SIGTERM)
    assert (await client.answer(request_id))[-1]["data"]["status"] == "complete"
    assert await client.wait_closed() == 1001
    assert await one.ended() == 0


async def test_new_connections_are_refused_while_it_ends(daemon: StartDaemon, simulator: RunningSimulator) -> None:
    one = await daemon(simulator.url, settings={"server": {"graceSeconds": HANG_SECONDS}})
    client = await one.connect()
    request_id, _ = await client.started(STALL)
    one.send_signal(signal.SIGTERM)
    await client.until_type("session:closing")
    await until_refused(int(one.url.rpartition(":")[2]))
    await client.request("cancel", {"id": request_id})
    assert (await client.answer(request_id))[-1]["data"]["status"] == "cancelled"
    assert await one.ended() == 0


async def until_refused(port: int) -> None:
    """Connect until nobody listens; the farewell may arrive a moment before the port is closed."""
    with trio.fail_after(HANG_SECONDS):
        while True:
            try:
                stream = await trio.open_tcp_stream("127.0.0.1", port)
            except OSError:
                return
            await stream.aclose()


async def test_clients_that_never_read_hold_nothing_up(daemon: StartDaemon, simulator: RunningSimulator) -> None:
    limits = {"graceSeconds": 0.2, "closeSeconds": 0.5, "stallSeconds": 600.0}
    one = await daemon(simulator.url, settings={"server": limits})
    rude = [await one.connect_rudely(receive_buffer=4096) for _ in range(4)]
    for client in rude:
        await client.send("chat:send", {"message": "[[simulate: big=6000000]]"})
        await client.send("monitoring:subscribe", {"intervalMs": 1000}, "more")
    polite = await one.connect()
    await simulator.until(lambda stats: stats.completed == 4)
    assert await one.terminate() == 0
    assert await polite.wait_closed() == 1001
    (stopped,) = one.log("stopped")
    assert stopped["seconds"] < HANG_SECONDS
    for client in rude:
        await client.stream.aclose()


async def test_a_second_signal_ends_at_once(daemon: StartDaemon, simulator: RunningSimulator) -> None:
    one = await daemon(simulator.url, settings={"server": {"graceSeconds": 600}})
    client = await one.connect()
    _, message_id = await client.started(STALL)
    conversation = client.frames[1]["data"]["conversationId"]
    one.send_signal(signal.SIGTERM)
    await client.until_type("session:closing")
    await trio.sleep(2 * ECHO_SECONDS)
    one.send_signal(signal.SIGINT)
    assert await one.ended() == 130
    await one.restart()
    stored = (await (await one.connect()).history(conversation))[-1]
    assert (stored["id"], stored["status"]) == (message_id, "interrupted")


async def test_an_idle_daemon_ends_at_once(daemon: StartDaemon) -> None:
    one = await daemon()
    assert await one.terminate() == 0
    assert len(one.log("stopped")) == 1
