"""What people are told by the daemon, as payloads."""

from typing import Annotated, ClassVar, Literal, TypeAlias

from msgspec import UNSET, Meta, Struct, UnsetType

from orchd.entity import NamedColumn
from orchd.entity.wire import OwnItem
from orchd.features.task import ApprovalKind, TaskCause
from orchd.protocol.types import ClientPayload, Count, ErrorReason, RowId, ServerPayload, Timestamp

NotificationKind: TypeAlias = Annotated[
    Literal[
        "approval",
        "task_waiting",
        "task_completed",
        "task_failed",
        "quota",
        "account",
        "backend_down",
        "backup_failed",
        "access",
    ],
    Meta(
        title="NotificationKind",
        description="What somebody is told: that a task asks them something, waits for them otherwise, is completed or "
        "has failed; that a quota of theirs is used up, or an account has spent its threshold; "
        "that an admin was let at a row of theirs (`access`); and admins, that a model server is away, or a scheduled "
        "backup has failed.",
    ),
]
NotificationChannel: TypeAlias = Annotated[
    Literal["webhook", "ntfy", "email"],
    Meta(title="NotificationChannel", description="A way by which notifications are sent out."),
]
MAX_TITLE, MAX_TEXT = 600, 4_000


class NotificationFailure(Struct, frozen=True):
    """Why a model server is away: an error, in the daemon's words and for programs."""

    code: str
    message: str
    reason: ErrorReason | UnsetType = UNSET


class NotificationDetail(Struct, frozen=True, rename="camel", kw_only=True):
    """What else there is to say of something, for programs; which members there are follows from the notification's
    `kind`.

    `approval`: `question`. `task_waiting`, `task_failed`: `cause`, where there is one. `quota`: `endsAt`. `account`:
    `spent` of `limit` in a `month`, in millionths of a `currency`. `access`: the `row` of which `rowKind`, until it
    `endsAt`, whether it was `opened`, and the admin's `note`. `backend_down`: `error`. The others have none.
    """

    question: ApprovalKind | UnsetType = UNSET
    cause: TaskCause | UnsetType = UNSET
    ends_at: Timestamp | UnsetType = UNSET
    spent: Count | UnsetType = UNSET
    limit: Count | UnsetType = UNSET
    month: str | UnsetType = UNSET
    currency: str | UnsetType = UNSET
    row_kind: str | UnsetType = UNSET
    row: RowId | UnsetType = UNSET
    opened: bool | UnsetType = UNSET
    note: str | UnsetType = UNSET
    error: NotificationFailure | UnsetType = UNSET


class NotificationDraft(Struct, frozen=True, kw_only=True):
    """A notification that is about to be stored. `source`: what it is about; one user is told of each only once."""

    kind: NotificationKind
    source: Annotated[str, Meta(min_length=1, max_length=200)]
    title: Annotated[str, Meta(min_length=1, max_length=MAX_TITLE)]
    text: Annotated[str, Meta(max_length=MAX_TEXT)] = ""
    subject: Annotated[str, Meta(max_length=MAX_TITLE)] = ""
    detail: NotificationDetail | None = None
    task_id: RowId | None = None
    approval_id: RowId | None = None


class Notification(OwnItem, frozen=True, kw_only=True):
    """Something that somebody is told. The daemon makes it; nobody else can."""

    sent_whole: ClassVar[bool] = True

    kind: NotificationKind
    source: Annotated[str, Meta(min_length=1, max_length=200)]
    """What it is about; the same for two notifications about the same thing."""
    title: Annotated[str, Meta(min_length=1, max_length=MAX_TITLE)]
    """What has happened, in one line."""
    text: Annotated[str, Meta(max_length=MAX_TEXT)] = ""
    """What else there is to say of it."""
    subject: Annotated[str, Meta(max_length=MAX_TITLE)] = ""
    """The name of the task, account or model server that it is about, or of the admin; with `kind` it says for programs
    what `title` says. Empty where there is no name, and from an older daemon."""
    detail: NotificationDetail | None = None
    """What `text` says, for programs; null where there is nothing more to say, and from an older daemon."""
    task_id: RowId | None = None
    """The task that it is about; null for none."""
    approval_id: RowId | None = None
    """What is asked of a person; null for nothing."""
    read: Annotated[bool, NamedColumn("is_read")] = False
    """Whether it was read, or what it asks for is settled: the question was answered, or the task waits no more."""
    read_at: Timestamp | None = None
    """Since when it counts as read; null until then."""
    failed_channels: Annotated[tuple[NotificationChannel, ...], Meta(max_length=8)] = ()
    """The ways by which it should have been sent out and could not be."""


class NotificationRead(ClientPayload, frozen=True):
    """`notification:read`: note that notifications were read: those of these ids, or `all` that one has."""

    notification_ids: Annotated[tuple[RowId, ...], Meta(max_length=200)] = ()
    """Ids of notifications."""
    all: bool = False
    """Whether all are meant, also those that are not named."""


class NotificationReadDone(ServerPayload, frozen=True):
    """The reply to `notification:read`."""

    changed: Count
    """How many were not read before."""
    unread: Count
    """How many are left to be read."""


class NotificationCode(ClientPayload, frozen=True):
    """`notification:code`: send a code to the e-mail address that you have set (`notifications.email.address`)."""


class NotificationCodeSent(ServerPayload, frozen=True):
    """The reply to `notification:code`: the mail server has taken it."""

    address: str
    """Where it was sent."""


class NotificationConfirm(ClientPayload, frozen=True):
    """`notification:confirm`: show by the code that the e-mail address is yours; only then notifications go there."""

    code: Annotated[str, Meta(min_length=1, max_length=32)]
    """As the e-mail says it; blanks, dashes and case don't matter. It holds until the end of the next day (UTC)."""


class NotificationConfirmed(ServerPayload, frozen=True):
    """The reply to `notification:confirm`."""

    address: str
    """Where notifications go from now on."""


class NotificationUnread(ClientPayload, frozen=True):
    """`notification:unread`: how many notifications are left to be read."""


class NotificationUnreadCount(ServerPayload, frozen=True):
    """The reply to `notification:unread`."""

    unread: Count
    """How many are left to be read."""
