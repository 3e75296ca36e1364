"""Answers to the frames of those who read: history, resume, subscriptions."""

from functools import partial

import msgspec
import trio
from msgspec import UNSET

from orchd.entity import Owner, owner_of
from orchd.errors import Conflict, Invalid, NotFound
from orchd.features import conversation as conversations
from orchd.features.chat import queries, running_queries
from orchd.features.chat.answer import tail as tails
from orchd.features.chat.answer.running import Running, catches_up, is_asked
from orchd.features.chat.answer.tail import Tail
from orchd.features.chat.answer.transcript import Transcript
from orchd.features.chat.marks.branch_queries import end_through
from orchd.features.chat.marks.mark_handlers import CHANGED
from orchd.features.chat.marks.mark_queries import with_marks
from orchd.features.chat.marks.removal_queries import removed_messages
from orchd.features.chat.messages import (
    STREAMING,
    TOLD,
    ActiveAnswer,
    ChatHistory,
    ChatHistoryRequest,
    ChatMessage,
    ChatResume,
    ChatResumed,
    ChatSubscribe,
    ChatSubscribed,
    ChatUnsubscribe,
    ChatUnsubscribed,
)
from orchd.features.chat.rows import GrowingAnswer, MessageRecord, parts_until
from orchd.features.chat.service import Chat
from orchd.features.conversation import ConversationRow
from orchd.hub import FeedReader
from orchd.protocol.command import CHANGE, LOOKUP, Command, Commands, SubscriptionTerms
from orchd.protocol.frame_type import FrameType
from orchd.protocol.page import fitting
from orchd.protocol.router import Context, Peer
from orchd.storage import Database, Steps


