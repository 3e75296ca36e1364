"""Chat: questions, streamed answers, their history.

Frames: `chat:send`, `chat:edit`, `chat:regenerate`, `chat:continue`, `chat:cancel`; `chat:history`, `chat:resume`,
`chat:subscribe`, `chat:unsubscribe`; `chat:message`, `chat:progress`, `chat:streaming`. Table: `chat_message`. The flow
of a `chat:send`: choose a model, store the question and the empty answer in one transaction, stream and journal, store
the end. The service owns running answers; connections only follow them. Other features read messages by
`find_message` and `asked_before`.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import trio

from orchd.budget import Budget
from orchd.features.chat import messages
from orchd.features.chat.answer.audience import Audience
from orchd.features.chat.answer.generation import Tuning
from orchd.features.chat.context import Contexts
from orchd.features.chat.handlers import ChatHandlers
from orchd.features.chat.messages import StoredMessage
from orchd.features.chat.queries import asked_before, find_message
from orchd.features.chat.readers import ReaderHandlers
from orchd.features.chat.rows import Asked
from orchd.features.chat.service import Chat, ChatLimits
from orchd.features.conversation import Conversations
from orchd.features.feature import Feature, House
from orchd.features.journal import Journal
from orchd.features.presence import Presence
from orchd.guard import Supervisor
from orchd.protocol.exchange import Exchange
from orchd.protocol.router import Handler
from orchd.protocol.types import ClientPayload

__all__ = ["FEATURE", "Asked", "StoredMessage", "asked_before", "find_message"]


@asynccontextmanager
async def open_feature(house: House) -> AsyncIterator[Mapping[type[ClientPayload], Handler]]:
    """Run the chat service while the block lasts."""
    options = house.options["chat"]
    repeats = options.loop_repeats, options.loop_characters, options.loop_period
    tuning = Tuning(options.max_answer_bytes, *repeats, options.max_answer_tokens or None)
    limits = ChatLimits(options.store_seconds, options.parked_bytes, options.max_running, tuning)
    audience = Audience(house.hub)
    presence, journal = house.door(Presence), house.door(Journal)
    async with trio.open_nursery() as nursery:
        supervisor = Supervisor(nursery, house.troubles)
        chat = Chat(house.database, house.backends, presence, journal, audience, supervisor, limits, house.settle)
        house.hub.when_forgotten(chat.leave)
        house.gauges["generations"] = lambda: chat.running
        house.starts.append(chat.take_over)
        house.drains.append(chat.drain)
        house.follows.append(chat.tells)
        house.door(Conversations).around_delete(chat.cancel_conversation)
        supervisor.keep("take-over", chat.watch)
        supervisor.keep("wishes", chat.grant_wishes)
        contexts = Contexts(options.max_context_bytes, Budget(options.context_memory_bytes, "contexts"))
        handlers = ChatHandlers(
            house.database, house.backends, house.hub, chat, house.epoch, house.default_model, contexts
        )
        readers = ReaderHandlers(house.database, house.hub, chat, house.epoch)
        yield {
            messages.ChatSend: handlers.send,
            messages.ChatCancel: handlers.cancel,
            messages.ChatEdit: handlers.edit,
            messages.ChatRegenerate: handlers.regenerate,
            messages.ChatContinue: handlers.go_on,
            messages.ChatHistoryRequest: readers.history,
            messages.ChatResume: readers.resume,
            messages.ChatSubscribe: readers.subscribe,
            messages.ChatUnsubscribe: readers.unsubscribe,
        }
        nursery.cancel_scope.cancel()


TOLD = ("chat:message", "chat:progress", "chat:streaming")
"""What tells a conversation, to who asked and to who listens."""
ANSWER = Exchange("chat:message", {"role": "assistant"}, before=TOLD)

FEATURE = Feature(
    name="chat",
    prefixes=("chat:",),
    client={
        "chat:send": messages.ChatSend,
        "chat:cancel": messages.ChatCancel,
        "chat:edit": messages.ChatEdit,
        "chat:regenerate": messages.ChatRegenerate,
        "chat:continue": messages.ChatContinue,
        "chat:history": messages.ChatHistoryRequest,
        "chat:resume": messages.ChatResume,
        "chat:subscribe": messages.ChatSubscribe,
        "chat:unsubscribe": messages.ChatUnsubscribe,
    },
    server={
        "chat:message": messages.ChatMessage,
        "chat:progress": messages.ChatProgress,
        "chat:streaming": messages.ChatStreaming,
        "chat:cancelled": messages.ChatCancelled,
        "chat:history": messages.ChatHistory,
        "chat:resumed": messages.ChatResumed,
        "chat:subscribed": messages.ChatSubscribed,
        "chat:unsubscribed": messages.ChatUnsubscribed,
    },
    exchanges={
        **dict.fromkeys(("chat:send", "chat:edit", "chat:regenerate", "chat:continue"), ANSWER),
        "chat:cancel": Exchange("chat:cancelled"),
        "chat:resume": Exchange("chat:resumed", before=("chat:streaming",), pushes=TOLD),
        "chat:subscribe": Exchange("chat:subscribed", pushes=TOLD),
        "chat:unsubscribe": Exchange("chat:unsubscribed"),
    },
    open=open_feature,
)
