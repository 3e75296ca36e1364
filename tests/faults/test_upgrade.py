"""An upgrade: a second daemon on the same port and database takes over, and no answer is lost."""

import signal
from typing import NamedTuple

import trio

from tests.faults.scene import Act, GatedClient, Stage, gated
from tests.fix_daemon import Daemon, StartDaemon
from tests.fix_upstream import Upstream

IDLE, RUNNING = 50, 10
SPREAD_SECONDS = 4.0
TEXTS = ("The first part, ", "the second, ", "the last.")


class Asker(NamedTuple):
    """A client of the first daemon with a running answer."""

    client: GatedClient
    act: Act
    request_id: str
    message_id: int
    conversation_id: int


class Upgrade:
    """Two daemons to be, on one port and one database; made by each test."""

    def __init__(
        self, nursery: trio.Nursery, start: StartDaemon, upstream: Upstream, database_url: str, port: int
    ) -> None:
        self._nursery = nursery
        self._start = start
        self._stage = Stage(upstream)
        self._database = database_url
        self._port = port
        self._settings: dict[str, dict[str, object]] = {
            "server": {"reusePort": True, "spreadSeconds": SPREAD_SECONDS, "graceSeconds": 0.3},
            "[backends]": {"url": upstream.url, "kind": "openai", "slots": RUNNING},
        }

    async def daemon(self, name: str) -> Daemon:
        """Start one of them."""
        return await self._start(settings=self._settings, database=self._database, data=name, port=self._port)

    async def connect(self, daemon: Daemon) -> GatedClient:
        """A connection to whoever the kernel chooses. Not to be made while the first daemon closes its port: what the
        kernel has queued for it then is reset, and trio-websocket's client waits on for the handshake."""
        return await gated(self._nursery, daemon.ws_url)

    async def asker(self, daemon: Daemon, name: str) -> Asker:
        """A client whose answer has begun."""
        client = await self.connect(daemon)
        request_id = await client.send("chat:send", {"message": name})
        act = await self._stage.cue(name)
        place = (await client.until_type("chat:progress", request_id))["data"]
        await act.say(TEXTS[0])
        await client.until_seq(place["messageId"], len(TEXTS[0]))
        return Asker(client, act, request_id, place["messageId"], place["conversationId"])


async def follow(other: GatedClient, asker: Asker) -> str:
    """Resume at the second daemon: it tells the answer so far, and goes on with it. The text so far."""
    resumed = await other.resume(asker.message_id, asker.client.seq(asker.message_id), asker.client.epoch)
    assert (resumed["recovered"], resumed["status"]) == (False, "streaming")
    so_far = str(resumed["message"]["content"])
    assert asker.client.text(asker.message_id).startswith(so_far)
    assert resumed["seq"] == len(so_far)
    return so_far


async def until_told(client: GatedClient, message_id: int, so_far: str, wanted: str) -> None:
    """Wait until a reader has so much of an answer."""
    await client.until_seq(message_id, len(wanted))
    assert so_far + client.text(message_id) == wanted


async def sent_away(idle: list[GatedClient]) -> None:
    """Wait until clients are closed, and see that they were told when to come back."""
    waits = []
    for client in idle:
        assert await client.wait_closed() == 1001
        (closing,) = [frame["data"] for frame in client.frames if frame["type"] == "session:closing"]
        assert closing["reason"] == "upgrade"
        waits.append(closing["reconnectAfterMs"])
    assert len(set(waits)) > len(idle) // 2, "spread, so that they don't come back all at once"
    assert all(0 <= wait <= SPREAD_SECONDS * 1000 for wait in waits)


