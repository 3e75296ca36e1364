"""The data of frames that `user` has."""

from __future__ import annotations

from typing import Literal, TypeAlias

from ..runtime.messages import RequestData, ServerData
from .shared import Scope, UserRole

UserRows: TypeAlias = Literal["delete", "give"]
"""What becomes of all that a deleted user has: it goes, or is somebody else's."""


class UserCreate(RequestData, kw_only=True):
    """`user:create`: the first user must be an admin, takes over all that was stored before, and ends the time in
    which nobody had to log in. Without `password` the user logs in by tokens, or another login service, only.
    """

    name: str
    """What they log in by: letters, digits and `. _ - @ +`, stored in small letters. 1 to 64 characters."""
    role: UserRole | None = None
    """What they may do. `member` when it is left out."""
    password: str | None = None
    """12 characters or more, 1000 bytes or less, and none of the most common ones. 12 to 1000 characters."""


class UserList(RequestData, kw_only=True):
    """`user:list`: in the order of names."""

    limit: int | None = None
    """How many entries a page may have. 1 to 200. When it is left out: 50."""
    cursor: str | None = None
    """The `nextCursor` of the page before; without one, the first page. 1 to 128 characters."""


class UserGet(RequestData, kw_only=True):
    """`user:get`: one user."""

    user_id: int
    """Id of the user."""


class UserUpdate(RequestData, kw_only=True):
    """`user:update`: change what is given. Who is disabled is logged out everywhere; tokens work again when enabled."""

    user_id: int
    """Id of the user."""
    name: str | None = None
    """What they log in by from now on. 1 to 64 characters."""
    role: UserRole | None = None
    """What they may do from now on."""
    disabled: bool | None = None
    """Whether they are kept out."""
    version: int | None = None
    """The `version` that the user was read with: another one by now is a `conflict`; null changes it in any case."""


class UserDelete(RequestData, kw_only=True):
    """`user:delete`: with tokens and logins. Where the user has rows, say what becomes of them."""

    user_id: int
    """Id of the user."""
    rows: UserRows | None = None
    """What becomes of their conversations, tasks and the like; null where there must be none."""
    to: int | None = None
    """Id of the user who gets them, with `rows` `give`."""


class UserPasswd(RequestData, kw_only=True):
    """`user:passwd`: set one's own password, which needs the present one, or as an admin that of `userId`. The other
    browsers of that user are logged out.
    """

    password: str
    """The new password. 12 to 1000 characters."""
    present: str | None = None
    """The present password, where it is one's own. At most 4096 characters."""
    user_id: int | None = None
    """Id of the user; null for oneself."""


class UserMe(RequestData, kw_only=True):
    """`user:me`: who am I here, and what may I do."""


class UserItem(ServerData, kw_only=True):
    """A user."""

    id: int
    """Its id."""
    name: str
    """What they log in by."""
    role: UserRole | str
    """What they may do."""
    disabled: bool
    """Whether they are kept out."""
    has_password: bool
    """Whether they can log in by a password."""
    issuer: str | None = None
    """The login service that they come by; null for none."""
    seen_at: str | None = None
    """When they logged in last; null for never."""
    version: int
    """Grows with each change."""
    created_at: str
    """When it was created."""
    updated_at: str
    """When it was changed last."""


class UserPage(ServerData, kw_only=True):
    """The reply to `user:list`."""

    items: list[UserItem] = []
    """The users."""
    next_cursor: str | None = None
    """What to send as `cursor` for the next page; null on the last one."""


class UserDeleted(ServerData, kw_only=True):
    """The reply to `user:delete`."""

    user_id: int
    """Id that the user had."""


class UserSelf(ServerData, kw_only=True):
    """The reply to `user:me`: `userId` 0 is the local owner, while there is no user."""

    user_id: int
    """Id of the user; 0 is the local owner, while there is no user."""
    name: str
    """What they log in by."""
    role: UserRole | str
    """What one may do."""
    scopes: list[Scope | str] | None = None
    """What the token that one came by may be used for; null without a token."""
    models: list[str] | None = None
    """The models that this token may use; null for any."""
    token_id: int | None = None
    """Id of the token that one came by; null without one."""
    login_id: int | None = None
    """Id of the login that one came by; null without one."""
