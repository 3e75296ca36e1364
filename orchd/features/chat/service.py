"""The chat service: owns the running answers, stores their ends, takes over what dead daemons left.

A generation belongs to the service and not to the connection that asked, so it outlives a tab; it ends by its own
cancel scope, by its model, or by the drain at shutdown.
"""

import time
from contextlib import suppress
from typing import NamedTuple

import structlog
import trio

from orchd.errors import Busy, Conflict, NotFound, ShuttingDown, Unavailable
from orchd.features.chat import context, queries
from orchd.features.chat.follower import Follower
from orchd.features.chat.generation import Generation
from orchd.features.chat.messages import Status
from orchd.features.chat.parking import Parking
from orchd.features.chat.queries import Exchange, Question
from orchd.features.presence import Presence
from orchd.llm import Backends
from orchd.llm.types import Prompt, Sampling, Target
from orchd.storage import Database

TAKE_OVER_SECONDS = 30.0
"""How often unfinished answers of dead daemons are looked for."""

LAST_CHANCE_SECONDS = 5.0
"""How long shutdown waits for the database to take what is not stored yet."""


class ChatLimits(NamedTuple):
    """Bounds of the service: seconds and bytes."""

    store_seconds: float
    parked_bytes: int
    max_answer_bytes: int
    max_running: int


class Receipt(NamedTuple):
    """What `cancel` found: `closed_seconds` None when the answer had ended before."""

    status: Status
    closed_seconds: float | None
    chars: int


class Chat:
    """Running answers by message id. `nursery` owns their tasks."""

    def __init__(
        self, database: Database, backends: Backends, presence: Presence, nursery: trio.Nursery, limits: ChatLimits
    ) -> None:
        self._database = database
        self._backends = backends
        self._presence = presence
        self._nursery = nursery
        self._limits = limits
        self._parking = Parking(database, nursery, limits.parked_bytes)
        self._running: dict[int, Generation] = {}
        self._draining = False
        self._idle = trio.Event()

    @property
    def running(self) -> int:
        """How many answers are being generated."""
        return len(self._running)

    async def ask(self, question: Question) -> Exchange:
        """Store a question and its empty answer. Raises `NotFound`, `Unavailable`, `Busy`, `ShuttingDown`."""
        if self._draining:
            raise ShuttingDown("the daemon is shutting down")
        if not self._presence.registered:
            raise Unavailable("the database is not there yet")
        if len(self._running) >= self._limits.max_running:
            raise Busy("too many answers are being generated")
        return await self._database.write(queries.ask, question)

    def start(
        self, exchange: Exchange, target: Target, sampling: Sampling, follower: Follower, begun: float
    ) -> Generation:
        """Begin to generate the answer that `ask` has stored, told to `follower`. Returns at once."""
        generation = Generation(exchange.conversation_id, exchange.answer_id, target, begun)
        generation.attach(follower)
        turns = context.build(exchange.branch, exchange.system_prompt, target.model.context, sampling.max_tokens)
        self._running[generation.message_id] = generation
        self._nursery.start_soon(self._run, generation, Prompt(turns, sampling))
        return generation

    async def cancel(self, message_id: int) -> Receipt:
        """End a running answer, whoever asked for it; return once the model server is let go.

        Raises `NotFound` for an unknown message, `Conflict` for one that another daemon generates.
        """
        generation = self._running.get(message_id)
        if generation is not None:
            closed = await generation.cancel("cancelled")
            return Receipt(generation.status, closed, generation.transcript.seq)
        message = await self._database.read(queries.find, message_id)
        if message is None:
            raise NotFound("there is no such message", field="messageId", path="$.data.messageId")
        if message.status == "streaming":
            raise Conflict("another daemon generates this answer", field="messageId")
        return Receipt(message.status, None, len(message.content) + len(message.reasoning or ""))

    async def cancel_conversation(self, conversation_id: int) -> None:
        """End all answers of a conversation that is about to be deleted."""
        for generation in [one for one in self._running.values() if one.conversation_id == conversation_id]:
            await generation.cancel("cancelled")
            await generation.settled.wait()

    async def drain(self, grace: float) -> None:
        """Take no more questions; give answers `grace` seconds, then interrupt them; store all that can be."""
        self._draining = True
        with trio.move_on_after(grace):
            await self._wait_idle()
        for generation in list(self._running.values()):
            self._nursery.start_soon(generation.cancel, "interrupted")
        await self._wait_idle()
        with trio.move_on_after(LAST_CHANCE_SECONDS):
            await self._parking.empty()
        if self._parking.waiting:
            structlog.get_logger().error("answers lost: the database is away", answers=self._parking.waiting)

    async def take_over(self) -> None:
        """Mark the unfinished answers of dead daemons as interrupted. Raises `Unavailable`."""
        owners = await self._database.read(queries.streaming_owners)
        dead = await self._presence.dead(owners)
        if dead:
            marked = await self._database.write(queries.interrupt, dead, time.time_ns() // 1_000_000)
            structlog.get_logger().info("answers of an ended daemon marked as interrupted", answers=marked)

    async def watch(self) -> None:
        """Take over again and again: on other hosts death shows only with time."""
        while True:
            await trio.sleep(TAKE_OVER_SECONDS)
            await self._database.wait_ready()
            with suppress(Unavailable):  # the next round tries again
                await self.take_over()

    async def _run(self, generation: Generation, prompt: Prompt) -> None:
        await generation.run(self._backends, prompt, self._limits.max_answer_bytes)
        stored = self._parking.store(generation.answer())
        with trio.move_on_after(self._limits.store_seconds):
            await stored.wait()
        generation.settle(stored=stored.is_set())
        del self._running[generation.message_id]
        if not self._running:
            self._idle.set()

    async def _wait_idle(self) -> None:
        while self._running:
            self._idle = trio.Event()
            await self._idle.wait()
