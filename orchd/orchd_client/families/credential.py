"""Requests whose type begins with `credential`."""

from __future__ import annotations

from ..data.credential import (
    CredentialChanged,
    CredentialCreate,
    CredentialDelete,
    CredentialDeleted,
    CredentialGet,
    CredentialItem,
    CredentialKind,
    CredentialList,
    CredentialPage,
    CredentialSubscribe,
    CredentialSubscribed,
    CredentialTest,
    CredentialTestOutcome,
    CredentialUnsubscribe,
    CredentialUnsubscribed,
    CredentialUpdate,
)
from ..runtime.facts import Call, FollowTerms
from ..runtime.link import Link
from ..runtime.streams import Subscription

_CREDENTIAL_CREATE = Call("credential:create", "credential:create", CredentialItem)
_CREDENTIAL_GET = Call("credential:get", "credential:get", CredentialItem, safe=True)
_CREDENTIAL_LIST = Call("credential:list", "credential:list", CredentialPage, safe=True)
_CREDENTIAL_UPDATE = Call("credential:update", "credential:update", CredentialItem)
_CREDENTIAL_DELETE = Call("credential:delete", "credential:delete", CredentialDeleted)
_CREDENTIAL_TEST = Call("credential:test", "credential:test", CredentialTestOutcome)
_CREDENTIAL_SUBSCRIBE = Call("credential:subscribe", "credential:subscribe", CredentialSubscribed, safe=True)
_CREDENTIAL_SUBSCRIBE_TERMS = FollowTerms(
    pushes=frozenset({"credential:changed"}),
    end=Call("credential:unsubscribe", "credential:unsubscribe", CredentialUnsubscribed),
    end_data=lambda _: CredentialUnsubscribe(),
    since="since",
    number="number",
    recovered="recovered",
)
_CREDENTIAL_UNSUBSCRIBE = Call("credential:unsubscribe", "credential:unsubscribe", CredentialUnsubscribed, safe=True)


class CredentialRequests:
    """`client.credential`."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def create(self, *, name: str, secret: str, kind: CredentialKind | None = None) -> CredentialItem:
        """`credential:create`: store a secret, sealed. No frame returns it.

        Needs the right `change`, of a token the scope `admin`.

        May raise `ConflictError`, besides what any request may.
        """
        data = CredentialCreate(name=name, secret=secret, kind=kind)
        return await self._link.request(_CREDENTIAL_CREATE, data)

    async def get(self, *, credential_id: int) -> CredentialItem:
        """`credential:get`: one of them, without its secret.

        Needs the right `read`, of a token the scope `admin`.

        May raise `NotFoundError`, besides what any request may.
        """
        data = CredentialGet(credential_id=credential_id)
        return await self._link.request(_CREDENTIAL_GET, data)

    async def list(
        self,
        *,
        kind: CredentialKind | None = None,
        limit: int | None = None,
        cursor: str | None = None,
        total: bool | None = None,
    ) -> CredentialPage:
        """`credential:list`: in the order in which they were made; `cursor` is the `nextCursor` of the page before.

        Needs the right `read`, of a token the scope `admin`.
        """
        data = CredentialList(kind=kind, limit=limit, cursor=cursor, total=total)
        return await self._link.request(_CREDENTIAL_LIST, data)

    async def update(
        self,
        *,
        credential_id: int,
        name: str | None = None,
        secret: str | None = None,
        version: int | None = None,
    ) -> CredentialItem:
        """`credential:update`: change the members that are given. A new secret forgets what came of the last test.

        Needs the right `change`, of a token the scope `admin`.

        May raise `NotFoundError`, `ConflictError`, besides what any request may.
        """
        data = CredentialUpdate(credential_id=credential_id, name=name, secret=secret, version=version)
        return await self._link.request(_CREDENTIAL_UPDATE, data)

    async def delete(self, *, credential_id: int) -> CredentialDeleted:
        """`credential:delete`: remove a credential. A model server that is sent it is unavailable from then on.

        Needs the right `change`, of a token the scope `admin`.

        May raise `NotFoundError`, besides what any request may.
        """
        data = CredentialDelete(credential_id=credential_id)
        return await self._link.request(_CREDENTIAL_DELETE, data)

    async def test(self, *, credential_id: int, backend: str) -> CredentialTestOutcome:
        """`credential:test`: ask a configured model server for its list of models with it, nothing else.

        Needs the right `change`, of a token the scope `admin`.

        May raise `NotFoundError`, `ConflictError`, `TooLargeError`, `TimeoutError`, `UpstreamErrorError`, besides what
        any request may.
        """
        data = CredentialTest(credential_id=credential_id, backend=backend)
        return await self._link.request(_CREDENTIAL_TEST, data)

    def subscribe(self, *, since: int | None = None) -> Subscription[CredentialSubscribed, CredentialChanged]:
        """`credential:subscribe`: be told what becomes of credentials. With `since`, also what has become of them after
        that change.

        Needs the right `read`, of a token the scope `admin`.
        """
        data = CredentialSubscribe(since=since)
        return Subscription(self._link, _CREDENTIAL_SUBSCRIBE, data, _CREDENTIAL_SUBSCRIBE_TERMS)

    async def unsubscribe(self) -> CredentialUnsubscribed:
        """`credential:unsubscribe`: be told no more what becomes of credentials.

        Needs the right `read`, of a token the scope `admin`.
        """
        data = CredentialUnsubscribe()
        return await self._link.request(_CREDENTIAL_UNSUBSCRIBE, data)
