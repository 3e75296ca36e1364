"""Frames of accounts besides those of all entities: what was spent."""

from typing import Annotated

from msgspec import Meta, Struct

from orchd.features.account.account import Currency
from orchd.protocol.page import PageSize
from orchd.protocol.types import MAX_INTEGER, ClientPayload, Count, ModelName, RowId, ServerPayload, Timestamp

AccountDayCursor = Annotated[str, Meta(min_length=1, max_length=300)]
AccountUsageCursor = Annotated[str, Meta(min_length=1, max_length=20)]


class AccountUsage(ClientPayload, frozen=True):
    """`account:usage`: what was spent of an account, by days and models, the latest day first."""

    account_id: RowId
    days: Annotated[int, Meta(ge=1, le=366)] = 31
    """How many days back, today included; by UTC."""
    limit: PageSize = 100
    cursor: AccountDayCursor | None = None


class AccountDayItem(Struct, frozen=True, rename="camel"):
    """What was asked of a model on a day, and what that cost."""

    day: str
    """The day in UTC, such as `2026-11-29`."""
    model: str
    """The model's id."""
    requests: Count
    """How many requests took tokens."""
    prompt_tokens: Count
    completion_tokens: Count
    cost_micros: Count
    """What they cost, in millionths of a unit of the account's currency, as far as prices were known."""
    unpriced: Count
    """How many of the requests had no price, and count as nothing."""


class AccountUsageReport(ServerPayload, frozen=True):
    """The reply to `account:usage`; `nextCursor` is null on the last page."""

    account_id: RowId
    currency: Currency
    """In what it counts, by three letters."""
    items: list[AccountDayItem]
    next_cursor: str | None


class AccountUsageList(ClientPayload, frozen=True):
    """`account:usage:list`: single requests that took something of an account, the latest first."""

    account_id: RowId
    model: ModelName | None = None
    """Only of this model, by its id."""
    task_id: RowId | None = None
    """Only for this task."""
    limit: PageSize = 50
    cursor: AccountUsageCursor | None = None


class AccountUsageItem(Struct, frozen=True, rename="camel"):
    """A request to a model server that belongs to an account."""

    id: RowId
    at: Timestamp
    """When it ended."""
    user_id: Annotated[int, Meta(ge=-2, le=MAX_INTEGER)]
    """Id of the user for whom it was; 0 is the local owner, -1 the daemon itself."""
    task_id: RowId | None
    """Id of the task for which it was; null for none."""
    backend: str
    model: str
    """The model's id."""
    requests: Count
    """How many requests these are: one, unless the database was away for long."""
    prompt_tokens: Count
    completion_tokens: Count
    cost_micros: Count | None
    """What it cost, in millionths of a unit of the account's currency; null where no price was known."""


class AccountUsagePage(ServerPayload, frozen=True):
    """The reply to `account:usage:list`; `nextCursor` is null on the last page."""

    items: list[AccountUsageItem]
    next_cursor: str | None
