"""Requests whose type begins with `usage`."""

from __future__ import annotations

from ..data.usage import UsageGet, UsageReport
from ..runtime.facts import Call
from ..runtime.link import Link

_USAGE_GET = Call("usage:get", "usage:get", UsageReport, safe=True)


class UsageRequests:
    """`client.usage`."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def get(
        self,
        *,
        user_id: int | None = None,
        days: int | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> UsageReport:
        """`usage:get`: what you asked of models, by days and models, and your quotas; admins may name another user.

        Needs the right `read`, of a token the scope `read`.
        """
        data = UsageGet(user_id=user_id, days=days, limit=limit, cursor=cursor)
        return await self._link.request(_USAGE_GET, data)
