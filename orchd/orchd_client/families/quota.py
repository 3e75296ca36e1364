"""Requests whose type begins with `quota`."""

from __future__ import annotations

from ..data.quota import QuotaDelete, QuotaDeleted, QuotaItem, QuotaList, QuotaPage, QuotaSet
from ..data.shared import QuotaPeriod, UserRole
from ..runtime.facts import Call
from ..runtime.link import Link

_QUOTA_SET = Call("quota:set", "quota:set", QuotaItem)
_QUOTA_LIST = Call("quota:list", "quota:list", QuotaPage)
_QUOTA_DELETE = Call("quota:delete", "quota:delete", QuotaDeleted)


class QuotaRequests:
    """`client.quota`."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def set(
        self,
        *,
        period: QuotaPeriod,
        user_id: int | None = None,
        role: UserRole | None = None,
        token_id: int | None = None,
        requests: int | None = None,
        tokens: int | None = None,
        user_name: str | None = None,
        token_name: str | None = None,
    ) -> QuotaItem:
        """`quota:set`: how much a user, each one of a role, or a token may ask in a period; it replaces what was set
        for the same period. A user's own quota goes before the role's. What was asked in the period before counts.

        Needs the right `admin`, of a token the scope `admin`.

        May raise `NotFoundError`, `ConflictError`, besides what any request may.
        """
        data = QuotaSet(
            period=period,
            user_id=user_id,
            role=role,
            token_id=token_id,
            requests=requests,
            tokens=tokens,
            user_name=user_name,
            token_name=token_name,
        )
        return await self._link.request(_QUOTA_SET, data)

    async def list(self, *, limit: int | None = None, cursor: str | None = None) -> QuotaPage:
        """`quota:list`: the quotas that are set, the oldest first.

        Needs the right `admin`, of a token the scope `admin`.
        """
        data = QuotaList(limit=limit, cursor=cursor)
        return await self._link.request(_QUOTA_LIST, data)

    async def delete(self, *, quota_id: int) -> QuotaDeleted:
        """`quota:delete`: set no limit any more.

        Needs the right `admin`, of a token the scope `admin`.

        May raise `NotFoundError`, besides what any request may.
        """
        data = QuotaDelete(quota_id=quota_id)
        return await self._link.request(_QUOTA_DELETE, data)
