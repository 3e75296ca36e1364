from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import msgspec
import pytest
import trio
from structlog.testing import capture_logs
from trio.testing import MockClock, lockstep_stream_pair, wait_all_tasks_blocked

from orchd.features.monitoring.messages import MonitoringDisk
from orchd.features.monitoring.service import Monitoring
from orchd.hub import Hub
from orchd.protocol.page import MAX_REPLY_BYTES
from orchd.server.outbox import Outbox, Pressure
from tests.features.monitoring.fakes import FakePeer, FakeSource, make_hub, metrics_of


@asynccontextmanager
async def ticking(source: FakeSource, hub: Hub | None = None) -> AsyncIterator[Monitoring]:
    monitoring = Monitoring(hub or make_hub(), source)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(monitoring.run)
        yield monitoring
        nursery.cancel_scope.cancel()


async def test_the_first_frame_comes_at_once_and_then_one_an_interval(autojump_clock: MockClock) -> None:
    async with ticking(FakeSource()) as monitoring:
        await trio.sleep(0.123)
        peer, began = FakePeer(), trio.current_time()
        monitoring.subscribe(peer, 1_000)
        await trio.sleep(3.5)
    assert [time - began for time in peer.times] == pytest.approx([0, 1, 2, 3])
    assert [metrics_of(frame).daemon.uptime_seconds for frame in peer.frames] == [1, 2, 3, 4]


async def test_without_subscribers_a_sample_is_taken_twice_a_minute(autojump_clock: MockClock) -> None:
    source = FakeSource()
    async with ticking(source) as monitoring:
        await trio.sleep(601)
        assert len(source.began) == 20
        peer = FakePeer()
        monitoring.subscribe(peer, 1_000)
        await trio.sleep(2.5)
        monitoring.unsubscribe(peer)
        assert len(peer.frames) == 3
        before = len(source.began)
        await trio.sleep(600)
        assert len(source.began) - before in (19, 20)
    assert len(peer.frames) == 3


async def test_while_models_work_samples_are_closer_and_the_last_one_is_of_the_rest(autojump_clock: MockClock) -> None:
    source = FakeSource()
    async with ticking(source) as monitoring:
        await trio.sleep(101)
        before = len(source.began)
        source.works = True
        await trio.sleep(20)
        source.works = False
        await trio.sleep(20)
        assert len(source.began) - before == 5
        assert len(monitoring.history()) == len(source.began)


async def test_what_has_been_is_kept_for_a_quarter_of_an_hour(autojump_clock: MockClock) -> None:
    source = FakeSource()
    async with ticking(source) as monitoring:
        monitoring.subscribe(FakePeer(), 1_000)
        await trio.sleep(2_000.2)
        uptimes = [metrics.daemon.uptime_seconds for metrics in monitoring.history()]
        assert len(source.began) == 2_001
        assert uptimes == list(range(uptimes[0], 2_002, 5))
        assert 179 <= len(uptimes) <= 181


async def test_no_machine_has_so_many_parts_that_its_past_is_more_than_a_reply(autojump_clock: MockClock) -> None:
    source = FakeSource()
    source.disks = [MonitoringDisk(f"/mnt/{number}", 1, 1, 1.0) for number in range(200)]
    async with ticking(source) as monitoring:
        source.works = True
        await trio.sleep(2_001)
        past = monitoring.history()
        assert past[-1].daemon.uptime_seconds == len(source.began)
        assert MAX_REPLY_BYTES * 0.9 < len(msgspec.json.encode(past)) < MAX_REPLY_BYTES * 1.01


async def test_a_connection_that_ends_stops_collection(autojump_clock: MockClock) -> None:
    hub, source, peer = make_hub(), FakeSource(), FakePeer()
    async with ticking(source, hub) as monitoring:
        monitoring.subscribe(peer, 1_000)
        await trio.sleep(1.5)
        hub.forget(peer)
        await trio.sleep(20)
        assert len(source.began) == len(peer.frames) == 2


async def test_all_who_are_due_share_one_sample_and_one_encoding(autojump_clock: MockClock) -> None:
    source, peers = FakeSource(), [FakePeer() for _ in range(50)]
    async with ticking(source) as monitoring:
        for index, peer in enumerate(peers):
            monitoring.subscribe(peer, 1_000 if index % 2 else 2_000)
            await trio.sleep(0.037)
        await trio.sleep(10 - trio.current_time() % 1 + 0.01)
        before = len(source.began)
        taken = [len(peer.frames) for peer in peers]
        await trio.sleep(4)
    assert len(source.began) == before + 4
    later = [peer.frames[had:] for peer, had in zip(peers, taken, strict=True)]
    assert [len(frames) for frames in later] == [2, 4] * 25
    assert len({id(frame) for frames in later for frame in frames}) == 4