class ReaderHandlers:
    """One method a frame.

    A reader is told each thing once: what it missed with the id of its request, what follows without.
    """

    def __init__(self, database: Database, chat: Chat, epoch: str) -> None:
        self._database = database
        self._chat = chat
        self._epoch = epoch
        self._resuming: dict[tuple[Peer, int], Context] = {}
        """Who is being told what it missed, by connection and message."""

    async def history(self, context: Context, data: ChatHistoryRequest) -> ChatHistory:
        return await self.history_of(owner_of(context.identity), data)

    async def history_of(self, owner: Owner, data: ChatHistoryRequest) -> ChatHistory:
        """Return what somebody sees of a conversation; answers that still run come with the text that they have by now.

        Raises `NotFound`, `Invalid`.
        """
        _check_branch(data)
        messages, more = await self._database.read(_read_removed if data.deleted else _read_branch, owner, data)
        shown = fitting([await self._present(owner, message) for message in reversed(messages)])[::-1]
        cut = len(shown) < len(messages)
        return ChatHistory(data.conversation_id, shown, bool(shown) and (more or cut))

    async def resume(self, context: Context, data: ChatResume) -> ChatResumed:
        """What was missed, exactly, or the whole answer so far; then what follows."""
        owner = owner_of(context.identity)
        self._chat.followers.know(context.peer, owner)
        self._take_place(context, data.message_id)
        running = self._chat.find(data.message_id)
        if running is not None and running.epoch == self._epoch and running.whose.user_id == owner.user_id:
            return await self._resume_running(context, data, running)  # one's own: the database isn't asked for that
        found = await self._database.read(queries.get_growing, owner, data.message_id)
        if await self._chat.take_left(found.record.owner):
            found = await self._database.read(queries.get_growing, owner, data.message_id)
        running = self._chat.find(data.message_id)  # it may have begun meanwhile
        if running is not None and running.epoch == self._epoch:
            return await self._resume_running(context, data, running)
        return await self._resume_stored(context, data, found)

    def _take_place(self, context: Context, message_id: int) -> None:
        """Let only one request at a time tell a connection what it missed of an answer: the frames of two, both
        slowed down by the connection, would mix. Raises Conflict.
        """
        self._resuming = {place: earlier for place, earlier in self._resuming.items() if not earlier.over}
        if self._resuming.setdefault((context.peer, message_id), context) is not context:
            raise Conflict("this connection gets that answer already", reason="malformed", field="messageId")

    async def subscribe(self, context: Context, data: ChatSubscribe) -> ChatSubscribed:
        conversation_id, owner = data.conversation_id, owner_of(context.identity)
        self._chat.followers.know(context.peer, owner)
        self._chat.audience.check_room(conversation_id, context.peer)
        conversation, found = await self._database.read(_find_active, owner, conversation_id)
        if any([await self._chat.take_left(run) for _, run in found]):
            conversation, found = await self._database.read(_find_active, owner, conversation_id)
        tails = [await self._tail(owner, message_id) for message_id, run in found if run != self._epoch]
        running: list[Running] = [
            *self._chat.running_in(conversation_id),
            *(tail for tail in tails if tail is not None),
        ]
        context.after_reply(partial(self._listen, context, conversation, running))
        active = [ActiveAnswer(answer.message_id, answer.transcript.seq, answer.epoch) for answer in running]
        return ChatSubscribed(conversation_id, active)

    async def unsubscribe(self, context: Context, data: ChatUnsubscribe) -> ChatUnsubscribed:
        self._chat.audience.unsubscribe(data.conversation_id, context.peer)
        self._chat.leave(context.peer, data.conversation_id)
        return ChatUnsubscribed(data.conversation_id)

    async def _present(self, owner: Owner, message: ChatMessage) -> ChatMessage:
        """Return a message, found under `owner`, with the text that it has by now."""
        if message.status != "streaming":
            return message
        running = self._chat.find(message.id)
        if running is not None:
            return _with_text(message, running.transcript)
        try:
            found = await self._database.read(queries.get_growing, owner, message.id)
        except NotFound:  # it was deleted meanwhile
            return message
        return _with_text(message, found.text)

    def _listen(self, context: Context, conversation: ConversationRow, running: list[Running]) -> None:
        """Begin to tell a subscriber; what it is told already, by its own request, stays with that."""
        if not self._chat.followers.subscribe(conversation.id, conversation.whose, context.peer):
            return
        for answer in running:
            if answer.reader_of(context.peer) is None:
                self._follow(context, answer, answer.transcript.seq)

    def _follow(self, context: Context, running: Running, seq: int) -> None:
        if not self._chat.followers.may_see(context.peer, running.whose):
            return
        reader = FeedReader(context.peer, seq=seq)
        if isinstance(running, Tail):
            self._chat.follow(running, reader)
        else:
            running.attach(reader)

    async def _resume_running(self, context: Context, data: ChatResume, running: Running) -> ChatResumed:
        earlier = running.reader_of(context.peer)
        if earlier is not None and is_asked(earlier):
            raise Conflict("this connection gets that answer already", reason="malformed", field="messageId")
        known = data.epoch == self._epoch or await self._chat.reach(running, data.epoch, data.after_seq)
        if not known or data.after_seq > running.last_seq:
            found = await self._database.read(queries.get_seen, owner_of(context.identity), data.message_id)
            return self._start_anew(context, running, found)
        reader = self._catch_up(context, running, data.after_seq)
        try:
            await running.catch_up(reader)
        except trio.Cancelled:
            running.detach(reader)
            if self._chat.audience.includes(running.conversation_id, context.peer):
                self._follow(context, running, reader.seq)
            raise
        self._check_kept(context, running, reader)
        context.after_reply(partial(self._follow, context, running, reader.seq))
        return ChatResumed(data.message_id, recovered=True, status=running.status, seq=reader.seq)

    def _check_kept(self, context: Context, running: Running, reader: FeedReader) -> None:
        """Raise `NotFound` when what somebody was reading was taken away from them meanwhile."""
        if running.reader_of(context.peer) is not reader and not self._chat.followers.may_see(
            context.peer, running.whose
        ):
            raise NotFound("there is no such message", field="messageId", path="$.data.messageId")

    def _catch_up(self, context: Context, running: Running, after_seq: int) -> FeedReader:
        """Begin to send the text after `after_seq`, in the place of who told this peer until now."""
        reader = catches_up(context.peer, context.id, min(after_seq, running.transcript.seq))
        running.attach(reader)
        return reader

    def _start_anew(self, context: Context, running: Running, found: MessageRecord) -> ChatResumed:
        """Tell the whole answer so far and follow it from there."""
        running.leave(context.peer)
        seq = running.transcript.seq
        context.after_reply(partial(self._follow, context, running, seq))
        message = _with_text(found.message, running.transcript)
        return ChatResumed(message.id, recovered=False, status=message.status, seq=seq, message=message)

    async def _resume_stored(self, context: Context, data: ChatResume, growing: GrowingAnswer) -> ChatResumed:
        found, text, whose = growing
        message = found.message
        exact = found.transcript()
        if message.status == "streaming":  # in another daemon's hands
            return self._start_anew(context, self._chat.find(message.id) or tails.begin(growing), found)
        runs = self._epoch, *self._chat.recovery.earlier_runs(message.id)
        known = found.owner == self._epoch and data.epoch in runs
        if not known or exact is None or data.after_seq > exact.seq + 1:
            return ChatResumed(message.id, recovered=False, status=message.status, seq=text.seq, message=message)
        self._chat.relieve(context.peer, message.id)
        replay = Running(message.conversation_id, message.id, self._epoch, exact, whose)
        reader = self._catch_up(context, replay, data.after_seq)
        try:
            await replay.catch_up(reader)
        finally:
            replay.detach(reader)
        context.after_reply(partial(self._replay_end, context, replay, message))
        return ChatResumed(message.id, recovered=True, status=message.status, seq=exact.seq)

    def _replay_end(self, context: Context, replay: Running, message: ChatMessage) -> None:
        """Send what somebody who read along would have been sent at the end."""
        replay.attach(FeedReader(context.peer, seq=replay.transcript.seq))
        replay.tell_end(message.finish_reason)
        replay.tell_final(message)

    async def _tail(self, owner: Owner, message_id: int) -> Tail | None:
        """Return the tail of an answer that another daemon generates, None when it has ended meanwhile."""
        known = self._chat.find(message_id)
        if isinstance(known, Tail):
            return known
        try:
            found = await self._database.read(queries.get_growing, owner, message_id)
        except NotFound:
            return None
        return tails.begin(found) if found.record.message.status == "streaming" else None


