"""Answers of dead daemon runs that their model servers keep: taken up where the journal ends.

Every run tells the same bytes of the server's, so that all have the same text at the same positions: whoever read along
at the dead one resumes here exactly, also what the journal had not got yet. What the server no longer has ends as it
does without: `interrupted`, with the text of the journal.
"""

import time
from collections.abc import Awaitable, Callable, Collection
from contextlib import AbstractContextManager
from functools import partial
from typing import Literal, NamedTuple, TypeAlias

import structlog
import trio
from msgspec import UNSET
from msgspec.structs import replace

from orchd.clock import unix_now
from orchd.errors import NotFound, Unavailable
from orchd.features import conversation as conversations
from orchd.features import journal
from orchd.features.chat import queries, running_queries
from orchd.features.chat.answer.generation import Generation
from orchd.features.chat.answer.pending_writes import PendingWrite
from orchd.features.chat.answer.request import AnswerRequest, GenerationLimits
from orchd.features.chat.answer.transcript import Transcript
from orchd.features.chat.messages import ChatMessage
from orchd.features.chat.rows import StoredExchange, as_json, transcript_of
from orchd.features.chat.streams import AnswerStream, read_stream
from orchd.features.journal import Journal
from orchd.features.presence import LOOK_SECONDS
from orchd.guard import Supervisor, guarded
from orchd.llm import Backends, LostAnswer, StreamPlace
from orchd.llm.types import Channel, Outcome, Requester, Selection
from orchd.protocol.types import unix_milliseconds
from orchd.storage import Database, Steps

Ask: TypeAlias = Callable[[Generation], Awaitable[Outcome]]
Begin: TypeAlias = Callable[[Generation, StoredExchange, AnswerRequest, Ask], None]

PIECE_CHARACTERS = 64 * 1024
ELSEWHERE_SECONDS = 10.0
"""How long a cancelled answer of another daemon is awaited."""
MOST_REMEMBERED = 10_000
"""Answers that were taken up of which it is known which runs told them before."""


class ClaimedAnswer(NamedTuple):
    """An answer that this run owns from now on, with the text that the journal has of it, and where it is kept."""

    exchange: StoredExchange
    text: Transcript
    stream: AnswerStream


