"""The queue of the model servers as those see it who look on."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

import pytest
import trio
from msgspec.structs import replace
from trio.testing import MockClock, wait_all_tasks_blocked

from orchd.features.models.live_queue import TELL_SECONDS, LiveQueue
from orchd.hub import Hub
from orchd.llm.types import ModelInfo, Priority, QueueEntry, Requester
from orchd.protocol.identity import NOBODY, Identity
from tests.fake_people import ANA, BOB
from tests.features.monitoring.fakes import payload_of
from tests.fix_chat import FakePeer

MODEL = ModelInfo("small", "sim")


class FakeServers:
    """Model servers with a queue that a test fills."""

    def __init__(self) -> None:
        self.entries: list[QueueEntry] = []
        self.looks = 0
        self._told: list[Callable[[], None]] = []

    def queue(self) -> list[QueueEntry]:
        """Return what was put there."""
        self.looks += 1
        return list(self.entries)

    def models(self, *, away: bool = False, requester: Requester | None = None) -> list[ModelInfo]:
        """Return the one that may be used."""
        assert away
        assert requester is not None
        return [MODEL]

    def tell_queue(self, told: Callable[[], None]) -> None:
        """Remember who is told."""
        self._told.append(told)

    def hold(self, *entries: QueueEntry) -> None:
        """Have these in the queue now."""
        self.entries = list(entries)
        for told in self._told:
            told()


def entry(who: Identity, model: str = "small", seconds: float = 1.0, conversation: int = 7) -> QueueEntry:
    return QueueEntry("sim", model, "running", Priority.CHAT, who.user_id, conversation, seconds)


class Onlooker(FakePeer):
    """A connection that is fast enough to be told each state."""

    def put_latest(self, key: str, frame: bytes) -> None:
        """Keep all of them."""
        assert key == "model:queue:changed"
        self.put(frame)


class World(NamedTuple):
    """What a test has at hand."""

    servers: FakeServers
    hub: Hub
    live: LiveQueue


@asynccontextmanager
async def looking_on() -> AsyncIterator[World]:
    servers, hub = FakeServers(), Hub()
    live = LiveQueue(hub, servers)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(live.run)
        yield World(servers, hub, live)
        nursery.cancel_scope.cancel()


def read(frame: bytes) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(payload_of(frame))
    return read


def told(peer: Onlooker) -> list[list[tuple[str, str]]]:
    """The models and whose requests they are, frame by frame."""
    frames = [read(frame) for frame in peer.frames]
    assert {frame["type"] for frame in frames} <= {"model:queue:changed"}
    return [[(item["model"], item["user"]) for item in frame["data"]["items"]] for frame in frames]


async def test_the_queue_comes_at_once_and_then_whenever_it_is_different(autojump_clock: MockClock) -> None:
    async with looking_on() as (servers, _, live):
        peer = Onlooker()
        live.subscribe(peer, ANA)
        await trio.sleep(1)
        servers.hold(entry(ANA))
        await trio.sleep(1)
        servers.hold(replace(entry(ANA, seconds=9.0), written=70))  # nothing but the time and the tokens has changed
        await trio.sleep(1)
        servers.hold()
        await trio.sleep(1)
    assert told(peer) == [[], [("small", "ana")], []]


async def test_many_changes_are_told_together(autojump_clock: MockClock) -> None:
    async with looking_on() as (servers, _, live):
        peer = Onlooker()
        live.subscribe(peer, ANA)
        await wait_all_tasks_blocked()
        began = trio.current_time()
        while trio.current_time() < began + 2:
            servers.hold(*servers.entries, entry(ANA))
            await trio.sleep(0.01)
    assert 2 / TELL_SECONDS - 1 <= len(peer.frames) <= 2 / TELL_SECONDS + 2


async def test_each_sees_their_own_queue(autojump_clock: MockClock) -> None:
    async with looking_on() as (servers, _, live):
        ana, bob = Onlooker(), Onlooker()
        live.subscribe(ana, ANA)
        live.subscribe(bob, BOB._replace(models=frozenset({"small"})))
        servers.hold(entry(ANA), entry(ANA, "large"))
        await trio.sleep(1)
    assert told(ana)[-1] == [("small", "ana"), ("large", "ana")]
    assert told(bob)[-1] == [("small", "another user")]
    assert [item["conversation"] for item in read(bob.frames[-1])["data"]["items"]] == [None]


def end(world: World, peer: Onlooker, how: str) -> None:
    if how == "unsubscribed":
        world.live.unsubscribe(peer)
    elif how == "gone":
        world.hub.forget(peer)
    else:
        world.hub.renew(peer, NOBODY)


@pytest.mark.parametrize("how", ["unsubscribed", "gone", "nobody"])
async def test_who_has_left_or_is_nobody_any_more_is_told_nothing(how: str, autojump_clock: MockClock) -> None:
    async with looking_on() as world:
        peer = Onlooker()
        world.live.subscribe(peer, ANA)
        await trio.sleep(1)
        end(world, peer, how)
        looks = world.servers.looks
        world.servers.hold(entry(ANA))
        await trio.sleep(1)
        assert world.servers.looks == looks
    assert told(peer) == [[]]


async def test_whose_the_connection_has_become_is_told_anew(autojump_clock: MockClock) -> None:
    async with looking_on() as (servers, hub, live):
        peer = Onlooker()
        live.subscribe(peer, ANA)
        servers.hold(entry(ANA))
        await trio.sleep(1)
        hub.renew(peer, BOB)
        await trio.sleep(1)
    assert told(peer) == [[("small", "ana")], [("small", "another user")]]