async def test_any_number_of_intervals_collects_at_most_twice_a_second(autojump_clock: MockClock) -> None:
    source, peers = FakeSource(), [FakePeer() for _ in range(200)]
    async with ticking(source) as monitoring:
        for index, peer in enumerate(peers):
            monitoring.subscribe(peer, 1_000 + 7 * index)
        await trio.sleep(60.2)
    assert len(source.began) <= 121
    for index, peer in enumerate(peers):
        assert len(peer.frames) == pytest.approx(60_000 / (1_000 + 7 * index) + 1, abs=1)
        assert len(set(peer.frames)) == len(peer.frames)


async def test_a_new_subscriber_is_given_a_sample_that_is_still_fresh(autojump_clock: MockClock) -> None:
    source, first, second = FakeSource(), FakePeer(), FakePeer()
    async with ticking(source) as monitoring:
        monitoring.subscribe(first, 10_000)
        await trio.sleep(0.3)
        monitoring.subscribe(second, 10_000)
        await trio.sleep(0.01)
        assert len(source.began) == 1
        assert second.frames == first.frames
        await trio.sleep(0.3)
        monitoring.subscribe(FakePeer(), 10_000)
        await trio.sleep(0.01)
        assert len(source.began) == 2


async def test_subscribing_again_changes_the_interval(autojump_clock: MockClock) -> None:
    peer = FakePeer()
    async with ticking(FakeSource()) as monitoring:
        monitoring.subscribe(peer, 3_600_000)
        await trio.sleep(100.4)
        monitoring.subscribe(peer, 1_000)
        await trio.sleep(2.5)
        assert peer.times == pytest.approx([0, 100.4, 101.4, 102.4])
        monitoring.subscribe(peer, 3_600_000)
        await trio.sleep(100)
    assert len(peer.frames) == 5


async def test_subscribing_again_while_a_sample_is_taken_gives_it_once(autojump_clock: MockClock) -> None:
    source, peer = FakeSource(seconds=0.4), FakePeer()
    async with ticking(source) as monitoring:
        monitoring.subscribe(peer, 10_000)
        await trio.sleep(0.2)
        monitoring.subscribe(peer, 10_000)
        assert peer.frames == []
        await trio.sleep(1)
    assert len(peer.frames) == len(source.began) == 1


async def test_nothing_comes_after_unsubscribing_while_a_sample_is_taken(autojump_clock: MockClock) -> None:
    source, peer = FakeSource(seconds=0.4), FakePeer()
    async with ticking(source) as monitoring:
        monitoring.subscribe(peer, 1_000)
        await trio.sleep(0.2)
        monitoring.unsubscribe(peer)
        await trio.sleep(5)
    assert len(source.began) == 1
    assert peer.frames == []


async def test_a_slow_collection_never_piles_up(autojump_clock: MockClock) -> None:
    source, peer = FakeSource(seconds=2.75), FakePeer()
    async with ticking(source) as monitoring:
        monitoring.subscribe(peer, 1_000)
        await trio.sleep(30)
    gaps = [late - early for early, late in zip(source.began, source.began[1:], strict=False)]
    assert gaps == pytest.approx([gaps[0]] * len(gaps), abs=0.5)
    assert min(gaps) >= 2.75
    assert len(peer.frames) == 10


async def test_a_sample_waits_for_no_sensor_longer_than_half_the_shortest_interval(autojump_clock: MockClock) -> None:
    source = FakeSource()
    async with ticking(source) as monitoring:
        monitoring.subscribe(FakePeer(), 60_000)
        await trio.sleep(1)
        monitoring.subscribe(FakePeer(), 1_000)
        await trio.sleep(0.1)
    assert source.patience == [30, 0.5]


async def test_a_failed_sample_is_left_out_and_the_next_is_taken(autojump_clock: MockClock) -> None:
    source, peer = FakeSource(), FakePeer()
    with capture_logs() as logs:
        async with ticking(source) as monitoring:
            monitoring.subscribe(peer, 1_000)
            await trio.sleep(0.5)
            source.failing = True
            await trio.sleep(1)
            source.failing = False
            await trio.sleep(1)
    assert peer.times == pytest.approx([0, 2])
    assert [type(entry["exc_info"]) for entry in logs] == [ZeroDivisionError]


async def test_a_slow_reader_gets_the_newest_only(autojump_clock: MockClock) -> None:
    ours, theirs = lockstep_stream_pair()
    received = bytearray()
    async with ticking(FakeSource()) as monitoring, trio.open_nursery() as writers:
        outbox = Outbox(ours, writers, Pressure(soft_bytes=65_536, hard_bytes=2**21, stall_seconds=1_000))
        monitoring.subscribe(outbox, 1_000)
        await trio.sleep(9.5)
        monitoring.unsubscribe(outbox)
        assert outbox.waiting_bytes < 2_000
        with trio.move_on_after(1):
            while True:
                received += await theirs.receive_some(100_000)
        writers.cancel_scope.cancel()
        await wait_all_tasks_blocked()
    seen = [piece.split(b",")[0].split(b"}")[0] for piece in bytes(received).split(b'"uptimeSeconds":')[1:]]
    assert seen == [b"1", b"10"]
