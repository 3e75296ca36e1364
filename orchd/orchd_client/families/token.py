"""Requests whose type begins with `token`."""

from __future__ import annotations

from collections.abc import Sequence

from ..data.shared import Scope
from ..data.token import TokenCreate, TokenCreated, TokenItem, TokenList, TokenPage, TokenRevoke
from ..runtime.facts import Call
from ..runtime.link import Link

_TOKEN_CREATE = Call("token:create", "token:create", TokenCreated)
_TOKEN_LIST = Call("token:list", "token:list", TokenPage)
_TOKEN_REVOKE = Call("token:revoke", "token:revoke", TokenItem)


class TokenRequests:
    """`client.token`."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def create(
        self,
        *,
        name: str,
        scopes: Sequence[Scope],
        models: Sequence[str] | None = None,
        background: bool | None = None,
        expires_at: str | None = None,
    ) -> TokenCreated:
        """`token:create`: for a program of one's own. It may never do more than whoever makes it.

        Needs the right `own`, of a token the scope `admin`.

        May raise `ConflictError`, besides what any request may.
        """
        data = TokenCreate(name=name, scopes=scopes, models=models, background=background, expires_at=expires_at)
        return await self._link.request(_TOKEN_CREATE, data)

    async def list(
        self,
        *,
        user_id: int | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> TokenPage:
        """`token:list`: one's own, the latest first; admins may name another user. Revoked ones are listed for a month.

        Needs the right `own`, of a token the scope `admin`.

        May raise `ConflictError`, besides what any request may.
        """
        data = TokenList(user_id=user_id, limit=limit, cursor=cursor)
        return await self._link.request(_TOKEN_LIST, data)

    async def revoke(self, *, token_id: int) -> TokenItem:
        """`token:revoke`: from now on it is worth nothing, and its connections end. Admins may revoke anybody's.

        Needs the right `own`, of a token the scope `admin`.

        May raise `NotFoundError`, `ConflictError`, besides what any request may.
        """
        data = TokenRevoke(token_id=token_id)
        return await self._link.request(_TOKEN_REVOKE, data)
