"""The chat service: owns the running answers, stores their ends, takes over what dead daemons left.

A generation belongs to the service and not to the connection that asked, so it outlives a tab; it ends by its own
cancel scope, by its model, or by the drain at shutdown.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import asynccontextmanager
from functools import partial
from typing import NamedTuple, TypeVar

import structlog
import trio

from orchd.clock import unix_now
from orchd.entity import Owner
from orchd.errors import Busy, ShuttingDown, TooLarge
from orchd.features import conversation as conversations
from orchd.features.chat import context, queries, running_queries
from orchd.features.chat.answer.attachments import Attachments
from orchd.features.chat.answer.audience import Audience
from orchd.features.chat.answer.followers import Followers
from orchd.features.chat.answer.generation import Generation
from orchd.features.chat.answer.pending_writes import PendingWrites
from orchd.features.chat.answer.prefetch import InstructionForecast, Prefetch
from orchd.features.chat.answer.reminder import ProgressReminder
from orchd.features.chat.answer.request import AnswerRequest, GenerationLimits
from orchd.features.chat.answer.running import Running
from orchd.features.chat.answer.tail import Tail
from orchd.features.chat.messages import ChatMessage, MessageStatus
from orchd.features.chat.recovery.handover import Handover
from orchd.features.chat.recovery.recovery import Ask, Recovery
from orchd.features.chat.rows import EndedAnswer, StoredExchange
from orchd.features.journal import Journal
from orchd.features.presence import Ownership, Presence, keep_looking
from orchd.guard import Supervisor, guarded
from orchd.hub import FeedReader
from orchd.llm import Backends
from orchd.llm.types import Outcome
from orchd.protocol.router import Peer
from orchd.storage import Database, Steps

Q = TypeVar("Q")

LAST_CHANCE_SECONDS = 5.0
"""How long shutdown waits for the database to take what is not stored yet."""

IDLE_SECONDS = 2.0
"""How long a receipt waits for the model server to say that it is idle."""


class ChatLimits(NamedTuple):
    """Bounds of the service: seconds and bytes."""

    store_seconds: float
    parked_bytes: int
    max_running: int
    tuning: GenerationLimits
    hand_over: bool = False
    """Whether answers that can be taken up are left to the next run at a stop, though none is there yet."""


class Receipt(NamedTuple):
    """What `cancel` found, in seconds: `closed` None when the answer had ended before, `idle` None when unknown."""

    status: MessageStatus
    closed: float | None
    idle: float | None
    chars: int


class Chat:
    """Running answers by message id. `supervisor` owns their tasks; `settled` is called after the end of each, `look`
    when a conversation has changed."""

    def __init__(
        self,
        database: Database,
        backends: Backends,
        presence: Presence,
        journal: Journal,
        audience: Audience,
        supervisor: Supervisor,
        limits: ChatLimits,
        attachments: Attachments,
        settled: Callable[[], None] = lambda: None,
        look: Callable[[], None] = lambda: None,
    ) -> None:
        self.audience, self.attachments = audience, attachments
        self._database, self._backends, self._epoch, self._journal = database, backends, presence.epoch, journal
        self._supervisor, self._limits, self.look = supervisor, limits, look
        self._parking = PendingWrites(database, journal, supervisor, limits.parked_bytes, look)
        rooms = database, backends, journal, presence.epoch, supervisor
        self.recovery = Recovery(*rooms, limits.tuning, lambda: self.owned.acquiring(), self._go_on)
        self.handover = Handover(database, journal, presence, expected=limits.hand_over)
        self.owned: Ownership[Generation] = Ownership(
            database,
            presence,
            owners=running_queries.streaming_owners,
            take_over=self.recovery.take_over,
            compare=self._compare,
            cut=self.handover.cut,
            abandon=lambda generation: None,  # it stops at once; what is not stored then waits in `_parking`
            released=settled,
        )
        self._tails, self._lagging = dict[int, Tail](), dict[int, Running]()
        """Answers that have ended, while connections have yet to take the rest."""
        self.followers = Followers(audience, self._all_running)
        """Who reads along, as far as they may."""
        self.forecast, self.reminder, self._deleted = InstructionForecast(), ProgressReminder(), set[int]()
        """Conversations that were deleted while some answers are beginning: theirs may be among those."""
        self.when_answered: Callable[[Generation, StoredExchange, AnswerRequest], None] = lambda *about: None
        """Called when an answer is complete and stored. It never waits."""
        self._missing: set[int] = set()
        """Answers whose messages were not to be found when it was last looked."""

    def check_room(self, message: ChatMessage) -> None:
        """Raise `TooLarge` when an answer that begins with this one's text could say no more."""
        bound = self._limits.tuning.max_bytes
        if len(message.content.encode()) + len((message.reasoning or "").encode()) >= bound:
            raise TooLarge(
                f"the answer is as long as an answer may be ({bound} bytes, `chat.maxAnswerBytes`)",
                reason="answer_full",
                field="messageId",
                path="$.data.messageId",
            )

    def find(self, message_id: int) -> Running | None:
        """Return an answer that grows, as far as it is generated or followed here."""
        return self.owned.work.get(message_id) or self._tails.get(message_id)

    def _all_running(self) -> list[Running]:
        """Return all answers that somebody may read here."""
        return [*self.owned.work.values(), *self._tails.values(), *self._lagging.values()]

    async def keep_checking_followers(self) -> None:
        """Notice what other runs of the daemon do to conversations that are followed here, until cancelled."""
        await keep_looking(lambda: bool(self.followers.shared_ones()), self.followers.came, self._check_followers)

    async def _check_followers(self) -> None:
        for conversation_id, whose in (
            await self._database.read(conversations.whose, self.followers.shared_ones())
        ).items():
            self.followers.give(conversation_id, whose)

    def running_in(self, conversation_id: int) -> list[Generation]:
        """Return the answers of a conversation that are generated here."""
        return [answer for answer in self.owned.work.values() if answer.conversation_id == conversation_id]

    def tells(self, peer: Peer) -> bool:
        """Whether `peer` follows an answer that is generated here."""
        return any(answer.reader_of(peer) is not None for answer in self.owned.work.values())

    @asynccontextmanager
    async def storing(
        self, steps: Callable[[Q], Steps[StoredExchange]], asked: Q, prefetch: Prefetch | None = None
    ) -> AsyncIterator[StoredExchange]:
        """Store a question and its empty answer, for a block that starts it; have the model asked at the same time for
        a `prefetch`, which is given up unless the block starts it.

        Raises what `steps` raises, `Unavailable`, `Busy`, `ShuttingDown`.
        """
        try:
            with self.owned.acquiring():
                if len(self.owned.work) + self.owned.acquirers > self._limits.max_running:
                    raise Busy("too many answers are being generated", reason="answers")
                if prefetch is not None and self._database.health().ok:
                    prefetch.begun = True
                    self._supervisor.run("answer", prefetch.run, self._ask)
                stored = await self._database.write(steps, asked)
                self.look()
                yield stored
        finally:
            if prefetch is not None:
                prefetch.give_up()
            if not self.owned.acquirers:
                self._deleted.clear()

    async def _ask(self, prefetch: Prefetch) -> Outcome:
        """Have the model answer a question that is not stored yet."""
        request, foreseen = prefetch.request, prefetch.foreseen
        target, most = request.chosen.target, self._limits.tuning.max_tokens
        model = target.model
        return await self._backends.stream(
            target,
            context.prompt(foreseen, model.context, request.sampling, most, sees=model.sees, keeper=prefetch),
            prefetch,
            max_bytes=self._limits.tuning.max_bytes,
            requester=request.requester(prefetch.conversation),
            fallbacks=request.chosen.rest,
            reprompt=partial(context.reprompt, foreseen, request.sampling, most_tokens=most, keeper=prefetch),
        )

    def start(
        self,
        exchange: StoredExchange,
        request: AnswerRequest,
        asker: FeedReader | None,
        ended: Callable[[], None] = lambda: None,
        prefetch: Prefetch | None = None,
    ) -> Generation:
        """Begin to generate the answer that was stored, told to `asker`, if any, and the audience. Returns at once.

        `ended` is called when its context is needed no longer; `prefetch` is what `storing` was given.
        """
        early = None
        if prefetch is not None:
            self.forecast.note(exchange)
            early = prefetch.take(exchange)
        note = partial(self._journal.note_stream, exchange.answer_id)
        generation = Generation(exchange, request, self._epoch, self._limits.tuning, self._journal.touch, note)
        self.audience.tell(exchange.conversation_id, exchange.question, None if asker is None else asker.peer)
        if asker is not None:
            generation.attach(asker)
        self.audience.follow(generation)
        self.owned.acquire(generation.message_id, generation)
        if generation.conversation_id in self._deleted:
            generation.stop("cancelled")
        self._journal.track(generation.message_id, generation.transcript)
        hear: Callable[[], Awaitable[None]] = partial(self._generate, generation, exchange, request)
        if early is not None:
            early.repeat(generation)
            hear = partial(generation.hear, early.join, early)
        self._supervisor.run(
            "answer", self._run, generation, exchange, request, hear, ended, message_id=generation.message_id
        )
        return generation

    def _go_on(self, generation: Generation, exchange: StoredExchange, request: AnswerRequest, ask: Ask) -> None:
        """Begin to generate the rest of an answer, of which the journal has what there is of it."""
        tail, message_id = self._tails.get(generation.message_id), generation.message_id
        for peer in self.audience.of(generation.conversation_id):
            if tail is None or tail.reader_of(peer) is None:  # else it goes on to read the journal
                generation.follow(peer)
        self.owned.acquire(message_id, generation)
        self._journal.track(message_id, generation.transcript, generation.transcript.seq)
        hear = partial(generation.hear, ask)
        self._supervisor.run("answer", self._run, generation, exchange, request, hear, message_id=message_id)

    async def reach(self, running: Running, run: str, seq: int) -> bool:
        """Wait until an answer that was taken up has what a reader may have had of it from another `run`; False if it
        was not that one's."""
        if not isinstance(running, Generation) or run not in self.recovery.earlier_runs(running.message_id):
            return False
        await running.reach(seq)
        return run in self.recovery.earlier_runs(running.message_id)

    async def take_left(self, owner: str | None) -> bool:
        """Take over what was left, if an answer that somebody asks for was. Raises `Unavailable`, `ShuttingDown`."""
        if owner != running_queries.LEFT:
            return False
        await self.owned.take_over()
        return True

    def follow(self, tail: Tail, reader: FeedReader) -> None:
        """Let `reader` have an answer that another daemon generates; of two tails of one answer the first is kept."""
        known = self._tails.get(tail.message_id) or (None if tail.final is None else tail)
        if known is not None:
            known.attach(reader)
            return
        self._tails[tail.message_id] = tail
        tail.attach(reader)
        self._supervisor.run("tail", self._run_tail, tail, message_id=tail.message_id)

    async def cancel(self, owner: Owner, message_id: int) -> Receipt:
        """End a running answer, whoever asked for it; return once the model server is let go.

        Raises `NotFound` for an unknown message, `Forbidden` for one that is only seen, `Unavailable`: one's own is
        ended without the database. An answer of another daemon is ended by that one, within about a second.
        """
        generation = self.owned.work.get(message_id)
        if generation is None or generation.whose.user_id != owner.user_id:
            found = await self._database.read(queries.get_changeable, owner, message_id)
            message = found.message
            await self.take_left(found.owner)
            generation = self.owned.work.get(message_id)
        if generation is not None:
            closed = await generation.cancel("cancelled")
            if generation.handed_over:
                raise ShuttingDown("the daemon stops, and has left this answer to the next one")
            idle = await self._idle_after(generation, closed)
            return Receipt(generation.status, closed, idle, generation.transcript.seq)
        if message.status == "streaming":
            await self._database.write(running_queries.request_cancel, message_id, unix_now())
            message = await self.recovery.await_end(message_id)
        return Receipt(message.status, None, None, len(message.content) + len(message.reasoning or ""))

    async def cancel_conversation(self, conversation_id: int) -> None:
        """End all answers of a conversation that is about to be deleted, or was: also those that are just beginning,
        whose rows may have been written before its own were struck."""
        if self.owned.acquirers:
            self._deleted.add(conversation_id)
        for generation in self.running_in(conversation_id):
            await generation.cancel("cancelled")
            await generation.settled.wait()

    async def end_answers(self, conversation_id: int, message_ids: Collection[int]) -> None:
        """End those of some messages that are generated here: they are removed."""
        for generation in self.running_in(conversation_id):
            if generation.message_id in message_ids:
                await generation.cancel("cancelled")
                await generation.settled.wait()

    def leave(self, peer: Peer, conversation_id: int | None = None) -> None:
        """Tell `peer` nothing more that it did not ask for, in one conversation or in all."""
        for running in self._all_running():
            if conversation_id in (None, running.conversation_id):
                running.leave(peer)

    def relieve(self, peer: Peer, message_id: int) -> None:
        """Leave what `peer` has yet to take of an answer that has ended to another one, who tells it from here on."""
        running = self._lagging.get(message_id)
        if running is not None:
            running.leave(peer)

    async def drain(self, hurried: trio.Event) -> None:
        """Take no more questions; let answers end until `hurried`, then interrupt them; store all that can be."""
        await self.handover.drain(self.owned, hurried)
        with trio.move_on_after(LAST_CHANCE_SECONDS):
            await self._parking.empty()
        if self._parking.waiting:
            structlog.get_logger().error("answers lost: the database is away", answers=self._parking.waiting)

    async def _compare(self) -> None:
        """End what other daemons were asked to cancel, or have deleted."""
        running = dict(self.owned.work)
        there, cancelled = await self._database.read(running_queries.check_wanted, list(running))
        missing = running.keys() - there - cancelled
        for message_id in cancelled | (missing & self._missing):  # a replica may lag behind what was just written
            running[message_id].stop("cancelled")
        self._missing = missing

    async def _run(
        self,
        generation: Generation,
        exchange: StoredExchange,
        request: AnswerRequest,
        hear: Callable[[], Awaitable[None]],
        ended: Callable[[], None] = lambda: None,
    ) -> None:
        try:
            self.reminder.add(generation)
            with guarded("answer", message_id=generation.message_id) as guard:
                await hear()
                if generation.handed_over:
                    return await self.handover.give(generation)
                await self._keep(generation, generation.answer())
                if generation.status == "complete":
                    self.when_answered(generation, exchange, request)
            if guard.error is not None:
                await self._keep(generation, generation.fail(guard.error))
        finally:
            self.reminder.remove(generation)
            ended()
            if not generation.handed_over:
                generation.settled.set()
                self._keep_lagging(generation)
            self.owned.release(generation.message_id, generation)

    async def _generate(self, generation: Generation, exchange: StoredExchange, request: AnswerRequest) -> None:
        model, most = request.chosen.target.model, self._limits.tuning.max_tokens
        shown = await self.attachments.show(exchange.branch, (request.reader, exchange.whose.reader))
        exchange = exchange._replace(branch=shown)
        keeper = generation.kept
        prompt = context.prompt(exchange, model.context, request.sampling, most, sees=model.sees, keeper=keeper)
        reprompt = partial(context.reprompt, exchange, request.sampling, most_tokens=most, keeper=keeper)
        await generation.run(self._backends, prompt, reprompt)

    async def _keep(self, generation: Generation, answer: EndedAnswer) -> None:
        """Store how an answer ended, and say so once it is stored, or waits for the database."""
        unread = answer.status != "cancelled" and not self.followers.tell_owner(generation)
        stored = self._parking.store(answer._replace(unread=unread))
        with trio.move_on_after(self._limits.store_seconds):
            await stored.wait()
        generation.settle(answer, stored.outcome)
        if generation.kept.stream is not None and generation.outcome is not None:  # else it was dropped already
            self.recovery.drop_soon(generation.kept.stream.place, stored)

    async def _run_tail(self, tail: Tail) -> None:
        try:
            await tail.run(self._database)
        finally:
            tail.settled.set()
            del self._tails[tail.message_id]
            self._keep_lagging(tail)

    def _keep_lagging(self, ended: Running) -> None:
        self._lagging = {name: running for name, running in self._lagging.items() if running.lagging}
        if ended.lagging:
            self._lagging[ended.message_id] = ended

    async def _idle_after(self, generation: Generation, closed: float | None) -> float | None:
        """Return the seconds from the request to cancel until the model server was idle, None when it can't tell."""
        if closed is None:
            return None
        idle = await self._backends.wait_idle(generation.target, patience=IDLE_SECONDS)
        return None if idle is None else closed + idle