async def test_no_answer_is_lost(
    daemon: StartDaemon, upstream: Upstream, nursery: trio.Nursery, database_url: str, free_port: int
) -> None:
    upgrade = Upgrade(nursery, daemon, upstream, database_url, free_port)
    first = await upgrade.daemon("one")
    idle = [await upgrade.connect(first) for _ in range(IDLE)]
    askers = [await upgrade.asker(first, f"Question {number}") for number in range(RUNNING)]
    second = await upgrade.daemon("two")
    first.send_signal(signal.SIGUSR2)
    await sent_away(idle)
    other = await upgrade.connect(second)
    assert other.epoch != askers[0].client.epoch, "the first takes no more connections"
    back = [await upgrade.connect(second) for _ in idle]
    assert {client.epoch for client in back} == {other.epoch}
    texts = [await follow(other, asker) for asker in askers]
    for asker, so_far in zip(askers, texts, strict=True):
        assert (await other.history(asker.conversation_id))[-1]["status"] == "streaming", "it is left alone"
        await asker.act.say(TEXTS[1])
        await asker.client.until_seq(asker.message_id, len(TEXTS[0] + TEXTS[1]))
        await until_told(other, asker.message_id, so_far, TEXTS[0] + TEXTS[1])
    for asker in askers:
        await asker.act.say(TEXTS[2])
        await asker.act.finish()
    for asker, so_far in zip(askers, texts, strict=True):
        final = (await asker.client.answer(asker.request_id))[-1]["data"]
        assert (final["status"], final["content"]) == ("complete", "".join(TEXTS))
        assert await asker.client.wait_closed() == 1001
        assert await other.until_final(asker.message_id) == final
        assert so_far + other.text(asker.message_id) == final["content"]
    assert await first.ended() == 0
    for asker in askers:
        assert (await other.history(asker.conversation_id))[-1]["status"] == "complete"
    assert await second.terminate() == 0


async def test_one_more_question_at_each_end(
    daemon: StartDaemon, upstream: Upstream, nursery: trio.Nursery, database_url: str, free_port: int
) -> None:
    """The one that leaves takes no more questions, the one that comes takes them; any device can cancel."""
    upgrade = Upgrade(nursery, daemon, upstream, database_url, free_port)
    first = await upgrade.daemon("one")
    asker = await upgrade.asker(first, "Question")
    second = await upgrade.daemon("two")
    first.send_signal(signal.SIGUSR2)
    await asker.client.until_type("session:closing")
    refused = await asker.client.request("chat:send", {"message": "One more"})
    assert (refused["type"], refused["data"]["code"]) == ("error", "shutting_down")
    later = await upgrade.asker(second, "Another question")
    assert later.client.epoch != asker.client.epoch, "the first has closed its port by the time it answers again"
    receipt = await later.client.request("chat:cancel", {"messageId": asker.message_id})
    assert receipt["data"]["status"] == "cancelled"
    assert (await asker.client.answer(asker.request_id))[-1]["data"]["status"] == "cancelled"
    await asker.act.left()
    assert await first.ended() == 0
    await later.act.finish()
    assert (await later.client.answer(later.request_id))[-1]["data"]["status"] == "complete"


async def test_sigterm_while_it_makes_way(
    daemon: StartDaemon, upstream: Upstream, nursery: trio.Nursery, database_url: str, free_port: int
) -> None:
    """From then on the answers have the grace, no more."""
    upgrade = Upgrade(nursery, daemon, upstream, database_url, free_port)
    first = await upgrade.daemon("one")
    ends, stays = await upgrade.asker(first, "Ends"), await upgrade.asker(first, "Stays")
    first.send_signal(signal.SIGUSR2)
    for asker in (ends, stays):
        await asker.client.until_type("session:closing")
    await ends.act.finish()
    assert (await ends.client.answer(ends.request_id))[-1]["data"]["status"] == "complete"
    assert await ends.client.wait_closed() == 1001
    assert not stays.client.closed.is_set()
    first.send_signal(signal.SIGTERM)
    final = (await stays.client.answer(stays.request_id))[-1]["data"]
    assert (final["status"], final["content"]) == ("interrupted", TEXTS[0])
    assert await stays.client.wait_closed() == 1001
    assert await first.ended() == 0
    second = await upgrade.daemon("two")
    assert (await (await upgrade.connect(second)).history(final["conversationId"]))[-1]["status"] == "interrupted"
