"""Requests whose type begins with `access`."""

from __future__ import annotations

from ..data.access import AccessBreak, AccessGrant, AccessKind, AccessRead, AccessView
from ..runtime.facts import Call
from ..runtime.link import Link

_ACCESS_BREAK = Call("access:break", "access:break", AccessGrant)
_ACCESS_READ = Call("access:read", "access:read", AccessView)


class AccessRequests:
    """`client.access`."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def break_(self, *, kind: AccessKind, id: int, reason: str) -> AccessGrant:
        """`access:break`: be let at one row of another user, to read it for an hour. Its owner is told who, why and
        until when (`audit:mine`).

        Needs the right `admin`, of a token the scope `admin`.

        May raise `NotFoundError`, `ConflictError`, besides what any request may.
        """
        data = AccessBreak(kind=kind, id=id, reason=reason)
        return await self._link.request(_ACCESS_BREAK, data)

    async def read(self, *, kind: AccessKind, id: int, cursor: str | None = None) -> AccessView:
        """`access:read`: read what `access:break` has let you at, as its owner would by `chat:history` or `task:get`.
        Each reading is in the audit log, too.

        Needs the right `admin`, of a token the scope `admin`.

        May raise `NotFoundError`, besides what any request may.
        """
        data = AccessRead(kind=kind, id=id, cursor=cursor)
        return await self._link.request(_ACCESS_READ, data)