def _check_branch(asked: ChatHistoryRequest) -> None:
    """Raise `Invalid` where a request names a branch twice, or one of messages that are on none."""
    if asked.deleted and asked.leaf_id is not None:
        raise Invalid(
            "messages that were removed are on no branch", reason="malformed", field="leafId", path="$.data.leafId"
        )
    if asked.through_id is not None and (asked.deleted or asked.leaf_id is not None):
        reason = "messages that were removed are on no branch" if asked.deleted else "the branch ends at leafId already"
        raise Invalid(reason, reason="malformed", field="throughId", path="$.data.throughId")


def _read_branch(owner: Owner, asked: ChatHistoryRequest) -> Steps[tuple[list[ChatMessage], bool]]:
    """Return the end of a branch, and whether there is more before it. Raises `NotFound`."""
    leaf_id = asked.leaf_id
    if asked.through_id is not None:
        leaf_id = yield from end_through(owner, asked.conversation_id, asked.through_id)
    messages = yield from queries.history(owner, asked.conversation_id, leaf_id, asked.before, asked.limit)
    more = bool(messages) and messages[0].parent_id is not None
    return (yield from with_marks(messages)), more


def _read_removed(owner: Owner, asked: ChatHistoryRequest) -> Steps[tuple[list[ChatMessage], bool]]:
    """Return messages that were removed, and whether there are more before them. Raises `NotFound`."""
    return (yield from removed_messages(owner, asked.conversation_id, asked.before, asked.limit))


def _find_active(owner: Owner, conversation_id: int) -> Steps[tuple[ConversationRow, list[tuple[int, str]]]]:
    """Return a conversation with the answers that grow in it. Raises `NotFound`."""
    row = yield from conversations.get_seen(owner, conversation_id)
    return row, (yield from running_queries.running_answers(row.id))


RESUMED = FrameType("chat:resumed", ChatResumed)
SUBSCRIBED = FrameType("chat:subscribed", ChatSubscribed)
UNSUBSCRIBED = FrameType("chat:unsubscribed", ChatUnsubscribed)
TERMS = SubscriptionTerms(
    "chat:unsubscribe", key="conversationId", keys={frame.type: "conversationId" for frame in (*TOLD, CHANGED)}
)
COMMANDS = Commands(
    Command("chat:history", ChatHistoryRequest, ChatHistory, right="read", scope="chat", errors=LOOKUP).by(
        ReaderHandlers.history
    ),
    Command(
        "chat:resume", ChatResume, RESUMED, right="read", scope="chat", errors=CHANGE, before=(STREAMING,), pushes=TOLD
    ).by(ReaderHandlers.resume),
    Command(
        "chat:subscribe",
        ChatSubscribe,
        SUBSCRIBED,
        right="read",
        scope="chat",
        errors=LOOKUP,
        pushes=(*TOLD, CHANGED),
        subscription=TERMS,
    ).by(ReaderHandlers.subscribe),
    Command("chat:unsubscribe", ChatUnsubscribe, UNSUBSCRIBED, right="read", scope="chat").by(
        ReaderHandlers.unsubscribe
    ),
)


def _with_text(message: ChatMessage, text: Transcript) -> ChatMessage:
    return msgspec.structs.replace(
        message,
        content=text.text("content"),
        reasoning=text.text("reasoning") or None,
        parts=UNSET if message.parts is UNSET else parts_until(message.parts, text.seq),
    )
