"""Requests whose type begins with `chat`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from ..data.chat import (
    ChatCancel,
    ChatCancelled,
    ChatChanged,
    ChatContinue,
    ChatDelete,
    ChatDeleted,
    ChatEdit,
    ChatHistoryRequest,
    ChatMarks,
    ChatProgress,
    ChatRate,
    ChatReact,
    ChatRegenerate,
    ChatRestore,
    ChatRestored,
    ChatResume,
    ChatResumed,
    ChatSelect,
    ChatSelected,
    ChatSend,
    ChatStreaming,
    ChatSubscribe,
    ChatSubscribed,
    ChatUnsubscribe,
    ChatUnsubscribed,
)
from ..data.shared import ChatHistory, ChatMessage, ChatParams, ChatRatingWord, OnDisconnect
from ..runtime.answers import AnswerStream
from ..runtime.facts import AnswerTerms, Call, FollowTerms
from ..runtime.link import Link
from ..runtime.streams import RequestStream, Subscription

_CHAT_SEND = Call("chat:send", "chat:message", ChatMessage, reply_data={"role": "assistant"})
_CHAT_SEND_TERMS = AnswerTerms(
    streaming="chat:streaming",
    of="message_id",
    chunk="chunk",
    seq="seq",
    channel="channel",
    message="chat:message",
    answered={"role": "assistant"},
    resume=Call("chat:resume", "chat:resumed", ChatResumed),
    resume_data=lambda message_id, seq, epoch: ChatResume(message_id=message_id, after_seq=seq, epoch=epoch),
    cancel=Call("chat:cancel", "chat:cancelled", ChatCancelled),
    cancel_data=lambda message_id: ChatCancel(message_id=message_id),
)
_CHAT_EDIT = Call("chat:edit", "chat:message", ChatMessage, reply_data={"role": "assistant"})
_CHAT_EDIT_TERMS = AnswerTerms(
    streaming="chat:streaming",
    of="message_id",
    chunk="chunk",
    seq="seq",
    channel="channel",
    message="chat:message",
    answered={"role": "assistant"},
    resume=Call("chat:resume", "chat:resumed", ChatResumed),
    resume_data=lambda message_id, seq, epoch: ChatResume(message_id=message_id, after_seq=seq, epoch=epoch),
    cancel=Call("chat:cancel", "chat:cancelled", ChatCancelled),
    cancel_data=lambda message_id: ChatCancel(message_id=message_id),
)
_CHAT_REGENERATE = Call("chat:regenerate", "chat:message", ChatMessage, reply_data={"role": "assistant"})
_CHAT_REGENERATE_TERMS = AnswerTerms(
    streaming="chat:streaming",
    of="message_id",
    chunk="chunk",
    seq="seq",
    channel="channel",
    message="chat:message",
    answered={"role": "assistant"},
    resume=Call("chat:resume", "chat:resumed", ChatResumed),
    resume_data=lambda message_id, seq, epoch: ChatResume(message_id=message_id, after_seq=seq, epoch=epoch),
    cancel=Call("chat:cancel", "chat:cancelled", ChatCancelled),
    cancel_data=lambda message_id: ChatCancel(message_id=message_id),
)
_CHAT_CONTINUE = Call("chat:continue", "chat:message", ChatMessage, reply_data={"role": "assistant"})
_CHAT_CONTINUE_TERMS = AnswerTerms(
    streaming="chat:streaming",
    of="message_id",
    chunk="chunk",
    seq="seq",
    channel="channel",
    message="chat:message",
    answered={"role": "assistant"},
    resume=Call("chat:resume", "chat:resumed", ChatResumed),
    resume_data=lambda message_id, seq, epoch: ChatResume(message_id=message_id, after_seq=seq, epoch=epoch),
    cancel=Call("chat:cancel", "chat:cancelled", ChatCancelled),
    cancel_data=lambda message_id: ChatCancel(message_id=message_id),
)
_CHAT_CANCEL = Call("chat:cancel", "chat:cancelled", ChatCancelled)
_CHAT_HISTORY = Call("chat:history", "chat:history", ChatHistory, safe=True)
_CHAT_RESUME = Call("chat:resume", "chat:resumed", ChatResumed, safe=True)
_CHAT_SUBSCRIBE = Call("chat:subscribe", "chat:subscribed", ChatSubscribed, safe=True)
_CHAT_SUBSCRIBE_PATHS: dict[str, tuple[str, ...]] = {
    "chat:message": ("conversation_id",),
    "chat:progress": ("conversation_id",),
    "chat:streaming": ("conversation_id",),
    "chat:changed": ("conversation_id",),
}
_CHAT_SUBSCRIBE_TERMS = FollowTerms(
    pushes=frozenset({"chat:message", "chat:progress", "chat:streaming", "chat:changed"}),
    end=Call("chat:unsubscribe", "chat:unsubscribed", ChatUnsubscribed),
    end_data=lambda key: ChatUnsubscribe(conversation_id=key),
    key="conversation_id",
    paths=_CHAT_SUBSCRIBE_PATHS,
)
ChatSubscribeEvent: TypeAlias = ChatMessage | ChatProgress | ChatStreaming | ChatChanged
_CHAT_UNSUBSCRIBE = Call("chat:unsubscribe", "chat:unsubscribed", ChatUnsubscribed, safe=True)
_CHAT_RATE = Call("chat:rate", "chat:rate", ChatMarks)
_CHAT_REACT = Call("chat:react", "chat:react", ChatMarks)
_CHAT_DELETE = Call("chat:delete", "chat:delete", ChatDeleted)
_CHAT_RESTORE = Call("chat:restore", "chat:restore", ChatRestored)
_CHAT_SELECT = Call("chat:select", "chat:select", ChatSelected)


class ChatRequests:
    """`client.chat`."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def send(
        self,
        *,
        message: str,
        conversation_id: int | None = None,
        project_id: int | None = None,
        parent_id: int | None = None,
        system_prompt: str | None = None,
        file_ids: Sequence[int] | None = None,
        model: str | None = None,
        fallbacks: Sequence[str] | None = None,
        params: ChatParams | None = None,
        on_disconnect: OnDisconnect | None = None,
    ) -> AnswerStream[ChatMessage]:
        """`chat:send`: ask; without `conversationId` in a new conversation (of `projectId`, if given), without
        `parentId` after its last message.

        Needs the right `change`, of a token the scope `chat`.

        May raise `NotFoundError`, `TooLargeError`, `TimeoutError`, besides what any request may.
        """
        data = ChatSend(
            message=message,
            conversation_id=conversation_id,
            project_id=project_id,
            parent_id=parent_id,
            system_prompt=system_prompt,
            file_ids=file_ids,
            model=model,
            fallbacks=fallbacks,
            params=params,
            on_disconnect=on_disconnect,
        )
        return AnswerStream(self._link, _CHAT_SEND, data, _CHAT_SEND_TERMS)

    def edit(
        self,
        *,
        message_id: int,
        message: str,
        file_ids: Sequence[int] | None = None,
        model: str | None = None,
        fallbacks: Sequence[str] | None = None,
        params: ChatParams | None = None,
        on_disconnect: OnDisconnect | None = None,
    ) -> AnswerStream[ChatMessage]:
        """`chat:edit`: ask differently, beside the question `messageId`.

        Needs the right `change`, of a token the scope `chat`.

        May raise `NotFoundError`, `TooLargeError`, `TimeoutError`, besides what any request may.
        """
        data = ChatEdit(
            message_id=message_id,
            message=message,
            file_ids=file_ids,
            model=model,
            fallbacks=fallbacks,
            params=params,
            on_disconnect=on_disconnect,
        )
        return AnswerStream(self._link, _CHAT_EDIT, data, _CHAT_EDIT_TERMS)

    def regenerate(
        self,
        *,
        message_id: int,
        beside: bool | None = None,
        model: str | None = None,
        fallbacks: Sequence[str] | None = None,
        params: ChatParams | None = None,
        on_disconnect: OnDisconnect | None = None,
    ) -> AnswerStream[ChatMessage]:
        """`chat:regenerate`: answer the same question again, beside the answer `messageId`.

        With `beside` both answers are wanted, to be compared: whoever follows the conversation is told so.

        Needs the right `change`, of a token the scope `chat`.

        May raise `NotFoundError`, `TooLargeError`, besides what any request may.
        """
        data = ChatRegenerate(
            message_id=message_id,
            beside=beside,
            model=model,
            fallbacks=fallbacks,
            params=params,
            on_disconnect=on_disconnect,
        )
        return AnswerStream(self._link, _CHAT_REGENERATE, data, _CHAT_REGENERATE_TERMS)

    def continue_(
        self,
        *,
        message_id: int,
        model: str | None = None,
        fallbacks: Sequence[str] | None = None,
        params: ChatParams | None = None,
        on_disconnect: OnDisconnect | None = None,
    ) -> AnswerStream[ChatMessage]:
        """`chat:continue`: go on from an answer that was interrupted or cut off, in a new one that begins with its
        text.

        Needs the right `change`, of a token the scope `chat`.

        May raise `NotFoundError`, `TooLargeError`, besides what any request may.
        """
        data = ChatContinue(
            message_id=message_id,
            model=model,
            fallbacks=fallbacks,
            params=params,
            on_disconnect=on_disconnect,
        )
        return AnswerStream(self._link, _CHAT_CONTINUE, data, _CHAT_CONTINUE_TERMS)

    async def cancel(self, *, message_id: int) -> ChatCancelled:
        """`chat:cancel`: end the generation of an answer, from whichever connection.

        Needs the right `change`, of a token the scope `chat`.

        May raise `NotFoundError`, besides what any request may.
        """
        data = ChatCancel(message_id=message_id)
        return await self._link.request(_CHAT_CANCEL, data)

    async def history(
        self,
        *,
        conversation_id: int,
        limit: int | None = None,
        before: int | None = None,
        leaf_id: int | None = None,
        through_id: int | None = None,
        deleted: bool | None = None,
    ) -> ChatHistory:
        """`chat:history`: the active branch, or the one that ends at `leafId`, up to its end or to the message
        `before`.

        `throughId` shows a message with what follows it, by the latest branch each time. With `deleted`, in place of a
        branch, the messages that were removed and can be restored, those before `before`.

        Needs the right `read`, of a token the scope `chat`.

        May raise `NotFoundError`, besides what any request may.
        """
        data = ChatHistoryRequest(
            conversation_id=conversation_id,
            limit=limit,
            before=before,
            leaf_id=leaf_id,
            through_id=through_id,
            deleted=deleted,
        )
        return await self._link.request(_CHAT_HISTORY, data)

    def resume(self, *, message_id: int, after_seq: int, epoch: str) -> RequestStream[ChatResumed, ChatStreaming]:
        """`chat:resume`: send the text of an answer after position `afterSeq`, known from `epoch`, and what follows.

        Needs the right `read`, of a token the scope `chat`.

        May raise `NotFoundError`, `ConflictError`, besides what any request may.
        """
        data = ChatResume(message_id=message_id, after_seq=after_seq, epoch=epoch)
        return RequestStream(self._link, _CHAT_RESUME, data)

    def subscribe(self, *, conversation_id: int) -> Subscription[ChatSubscribed, ChatSubscribeEvent]:
        """`chat:subscribe`: tell me all that happens in a conversation from now on, whoever causes it.

        Needs the right `read`, of a token the scope `chat`.

        May raise `NotFoundError`, besides what any request may.
        """
        data = ChatSubscribe(conversation_id=conversation_id)
        return Subscription(self._link, _CHAT_SUBSCRIBE, data, _CHAT_SUBSCRIBE_TERMS)

    async def unsubscribe(self, *, conversation_id: int) -> ChatUnsubscribed:
        """`chat:unsubscribe`: no more of that.

        Needs the right `read`, of a token the scope `chat`.
        """
        data = ChatUnsubscribe(conversation_id=conversation_id)
        return await self._link.request(_CHAT_UNSUBSCRIBE, data)

    async def rate(self, *, message_id: int, rating: ChatRatingWord | None, reason: str | None = None) -> ChatMarks:
        """`chat:rate`: say what you think of an answer, in place of what you said before; null takes that back.

        Needs the right `own`, of a token the scope `chat`.

        May raise `NotFoundError`, `ConflictError`, besides what any request may.
        """
        data = ChatRate(message_id=message_id, rating=rating, reason=reason)
        return await self._link.request(_CHAT_RATE, data)

    async def react(self, *, message_id: int, emoji: str, remove: bool | None = None) -> ChatMarks:
        """`chat:react`: put an emoji to a message, or take yours away.

        Needs the right `own`, of a token the scope `chat`.

        May raise `NotFoundError`, `ConflictError`, besides what any request may.
        """
        data = ChatReact(message_id=message_id, emoji=emoji, remove=remove)
        return await self._link.request(_CHAT_REACT, data)

    async def delete(self, *, message_id: int) -> ChatDeleted:
        """`chat:delete`: remove a message and all that follows it; for some time it can be restored.

        Needs the right `change`, of a token the scope `chat`.

        May raise `NotFoundError`, besides what any request may.
        """
        data = ChatDelete(message_id=message_id)
        return await self._link.request(_CHAT_DELETE, data)

    async def restore(self, *, message_id: int) -> ChatRestored:
        """`chat:restore`: have a message back that was removed, with what was removed along with it.

        Needs the right `change`, of a token the scope `chat`.

        May raise `NotFoundError`, `ConflictError`, besides what any request may.
        """
        data = ChatRestore(message_id=message_id)
        return await self._link.request(_CHAT_RESTORE, data)

    async def select(self, *, message_id: int) -> ChatSelected:
        """`chat:select`: have the active branch go through a message, the latest such branch, for all who see the
        conversation; the next question goes on from its end.

        Needs the right `change`, of a token the scope `chat`.

        May raise `NotFoundError`, besides what any request may.
        """
        data = ChatSelect(message_id=message_id)
        return await self._link.request(_CHAT_SELECT, data)
