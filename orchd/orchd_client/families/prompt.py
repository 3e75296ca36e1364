"""Requests whose type begins with `prompt`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import UNSET, UnsetType

from ..data.chat import ChatCancel, ChatCancelled, ChatResume, ChatResumed
from ..data.prompt import (
    PromptChanged,
    PromptChanges,
    PromptCreate,
    PromptDelete,
    PromptDeleted,
    PromptDiff,
    PromptDuplicate,
    PromptGet,
    PromptItem,
    PromptList,
    PromptOrder,
    PromptPage,
    PromptRestore,
    PromptRevert,
    PromptRun,
    PromptSubscribe,
    PromptSubscribed,
    PromptUnsubscribe,
    PromptUnsubscribed,
    PromptUpdate,
    PromptVersionPage,
    PromptVersions,
)
from ..data.shared import ChatMessage, ChatParams, OnDisconnect, VariableDraft
from ..runtime.answers import AnswerStream
from ..runtime.facts import AnswerTerms, Call, FollowTerms
from ..runtime.link import Link
from ..runtime.streams import Subscription

_PROMPT_CREATE = Call("prompt:create", "prompt:create", PromptItem)
_PROMPT_GET = Call("prompt:get", "prompt:get", PromptItem, safe=True)
_PROMPT_LIST = Call("prompt:list", "prompt:list", PromptPage, safe=True)
_PROMPT_UPDATE = Call("prompt:update", "prompt:update", PromptItem)
_PROMPT_DELETE = Call("prompt:delete", "prompt:delete", PromptDeleted)
_PROMPT_RESTORE = Call("prompt:restore", "prompt:restore", PromptItem)
_PROMPT_SUBSCRIBE = Call("prompt:subscribe", "prompt:subscribe", PromptSubscribed, safe=True)
_PROMPT_SUBSCRIBE_TERMS = FollowTerms(
    pushes=frozenset({"prompt:changed"}),
    end=Call("prompt:unsubscribe", "prompt:unsubscribe", PromptUnsubscribed),
    end_data=lambda _: PromptUnsubscribe(),
    since="since",
    number="number",
    recovered="recovered",
)
_PROMPT_UNSUBSCRIBE = Call("prompt:unsubscribe", "prompt:unsubscribe", PromptUnsubscribed, safe=True)
_PROMPT_VERSIONS = Call("prompt:versions", "prompt:versions", PromptVersionPage, safe=True)
_PROMPT_REVERT = Call("prompt:revert", "prompt:revert", PromptItem)
_PROMPT_DIFF = Call("prompt:diff", "prompt:diff", PromptChanges, safe=True)
_PROMPT_DUPLICATE = Call("prompt:duplicate", "prompt:duplicate", PromptItem)
_PROMPT_RUN = Call("prompt:run", "chat:message", ChatMessage, reply_data={"role": "assistant"})
_PROMPT_RUN_TERMS = AnswerTerms(
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


class PromptRequests:
    """`client.prompt`."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def create(
        self,
        *,
        name: str,
        text: str,
        project_id: int | None = None,
        description: str | None = None,
        category: str | None = None,
        tags: Sequence[str] | None = None,
        variables: Sequence[VariableDraft] | None = None,
        changelog: str | None = None,
        active: bool | None = None,
    ) -> PromptItem:
        """`prompt:create`: store a prompt.

        A question that is kept, with places in it: `{{name}}` is filled with what is said of the variable so called.

        Needs the right `change`, of a token the scope `workspace`.

        May raise `NotFoundError`, `ConflictError`, `TooLargeError`, besides what any request may.
        """
        data = PromptCreate(
            project_id=project_id,
            name=name,
            text=text,
            description=description,
            category=category,
            tags=tags,
            variables=variables,
            changelog=changelog,
            active=active,
        )
        return await self._link.request(_PROMPT_CREATE, data)

    async def get(self, *, prompt_id: int) -> PromptItem:
        """`prompt:get`: one of them.

        Needs the right `read`, of a token the scope `workspace`.

        May raise `NotFoundError`, besides what any request may.
        """
        data = PromptGet(prompt_id=prompt_id)
        return await self._link.request(_PROMPT_GET, data)

    async def list(
        self,
        *,
        category: str | None = None,
        active: bool | None = None,
        project_id: int | None = None,
        order: PromptOrder | None = None,
        descending: bool | None = None,
        deleted: bool | None = None,
        total: bool | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> PromptPage:
        """`prompt:list`: prompts, those that the given members fit; `cursor` is the `nextCursor` of the page before.

        Needs the right `read`, of a token the scope `workspace`.
        """
        data = PromptList(
            category=category,
            active=active,
            project_id=project_id,
            order=order,
            descending=descending,
            deleted=deleted,
            total=total,
            limit=limit,
            cursor=cursor,
        )
        return await self._link.request(_PROMPT_LIST, data)

    async def update(
        self,
        *,
        prompt_id: int,
        version: int | None = None,
        project_id: int | None | UnsetType = UNSET,
        name: str | None = None,
        text: str | None = None,
        description: str | None = None,
        category: str | None = None,
        tags: Sequence[str] | None = None,
        variables: Sequence[VariableDraft] | None = None,
        changelog: str | None = None,
        active: bool | None = None,
    ) -> PromptItem:
        """`prompt:update`: change the members that are given; null clears. With `version` only if it is still that one.

        Needs the right `change`, of a token the scope `workspace`.

        May raise `NotFoundError`, `ConflictError`, `TooLargeError`, besides what any request may.
        """
        data = PromptUpdate(
            prompt_id=prompt_id,
            version=version,
            project_id=project_id,
            name=name,
            text=text,
            description=description,
            category=category,
            tags=tags,
            variables=variables,
            changelog=changelog,
            active=active,
        )
        return await self._link.request(_PROMPT_UPDATE, data)

    async def delete(self, *, prompt_id: int) -> PromptDeleted:
        """`prompt:delete`: remove a prompt; for some time it can be restored.

        Needs the right `change`, of a token the scope `workspace`.

        May raise `NotFoundError`, besides what any request may.
        """
        data = PromptDelete(prompt_id=prompt_id)
        return await self._link.request(_PROMPT_DELETE, data)

    async def restore(self, *, prompt_id: int) -> PromptItem:
        """`prompt:restore`: have a prompt back that was removed.

        Needs the right `change`, of a token the scope `workspace`.

        May raise `NotFoundError`, `ConflictError`, besides what any request may.
        """
        data = PromptRestore(prompt_id=prompt_id)
        return await self._link.request(_PROMPT_RESTORE, data)

    def subscribe(self, *, since: int | None = None) -> Subscription[PromptSubscribed, PromptChanged]:
        """`prompt:subscribe`: be told what becomes of prompts. With `since`, also what has become of them after that
        change.

        Needs the right `read`, of a token the scope `workspace`.
        """
        data = PromptSubscribe(since=since)
        return Subscription(self._link, _PROMPT_SUBSCRIBE, data, _PROMPT_SUBSCRIBE_TERMS)

    async def unsubscribe(self) -> PromptUnsubscribed:
        """`prompt:unsubscribe`: be told no more what becomes of prompts.

        Needs the right `read`, of a token the scope `workspace`.
        """
        data = PromptUnsubscribe()
        return await self._link.request(_PROMPT_UNSUBSCRIBE, data)

    async def versions(
        self,
        *,
        prompt_id: int,
        limit: int | None = None,
        cursor: int | None = None,
    ) -> PromptVersionPage:
        """`prompt:versions`: the texts that a prompt had before, the latest first; `cursor` is the `nextCursor` of the
        page before.

        Needs the right `read`, of a token the scope `workspace`.

        May raise `NotFoundError`, besides what any request may.
        """
        data = PromptVersions(prompt_id=prompt_id, limit=limit, cursor=cursor)
        return await self._link.request(_PROMPT_VERSIONS, data)

    async def revert(self, *, prompt_id: int, number: int, version: int | None = None) -> PromptItem:
        """`prompt:revert`: give a prompt the text and the variables back that it had in a version. The present ones
        become a version, so that nothing is lost. With `version` only if the prompt is still that one.

        Needs the right `change`, of a token the scope `workspace`.

        May raise `NotFoundError`, besides what any request may.
        """
        data = PromptRevert(prompt_id=prompt_id, number=number, version=version)
        return await self._link.request(_PROMPT_REVERT, data)

    async def diff(self, *, prompt_id: int, number: int, to_number: int | None = None) -> PromptChanges:
        """`prompt:diff`: what has changed from one version of a prompt's text to another one.

        Needs the right `read`, of a token the scope `workspace`.

        May raise `NotFoundError`, `TooLargeError`, `TimeoutError`, besides what any request may.
        """
        data = PromptDiff(prompt_id=prompt_id, number=number, to_number=to_number)
        return await self._link.request(_PROMPT_DIFF, data)

    async def duplicate(self, *, prompt_id: int, name: str | None = None) -> PromptItem:
        """`prompt:duplicate`: store a copy of a prompt that you see, of your own, without its versions.

        Needs the right `change`, of a token the scope `workspace`.

        May raise `NotFoundError`, `ConflictError`, besides what any request may.
        """
        data = PromptDuplicate(prompt_id=prompt_id, name=name)
        return await self._link.request(_PROMPT_DUPLICATE, data)

    def run(
        self,
        *,
        prompt_id: int,
        model: str | None = None,
        fallbacks: Sequence[str] | None = None,
        params: ChatParams | None = None,
        on_disconnect: OnDisconnect | None = None,
        values: Mapping[str, str | float | bool] | None = None,
        conversation_id: int | None = None,
        project_id: int | None = None,
        parent_id: int | None = None,
        system_prompt: str | None = None,
        file_ids: Sequence[int] | None = None,
    ) -> AnswerStream[ChatMessage]:
        """`prompt:run`: fill a prompt and ask it, as `chat:send` does with a message; with the frames of `chat:send`.

        Needs the right `change`, of a token the scope `chat`.

        May raise `NotFoundError`, `TooLargeError`, `TimeoutError`, besides what any request may.
        """
        data = PromptRun(
            model=model,
            fallbacks=fallbacks,
            params=params,
            on_disconnect=on_disconnect,
            prompt_id=prompt_id,
            values=values,
            conversation_id=conversation_id,
            project_id=project_id,
            parent_id=parent_id,
            system_prompt=system_prompt,
            file_ids=file_ids,
        )
        return AnswerStream(self._link, _PROMPT_RUN, data, _PROMPT_RUN_TERMS)
