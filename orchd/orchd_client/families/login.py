"""Requests whose type begins with `login`."""

from __future__ import annotations

from ..data.login import LoginList, LoginPage, LoginRevoke, LoginRevoked
from ..runtime.facts import Call
from ..runtime.link import Link

_LOGIN_LIST = Call("login:list", "login:list", LoginPage)
_LOGIN_REVOKE = Call("login:revoke", "login:revoke", LoginRevoked)


class LoginRequests:
    """`client.login`."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def list(
        self,
        *,
        user_id: int | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> LoginPage:
        """`login:list`: the browsers in which one is logged in, the latest first; admins may name another user.

        Needs the right `own`, of a token the scope `admin`.

        May raise `ConflictError`, besides what any request may.
        """
        data = LoginList(user_id=user_id, limit=limit, cursor=cursor)
        return await self._link.request(_LOGIN_LIST, data)

    async def revoke(self, *, login_id: int) -> LoginRevoked:
        """`login:revoke`: log a browser out. Admins may do so with anybody's.

        Needs the right `own`, of a token the scope `admin`.

        May raise `NotFoundError`, `ConflictError`, besides what any request may.
        """
        data = LoginRevoke(login_id=login_id)
        return await self._link.request(_LOGIN_REVOKE, data)
