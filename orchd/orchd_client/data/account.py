"""The data of frames that `account` has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, TypeAlias

from msgspec import UNSET, UnsetType

from ..runtime.messages import RequestData, ServerData
from .shared import ChangeKind

AccountOrder: TypeAlias = Literal["createdAt", "name", "updatedAt"]
"""By what accounts are ordered."""


class AccountCreate(RequestData, kw_only=True):
    """`account:create`: store an account.

    An account at a service that wants money. Money is counted in millionths of a unit of its currency.
    """

    name: str
    """Its name. 1 to 200 characters."""
    service: str
    """Who provides it. 1 to 100 characters."""
    account_identifier: str | None = None
    """What the service calls it. At most 255 characters."""
    credential_id: int | None = None
    """Id of a credential."""
    currency: str | None = None
    """In what it counts, by three letters. At most 3 characters. When it is left out: "USD"."""
    credit_limit: int | None = None
    """How much may be spent in a month of UTC, in millionths; null for any amount."""
    alert_threshold: int | None = None
    """From how much in a month on its owner is told, in millionths; null for never."""
    credit_balance: int | None = None
    """What was left at the service when somebody looked, in millionths: the daemon neither asks for it nor counts it
    down.
    """
    prices: Sequence[AccountPriceDraft] | None = None
    """What its models cost; those without a price count as nothing. At most 200 of them. When it is left out: []."""
    metadata: Mapping[str, str | int | float | bool | None] | None = None
    """What else is to be kept with it. At most 32 of them."""
    active: bool | None = None
    """Whether model servers that belong to it are asked. When it is left out: True."""


class AccountPriceDraft(RequestData, kw_only=True):
    """What a model costs, or every other one: millionths of a unit of the account's currency for a million tokens."""

    prompt_per_million: int
    """For a million tokens that are read. 0 to 1000000000000."""
    completion_per_million: int
    """For a million tokens that are generated. 0 to 1000000000000."""
    model: str | None = None
    """Id of the model, as its server calls it; null for all that are not named. 1 to 256 characters."""


class AccountGet(RequestData, kw_only=True):
    """`account:get`: one of them."""

    account_id: int
    """Id of an account."""


class AccountList(RequestData, kw_only=True):
    """`account:list`: accounts, those that the given members fit; `cursor` is the `nextCursor` of the page before."""

    service: str | None = None
    """Only those with this value. Who provides it. 1 to 100 characters."""
    active: bool | None = None
    """Only those with this value. Whether model servers that belong to it are asked."""
    order: AccountOrder | None = None
    """By what they are ordered. `name` when it is left out."""
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


class AccountUpdate(RequestData, kw_only=True):
    """`account:update`: change the members that are given; null clears. With `version` only if it is still that one."""

    account_id: int
    """Id of an account."""
    version: int | None = None
    """The `version` that it was read with: another one by now is a `conflict`."""
    name: str | None = None
    """Its name. 1 to 200 characters."""
    service: str | None = None
    """Who provides it. 1 to 100 characters."""
    account_identifier: str | None = None
    """What the service calls it. At most 255 characters."""
    credential_id: int | None | UnsetType = UNSET
    """Id of a credential."""
    currency: str | None = None
    """In what it counts, by three letters. At most 3 characters."""
    credit_limit: int | None | UnsetType = UNSET
    """How much may be spent in a month of UTC, in millionths; null for any amount."""
    alert_threshold: int | None | UnsetType = UNSET
    """From how much in a month on its owner is told, in millionths; null for never."""
    credit_balance: int | None | UnsetType = UNSET
    """What was left at the service when somebody looked, in millionths: the daemon neither asks for it nor counts it
    down.
    """
    prices: Sequence[AccountPriceDraft] | None = None
    """What its models cost; those without a price count as nothing. At most 200 of them."""
    metadata: Mapping[str, str | int | float | bool | None] | None = None
    """What else is to be kept with it. At most 32 of them."""
    active: bool | None = None
    """Whether model servers that belong to it are asked."""


class AccountDelete(RequestData, kw_only=True):
    """`account:delete`: remove an account; for some time it can be restored."""

    account_id: int
    """Id of an account."""


class AccountRestore(RequestData, kw_only=True):
    """`account:restore`: have an account back that was removed."""

    account_id: int
    """Id of an account."""


class AccountSubscribe(RequestData, kw_only=True):
    """`account:subscribe`: be told what becomes of accounts. With `since`, also what has become of them after that
    change.
    """

    since: int | None = None
    """The `number` of the last change that was told."""


class AccountUnsubscribe(RequestData, kw_only=True):
    """`account:unsubscribe`: be told no more what becomes of accounts."""


class AccountUsage(RequestData, kw_only=True):
    """`account:usage`: what was spent of an account, by days and models, the latest day first."""

    account_id: int
    """Id of an account."""
    days: int | None = None
    """How many days back, today included; by UTC. 1 to 366. When it is left out: 31."""
    limit: int | None = None
    """How many entries a page may have. 1 to 200. When it is left out: 100."""
    cursor: str | None = None
    """The `nextCursor` of the page before; without one, the first page. 1 to 300 characters."""


