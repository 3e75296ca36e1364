"""Many clients that stop reading beside a healthy one, and one that is only half there."""

import trio

from orchd.protocol.codes import NO_HEARTBEAT
from orchd.protocol.websocket import PING_FRAME, close_frame
from tests.faults.scene import Act, GatedClient, Stage, gated, percentile
from tests.fix_daemon import Daemon, StartDaemon
from tests.fix_upstream import Upstream
from tests.wire.client import HANG_SECONDS

STALLED = 50
PIECES, PIECE_SECONDS = 600, 0.005
BEAT_SECONDS = 1.0
PIECE = "0123456789abcdef" * 256
"""With `PIECES` of them more than the kernel keeps for a client that does not read."""


def piece(number: int) -> str:
    """One of the pieces; no two are alike."""
    return f"<{number:05}>{PIECE}"


async def test_a_healthy_client_beside_fifty_that_stall(
    daemon: StartDaemon, upstream: Upstream, nursery: trio.Nursery
) -> None:
    one = await daemon(
        settings={
            "[backends]": {"url": upstream.url, "kind": "openai"},
            "server": {"stallSeconds": 10.0},
            "chat": {"loopCharacters": 0},
        }
    )
    stage = Stage(upstream)
    healthy = await gated(nursery, one.ws_url)
    request_id = await healthy.send("chat:send", {"message": "Speak"})
    act = await stage.cue("Speak")
    place = (await healthy.until_type("chat:progress", request_id))["data"]
    stalled = [await gated(nursery, one.ws_url, receive_buffer=4096) for _ in range(STALLED)]
    for client in stalled:
        await client.request("chat:subscribe", {"conversationId": place["conversationId"]})
        client.stall()
    sent = await speak(act)
    final = (await healthy.answer(request_id))[-1]["data"]
    assert final["status"] == "complete"
    assert final["content"] == "".join(map(piece, range(PIECES)))
    lags = [when - begun for begun, when in zip(sent, arrivals(healthy, place["messageId"]), strict=True)]
    print(  # noqa: T201
        f"healthy beside {STALLED} stalled: {len(lags)} pieces, lag p50 {percentile(lags, 0.5) * 1000:.1f} ms,"
        f" p99 {percentile(lags, 0.99) * 1000:.1f} ms, most {max(lags) * 1000:.1f} ms"
    )
    await healthy.until_connections(1)
    assert await ends(one, STALLED) == [4000] * STALLED
    for client in stalled:
        client.read_on()
        assert await client.wait_closed() in (4000, 1006, None), "the code, or a reset"


async def speak(act: Act) -> list[float]:
    """Say all pieces, at a steady pace; when each was sent."""
    sent = []
    for number in range(PIECES):
        sent.append(trio.current_time())
        await act.say(piece(number))
        await trio.sleep(PIECE_SECONDS)
    await act.finish()
    return sent


async def ends(daemon: Daemon, count: int) -> list[int]:
    """The codes that so many connections ended with, once the log has them all."""
    with trio.fail_after(HANG_SECONDS):
        while len(codes := [log["code"] for log in daemon.log("connection ended")]) < count:  # noqa: ASYNC110 - a pipe
            await trio.sleep(0.02)
    return codes


def arrivals(client: GatedClient, message_id: int) -> list[float]:
    """When each piece of an answer was there, also where several came in one frame."""
    length = len(piece(0))
    times: list[float] = []
    for when, frame in zip(client.times, client.frames, strict=True):
        if frame["type"] == "chat:streaming" and frame["data"]["messageId"] == message_id and frame["data"]["chunk"]:
            times += [when] * (frame["data"]["seq"] // length - len(times))
    return times


async def test_a_half_open_peer_is_found(daemon: StartDaemon) -> None:
    """One whose kernel still takes what is sent, and from which nothing comes, pongs least of all."""
    one = await daemon(settings={"server": {"heartbeatSeconds": BEAT_SECONDS}})
    dead = await one.connect_rudely()
    await dead.read_until(b"session:ready")
    told = await dead.read_until(close_frame(NO_HEARTBEAT.code, NO_HEARTBEAT.reason))  # it reads, but says nothing
    assert told.count(PING_FRAME) in (1, 2), (
        "one a heartbeat, in vain; for one that never spoke the first may be the last"
    )
    watcher = await one.connect()  # only now: it has to say something each heartbeat, on a machine that may be busy
    await watcher.until_connections(1)
    await dead.stream.aclose()
