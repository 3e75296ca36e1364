"""kill -9 at random moments of streaming answers: what was written down is there and in use, only the end is missing.

A second look into the database says what had been written before the kill. How much time that lags behind is no
matter for a test on a busy machine: the loss by the client's clock is printed, and `LOSS_SECONDS` is kept in virtual
time in tests/features/journal/test_service.py.
"""

import random

import pytest
import trio

from orchd.features.journal import queries
from orchd.storage import Database, open_database
from tests.faults.scene import GatedClient, gated
from tests.fix_daemon import StartDaemon
from tests.fix_upstream import DONE, SSE_HEAD, Exchange, Upstream, delta, finish
from tests.wire import echo
from tests.wire.client import HANG_SECONDS
from tests.wire.referee import Frame

ROUNDS, ANSWERS = 5, 5
TOKEN_SECONDS = 0.01
THOUGHTS = 30
"""Tokens of reasoning before the content."""


class Talker:
    """A model server that talks for ever, with known words; what follows an interrupted answer it ends at once."""

    def __init__(self, upstream: Upstream) -> None:
        echo.set_up(upstream)
        upstream.script = self._talk
        self.asked: list[list[Frame]] = []
        """The turns of each request."""

    async def _talk(self, exchange: Exchange) -> None:
        turns = exchange.json()["messages"]
        self.asked.append(turns)
        await exchange.send(SSE_HEAD)
        if turns[-1]["content"].endswith("Go on"):  # it has the question too when there is no answer between them
            await exchange.send(delta(content="Yes."), finish(), DONE)
            return
        number = 0
        while True:
            member = "reasoning_content" if number < THOUGHTS else "content"
            await exchange.send(delta(**{member: f"wörd{number} 🧪 "}))
            number += 1
            await trio.sleep(TOKEN_SECONDS)


class Loss:
    """What one crash cost one answer."""

    def __init__(self, client: GatedClient, stored: Frame, killed: float) -> None:
        text = (stored["reasoning"] or "") + stored["content"]
        told = client.text(stored["id"])
        assert told.startswith(text) or text.startswith(told), "what is stored is what was told, as far as it goes"
        missing = [
            (when, frame["data"]["seq"])
            for when, frame in zip(client.times, client.frames, strict=True)
            if frame["type"] == "chat:streaming"
            and frame["data"]["messageId"] == stored["id"]
            and frame["data"]["seq"] > len(text)
        ]
        self.seconds = max((killed - when for when, _ in missing), default=0.0)
        self.characters = max((seq for _, seq in missing), default=len(text)) - len(text)


async def begin(client: GatedClient) -> dict[int, int]:
    """Ask several questions; conversation → message."""
    begun = {}
    for number in range(ANSWERS):
        request_id, message_id = await client.started(f"Question {number}")
        place = (await client.until_type("chat:progress", request_id))["data"]
        begun[place["conversationId"]] = message_id
    return begun


async def written(database: Database, client: GatedClient, message_id: int) -> int:
    """Wait until all that the client has of an answer by now is written down; how much is written then."""
    told, count = client.seq(message_id), 0
    with trio.fail_after(HANG_SECONDS):
        while (count := sum(len(row.text) for row in await database.read(queries.read, message_id))) < told:  # noqa: ASYNC110
            await trio.sleep(0.02)
    return count


async def use(client: GatedClient, talker: Talker, stored: Frame) -> None:
    """Ask on: the model is shown what was kept of the answer."""
    follow_up = await client.chat("Go on", conversationId=stored["conversationId"])
    assert follow_up["status"] == "complete"
    kept = [turn["content"] for turn in talker.asked[-1] if turn["role"] == "assistant"]
    assert kept == ([stored["content"]] if stored["content"] else [])


async def check(
    again: GatedClient, before: GatedClient, begun: dict[int, int], kept: dict[int, int], killed: float
) -> list[Loss]:
    """See that each answer is there as interrupted, with all that had been written; what each has lost."""
    losses = []
    for conversation_id, message_id in begun.items():
        stored = (await again.history(conversation_id))[-1]
        assert (stored["id"], stored["status"], stored["finishReason"]) == (message_id, "interrupted", None)
        assert len((stored["reasoning"] or "") + stored["content"]) >= kept[message_id]
        losses.append(Loss(before, stored, killed))
    return losses


@pytest.mark.timeout(1200)
async def test_only_what_was_not_written_yet_is_lost(
    daemon: StartDaemon, upstream: Upstream, nursery: trio.Nursery, database_url: str
) -> None:
    talker, seed, losses = Talker(upstream), random.Random(3), list[Loss]()
    one = await daemon(settings={"[backends]": {"url": upstream.url, "kind": "openai"}}, database=database_url)
    for _ in range(ROUNDS):
        client = await gated(nursery, one.ws_url)
        begun = await begin(client)
        await trio.sleep(seed.uniform(0.2, 0.6))
        async with open_database(database_url, pool_size=1, timeout=HANG_SECONDS) as database:
            await database.wait_ready()
            kept = {message_id: await written(database, client, message_id) for message_id in begun.values()}
        await trio.sleep(seed.uniform(0, 0.3))
        killed = trio.current_time()
        await one.kill()
        await client.wait_closed()
        await one.start()
        again = await gated(nursery, one.ws_url)
        losses += await check(again, client, begun, kept, killed)
        for conversation_id in begun:
            await use(again, talker, (await again.history(conversation_id))[-1])
    worst = max(losses, key=lambda loss: loss.seconds)
    kind = database_url.partition(":")[0]
    print(f"{kind}: {len(losses)} answers; most lost: {worst.seconds * 1000:.0f} ms, {worst.characters} characters")  # noqa: T201
