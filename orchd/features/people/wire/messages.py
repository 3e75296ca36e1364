"""Frames of people: users, their API tokens, and the browsers in which they are logged in."""

from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from orchd.protocol.identity import Scope, UserRole
from orchd.protocol.page import PageSize
from orchd.protocol.types import ClientPayload, Count, ModelName, Moment, RowId, ServerPayload, Timestamp, text_bounds

LoginName = Annotated[str, text_bounds(1, 64)]
Password = Annotated[
    str,
    Meta(
        extra_json_schema={"minLength": 12, "maxLength": 1000},
        description="12 characters or more, 1000 bytes or less, and none of the most common ones.",
    ),
]
TokenName = Annotated[str, Meta(min_length=1, max_length=200)]
PageCursor = Annotated[str, Meta(min_length=1, max_length=128)]
UserRows = Annotated[
    Literal["delete", "give"],
    Meta(title="UserRows", description="What becomes of all that a deleted user has: it goes, or is somebody else's."),
]


class UserCreate(ClientPayload, frozen=True):
    """`user:create`: the first user must be an admin, takes over all that was stored before, and ends the time in which
    nobody had to log in. Without `password` the user logs in by tokens, or another login service, only."""

    name: LoginName
    role: UserRole = "member"
    password: Password | None = None


class UserList(ClientPayload, frozen=True):
    """`user:list`: in the order of names."""

    limit: PageSize = 50
    cursor: PageCursor | None = None


class UserGet(ClientPayload, frozen=True):
    """`user:get`: one user."""

    user_id: RowId


class UserUpdate(ClientPayload, frozen=True):
    """`user:update`: change what is given. Who is disabled is logged out everywhere; tokens work again when enabled."""

    user_id: RowId
    name: LoginName | UnsetType = UNSET
    role: UserRole | UnsetType = UNSET
    disabled: bool | UnsetType = UNSET
    version: Count | None = None


class UserDelete(ClientPayload, frozen=True):
    """`user:delete`: with tokens and logins. Where the user has rows, say what becomes of them."""

    user_id: RowId
    rows: UserRows | None = None
    to: RowId | None = None


class UserPasswd(ClientPayload, frozen=True):
    """`user:passwd`: set one's own password, which needs the present one, or as an admin that of `userId`. The other
    browsers of that user are logged out."""

    password: Password
    present: Annotated[str, Meta(max_length=4096)] | None = None
    user_id: RowId | None = None


class UserMe(ClientPayload, frozen=True):
    """`user:me`: who am I here, and what may I do."""


class UserItem(Struct, frozen=True, rename="camel"):
    """A user."""

    id: RowId
    name: str
    role: UserRole
    disabled: bool
    has_password: bool
    issuer: str | None
    seen_at: Timestamp | None
    version: Count
    created_at: Timestamp
    updated_at: Timestamp


class UserPage(ServerPayload, frozen=True):
    """The reply to `user:list`."""

    items: list[UserItem]
    next_cursor: str | None


class UserDeleted(ServerPayload, frozen=True):
    """The reply to `user:delete`."""

    user_id: RowId


class UserSelf(ServerPayload, frozen=True):
    """The reply to `user:me`: `userId` 0 is the local owner, while there is no user."""

    user_id: Count
    name: str
    role: UserRole
    scopes: list[Scope] | None
    models: list[str] | None
    token_id: RowId | None
    login_id: RowId | None


class TokenCreate(ClientPayload, frozen=True):
    """`token:create`: for a program of one's own. It may never do more than whoever makes it."""

    name: TokenName
    scopes: Annotated[tuple[Scope, ...], Meta(min_length=1, max_length=6)]
    models: Annotated[tuple[ModelName, ...], Meta(min_length=1, max_length=64)] | None = None
    background: bool = False
    expires_at: Moment | None = None


class TokenList(ClientPayload, frozen=True):
    """`token:list`: one's own, the latest first; admins may name another user. Revoked ones are listed for a month."""

    user_id: RowId | None = None
    limit: PageSize = 50
    cursor: PageCursor | None = None


class TokenRevoke(ClientPayload, frozen=True):
    """`token:revoke`: from now on it is worth nothing, and its connections end. Admins may revoke anybody's."""

    token_id: RowId


class TokenItem(Struct, frozen=True, rename="camel"):
    """A token, without its secret."""

    id: RowId
    user_id: RowId
    name: str
    hint: str
    scopes: list[Scope]
    models: list[str] | None
    background: bool
    expires_at: Timestamp | None
    used_at: Timestamp | None
    revoked_at: Timestamp | None
    created_at: Timestamp


class TokenCreated(ServerPayload, frozen=True):
    """The reply to `token:create`."""

    item: TokenItem
    token: str


class TokenPage(ServerPayload, frozen=True):
    """The reply to `token:list`."""

    items: list[TokenItem]
    next_cursor: str | None


class LoginList(ClientPayload, frozen=True):
    """`login:list`: the browsers in which one is logged in, the latest first; admins may name another user."""

    user_id: RowId | None = None
    limit: PageSize = 50
    cursor: PageCursor | None = None


class LoginRevoke(ClientPayload, frozen=True):
    """`login:revoke`: log a browser out. Admins may do so with anybody's."""

    login_id: RowId


class LoginItem(Struct, frozen=True, rename="camel"):
    """A browser in which somebody is logged in."""

    id: RowId
    user_id: RowId
    address: str
    agent: str
    current: bool
    seen_at: Timestamp
    expires_at: Timestamp
    created_at: Timestamp


class LoginPage(ServerPayload, frozen=True):
    """The reply to `login:list`."""

    items: list[LoginItem]
    next_cursor: str | None


class LoginRevoked(ServerPayload, frozen=True):
    """The reply to `login:revoke`."""

    login_id: RowId