class AccountUsageList(RequestData, kw_only=True):
    """`account:usage:list`: single requests that took something of an account, the latest first."""

    account_id: int
    """Id of an account."""
    model: str | None = None
    """Only of this model, by its id. 1 to 256 characters."""
    task_id: int | None = None
    """Only for this task."""
    limit: int | None = None
    """How many entries a page may have. 1 to 200. When it is left out: 50."""
    cursor: str | None = None
    """The `nextCursor` of the page before; without one, the first page. 1 to 20 characters."""


class AccountItem(ServerData, kw_only=True):
    """An account at a service that wants money. Money is counted in millionths of a unit of its currency."""

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
    name: str
    """Its name."""
    service: str
    """Who provides it."""
    account_identifier: str = ""
    """What the service calls it."""
    credential_id: int | None = None
    """Id of a credential."""
    currency: str
    """In what it counts, by three letters."""
    credit_limit: int | None = None
    """How much may be spent in a month of UTC, in millionths; null for any amount."""
    alert_threshold: int | None = None
    """From how much in a month on its owner is told, in millionths; null for never."""
    credit_balance: int | None = None
    """What was left at the service when somebody looked, in millionths: the daemon neither asks for it nor counts it
    down.
    """
    prices: list[AccountPrice] = []
    """What its models cost; those without a price count as nothing."""
    metadata: dict[str, str | int | float | bool | None] = {}
    """What else is to be kept with it."""
    active: bool
    """Whether model servers that belong to it are asked."""
    last_sync: str | None = None
    """When the service was asked for the balance last; null for never: the daemon doesn't ask yet."""
    usage_this_month: int
    """What was spent in `usageMonth`, in millionths."""
    usage_month: str = ""
    """The month, by UTC, that `usageThisMonth` is about; empty before anything was spent."""


class AccountPrice(ServerData, kw_only=True):
    """What a model costs, or every other one: millionths of a unit of the account's currency for a million tokens."""

    prompt_per_million: int
    """For a million tokens that are read."""
    completion_per_million: int
    """For a million tokens that are generated."""
    model: str | None = None
    """Id of the model, as its server calls it; null for all that are not named."""


class AccountPage(ServerData, kw_only=True):
    """The reply to `account:list`; `nextCursor` is null on the last page."""

    items: list[AccountItem] = []
    """The entries of this page, in order."""
    next_cursor: str | None = None
    """What to send as `cursor` for the next page; null on the last one."""
    total: int | None = None
    """How many fit in all; only there if the request asked for it."""


class AccountDeleted(ServerData, kw_only=True):
    """The reply to `account:delete`."""

    account_id: int
    """Id of an account."""


class AccountSubscribed(ServerData, kw_only=True):
    """The reply to `account:subscribe`; the changes follow it, after the one of this number."""

    number: int
    """Of the change; grows from one to the next."""
    recovered: bool
    """Whether all changes after `since` will be told; else read the list again."""


class AccountChanged(ServerData, kw_only=True):
    """Something has become of an account; pushed to whoever has subscribed and sees it."""

    number: int
    """Of the change; grows from one to the next."""
    change: ChangeKind | str
    """What has become of it."""
    account_id: int | None = None
    """Id of an account."""
    item: AccountItem | None = None
    """The row as it is by now; null when it isn't there any more, or may not be seen."""


class AccountUnsubscribed(ServerData, kw_only=True):
    """The reply to `account:unsubscribe`."""


class AccountUsageReport(ServerData, kw_only=True):
    """The reply to `account:usage`; `nextCursor` is null on the last page."""

    account_id: int
    """Id of an account."""
    currency: str
    """In what it counts, by three letters."""
    items: list[AccountDayItem] = []
    """The entries of this page, in order."""
    next_cursor: str | None = None
    """What to send as `cursor` for the next page; null on the last one."""


class AccountDayItem(ServerData, kw_only=True):
    """What was asked of a model on a day, and what that cost."""

    day: str
    """The day in UTC, such as `2026-11-29`."""
    model: str
    """The model's id."""
    requests: int
    """How many requests took tokens."""
    prompt_tokens: int
    """Tokens that the model was given."""
    completion_tokens: int
    """Tokens that were generated."""
    cost_micros: int
    """What they cost, in millionths of a unit of the account's currency, as far as prices were known."""
    unpriced: int
    """How many of the requests had no price, and count as nothing."""


class AccountUsagePage(ServerData, kw_only=True):
    """The reply to `account:usage:list`; `nextCursor` is null on the last page."""

    items: list[AccountUsageItem] = []
    """The entries of this page, in order."""
    next_cursor: str | None = None
    """What to send as `cursor` for the next page; null on the last one."""


class AccountUsageItem(ServerData, kw_only=True):
    """A request to a model server that belongs to an account."""

    id: int
    """Its id."""
    at: str
    """When it ended."""
    user_id: int
    """Id of the user for whom it was; 0 is the local owner, -1 the daemon itself."""
    task_id: int | None = None
    """Id of the task for which it was; null for none."""
    backend: str
    """Name of the model server."""
    model: str
    """The model's id."""
    requests: int
    """How many requests these are: one, unless the database was away for long."""
    prompt_tokens: int
    """Tokens that the model was given."""
    completion_tokens: int
    """Tokens that were generated."""
    cost_micros: int | None = None
    """What it cost, in millionths of a unit of the account's currency; null where no price was known."""
