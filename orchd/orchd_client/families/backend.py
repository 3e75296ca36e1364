"""Requests whose type begins with `backend`."""

from __future__ import annotations

from ..data.backend import BackendList, BackendPage
from ..runtime.facts import Call
from ..runtime.link import Link

_BACKEND_LIST = Call("backend:list", "backend:list", BackendPage, safe=True)


class BackendRequests:
    """`client.backend`."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def list(self, *, refresh: bool | None = None) -> BackendPage:
        """`backend:list`: the model servers, probed now; `refresh` false tells how they were at the last probe.

        Needs the right `read`, of a token the scope `models`.
        """
        data = BackendList(refresh=refresh)
        return await self._link.request(_BACKEND_LIST, data)
