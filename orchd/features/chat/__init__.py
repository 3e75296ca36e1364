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
from orchd.features.chat import handlers, readers
from orchd.features.chat.answer.audience import Audience
from orchd.features.chat.answer.generation import Tuning
from orchd.features.chat.context import Contexts
from orchd.features.chat.handlers import ChatHandlers
from orchd.features.chat.messages import ChatMessage
from orchd.features.chat.queries import asked_before, find_message
from orchd.features.chat.readers import ReaderHandlers
from orchd.features.chat.rows import Asked
from orchd.features.chat.service import Chat, ChatLimits
from orchd.features.conversation import Conversations
from orchd.features.feature import Feature, House
from orchd.features.journal import Journal
from orchd.features.presence import Presence
from orchd.guard import Supervisor
from orchd.protocol.router import Serve

__all__ = ["FEATURE", "Asked", "ChatMessage", "asked_before", "find_message"]


@asynccontextmanager
async def open_feature(house: House) -> AsyncIterator[Mapping[str, Serve]]:
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
        house.gauges["generations"] = lambda: len(chat.owned.work)
        house.starts.append(chat.owned.take_over)
        house.drains.append(chat.drain)
        house.follows.append(chat.tells)
        house.door(Conversations).around_delete(chat.cancel_conversation)
        chat.owned.serve(supervisor, "answers")
        contexts = Contexts(options.max_context_bytes, Budget(options.context_memory_bytes, "contexts"))
        answering = ChatHandlers(
            house.database, house.backends, house.hub, chat, house.epoch, house.default_model, contexts
        )
        reading = ReaderHandlers(house.database, house.hub, chat, house.epoch)
        yield {**handlers.COMMANDS.bind(answering), **readers.COMMANDS.bind(reading)}
        nursery.cancel_scope.cancel()


FEATURE = Feature("chat", open_feature, (*handlers.COMMANDS, *readers.COMMANDS))
