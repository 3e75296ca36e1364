"""Requests whose type begins with `audit`."""

from __future__ import annotations

from ..data.audit import (
    AuditChanged,
    AuditList,
    AuditMine,
    AuditOutcome,
    AuditPage,
    AuditSubscribe,
    AuditSubscribed,
    AuditUnsubscribe,
    AuditUnsubscribed,
)
from ..runtime.facts import Call, FollowTerms
from ..runtime.link import Link
from ..runtime.streams import Subscription

_AUDIT_LIST = Call("audit:list", "audit:list", AuditPage)
_AUDIT_MINE = Call("audit:mine", "audit:mine", AuditPage, safe=True)
_AUDIT_SUBSCRIBE = Call("audit:subscribe", "audit:subscribe", AuditSubscribed)
_AUDIT_SUBSCRIBE_TERMS = FollowTerms(
    pushes=frozenset({"audit:changed"}),
    end=Call("audit:unsubscribe", "audit:unsubscribe", AuditUnsubscribed),
    end_data=lambda _: AuditUnsubscribe(),
    since="since",
    number="number",
    recovered="recovered",
)
_AUDIT_UNSUBSCRIBE = Call("audit:unsubscribe", "audit:unsubscribe", AuditUnsubscribed)


class AuditRequests:
    """`client.audit`."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def list(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        user_id: int | None = None,
        action: str | None = None,
        since: str | None = None,
        until: str | None = None,
        target_kind: str | None = None,
        target_id: str | None = None,
        owner_id: int | None = None,
        outcome: AuditOutcome | None = None,
        total: bool | None = None,
    ) -> AuditPage:
        """`audit:list`: who did what, the latest first; `cursor` is the `nextCursor` of the page before.

        Needs the right `admin`, of a token the scope `admin`.
        """
        data = AuditList(
            limit=limit,
            cursor=cursor,
            user_id=user_id,
            action=action,
            since=since,
            until=until,
            target_kind=target_kind,
            target_id=target_id,
            owner_id=owner_id,
            outcome=outcome,
            total=total,
        )
        return await self._link.request(_AUDIT_LIST, data)

    async def mine(self, *, limit: int | None = None, cursor: str | None = None) -> AuditPage:
        """`audit:mine`: what you did, and what others did with what is yours, the latest first.

        Needs the right `read`, of a token the scope `read`.
        """
        data = AuditMine(limit=limit, cursor=cursor)
        return await self._link.request(_AUDIT_MINE, data)

    def subscribe(
        self,
        *,
        action: str | None = None,
        outcome: AuditOutcome | None = None,
        since: int | None = None,
    ) -> Subscription[AuditSubscribed, AuditChanged]:
        """`audit:subscribe`: for admins: be told each row as it is written, those that the members fit. It takes the
        place of an earlier one. With `since`, also those that came after that change.

        Needs the right `admin`, of a token the scope `admin`.
        """
        data = AuditSubscribe(action=action, outcome=outcome, since=since)
        return Subscription(self._link, _AUDIT_SUBSCRIBE, data, _AUDIT_SUBSCRIBE_TERMS)

    async def unsubscribe(self) -> AuditUnsubscribed:
        """`audit:unsubscribe`: no more of that.

        Needs the right `admin`, of a token the scope `admin`.
        """
        data = AuditUnsubscribe()
        return await self._link.request(_AUDIT_UNSUBSCRIBE, data)
