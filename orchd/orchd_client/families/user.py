"""Requests whose type begins with `user`."""

from __future__ import annotations

from ..data.shared import UserRole
from ..data.user import (
    UserCreate,
    UserDelete,
    UserDeleted,
    UserGet,
    UserItem,
    UserList,
    UserMe,
    UserPage,
    UserPasswd,
    UserRows,
    UserSelf,
    UserUpdate,
)
from ..runtime.facts import Call
from ..runtime.link import Link

_USER_CREATE = Call("user:create", "user:create", UserItem)
_USER_LIST = Call("user:list", "user:list", UserPage)
_USER_GET = Call("user:get", "user:get", UserItem)
_USER_UPDATE = Call("user:update", "user:update", UserItem)
_USER_DELETE = Call("user:delete", "user:delete", UserDeleted)
_USER_PASSWD = Call("user:passwd", "user:passwd", UserItem)
_USER_ME = Call("user:me", "user:me", UserSelf, safe=True)


class UserRequests:
    """`client.user`."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def create(self, *, name: str, role: UserRole | None = None, password: str | None = None) -> UserItem:
        """`user:create`: the first user must be an admin, takes over all that was stored before, and ends the time in
        which nobody had to log in. Without `password` the user logs in by tokens, or another login service, only.

        Needs the right `admin`, of a token the scope `admin`.

        May raise `ConflictError`, besides what any request may.
        """
        data = UserCreate(name=name, role=role, password=password)
        return await self._link.request(_USER_CREATE, data)

    async def list(self, *, limit: int | None = None, cursor: str | None = None) -> UserPage:
        """`user:list`: in the order of names.

        Needs the right `admin`, of a token the scope `admin`.
        """
        data = UserList(limit=limit, cursor=cursor)
        return await self._link.request(_USER_LIST, data)

    async def get(self, *, user_id: int) -> UserItem:
        """`user:get`: one user.

        Needs the right `admin`, of a token the scope `admin`.

        May raise `NotFoundError`, besides what any request may.
        """
        data = UserGet(user_id=user_id)
        return await self._link.request(_USER_GET, data)

    async def update(
        self,
        *,
        user_id: int,
        name: str | None = None,
        role: UserRole | None = None,
        disabled: bool | None = None,
        version: int | None = None,
    ) -> UserItem:
        """`user:update`: change what is given. Who is disabled is logged out everywhere; tokens work again when
        enabled.

        Needs the right `admin`, of a token the scope `admin`.

        May raise `NotFoundError`, `ConflictError`, besides what any request may.
        """
        data = UserUpdate(user_id=user_id, name=name, role=role, disabled=disabled, version=version)
        return await self._link.request(_USER_UPDATE, data)

    async def delete(self, *, user_id: int, rows: UserRows | None = None, to: int | None = None) -> UserDeleted:
        """`user:delete`: with tokens and logins. Where the user has rows, say what becomes of them.

        Needs the right `admin`, of a token the scope `admin`.

        May raise `NotFoundError`, `ConflictError`, besides what any request may.
        """
        data = UserDelete(user_id=user_id, rows=rows, to=to)
        return await self._link.request(_USER_DELETE, data)

    async def passwd(self, *, password: str, present: str | None = None, user_id: int | None = None) -> UserItem:
        """`user:passwd`: set one's own password, which needs the present one, or as an admin that of `userId`. The
        other browsers of that user are logged out.

        Needs the right `own`, of a token the scope `admin`.

        May raise `NotFoundError`, `ConflictError`, besides what any request may.
        """
        data = UserPasswd(password=password, present=present, user_id=user_id)
        return await self._link.request(_USER_PASSWD, data)

    async def me(self) -> UserSelf:
        """`user:me`: who am I here, and what may I do.

        Needs the right `status`, of a token the scope `read`.
        """
        data = UserMe()
        return await self._link.request(_USER_ME, data)
