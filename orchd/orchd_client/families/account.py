"""Requests whose type begins with `account`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import UNSET, UnsetType

from ..data.account import (
    AccountChanged,
    AccountCreate,
    AccountDelete,
    AccountDeleted,
    AccountGet,
    AccountItem,
    AccountList,
    AccountOrder,
    AccountPage,
    AccountPriceDraft,
    AccountRestore,
    AccountSubscribe,
    AccountSubscribed,
    AccountUnsubscribe,
    AccountUnsubscribed,
    AccountUpdate,
    AccountUsage,
    AccountUsageList,
    AccountUsagePage,
    AccountUsageReport,
)
from ..runtime.facts import Call, FollowTerms
from ..runtime.link import Link
from ..runtime.streams import Subscription

_ACCOUNT_USAGE = Call("account:usage", "account:usage", AccountUsageReport, safe=True)
_ACCOUNT_USAGE_LIST = Call("account:usage:list", "account:usage:list", AccountUsagePage, safe=True)
_ACCOUNT_CREATE = Call("account:create", "account:create", AccountItem)
_ACCOUNT_GET = Call("account:get", "account:get", AccountItem, safe=True)
_ACCOUNT_LIST = Call("account:list", "account:list", AccountPage, safe=True)
_ACCOUNT_UPDATE = Call("account:update", "account:update", AccountItem)
_ACCOUNT_DELETE = Call("account:delete", "account:delete", AccountDeleted)
_ACCOUNT_RESTORE = Call("account:restore", "account:restore", AccountItem)
_ACCOUNT_SUBSCRIBE = Call("account:subscribe", "account:subscribe", AccountSubscribed, safe=True)
_ACCOUNT_SUBSCRIBE_TERMS = FollowTerms(
    pushes=frozenset({"account:changed"}),
    end=Call("account:unsubscribe", "account:unsubscribe", AccountUnsubscribed),
    end_data=lambda _: AccountUnsubscribe(),
    since="since",
    number="number",
    recovered="recovered",
)
_ACCOUNT_UNSUBSCRIBE = Call("account:unsubscribe", "account:unsubscribe", AccountUnsubscribed, safe=True)


class AccountUsageRequests:
    """`client.account.usage`."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def __call__(
        self,
        *,
        account_id: int,
        days: int | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> AccountUsageReport:
        """`account:usage`: what was spent of an account, by days and models, the latest day first.

        Needs the right `read`, of a token the scope `workspace`.

        May raise `NotFoundError`, besides what any request may.
        """
        data = AccountUsage(account_id=account_id, days=days, limit=limit, cursor=cursor)
        return await self._link.request(_ACCOUNT_USAGE, data)

    async def list(
        self,
        *,
        account_id: int,
        model: str | None = None,
        task_id: int | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> AccountUsagePage:
        """`account:usage:list`: single requests that took something of an account, the latest first.

        Needs the right `read`, of a token the scope `workspace`.

        May raise `NotFoundError`, besides what any request may.
        """
        data = AccountUsageList(account_id=account_id, model=model, task_id=task_id, limit=limit, cursor=cursor)
        return await self._link.request(_ACCOUNT_USAGE_LIST, data)


class AccountRequests:
    """`client.account`."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self.usage = AccountUsageRequests(link)

    async def create(
        self,
        *,
        name: str,
        service: str,
        account_identifier: str | None = None,
        credential_id: int | None = None,
        currency: str | None = None,
        credit_limit: int | None = None,
        alert_threshold: int | None = None,
        credit_balance: int | None = None,
        prices: Sequence[AccountPriceDraft] | None = None,
        metadata: Mapping[str, str | int | float | bool | None] | None = None,
        active: bool | None = None,
    ) -> AccountItem:
        """`account:create`: store an account.

        An account at a service that wants money. Money is counted in millionths of a unit of its currency.

        Needs the right `own`, of a token the scope `workspace`.

        May raise `NotFoundError`, `ConflictError`, `TooLargeError`, besides what any request may.
        """
        data = AccountCreate(
            name=name,
            service=service,
            account_identifier=account_identifier,
            credential_id=credential_id,
            currency=currency,
            credit_limit=credit_limit,
            alert_threshold=alert_threshold,
            credit_balance=credit_balance,
            prices=prices,
            metadata=metadata,
            active=active,
        )
        return await self._link.request(_ACCOUNT_CREATE, data)

    async def get(self, *, account_id: int) -> AccountItem:
        """`account:get`: one of them.

        Needs the right `read`, of a token the scope `workspace`.

        May raise `NotFoundError`, besides what any request may.
        """
        data = AccountGet(account_id=account_id)
        return await self._link.request(_ACCOUNT_GET, data)

    async def list(
        self,
        *,
        service: str | None = None,
        active: bool | None = None,
        order: AccountOrder | None = None,
        descending: bool | None = None,
        deleted: bool | None = None,
        total: bool | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> AccountPage:
        """`account:list`: accounts, those that the given members fit; `cursor` is the `nextCursor` of the page before.

        Needs the right `read`, of a token the scope `workspace`.
        """
        data = AccountList(
            service=service,
            active=active,
            order=order,
            descending=descending,
            deleted=deleted,
            total=total,
            limit=limit,
            cursor=cursor,
        )
        return await self._link.request(_ACCOUNT_LIST, data)

    async def update(
        self,
        *,
        account_id: int,
        version: int | None = None,
        name: str | None = None,
        service: str | None = None,
        account_identifier: str | None = None,
        credential_id: int | None | UnsetType = UNSET,
        currency: str | None = None,
        credit_limit: int | None | UnsetType = UNSET,
        alert_threshold: int | None | UnsetType = UNSET,
        credit_balance: int | None | UnsetType = UNSET,
        prices: Sequence[AccountPriceDraft] | None = None,
        metadata: Mapping[str, str | int | float | bool | None] | None = None,
        active: bool | None = None,
    ) -> AccountItem:
        """`account:update`: change the members that are given; null clears. With `version` only if it is still that
        one.

        Needs the right `own`, of a token the scope `workspace`.

        May raise `NotFoundError`, `ConflictError`, `TooLargeError`, besides what any request may.
        """
        data = AccountUpdate(
            account_id=account_id,
            version=version,
            name=name,
            service=service,
            account_identifier=account_identifier,
            credential_id=credential_id,
            currency=currency,
            credit_limit=credit_limit,
            alert_threshold=alert_threshold,
            credit_balance=credit_balance,
            prices=prices,
            metadata=metadata,
            active=active,
        )
        return await self._link.request(_ACCOUNT_UPDATE, data)

    async def delete(self, *, account_id: int) -> AccountDeleted:
        """`account:delete`: remove an account; for some time it can be restored.

        Needs the right `own`, of a token the scope `workspace`.

        May raise `NotFoundError`, besides what any request may.
        """
        data = AccountDelete(account_id=account_id)
        return await self._link.request(_ACCOUNT_DELETE, data)

    async def restore(self, *, account_id: int) -> AccountItem:
        """`account:restore`: have an account back that was removed.

        Needs the right `own`, of a token the scope `workspace`.

        May raise `NotFoundError`, `ConflictError`, besides what any request may.
        """
        data = AccountRestore(account_id=account_id)
        return await self._link.request(_ACCOUNT_RESTORE, data)

    def subscribe(self, *, since: int | None = None) -> Subscription[AccountSubscribed, AccountChanged]:
        """`account:subscribe`: be told what becomes of accounts. With `since`, also what has become of them after that
        change.

        Needs the right `read`, of a token the scope `workspace`.
        """
        data = AccountSubscribe(since=since)
        return Subscription(self._link, _ACCOUNT_SUBSCRIBE, data, _ACCOUNT_SUBSCRIBE_TERMS)

    async def unsubscribe(self) -> AccountUnsubscribed:
        """`account:unsubscribe`: be told no more what becomes of accounts.

        Needs the right `read`, of a token the scope `workspace`.
        """
        data = AccountUnsubscribe()
        return await self._link.request(_ACCOUNT_UNSUBSCRIBE, data)