class Recovery:
    """What becomes of answers of dead runs. `begin` has the rest of one generated, within `acquiring`."""

    def __init__(
        self,
        database: Database,
        backends: Backends,
        journal: Journal,
        epoch: str,
        supervisor: Supervisor,
        tuning: GenerationLimits,
        acquiring: Callable[[], AbstractContextManager[None]],
        begin: Begin,
    ) -> None:
        self._database = database
        self._backends = backends
        self._journal = journal
        self._epoch = epoch
        self._supervisor = supervisor
        self._tuning = tuning
        self._acquiring = acquiring
        self._begin = begin
        self._earlier: dict[int, tuple[str, ...]] = {}
        self._doubtful: set[int] = set()
        """Answers that may be this run's by now: a transaction failed in doubt."""

    def earlier_runs(self, message_id: int) -> tuple[str, ...]:
        """Return the runs that told an answer before this one, if this one has taken it up."""
        return self._earlier.get(message_id, ())

    def drop_soon(self, place: StreamPlace, stored: PendingWrite | None = None) -> None:
        """Have a model server keep an answer no longer, nor go on with it, once it is `stored`. Returns at once."""
        self._supervisor.run("an answer that is kept", self._drop, place, stored)

    async def await_end(self, message_id: int) -> ChatMessage:
        """Wait until the daemon that generates an answer has ended it, for a bounded time; return how it stands."""
        with trio.move_on_after(ELSEWHERE_SECONDS):
            while True:
                await trio.sleep(LOOK_SECONDS / 2)
                found = await self._database.read(queries.find_present, message_id)
                if found is None:
                    raise NotFound("the message was deleted", field="messageId", path="$.data.messageId")
                if found.message.status != "streaming":
                    return found.message
        raise Unavailable("the daemon that generates this answer does not end it", reason="other_daemon")

    async def take_over(self, dead: set[str]) -> None:
        """Take up the unfinished answers of dead runs, or mark them as interrupted. Raises `Unavailable`,
        `ShuttingDown`."""
        unfinished = await self._database.read(running_queries.unfinished_ids, dead) if dead else []
        owners = dict.fromkeys(unfinished, dead) | dict.fromkeys(self._doubtful, dead | {self._epoch})
        ends = [await self._take_over(message_id, dead) for message_id, dead in owners.items()]
        if dead:
            structlog.get_logger().info(
                "answers of an ended daemon taken over",
                taken_up=ends.count("taken up"),
                interrupted=ends.count("interrupted"),
            )

    async def _take_over(self, message_id: int, owners: set[str]) -> Literal["taken up", "interrupted", "gone"]:
        """Take over one answer, in a transaction of its own: what is wrong with one keeps no other from it."""
        now = unix_now()
        with self._acquiring(), guarded("taking over an answer", message_id=message_id) as guard:
            if await self._take_up(message_id, owners):
                return "taken up"
            return "interrupted" if await self._interrupt(message_id, owners) else "gone"
        assert guard.error is not None
        if isinstance(guard.error, Unavailable):
            raise guard.error
        structlog.get_logger().error("an answer can't be taken over", message_id=message_id, reason=guard.error.message)
        with guarded("taking over an answer", message_id=message_id):
            await self._database.write(running_queries.interrupt_without_text, message_id, now)
        return "interrupted"

    async def _interrupt(self, message_id: int, owners: set[str]) -> bool:
        """Mark an answer as interrupted, and have nobody go on with it; return whether it was one."""
        stream = read_stream(await self._database.read(journal.read_stream, message_id))
        interrupted = await self._database.write(running_queries.interrupt, message_id, owners, unix_now())
        if interrupted and stream is not None:
            self.drop_soon(stream.place)
        return interrupted

    async def _take_up(self, message_id: int, owners: set[str]) -> bool:
        """Go on with an answer in the background; False when its server does not keep it, as far as is known."""
        self._doubtful.add(message_id)  # until the transaction is known to be committed, or not
        claimed = await self._database.write(claim, message_id, owners, self._epoch, unix_now())
        self._doubtful.discard(message_id)
        if claimed is None:
            return False
        exchange, text, stream = claimed
        target, asker = self._backends.lost.target(stream.place), Requester(user=stream.user, token=stream.token)
        begun = time.monotonic() - max(0, unix_now() - exchange.asked_at) / 1000
        request = AnswerRequest(Selection(target), asker=asker, begun=begun)
        note = partial(self._journal.note_stream, message_id)
        prefix = exchange.prefix or Transcript()
        lost = LostAnswer(
            stream.place,
            max_bytes=max(1, self._tuning.max_bytes - prefix.bytes),
            mark=stream.mark,
            size=sum(len(piece.encode()) for _, piece in pieces(text, stream.base, stream.seq)),
            known=pieces(text, stream.seq),
            echo=prefix.text("content"),
        )
        generation = Generation(exchange, request, self._epoch, self._tuning, self._journal.touch, note)
        for channel, piece in pieces(text, stream.base):
            generation.transcript.add(channel, piece)
        generation.kept.stream = stream
        self._remember(message_id, stream.runs[:-1])
        self._begin(generation, exchange, request, partial(self._hear_rest, lost, request))
        return True

    async def _hear_rest(self, lost: LostAnswer, request: AnswerRequest, generation: Generation) -> Outcome:
        requester = request.requester(generation.conversation_id)
        try:
            return await self._backends.lost.take_up(lost, generation, generation.kept, requester)
        except NotFound as error:
            structlog.get_logger().info(
                "an answer can't be taken up", message_id=generation.message_id, reason=error.message
            )
            self._earlier.pop(generation.message_id, None)
            generation.stop("interrupted")
            await trio.sleep_forever()  # until that has reached us
            raise

    async def _drop(self, place: StreamPlace, stored: PendingWrite | None) -> None:
        if stored is not None:
            await stored.wait()
        await self._backends.lost.drop(place)

    def _remember(self, message_id: int, runs: tuple[str, ...]) -> None:
        self._earlier[message_id] = runs
        if len(self._earlier) > MOST_REMEMBERED:
            del self._earlier[next(iter(self._earlier))]


def claim(message_id: int, owners: Collection[str], epoch: str, now: int) -> Steps[ClaimedAnswer | None]:
    """Have the run `epoch` own an answer of one of these; None, and nothing is changed, unless it is known where it is
    kept. May be run again: then it is its own already."""
    found = yield from queries.find_any(message_id)
    stream = read_stream((yield from journal.read_stream(message_id)))
    if found is None or found.owner is None or stream is None or found.owner not in owners:
        return None
    if found.message.status != "streaming":
        return None
    message = found.message
    whose = (yield from conversations.whose([message.conversation_id])).get(message.conversation_id)
    question = None if message.parent_id is None else (yield from queries.find_any(message.parent_id))
    text = transcript_of((yield from journal.read(message_id)))
    if whose is None or question is None or found.deleted_at is not None or text.seq < stream.seq:
        return None
    if found.owner != epoch:
        if not (yield from running_queries.give(message_id, found.owner, epoch, now)):
            return None
        stream = replace(stream, runs=(*stream.runs, epoch))
        yield from journal.set_stream(message_id, as_json(stream))
    prefix = Transcript() if stream.base else None
    for channel, piece in pieces(text, 0, stream.base):
        assert prefix is not None
        prefix.add(channel, piece)
    exchange = StoredExchange(
        message.conversation_id,
        question.message,
        message_id,
        [],
        None,
        unix_milliseconds(message.timestamp),
        whose,
        prefix=prefix,
        parts=None if message.parts is UNSET else message.parts[:-1],
        prefilled=stream.place.continued,
        reasoned_before=None if text.text("reasoning") else 0.0,
    )
    return ClaimedAnswer(exchange, text, stream)


def pieces(text: Transcript, start: int, end: int | None = None) -> list[tuple[Channel, str]]:
    """Return the texts between two positions, merged within one channel."""
    found: list[tuple[Channel, str]] = []
    end = text.seq if end is None else end
    while start < end and (piece := text.after(start, min(PIECE_CHARACTERS, end - start))) is not None:
        found.append((piece.channel, piece.text))
        start = piece.seq
    return found
