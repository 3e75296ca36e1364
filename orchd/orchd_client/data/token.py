"""The data of frames that `token` has."""

from __future__ import annotations

from collections.abc import Sequence

from ..runtime.messages import RequestData, ServerData
from .shared import Scope


class TokenCreate(RequestData, kw_only=True):
    """`token:create`: for a program of one's own. It may never do more than whoever makes it."""

    name: str
    """What it is for, in words of your own. 1 to 200 characters."""
    scopes: Sequence[Scope]
    """What it may be used for. 1 to 6 of them."""
    models: Sequence[str] | None = None
    """The models that it may use; null for any that one may use oneself. 1 to 64 of them."""
    background: bool | None = None
    """Whether what it asks of models waits for people. When it is left out: False."""
    expires_at: str | None = None
    """When it ends by itself; null for never. At most 35 characters."""


class TokenList(RequestData, kw_only=True):
    """`token:list`: one's own, the latest first; admins may name another user. Revoked ones are listed for a month."""

    user_id: int | None = None
    """Id of the user whose tokens are listed; null for one's own."""
    limit: int | None = None
    """How many entries a page may have. 1 to 200. When it is left out: 50."""
    cursor: str | None = None
    """The `nextCursor` of the page before; without one, the first page. 1 to 128 characters."""


class TokenRevoke(RequestData, kw_only=True):
    """`token:revoke`: from now on it is worth nothing, and its connections end. Admins may revoke anybody's."""

    token_id: int
    """Id of the token."""


class TokenCreated(ServerData, kw_only=True):
    """The reply to `token:create`."""

    item: TokenItem
    """The token, as lists show it."""
    token: str
    """Its secret, which is told this once."""


class TokenItem(ServerData, kw_only=True):
    """A token, without its secret."""

    id: int
    """Its id."""
    user_id: int
    """Id of the user whose it is."""
    name: str
    """Its name."""
    hint: str
    """Its last characters."""
    scopes: list[Scope | str] = []
    """What it may be used for."""
    models: list[str] | None = None
    """The models that it may use; null for any."""
    background: bool
    """Whether what it asks of models waits for people."""
    expires_at: str | None = None
    """When it ends by itself; null for never."""
    used_at: str | None = None
    """When it was used last, to a few minutes; null for never."""
    revoked_at: str | None = None
    """When it was revoked; null while it may be used."""
    created_at: str
    """When it was created."""


class TokenPage(ServerData, kw_only=True):
    """The reply to `token:list`."""

    items: list[TokenItem] = []
    """The tokens."""
    next_cursor: str | None = None
    """What to send as `cursor` for the next page; null on the last one."""
