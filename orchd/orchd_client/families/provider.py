"""Requests whose type begins with `provider`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import UNSET, UnsetType

from ..data.provider import (
    ProviderChanged,
    ProviderCreate,
    ProviderDelete,
    ProviderDeleted,
    ProviderGet,
    ProviderItem,
    ProviderList,
    ProviderOrder,
    ProviderPage,
    ProviderRestore,
    ProviderSubscribe,
    ProviderSubscribed,
    ProviderTest,
    ProviderTested,
    ProviderUnsubscribe,
    ProviderUnsubscribed,
    ProviderUpdate,
)
from ..data.shared import BackendKind
from ..runtime.facts import Call, FollowTerms
from ..runtime.link import Link
from ..runtime.streams import Subscription

_PROVIDER_CREATE = Call("provider:create", "provider:create", ProviderItem)
_PROVIDER_GET = Call("provider:get", "provider:get", ProviderItem)
_PROVIDER_LIST = Call("provider:list", "provider:list", ProviderPage)
_PROVIDER_UPDATE = Call("provider:update", "provider:update", ProviderItem)
_PROVIDER_DELETE = Call("provider:delete", "provider:delete", ProviderDeleted)
_PROVIDER_RESTORE = Call("provider:restore", "provider:restore", ProviderItem)
_PROVIDER_SUBSCRIBE = Call("provider:subscribe", "provider:subscribe", ProviderSubscribed)
_PROVIDER_SUBSCRIBE_TERMS = FollowTerms(
    pushes=frozenset({"provider:changed"}),
    end=Call("provider:unsubscribe", "provider:unsubscribe", ProviderUnsubscribed),
    end_data=lambda _: ProviderUnsubscribe(),
    since="since",
    number="number",
    recovered="recovered",
)
_PROVIDER_UNSUBSCRIBE = Call("provider:unsubscribe", "provider:unsubscribe", ProviderUnsubscribed)
_PROVIDER_TEST = Call("provider:test", "provider:test", ProviderTested)


class ProviderRequests:
    """`client.provider`."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def create(
        self,
        *,
        name: str,
        url: str,
        kind: BackendKind | None = None,
        credential_id: int | None = None,
        account_id: int | None = None,
        slots: int | None = None,
        models: Sequence[str] | None = None,
        aliases: Mapping[str, str] | None = None,
        connect_seconds: float | None = None,
        first_event_seconds: float | None = None,
        gap_seconds: float | None = None,
        total_seconds: float | None = None,
        active: bool | None = None,
        untested: bool | None = None,
    ) -> ProviderItem:
        """`provider:create`: store a provider.

        A model server: of the configuration, or added while the daemon runs.

        The server is tried before it is stored: it must be reached, take the key and list its models, else nothing is
        stored. With `untested` it is stored all the same; one that isn't `active` is not tried.

        Needs the right `admin`, of a token the scope `admin`.

        May raise `NotFoundError`, `ConflictError`, `TooLargeError`, `TimeoutError`, `UpstreamErrorError`, besides what
        any request may.
        """
        data = ProviderCreate(
            name=name,
            url=url,
            kind=kind,
            credential_id=credential_id,
            account_id=account_id,
            slots=slots,
            models=models,
            aliases=aliases,
            connect_seconds=connect_seconds,
            first_event_seconds=first_event_seconds,
            gap_seconds=gap_seconds,
            total_seconds=total_seconds,
            active=active,
            untested=untested,
        )
        return await self._link.request(_PROVIDER_CREATE, data)

    async def get(self, *, provider_id: int) -> ProviderItem:
        """`provider:get`: one of them.

        Needs the right `admin`, of a token the scope `admin`.

        May raise `NotFoundError`, besides what any request may.
        """
        data = ProviderGet(provider_id=provider_id)
        return await self._link.request(_PROVIDER_GET, data)

    async def list(
        self,
        *,
        active: bool | None = None,
        kind: BackendKind | None = None,
        order: ProviderOrder | None = None,
        descending: bool | None = None,
        deleted: bool | None = None,
        total: bool | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> ProviderPage:
        """`provider:list`: providers, those that the given members fit; `cursor` is the `nextCursor` of the page
        before.

        Needs the right `admin`, of a token the scope `admin`.
        """
        data = ProviderList(
            active=active,
            kind=kind,
            order=order,
            descending=descending,
            deleted=deleted,
            total=total,
            limit=limit,
            cursor=cursor,
        )
        return await self._link.request(_PROVIDER_LIST, data)

    async def update(
        self,
        *,
        provider_id: int,
        version: int | None = None,
        name: str | None = None,
        url: str | None = None,
        kind: BackendKind | None | UnsetType = UNSET,
        credential_id: int | None | UnsetType = UNSET,
        account_id: int | None | UnsetType = UNSET,
        slots: int | None | UnsetType = UNSET,
        models: Sequence[str] | None = None,
        aliases: Mapping[str, str] | None = None,
        connect_seconds: float | None = None,
        first_event_seconds: float | None = None,
        gap_seconds: float | None = None,
        total_seconds: float | None | UnsetType = UNSET,
        active: bool | None = None,
        untested: bool | None = None,
    ) -> ProviderItem:
        """`provider:update`: change the members that are given; null clears. With `version` only if it is still that
        one.

        The server is tried before it is stored: it must be reached, take the key and list its models, else nothing is
        stored. With `untested` it is stored all the same; one that isn't `active` is not tried.

        Needs the right `admin`, of a token the scope `admin`.

        May raise `NotFoundError`, `ConflictError`, `TooLargeError`, `TimeoutError`, `UpstreamErrorError`, besides what
        any request may.
        """
        data = ProviderUpdate(
            provider_id=provider_id,
            version=version,
            name=name,
            url=url,
            kind=kind,
            credential_id=credential_id,
            account_id=account_id,
            slots=slots,
            models=models,
            aliases=aliases,
            connect_seconds=connect_seconds,
            first_event_seconds=first_event_seconds,
            gap_seconds=gap_seconds,
            total_seconds=total_seconds,
            active=active,
            untested=untested,
        )
        return await self._link.request(_PROVIDER_UPDATE, data)

    async def delete(self, *, provider_id: int) -> ProviderDeleted:
        """`provider:delete`: remove a provider; for some time it can be restored.

        Needs the right `admin`, of a token the scope `admin`.

        May raise `NotFoundError`, `ConflictError`, besides what any request may.
        """
        data = ProviderDelete(provider_id=provider_id)
        return await self._link.request(_PROVIDER_DELETE, data)

    async def restore(self, *, provider_id: int) -> ProviderItem:
        """`provider:restore`: have a provider back that was removed.

        Needs the right `admin`, of a token the scope `admin`.

        May raise `NotFoundError`, `ConflictError`, besides what any request may.
        """
        data = ProviderRestore(provider_id=provider_id)
        return await self._link.request(_PROVIDER_RESTORE, data)

    def subscribe(self, *, since: int | None = None) -> Subscription[ProviderSubscribed, ProviderChanged]:
        """`provider:subscribe`: be told what becomes of providers. With `since`, also what has become of them after
        that change.

        Needs the right `admin`, of a token the scope `admin`.
        """
        data = ProviderSubscribe(since=since)
        return Subscription(self._link, _PROVIDER_SUBSCRIBE, data, _PROVIDER_SUBSCRIBE_TERMS)

    async def unsubscribe(self) -> ProviderUnsubscribed:
        """`provider:unsubscribe`: be told no more what becomes of providers.

        Needs the right `admin`, of a token the scope `admin`.
        """
        data = ProviderUnsubscribe()
        return await self._link.request(_PROVIDER_UNSUBSCRIBE, data)

    async def test(
        self,
        *,
        provider_id: int | None = None,
        url: str | None = None,
        kind: BackendKind | None | UnsetType = UNSET,
        credential_id: int | None | UnsetType = UNSET,
    ) -> ProviderTested:
        """`provider:test`: ask a model server for its list of models, nothing else: one that is there, or one at a
        `url` that is not stored yet. What is given besides `providerId` takes the place of what is stored.

        Needs the right `admin`, of a token the scope `admin`.

        May raise `NotFoundError`, `TooLargeError`, `TimeoutError`, `UpstreamErrorError`, besides what any request may.
        """
        data = ProviderTest(provider_id=provider_id, url=url, kind=kind, credential_id=credential_id)
        return await self._link.request(_PROVIDER_TEST, data)
