"""Answers to the frames of the chat."""

import time
from functools import partial

import msgspec
import trio

from orchd.errors import Invalid
from orchd.features import conversation as conversations
from orchd.features.chat import queries
from orchd.features.chat.follower import Follower
from orchd.features.chat.generation import Generation
from orchd.features.chat.messages import (
    ChatCancel,
    ChatCancelled,
    ChatHistory,
    ChatHistoryRequest,
    ChatMessage,
    ChatParams,
    ChatSend,
    StoredMessage,
)
from orchd.features.chat.queries import Answer, Exchange, Question
from orchd.features.chat.service import Chat
from orchd.hub import Hub
from orchd.llm import Backends
from orchd.llm.types import Sampling, Target
from orchd.protocol.router import Context
from orchd.protocol.types import ServerPayload
from orchd.storage import Database


class ChatHandlers:
    """One method a frame."""

    def __init__(
        self, database: Database, backends: Backends, hub: Hub, chat: Chat, epoch: str, default_model: str | None
    ) -> None:
        self._database = database
        self._backends = backends
        self._hub = hub
        self._chat = chat
        self._epoch = epoch
        self._default_model = default_model

    async def send(self, context: Context, data: ChatSend) -> ChatMessage:
        """Answer `chat:send`: store the question, stream the answer, return it as stored."""
        begun = time.monotonic()
        _check(data)
        target = await self._choose(data)
        asking = _Asking()
        context.on_cancel(asking.cancel)
        # Once the rows are written the answer must be started, or it would be called `streaming` for ever.
        with trio.CancelScope(shield=True), asking:
            exchange = await self._chat.ask(self._question(data, target))
            context.emit(_as_frame(exchange.question))
            follower = Follower(context.peer, partial(self._encode, context.id))
            generation = self._chat.start(exchange, target, _sampling(data.params), follower, begun)
            asking.generation = generation
        try:
            await generation.settled.wait()
            await follower.finished.wait()
        finally:
            generation.detach(follower)
            if data.on_disconnect == "cancel":
                generation.let_go()
        assert generation.final is not None
        return _final_frame(exchange, generation.final)

    async def cancel(self, context: Context, data: ChatCancel) -> ChatCancelled:
        """Answer `chat:cancel` with the receipt."""
        receipt = await self._chat.cancel(data.message_id)
        closed = None if receipt.closed_seconds is None else round(receipt.closed_seconds * 1000)
        return ChatCancelled(data.message_id, receipt.status, closed, receipt.chars)

    async def history(self, context: Context, data: ChatHistoryRequest) -> ChatHistory:
        """Answer `chat:history`."""
        messages = await self._database.read(queries.history, data.conversation_id, data.before, data.limit + 1)
        more = len(messages) > data.limit
        return ChatHistory(data.conversation_id, messages[-data.limit :], more)

    async def _choose(self, data: ChatSend) -> Target:
        """Choose the model: the one asked for, else the conversation's, else the default, else what there is."""
        conversation_model = None
        if data.model is None and data.conversation_id is not None:
            found = await self._database.read(conversations.find, data.conversation_id)
            conversation_model = None if found is None else found.model
        return await self._backends.resolve(data.model, conversation_model, self._default_model)

    def _question(self, data: ChatSend, target: Target) -> Question:
        return Question(
            message=data.message,
            conversation_id=data.conversation_id,
            parent_id=data.parent_id,
            system_prompt=data.system_prompt,
            model=target.model.id,
            owner=self._epoch,
            now=time.time_ns() // 1_000_000,
        )

    def _encode(self, request_id: str | None, payload: ServerPayload) -> bytes:
        return self._hub.frame(payload, request_id)


class _Asking:
    """The part of a `chat:send` that can't be cancelled by halves: from the write to the running generation."""

    def __init__(self) -> None:
        self.generation: Generation | None = None
        self._over = trio.Event()

    def __enter__(self) -> None:
        pass

    def __exit__(self, *_: object) -> None:
        self._over.set()

    async def cancel(self) -> None:
        """Cancel the generation as soon as there is one; return when the model server is let go."""
        await self._over.wait()
        if self.generation is not None:
            await self.generation.cancel("cancelled")


def _check(data: ChatSend) -> None:
    if not data.message.strip():
        raise Invalid("the message is empty", field="message", path="$.data.message")
    if data.parent_id is not None and data.conversation_id is None:
        raise Invalid("a parent needs its conversation", field="parentId", path="$.data.parentId")


def _sampling(params: ChatParams) -> Sampling:
    stop = (params.stop,) if isinstance(params.stop, str) else tuple(params.stop or ()) or None
    return Sampling(params.temperature, params.top_p, params.max_tokens, stop, params.seed)


def _as_frame(message: StoredMessage) -> ChatMessage:
    return ChatMessage(*msgspec.structs.astuple(message))


def _final_frame(exchange: Exchange, answer: Answer) -> ChatMessage:
    return ChatMessage(
        id=answer.message_id,
        conversation_id=answer.conversation_id,
        parent_id=exchange.question.id,
        role="assistant",
        content=answer.content,
        reasoning=answer.reasoning or None,
        status=answer.status,
        model=answer.model,
        timestamp=exchange.question.timestamp,
        finish_reason=answer.finish_reason,
        usage=answer.usage,
        timings=answer.timings,
        error=answer.error,
    )
