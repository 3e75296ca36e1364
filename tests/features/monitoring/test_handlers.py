import json
from collections.abc import Awaitable, Callable

import trio
from trio.testing import MockClock

from orchd.features.monitoring.handlers import COMMANDS, MonitoringHandlers
from orchd.features.monitoring.messages import MonitoringHistory, MonitoringSubscribe, MonitoringUnsubscribe
from orchd.features.monitoring.service import Monitoring
from orchd.protocol.frame_type import FrameType, Payload
from orchd.protocol.identity import LOCAL
from tests.features.monitoring.fakes import FakePeer, FakeSource, make_hub, payload_of


class FakeContext:
    """A request of `peer`."""

    def __init__(self, peer: FakePeer) -> None:
        self.id: str | None = "r1"
        self.identity = LOCAL
        self.address = ""
        self.peer = peer

    def emit(self, kind: FrameType[Payload], payload: Payload) -> None:
        self.peer.put(kind.frame(payload, self.id))

    def after_reply(self, callback: Callable[[], None]) -> None:
        raise AssertionError("monitoring requests never need this")

    @property
    def over(self) -> bool:
        """Nobody asks here."""
        return False

    def on_cancel(self, cancel: Callable[[], Awaitable[None]]) -> None:
        raise AssertionError("monitoring requests never last")


async def test_the_reply_comes_before_the_first_metrics(autojump_clock: MockClock) -> None:
    hub, peer = make_hub(), FakePeer()
    monitoring = Monitoring(hub, FakeSource())
    serves, context = COMMANDS.bind(MonitoringHandlers(monitoring)), FakeContext(peer)

    async def request() -> None:
        peer.put(await serves["monitoring:subscribe"](context, MonitoringSubscribe(interval_ms=1_000)))

    async with trio.open_nursery() as nursery:
        nursery.start_soon(monitoring.run)
        for _ in range(20):  # Trio shuffles the tasks of a batch: meet the ticker in either order
            nursery.start_soon(request)
            await trio.sleep(0.45)
            peer.put(await serves["monitoring:unsubscribe"](context, MonitoringUnsubscribe()))
            await trio.sleep(1)
        nursery.cancel_scope.cancel()
    frames = [json.loads(payload_of(frame)) for frame in peer.frames]
    assert [frame["type"] for frame in frames] == [
        "monitoring:subscribed",
        "monitoring:metrics",
        "monitoring:unsubscribed",
    ] * 20
    assert frames[0] == {"type": "monitoring:subscribed", "id": "r1", "data": {"intervalMs": 1_000}}
    assert "id" not in frames[1]
    assert frames[2]["data"] == {}


async def test_who_comes_later_is_told_what_has_been(autojump_clock: MockClock) -> None:
    monitoring = Monitoring(make_hub(), FakeSource())
    serves, context = COMMANDS.bind(MonitoringHandlers(monitoring)), FakeContext(FakePeer())
    async with trio.open_nursery() as nursery:
        nursery.start_soon(monitoring.run)
        await trio.sleep(70)
        told = json.loads(payload_of(await serves["monitoring:history"](context, MonitoringHistory())))
        nursery.cancel_scope.cancel()
    assert (told["type"], told["id"]) == ("monitoring:history", "r1")
    assert [sample["daemon"]["uptimeSeconds"] for sample in told["data"]["samples"]] == [1, 2, 3]


async def test_unsubscribing_without_a_subscription_is_harmless() -> None:
    handlers = MonitoringHandlers(Monitoring(make_hub(), FakeSource()))
    context = FakeContext(FakePeer())
    await handlers.unsubscribe(context, MonitoringUnsubscribe())
    assert context.peer.frames == []
