"""Chat: questions, streamed answers, their history.

Frames: `chat:send`, `chat:cancel`, `chat:history`; `chat:message`, `chat:progress`, `chat:streaming`. Table:
`chat_message`. The flow of a `chat:send`: choose a model, store the question and the empty answer in one transaction,
stream, store the end. The service owns running answers; connections only follow them.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import trio

from orchd.features.chat import messages
from orchd.features.chat.handlers import ChatHandlers
from orchd.features.chat.service import Chat, ChatLimits
from orchd.features.conversation import Conversations
from orchd.features.feature import Feature, House
from orchd.features.presence import Presence
from orchd.guard import supervised
from orchd.protocol.router import Handler
from orchd.protocol.types import ClientPayload

__all__ = ["FEATURE"]


@asynccontextmanager
async def open_feature(house: House) -> AsyncIterator[Mapping[type[ClientPayload], Handler]]:
    """Run the chat service while the block lasts."""
    options = house.options["chat"]
    limits = ChatLimits(options.store_seconds, options.parked_bytes, options.max_answer_bytes, options.max_running)
    async with trio.open_nursery() as nursery:
        chat = Chat(house.database, house.backends, house.door(Presence), nursery, limits)
        house.gauges["generations"] = lambda: chat.running
        house.starts.append(chat.take_over)
        house.drains.append(chat.drain)
        house.door(Conversations).before_delete(chat.cancel_conversation)
        nursery.start_soon(supervised, "take-over", chat.watch)
        handlers = ChatHandlers(house.database, house.backends, house.hub, chat, house.epoch, house.default_model)
        yield {
            messages.ChatSend: handlers.send,
            messages.ChatCancel: handlers.cancel,
            messages.ChatHistoryRequest: handlers.history,
        }
        nursery.cancel_scope.cancel()


FEATURE = Feature(
    name="chat",
    prefixes=("chat:",),
    client={
        "chat:send": messages.ChatSend,
        "chat:cancel": messages.ChatCancel,
        "chat:history": messages.ChatHistoryRequest,
    },
    server={
        "chat:message": messages.ChatMessage,
        "chat:progress": messages.ChatProgress,
        "chat:streaming": messages.ChatStreaming,
        "chat:cancelled": messages.ChatCancelled,
        "chat:history": messages.ChatHistory,
    },
    open=open_feature,
)
