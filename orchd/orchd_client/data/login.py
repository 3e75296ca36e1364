"""The data of frames that `login` has."""

from __future__ import annotations

from ..runtime.messages import RequestData, ServerData


class LoginList(RequestData, kw_only=True):
    """`login:list`: the browsers in which one is logged in, the latest first; admins may name another user."""

    user_id: int | None = None
    """Id of the user whose browsers are listed; null for one's own."""
    limit: int | None = None
    """How many entries a page may have. 1 to 200. When it is left out: 50."""
    cursor: str | None = None
    """The `nextCursor` of the page before; without one, the first page. 1 to 128 characters."""


class LoginRevoke(RequestData, kw_only=True):
    """`login:revoke`: log a browser out. Admins may do so with anybody's."""

    login_id: int
    """Id of the login."""


class LoginPage(ServerData, kw_only=True):
    """The reply to `login:list`."""

    items: list[LoginItem] = []
    """The browsers."""
    next_cursor: str | None = None
    """What to send as `cursor` for the next page; null on the last one."""


class LoginItem(ServerData, kw_only=True):
    """A browser in which somebody is logged in."""

    id: int
    """Its id."""
    user_id: int
    """Id of the user who is logged in."""
    address: str
    """From where it was begun."""
    agent: str
    """What the browser says of itself."""
    current: bool
    """Whether it is the one that this request came by."""
    seen_at: str
    """When it was used last, to a few minutes."""
    expires_at: str
    """When it ends, used or not."""
    created_at: str
    """When it was created."""


class LoginRevoked(ServerData, kw_only=True):
    """The reply to `login:revoke`."""

    login_id: int
    """Id that the login had."""
