"""Clients that stop reading, or vanish: nobody else notices, and no text is lost or doubled."""

import json
import struct
from collections.abc import Iterator
from pathlib import Path

import msgspec
import trio

from orchd.settings.chat import ChatSettings
from tests.fix_daemon import StartApp, make_settings
from tests.fix_simulator import RunningSimulator
from tests.wire.client import HANG_SECONDS, Client, RudeClient
from tests.wire.referee import Referee

BIG = "[[simulate: big=6000000]]"
"""An answer longer than what the kernel buffers on loopback; it repeats itself."""

PATIENT = ChatSettings(loop_characters=0)
"""Stops no answer for repeating itself."""


def server_frames(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Opcode and payload of each whole WebSocket frame; a server's are not masked."""
    while len(data) >= 2:
        opcode, length, start = data[0] & 0x0F, data[1], 2
        if length == 126:
            length, start = struct.unpack_from("!H", data, 2)[0], 4
        elif length == 127:
            length, start = struct.unpack_from("!Q", data, 2)[0], 10
        if len(data) < start + length:
            return
        yield opcode, data[start : start + length]
        data = data[start + length :]


async def begin(client: RudeClient, message: str, **members: object) -> None:
    """Ask, and read no further than to the first text."""
    await client.read_until(b"session:ready")
    await client.send("chat:send", {"message": message, **members})
    await client.read_until(b'"phase":"generating"')


async def test_one_that_reads_late_gets_every_character_once(
    app: StartApp, simulator: RunningSimulator, tmp_path: Path
) -> None:
    one = await app.start(msgspec.structs.replace(make_settings(tmp_path, simulator.url), chat=PATIENT))
    late = await one.connect_rudely(receive_buffer=4096)
    referee = Referee()
    referee.asked("chat:send", "rude")
    await late.send("chat:send", {"message": BIG})
    await simulator.until(lambda stats: stats.completed == 1)
    polite = await one.connect()
    answer = await polite.chat("[[simulate: tokens=50]]")
    assert answer["status"] == "complete"

    data = bytearray()
    with trio.fail_after(HANG_SECONDS):
        while b'"totalMs"' not in data[-2000:]:
            data += await late.stream.receive_some(1 << 20)
    for opcode, payload in server_frames(bytes(data)):
        if opcode == 1:
            referee.receive(json.loads(payload))
    assert not referee.asked_types, "the final frame has come; the referee has compared its text with the pieces"
    await late.stream.aclose()


async def test_one_that_never_reads_is_closed_and_others_go_on(
    app: StartApp, simulator: RunningSimulator, tmp_path: Path
) -> None:
    settings = make_settings(tmp_path, simulator.url, stall_seconds=5.0)
    one = await app.start(msgspec.structs.replace(settings, chat=PATIENT))
    polite = await one.connect()
    running, _ = await polite.started("[[simulate: tokens=300,interval=0.005]]")
    rude = await one.connect_rudely(receive_buffer=4096)
    await begin(rude, BIG)
    await simulator.until(lambda stats: stats.completed == 1)
    await polite.until_connections(1)
    farewell = await rude.rest()
    if farewell is not None:  # it was still taken; else the connection was reset before
        closes = [struct.unpack_from("!H", payload)[0] for opcode, payload in server_frames(farewell) if opcode == 8]
        assert closes in ([4000], [])  # what the kernel had taken begins in the middle of a frame
    final = (await polite.answer(running))[-1]["data"]
    assert final["status"] == "complete"
    assert final["content"].startswith("Simulated answer")
    conversations = await polite.request("conversation:list")
    (stored,) = [
        messages[-1]
        for item in conversations["data"]["items"]
        if len(messages := await polite.history(item["id"])) == 2 and messages[-1]["id"] != final["id"]
    ]
    assert stored["status"] == "complete"
    assert stored["content"].count("x") >= 5_999_999
    await rude.stream.aclose()


async def test_one_that_is_cut_in_mid_stream(app: StartApp, simulator: RunningSimulator) -> None:
    """RST while both sides write: the answer goes on or ends as it was asked to, and nobody else notices."""
    one = await app(simulator.url)
    polite = await one.connect()
    running, _ = await polite.started("[[simulate: tokens=200,interval=0.005]]")
    for leaving in ("finish", "cancel"):
        rude = await one.connect_rudely()
        await begin(rude, "[[simulate: tokens=100,interval=0.005]]", onDisconnect=leaving)
        rude.cut()
    await simulator.until(lambda stats: (stats.completed, stats.aborted) == (2, 1))
    assert (await polite.answer(running))[-1]["data"]["status"] == "complete"
    assert sorted(await until_stored(polite)) == ["cancelled", "complete", "complete"]


async def until_stored(client: Client) -> list[str]:
    """How the last answer of each conversation has ended, once none is being generated or stored any more."""
    with trio.fail_after(HANG_SECONDS):
        while True:
            items = (await client.request("conversation:list"))["data"]["items"]
            statuses = [(await client.history(item["id"]))[-1]["status"] for item in items]
            if "streaming" not in statuses:
                return statuses
            await trio.sleep(0.05)
