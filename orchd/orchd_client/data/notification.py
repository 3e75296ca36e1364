"""The data of frames that `notification` has."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypeAlias

from ..runtime.messages import RequestData, ServerData
from .shared import ApprovalKind, ChangeKind, ErrorReason, TaskCause

NotificationChannel: TypeAlias = Literal["email", "ntfy", "webhook"]
"""A way by which notifications are sent out. Later daemons may send others."""


NotificationKind: TypeAlias = Literal[
    "access",
    "account",
    "approval",
    "backend_down",
    "backup_failed",
    "quota",
    "task_completed",
    "task_failed",
    "task_waiting",
]
"""What somebody is told: that a task asks them something, waits for them otherwise, is completed or has failed; that
a quota of theirs is used up, or an account has spent its threshold; that an admin was let at a row of theirs
(`access`); and admins, that a model server is away, or a scheduled backup has failed. Later daemons may send others.
"""


class NotificationGet(RequestData, kw_only=True):
    """`notification:get`: one of them."""

    notification_id: int
    """Id of a notification."""


class NotificationList(RequestData, kw_only=True):
    """`notification:list`: notifications, those that the given members fit; `cursor` is the `nextCursor` of the page
    before.
    """

    kind: NotificationKind | None = None
    """Only those with this value. What kind of thing it is."""
    read: bool | None = None
    """Only those with this value. Whether it was read, or what it asks for is settled: the question was answered, or
    the task waits no more.
    """
    order: Literal["id"] | None = None
    """By what they are ordered. When it is left out: "id"."""
    descending: bool | None = None
    """The greatest or the latest first. When it is left out: False."""
    deleted: bool | None = None
    """Those that were removed and can still be restored, in place of those that are there. When it is left out:
    False.
    """
    total: bool | None = None
    """Whether to count all that fit; the page then says how many there are. When it is left out: False."""
    limit: int | None = None
    """How many entries a page may have. 1 to 200. When it is left out: 50."""
    cursor: str | None = None
    """The `nextCursor` of the page before; without one, the first page. 1 to 4096 characters."""


class NotificationDelete(RequestData, kw_only=True):
    """`notification:delete`: remove a notification; for some time it can be restored."""

    notification_id: int
    """Id of a notification."""


class NotificationRestore(RequestData, kw_only=True):
    """`notification:restore`: have a notification back that was removed."""

    notification_id: int
    """Id of a notification."""


class NotificationSubscribe(RequestData, kw_only=True):
    """`notification:subscribe`: be told what becomes of notifications. With `since`, also what has become of them
    after that change.
    """

    since: int | None = None
    """The `number` of the last change that was told."""


class NotificationUnsubscribe(RequestData, kw_only=True):
    """`notification:unsubscribe`: be told no more what becomes of notifications."""


class NotificationRead(RequestData, kw_only=True):
    """`notification:read`: note that notifications were read: those of these ids, or `all` that one has."""

    notification_ids: Sequence[int] | None = None
    """Ids of notifications. At most 200 of them. When it is left out: []."""
    all: bool | None = None
    """Whether all are meant, also those that are not named. When it is left out: False."""


class NotificationUnread(RequestData, kw_only=True):
    """`notification:unread`: how many notifications are left to be read."""


class NotificationCode(RequestData, kw_only=True):
    """`notification:code`: send a code to the e-mail address that you have set (`notifications.email.address`)."""


class NotificationConfirm(RequestData, kw_only=True):
    """`notification:confirm`: show by the code that the e-mail address is yours; only then notifications go there."""

    code: str
    """As the e-mail says it; blanks, dashes and case don't matter. It holds until the end of the next day (UTC). 1
    to 32 characters.
    """


class Notification(ServerData, kw_only=True):
    """Something that somebody is told. The daemon makes it; nobody else can."""

    id: int
    """Its id."""
    version: int
    """Grows with each change."""
    created_at: str
    """When it was created."""
    updated_at: str
    """When it was changed last."""
    deleted_at: str | None = None
    """When it was removed; null while it is there."""
    user_id: int
    """Id of the user whose it is; 0 is the local owner, while there is no user."""
    kind: NotificationKind | str
    """What kind of thing it is."""
    source: str
    """What it is about; the same for two notifications about the same thing."""
    title: str
    """What has happened, in one line."""
    text: str = ""
    """What else there is to say of it."""
    subject: str = ""
    """The name of the task, account or model server that it is about, or of the admin; with `kind` it says for
    programs what `title` says. Empty where there is no name, and from an older daemon.
    """
    detail: NotificationDetail | None = None
    """What `text` says, for programs; null where there is nothing more to say, and from an older daemon."""
    task_id: int | None = None
    """The task that it is about; null for none."""
    approval_id: int | None = None
    """What is asked of a person; null for nothing."""
    read: bool
    """Whether it was read, or what it asks for is settled: the question was answered, or the task waits no more."""
    read_at: str | None = None
    """Since when it counts as read; null until then."""
    failed_channels: list[NotificationChannel | str] = []
    """The ways by which it should have been sent out and could not be."""


class NotificationDetail(ServerData, kw_only=True):
    """What else there is to say of something, for programs; which members there are follows from the notification's
    `kind`.

    `approval`: `question`. `task_waiting`, `task_failed`: `cause`, where there is one. `quota`: `endsAt`. `account`:
    `spent` of `limit` in a `month`, in millionths of a `currency`. `access`: the `row` of which `rowKind`, until it
    `endsAt`, whether it was `opened`, and the admin's `note`. `backend_down`: `error`. The others have none.
    """

    question: ApprovalKind | str | None = None
    """What is asked."""
    cause: TaskCause | None = None
    """Why the task has failed, or waits."""
    ends_at: str | None = None
    """When the quota may be used again; until when the admin may read it."""
    spent: int | None = None
    """What was spent, in millionths."""
    limit: int | None = None
    """From which amount on somebody is told, in millionths."""
    month: str | None = None
    """The month, as `2026-11`."""
    currency: str | None = None
    """The account's currency."""
    row_kind: str | None = None
    """What kind of row it is."""
    row: int | None = None
    """Its id."""
    opened: bool | None = None
    """Whether the admin has read it by now."""
    note: str | None = None
    """What the admin said."""
    error: NotificationFailure | None = None
    """What went wrong."""


