"""Frames of the audit log."""

from typing import Annotated, Any, TypeAlias

from msgspec import UNSET, Meta, Struct, UnsetType

from orchd.entity.wire import ChangeKind
from orchd.features.audit.entries import AuditOutcome
from orchd.protocol.frame_type import FrameType
from orchd.protocol.page import PageSize
from orchd.protocol.types import MAX_INTEGER, ClientPayload, Count, Moment, RowId, ServerPayload, Timestamp

UserId: TypeAlias = Annotated[int, Meta(ge=0, le=MAX_INTEGER, description="Id of a user; 0 is the local owner.")]
RowCursor = Annotated[str, Meta(min_length=1, max_length=20)]


class AuditList(ClientPayload, frozen=True):
    """`audit:list`: who did what, the latest first; `cursor` is the `nextCursor` of the page before."""

    limit: PageSize = 50
    cursor: RowCursor | None = None
    user_id: UserId | None = None
    """Only what this user did."""
    action: Annotated[str, Meta(min_length=1, max_length=64)] | None = None
    """Only this action, such as `user:update`."""
    since: Moment | None = None
    """Only what happened from then on."""
    until: Moment | None = None
    """Only what happened before then."""
    target_kind: Annotated[str, Meta(min_length=1, max_length=32)] | None = None
    """Only what was done to things of this kind, such as `user`."""
    target_id: Annotated[str, Meta(min_length=1, max_length=200)] | None = None
    """Only what was done to the thing of this id or name."""
    owner_id: UserId | None = None
    """Only what was done to things of this user."""
    outcome: AuditOutcome | None = None
    """Only what ended so."""
    total: bool = False
    """Whether to count all that fit; the page then says how many there are."""


class AuditMine(ClientPayload, frozen=True):
    """`audit:mine`: what you did, and what others did with what is yours, the latest first."""

    limit: PageSize = 50
    cursor: RowCursor | None = None


class AuditSubscribe(ClientPayload, frozen=True):
    """`audit:subscribe`: for admins: be told each row as it is written, those that the members fit. It takes the place
    of an earlier one. With `since`, also those that came after that change."""

    action: Annotated[str, Meta(min_length=1, max_length=64)] | None = None
    """Only this action, such as `user:update`."""
    outcome: AuditOutcome | None = None
    """Only what ended so."""
    since: Count | None = None
    """The `number` of the last change that was told."""


class AuditSubscribed(ServerPayload, frozen=True):
    """The reply to `audit:subscribe`; the rows follow it, after the change of this number."""

    number: Count
    """Of the latest change."""
    recovered: bool
    """Whether all rows after `since` will be told; else read the list again."""


class AuditUnsubscribe(ClientPayload, frozen=True):
    """`audit:unsubscribe`: no more of that."""


class AuditUnsubscribed(ServerPayload, frozen=True):
    """The reply to `audit:unsubscribe`."""


class AuditItem(Struct, frozen=True, rename="camel"):
    """A row of the audit log."""

    id: RowId
    at: Timestamp
    """When it happened; the first time, where it happened several times."""
    user_id: UserId | None
    """Who did it; null for nobody who was recognised, and for the command line."""
    name: str
    """What they were called then."""
    token_id: RowId | None
    """The token by which they did it."""
    address: str
    """From where, as far as that is known."""
    action: str
    """What was done: most are called like the request."""
    target_kind: str
    """What kind of thing it was done to; empty where there is none."""
    target_id: str
    """The id, or the name, of the thing."""
    target_name: str | None
    """What the user or the team that it was done to is called now; null for other things, and for one that is gone."""
    owner_id: UserId | None
    """Whose thing it was, where that matters."""
    owner_name: str | None
    """What that user is called now; null for nobody, and for one who is gone."""
    outcome: AuditOutcome
    before: dict[str, Any] | None
    """What the thing was, without secrets."""
    after: dict[str, Any] | None
    """What it became, without secrets."""
    times: Count
    """How often it happened within a minute."""


class AuditPage(Struct, frozen=True, rename="camel"):
    """The reply to `audit:list` and `audit:mine`; `nextCursor` is null on the last page."""

    items: list[AuditItem]
    next_cursor: str | None
    total: Count | UnsetType = UNSET
    """How many rows fit, if that was asked for."""


class AuditChanged(ServerPayload, frozen=True):
    """A row of the audit log was written, or counts something once more; pushed to admins who have subscribed."""

    number: Count
    """Of the change; grows from one to the next."""
    change: ChangeKind
    """`created`; `updated`: it has happened again; `deleted`: it is gone by now; `reset`: read the list again."""
    audit_id: RowId | None
    """Which row; null for `reset`."""
    item: AuditItem | None
    """The row; null when it is gone."""


CHANGED = FrameType("audit:changed", AuditChanged)
