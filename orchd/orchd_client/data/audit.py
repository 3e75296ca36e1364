"""The data of frames that `audit` has."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

from ..runtime.messages import RequestData, ServerData
from .shared import ChangeKind

AuditOutcome: TypeAlias = Literal["done", "failed", "refused"]
"""What became of it: `refused` where whoever asked may not, or is unknown. Later daemons may send others."""


class AuditList(RequestData, kw_only=True):
    """`audit:list`: who did what, the latest first; `cursor` is the `nextCursor` of the page before."""

    limit: int | None = None
    """How many entries a page may have. 1 to 200. When it is left out: 50."""
    cursor: str | None = None
    """The `nextCursor` of the page before; without one, the first page. 1 to 20 characters."""
    user_id: int | None = None
    """Only what this user did."""
    action: str | None = None
    """Only this action, such as `user:update`. 1 to 64 characters."""
    since: str | None = None
    """Only what happened from then on. At most 35 characters."""
    until: str | None = None
    """Only what happened before then. At most 35 characters."""
    target_kind: str | None = None
    """Only what was done to things of this kind, such as `user`. 1 to 32 characters."""
    target_id: str | None = None
    """Only what was done to the thing of this id or name. 1 to 200 characters."""
    owner_id: int | None = None
    """Only what was done to things of this user."""
    outcome: AuditOutcome | None = None
    """Only what ended so."""
    total: bool | None = None
    """Whether to count all that fit; the page then says how many there are. When it is left out: False."""


class AuditMine(RequestData, kw_only=True):
    """`audit:mine`: what you did, and what others did with what is yours, the latest first."""

    limit: int | None = None
    """How many entries a page may have. 1 to 200. When it is left out: 50."""
    cursor: str | None = None
    """The `nextCursor` of the page before; without one, the first page. 1 to 20 characters."""


class AuditSubscribe(RequestData, kw_only=True):
    """`audit:subscribe`: for admins: be told each row as it is written, those that the members fit. It takes the
    place of an earlier one. With `since`, also those that came after that change.
    """

    action: str | None = None
    """Only this action, such as `user:update`. 1 to 64 characters."""
    outcome: AuditOutcome | None = None
    """Only what ended so."""
    since: int | None = None
    """The `number` of the last change that was told."""


class AuditUnsubscribe(RequestData, kw_only=True):
    """`audit:unsubscribe`: no more of that."""


class AuditPage(ServerData, kw_only=True):
    """The reply to `audit:list` and `audit:mine`; `nextCursor` is null on the last page."""

    items: list[AuditItem] = []
    """The entries of this page, in order."""
    next_cursor: str | None = None
    """What to send as `cursor` for the next page; null on the last one."""
    total: int | None = None
    """How many rows fit, if that was asked for."""


class AuditItem(ServerData, kw_only=True):
    """A row of the audit log."""

    id: int
    """Its id."""
    at: str
    """When it happened; the first time, where it happened several times."""
    user_id: int | None = None
    """Who did it; null for nobody who was recognised, and for the command line."""
    name: str
    """What they were called then."""
    token_id: int | None = None
    """The token by which they did it."""
    address: str
    """From where, as far as that is known."""
    action: str
    """What was done: most are called like the request."""
    target_kind: str
    """What kind of thing it was done to; empty where there is none."""
    target_id: str
    """The id, or the name, of the thing."""
    target_name: str | None = None
    """What the user or the team that it was done to is called now; null for other things, and for one that is gone."""
    owner_id: int | None = None
    """Whose thing it was, where that matters."""
    owner_name: str | None = None
    """What that user is called now; null for nobody, and for one who is gone."""
    outcome: AuditOutcome | str
    """How it ended."""
    before: dict[str, Any] | None = None
    """What the thing was, without secrets."""
    after: dict[str, Any] | None = None
    """What it became, without secrets."""
    times: int
    """How often it happened within a minute."""


class AuditSubscribed(ServerData, kw_only=True):
    """The reply to `audit:subscribe`; the rows follow it, after the change of this number."""

    number: int
    """Of the latest change."""
    recovered: bool
    """Whether all rows after `since` will be told; else read the list again."""


class AuditChanged(ServerData, kw_only=True):
    """A row of the audit log was written, or counts something once more; pushed to admins who have subscribed."""

    number: int
    """Of the change; grows from one to the next."""
    change: ChangeKind | str
    """`created`; `updated`: it has happened again; `deleted`: it is gone by now; `reset`: read the list again."""
    audit_id: int | None = None
    """Which row; null for `reset`."""
    item: AuditItem | None = None
    """The row; null when it is gone."""


class AuditUnsubscribed(ServerData, kw_only=True):
    """The reply to `audit:unsubscribe`."""
