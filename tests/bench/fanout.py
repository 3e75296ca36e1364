"""What `metrics.py` measures of orchd: its real server room and hub, publishing one payload to every session.

Prints its port and the size of a frame; sends `ROUNDS` frames to all subscribers when a line comes in.
"""

import logging
import sys

import structlog
import trio

from orchd.hub import Hub, Topic
from orchd.protocol import PROTOCOL, messages
from orchd.protocol.codec import Codec
from orchd.protocol.command import Command, Commands
from orchd.protocol.frame_type import FrameType
from orchd.protocol.identity import Identity
from orchd.protocol.router import Context, Router
from orchd.protocol.types import ClientPayload, ServerPayload
from orchd.server.entry.doorkeeper import Doorkeeper
from orchd.server.entry.gate import Gate
from orchd.server.entry.reception import Reception
from orchd.server.listener import Server
from orchd.server.outbox import Pressure
from orchd.server.session import SessionServices
from tests.fake_people import FakePeople


class BenchSubscribe(ClientPayload, frozen=True):
    """`bench:subscribe`."""


class BenchSubscribed(ServerPayload, frozen=True):
    """Its reply."""


class BenchMetrics(ServerPayload, frozen=True):
    """About as long as real metrics."""

    text: str


class Bench:
    """Takes subscriptions."""

    def __init__(self, topic: Topic[None]) -> None:
        self._topic = topic

    async def subscribe(self, context: Context, data: BenchSubscribe) -> BenchSubscribed:
        self._topic.subscribe(context.peer, None)
        return BenchSubscribed()


METRICS = FrameType("monitoring:metrics", BenchMetrics)
SUBSCRIBED = FrameType("bench:subscribed", BenchSubscribed)
COMMANDS = Commands(
    Command("bench:subscribe", BenchSubscribe, SUBSCRIBED, right="read", scope="read", pushes=(METRICS,)).by(
        Bench.subscribe
    )
)


def greeting(session_id: str, who: Identity) -> messages.SessionReady:
    limits = messages.Limits(2**20, 32)
    return messages.SessionReady(
        PROTOCOL, messages.ServerInfo("bench", "0"), session_id, "e", who.name, limits, 20.0, ()
    )


async def publish(topic: Topic[None], rounds: int) -> None:
    await trio.to_thread.run_sync(sys.stdin.readline)
    for _ in range(rounds):
        topic.publish(METRICS.frame(BenchMetrics("x" * 1000)))
        await trio.lowlevel.checkpoint()
        for peer, _state in topic.subscribers():
            if peer.congested:
                drained = trio.Event()
                peer.when_drained(drained.set)
                await drained.wait()


async def main(rounds: int) -> None:
    hub = Hub()
    topic: Topic[None] = hub.topic()
    codec = Codec([*messages.COMMANDS, *COMMANDS], messages.FRAMES)
    router = Router(COMMANDS.bind(Bench(topic)), [command.type for command in COMMANDS])
    doorkeeper = Doorkeeper(FakePeople(), insecure=True)
    wire = SessionServices(codec, router, hub, greeting, doorkeeper, 2**20, 32)
    pressure = Pressure(64 * 1024, 2**21, 30.0)
    server = Server(
        wire,
        Reception({}, Gate((), ()), doorkeeper),
        pressure,
        max_connections=10_000,
        heartbeat_seconds=60.0,
        handshake_seconds=10.0,
    )
    listeners = await trio.open_tcp_listeners(0, host="127.0.0.1")
    print(listeners[0].socket.getsockname()[1], len(METRICS.frame(BenchMetrics("x" * 1000))), flush=True)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(server.run, listeners)
        await publish(topic, rounds)
        await trio.sleep_forever()


if __name__ == "__main__":
    # Its standard output is a pipe that nobody reads after the first line: a line for each request would fill it.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    trio.run(main, int(sys.argv[1]))
