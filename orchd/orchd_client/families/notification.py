"""Requests whose type begins with `notification`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from ..data.notification import (
    Notification,
    NotificationChanged,
    NotificationCode,
    NotificationCodeSent,
    NotificationConfirm,
    NotificationConfirmed,
    NotificationDelete,
    NotificationDeleted,
    NotificationGet,
    NotificationKind,
    NotificationList,
    NotificationPage,
    NotificationRead,
    NotificationReadDone,
    NotificationRestore,
    NotificationSubscribe,
    NotificationSubscribed,
    NotificationUnread,
    NotificationUnreadCount,
    NotificationUnsubscribe,
    NotificationUnsubscribed,
)
from ..runtime.facts import Call, FollowTerms
from ..runtime.link import Link
from ..runtime.streams import Subscription

_NOTIFICATION_GET = Call("notification:get", "notification:get", Notification, safe=True)
_NOTIFICATION_LIST = Call("notification:list", "notification:list", NotificationPage, safe=True)
_NOTIFICATION_DELETE = Call("notification:delete", "notification:delete", NotificationDeleted)
_NOTIFICATION_RESTORE = Call("notification:restore", "notification:restore", Notification)
_NOTIFICATION_SUBSCRIBE = Call("notification:subscribe", "notification:subscribe", NotificationSubscribed, safe=True)
_NOTIFICATION_SUBSCRIBE_TERMS = FollowTerms(
    pushes=frozenset({"notification:changed"}),
    end=Call("notification:unsubscribe", "notification:unsubscribe", NotificationUnsubscribed),
    end_data=lambda _: NotificationUnsubscribe(),
    since="since",
    number="number",
    recovered="recovered",
)
_NOTIFICATION_UNSUBSCRIBE = Call(
    "notification:unsubscribe",
    "notification:unsubscribe",
    NotificationUnsubscribed,
    safe=True,
)
_NOTIFICATION_READ = Call("notification:read", "notification:read", NotificationReadDone)
_NOTIFICATION_UNREAD = Call("notification:unread", "notification:unread", NotificationUnreadCount, safe=True)
_NOTIFICATION_CODE = Call("notification:code", "notification:code", NotificationCodeSent)
_NOTIFICATION_CONFIRM = Call("notification:confirm", "notification:confirm", NotificationConfirmed)


class NotificationRequests:
    """`client.notification`."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def get(self, *, notification_id: int) -> Notification:
        """`notification:get`: one of them.

        Needs the right `read`, of a token the scope `workspace`.

        May raise `NotFoundError`, besides what any request may.
        """
        data = NotificationGet(notification_id=notification_id)
        return await self._link.request(_NOTIFICATION_GET, data)

    async def list(
        self,
        *,
        kind: NotificationKind | None = None,
        read: bool | None = None,
        order: Literal["id"] | None = None,
        descending: bool | None = None,
        deleted: bool | None = None,
        total: bool | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> NotificationPage:
        """`notification:list`: notifications, those that the given members fit; `cursor` is the `nextCursor` of the
        page before.

        Needs the right `read`, of a token the scope `workspace`.
        """
        data = NotificationList(
            kind=kind,
            read=read,
            order=order,
            descending=descending,
            deleted=deleted,
            total=total,
            limit=limit,
            cursor=cursor,
        )
        return await self._link.request(_NOTIFICATION_LIST, data)

    async def delete(self, *, notification_id: int) -> NotificationDeleted:
        """`notification:delete`: remove a notification; for some time it can be restored.

        Needs the right `own`, of a token the scope `workspace`.

        May raise `NotFoundError`, besides what any request may.
        """
        data = NotificationDelete(notification_id=notification_id)
        return await self._link.request(_NOTIFICATION_DELETE, data)

    async def restore(self, *, notification_id: int) -> Notification:
        """`notification:restore`: have a notification back that was removed.

        Needs the right `own`, of a token the scope `workspace`.

        May raise `NotFoundError`, `ConflictError`, besides what any request may.
        """
        data = NotificationRestore(notification_id=notification_id)
        return await self._link.request(_NOTIFICATION_RESTORE, data)

    def subscribe(self, *, since: int | None = None) -> Subscription[NotificationSubscribed, NotificationChanged]:
        """`notification:subscribe`: be told what becomes of notifications. With `since`, also what has become of them
        after that change.

        Needs the right `read`, of a token the scope `workspace`.
        """
        data = NotificationSubscribe(since=since)
        return Subscription(self._link, _NOTIFICATION_SUBSCRIBE, data, _NOTIFICATION_SUBSCRIBE_TERMS)

    async def unsubscribe(self) -> NotificationUnsubscribed:
        """`notification:unsubscribe`: be told no more what becomes of notifications.

        Needs the right `read`, of a token the scope `workspace`.
        """
        data = NotificationUnsubscribe()
        return await self._link.request(_NOTIFICATION_UNSUBSCRIBE, data)

    async def read(
        self,
        *,
        notification_ids: Sequence[int] | None = None,
        all: bool | None = None,
    ) -> NotificationReadDone:
        """`notification:read`: note that notifications were read: those of these ids, or `all` that one has.

        Needs the right `own`, of a token the scope `workspace`.

        May raise `NotFoundError`, besides what any request may.
        """
        data = NotificationRead(notification_ids=notification_ids, all=all)
        return await self._link.request(_NOTIFICATION_READ, data)

    async def unread(self) -> NotificationUnreadCount:
        """`notification:unread`: how many notifications are left to be read.

        Needs the right `read`, of a token the scope `workspace`.
        """
        data = NotificationUnread()
        return await self._link.request(_NOTIFICATION_UNREAD, data)

    async def code(self) -> NotificationCodeSent:
        """`notification:code`: send a code to the e-mail address that you have set (`notifications.email.address`).

        Needs the right `change`, of a token the scope `workspace`.
        """
        data = NotificationCode()
        return await self._link.request(_NOTIFICATION_CODE, data)

    async def confirm(self, *, code: str) -> NotificationConfirmed:
        """`notification:confirm`: show by the code that the e-mail address is yours; only then notifications go there.

        Needs the right `change`, of a token the scope `workspace`.

        May raise `ConflictError`, besides what any request may.
        """
        data = NotificationConfirm(code=code)
        return await self._link.request(_NOTIFICATION_CONFIRM, data)
