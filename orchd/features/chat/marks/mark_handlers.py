"""Answers to the frames of what is said of messages, of their removal, and of the branch to show."""

from functools import partial

from orchd.clock import unix_now
from orchd.entity import owner_of
from orchd.errors import Invalid
from orchd.features.chat.marks import branch_queries, mark_queries, removal_queries
from orchd.features.chat.marks.emoji import require_emoji
from orchd.features.chat.marks.mark_messages import (
    ChatChanged,
    ChatDelete,
    ChatDeleted,
    ChatMarks,
    ChatRate,
    ChatReact,
    ChatRestore,
    ChatRestored,
    ChatSelect,
    ChatSelected,
)
from orchd.features.chat.service import Chat
from orchd.protocol.command import CHANGE, LOOKUP, Command, Commands
from orchd.protocol.frame_type import FrameType
from orchd.protocol.router import Context
from orchd.storage import Database

CHANGED = FrameType("chat:changed", ChatChanged)


class MarkHandlers:
    """One method a frame. Whoever has subscribed to the conversation is told, but for who asks."""

    def __init__(self, database: Database, chat: Chat) -> None:
        self._database = database
        self._chat = chat

    async def rate(self, context: Context, data: ChatRate) -> ChatMarks:
        """Store what somebody thinks of an answer."""
        if data.rating is None and data.reason is not None:
            raise Invalid("a reason is for a rating", reason="malformed", field="reason", path="$.data.reason")
        owner, reason = owner_of(context.identity), (data.reason or "").strip() or None
        marks = await self._database.write(mark_queries.rate, owner, data.message_id, data.rating, reason, unix_now())
        self._tell(context, ChatChanged(marks.conversation_id, marks.message_id, "rated", ratings=marks.ratings))
        return marks

    async def react(self, context: Context, data: ChatReact) -> ChatMarks:
        """Put an emoji to a message, or take it away."""
        owner, emoji = owner_of(context.identity), require_emoji(data.emoji)
        marks = await self._database.write(
            mark_queries.react, owner, data.message_id, emoji, unix_now(), remove=data.remove
        )
        changed = ChatChanged(marks.conversation_id, marks.message_id, "reacted", reactions=marks.reactions)
        self._tell(context, changed)
        return marks

    async def delete(self, context: Context, data: ChatDelete) -> ChatDeleted:
        """Remove a message and what follows it; answers that are generated there are cancelled."""
        owner = owner_of(context.identity)
        below = await self._database.read(removal_queries.find_below, owner, data.message_id)
        await self._chat.end_answers(below.conversation_id, below.message_ids)
        done = await self._database.write(removal_queries.remove, owner, data.message_id, unix_now())
        await self._chat.end_answers(done.conversation_id, done.message_ids)  # those that began meanwhile
        self._chat.look()
        self._tell(context, ChatChanged(done.conversation_id, data.message_id, "deleted", leaf_id=done.leaf_id))
        return ChatDeleted(done.conversation_id, data.message_id, len(done.message_ids), done.leaf_id)

    async def restore(self, context: Context, data: ChatRestore) -> ChatRestored:
        """Have a message back."""
        owner = owner_of(context.identity)
        done = await self._database.write(removal_queries.restore, owner, data.message_id, unix_now())
        self._chat.look()
        self._tell(context, ChatChanged(done.conversation_id, data.message_id, "restored", leaf_id=done.leaf_id))
        return ChatRestored(done.conversation_id, data.message_id, len(done.message_ids), done.leaf_id)

    async def select(self, context: Context, data: ChatSelect) -> ChatSelected:
        """Show a conversation by another branch from now on."""
        owner = owner_of(context.identity)
        active = await self._database.write(branch_queries.select, owner, data.message_id, unix_now())
        if active.moved:
            self._chat.look()
        # Also where it was active before: of two answers that are compared this one is kept.
        self._tell(context, ChatChanged(active.conversation_id, data.message_id, "selected", leaf_id=active.leaf_id))
        return ChatSelected(active.conversation_id, data.message_id, active.leaf_id)

    def _tell(self, context: Context, changed: ChatChanged) -> None:
        self._chat.audience.send(changed.conversation_id, partial(CHANGED.frame, changed), context.peer)


COMMANDS = Commands(
    Command("chat:rate", ChatRate, ChatMarks, right="own", scope="chat", errors=CHANGE).by(MarkHandlers.rate),
    Command("chat:react", ChatReact, ChatMarks, right="own", scope="chat", errors=CHANGE).by(MarkHandlers.react),
    Command("chat:delete", ChatDelete, ChatDeleted, right="change", scope="chat", errors=LOOKUP).by(
        MarkHandlers.delete
    ),
    Command("chat:restore", ChatRestore, ChatRestored, right="change", scope="chat", errors=CHANGE).by(
        MarkHandlers.restore
    ),
    Command("chat:select", ChatSelect, ChatSelected, right="change", scope="chat", errors=LOOKUP).by(
        MarkHandlers.select
    ),
)