class NotificationFailure(ServerData, kw_only=True):
    """Why a model server is away: an error, in the daemon's words and for programs."""

    code: str
    """Code of an error."""
    message: str
    """What went wrong, in English."""
    reason: ErrorReason | str | None = None
    """More than the code says; only there when there is more."""


class NotificationPage(ServerData, kw_only=True):
    """The reply to `notification:list`; `nextCursor` is null on the last page."""

    items: list[Notification] = []
    """The entries of this page, in order."""
    next_cursor: str | None = None
    """What to send as `cursor` for the next page; null on the last one."""
    total: int | None = None
    """How many fit in all; only there if the request asked for it."""


class NotificationDeleted(ServerData, kw_only=True):
    """The reply to `notification:delete`."""

    notification_id: int
    """Id of a notification."""


class NotificationSubscribed(ServerData, kw_only=True):
    """The reply to `notification:subscribe`; the changes follow it, after the one of this number."""

    number: int
    """Of the change; grows from one to the next."""
    recovered: bool
    """Whether all changes after `since` will be told; else read the list again."""


class NotificationChanged(ServerData, kw_only=True):
    """Something has become of a notification; pushed to whoever has subscribed and sees it."""

    number: int
    """Of the change; grows from one to the next."""
    change: ChangeKind | str
    """What has become of it."""
    notification_id: int | None = None
    """Id of a notification."""
    item: Notification | None = None
    """The row as it is by now; null when it isn't there any more, or may not be seen."""


class NotificationUnsubscribed(ServerData, kw_only=True):
    """The reply to `notification:unsubscribe`."""


class NotificationReadDone(ServerData, kw_only=True):
    """The reply to `notification:read`."""

    changed: int
    """How many were not read before."""
    unread: int
    """How many are left to be read."""


class NotificationUnreadCount(ServerData, kw_only=True):
    """The reply to `notification:unread`."""

    unread: int
    """How many are left to be read."""


class NotificationCodeSent(ServerData, kw_only=True):
    """The reply to `notification:code`: the mail server has taken it."""

    address: str
    """Where it was sent."""


class NotificationConfirmed(ServerData, kw_only=True):
    """The reply to `notification:confirm`."""

    address: str
    """Where notifications go from now on."""
