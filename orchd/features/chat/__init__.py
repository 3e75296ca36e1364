"""Chat: questions, streamed answers, their history.

Frames: `chat:send`, `chat:edit`, `chat:regenerate`, `chat:continue`, `chat:cancel`; `chat:history`, `chat:resume`,
`chat:subscribe`, `chat:unsubscribe`; `chat:rate`, `chat:react`, `chat:delete`, `chat:restore`, `chat:select`;
`chat:message`, `chat:progress`, `chat:streaming`, `chat:changed`. Tables: `chat_message`, `message_rating`,
`message_reaction`. The flow of a `chat:send`: choose a model, store the question and the empty answer in one
transaction (and have a new conversation's model asked meanwhile), stream and journal, store the end. The service owns
running answers; connections only follow them. Other features read messages by `find_message` and `asked_before`, and
whole conversations by `whole_messages`.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import NamedTuple

import trio

from orchd.budget import MemoryBudget
from orchd.entity import Owner
from orchd.features.chat import handlers, readers
from orchd.features.chat.answer.attachments import Attachments, GivenFile
from orchd.features.chat.answer.audience import Audience
from orchd.features.chat.answer.generation import Generation
from orchd.features.chat.answer.loops import LoopDetector, LoopLimits
from orchd.features.chat.answer.prefetch import AnswerListener
from orchd.features.chat.answer.request import AnswerRequest, GenerationLimits
from orchd.features.chat.context import ContextLimits
from orchd.features.chat.handlers import ANSWER, ChatHandlers
from orchd.features.chat.keeping import AskModel, ExchangeKeeper, OutsideQuestion
from orchd.features.chat.marks import mark_handlers
from orchd.features.chat.marks.mark_handlers import MarkHandlers
from orchd.features.chat.marks.mark_queries import Votes, count_votes
from orchd.features.chat.marks.removal_queries import purge_messages
from orchd.features.chat.messages import (
    MESSAGE,
    TOLD,
    ChatAnswerRequest,
    ChatError,
    ChatHistory,
    ChatHistoryRequest,
    ChatMessage,
    ChatSend,
    FileIds,
)
from orchd.features.chat.queries import asked_before, find_message, require_conversation
from orchd.features.chat.readers import ReaderHandlers
from orchd.features.chat.rows import QuestionContext, StoredExchange
from orchd.features.chat.searching import MESSAGE_SOURCE
from orchd.features.chat.service import Chat, ChatLimits
from orchd.features.chat.titles.title_queries import TITLES
from orchd.features.chat.titles.titler import Titler
from orchd.features.chat.whole_queries import (
    WholeMessage,
    WholePage,
    add_whole_messages,
    branch_ids,
    whole_messages,
    whole_size,
)
from orchd.features.conversation import Conversations
from orchd.features.feature import OpenFeatures, OwnedWork, Services
from orchd.features.file import OpenFiles
from orchd.features.journal import Journal
from orchd.features.presence import Presence
from orchd.guard import Supervisor
from orchd.protocol.command import AnyCommand
from orchd.settings.chat import ChatSettings

__all__ = [
    "ANSWER",
    "COMMANDS",
    "MESSAGE",
    "MESSAGE_SOURCE",
    "TITLES",
    "TOLD",
    "AnswerListener",
    "AskModel",
    "Attachments",
    "ChatAnswerRequest",
    "ChatError",
    "ChatHistory",
    "ChatHistoryRequest",
    "ChatMessage",
    "ChatSend",
    "ExchangeKeeper",
    "FileIds",
    "GivenFile",
    "LoopDetector",
    "LoopLimits",
    "OpenChat",
    "OutsideQuestion",
    "QuestionContext",
    "Votes",
    "WholeMessage",
    "WholePage",
    "add_whole_messages",
    "asked_before",
    "branch_ids",
    "count_votes",
    "find_message",
    "open_chat",
    "purge_messages",
    "require_conversation",
    "whole_messages",
    "whole_size",
]


COMMANDS: tuple[AnyCommand, ...] = (*handlers.COMMANDS, *readers.COMMANDS, *mark_handlers.COMMANDS)


class OpenChat(NamedTuple):
    """Chat, at work."""

    work: OwnedWork
    history_of: Callable[[Owner, ChatHistoryRequest], Awaitable[ChatHistory]]
    """What somebody sees of a conversation. Raises `NotFound`."""
    answering: ChatHandlers
    """By its `send` others ask for an answer."""
    keeper: ExchangeKeeper
    """Keeps exchanges that programs have elsewhere."""
    attachments: Attachments
    """What models are shown of files."""


@asynccontextmanager
async def open_chat(
    services: Services,
    settings: ChatSettings,
    presence: Presence,
    conversations: Conversations,
    journal: Journal,
    files: OpenFiles,
) -> AsyncIterator[OpenFeatures[OpenChat]]:
    """Run the chat service while the block lasts."""
    database, backends, hub = services.database, services.backends, services.hub
    audience = Audience(hub)
    async with trio.open_nursery() as nursery:
        supervisor, ended = Supervisor(nursery, services.troubles), services.work_ended.set
        attachments, bounds = Attachments(files.contents, settings.max_file_bytes), limits(settings)
        lives = presence, journal, audience, supervisor
        chat = Chat(database, backends, *lives, bounds, attachments, ended, conversations.look)
        hub.when_forgotten(chat.leave)
        hub.when_forgotten(chat.followers.forget)
        hub.when_renewed(chat.followers.become)
        conversations.when_given(chat.followers.give)
        supervisor.keep("followers of answers", chat.keep_checking_followers)
        supervisor.keep("progress of answers", chat.reminder.run)
        conversations.around_delete(chat.cancel_conversation)
        chat.owned.serve(supervisor, "answers")
        if settings.title_seconds:
            titler = Titler(database, backends, settings.title_seconds, conversations.look)
            chat.when_answered = partial(_offer_title, titler)
            supervisor.keep("titles of conversations", titler.keep_titling)
        contexts = ContextLimits(settings.max_context_bytes, MemoryBudget(settings.context_memory_bytes, "contexts"))
        answering = ChatHandlers(database, backends, chat, services.epoch, services.default_model, contexts)
        reading, marking = ReaderHandlers(database, chat, services.epoch), MarkHandlers(database, chat)
        work = OwnedWork(chat.owned.take_over, chat.drain, chat.tells, lambda: len(chat.owned.work))
        serves = {
            **handlers.COMMANDS.bind(answering),
            **readers.COMMANDS.bind(reading),
            **mark_handlers.COMMANDS.bind(marking),
        }
        door = OpenChat(work, reading.history_of, answering, ExchangeKeeper(chat, services.epoch), attachments)
        yield OpenFeatures(door, serves)
        nursery.cancel_scope.cancel()


def _offer_title(titler: Titler, answer: Generation, exchange: StoredExchange, request: AnswerRequest) -> None:
    """Have a conversation called by what it is about, once its first question is answered."""
    if exchange.question.parent_id is None and exchange.prefix is None:
        text, thoughts = answer.transcript.text("content"), answer.transcript.text("reasoning")
        titler.offer(exchange, text, answer.target, request.asker, thinks=bool(thoughts))


def limits(settings: ChatSettings) -> ChatLimits:
    """Return the service's bounds as the settings have them."""
    repeats = settings.loop_repeats, settings.loop_characters, settings.loop_period
    tuning = GenerationLimits(settings.max_answer_bytes, *repeats, settings.max_answer_tokens or None)
    return ChatLimits(settings.store_seconds, settings.parked_bytes, settings.max_running, tuning, settings.hand_over)
