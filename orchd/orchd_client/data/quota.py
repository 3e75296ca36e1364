"""The data of frames that `quota` has."""

from __future__ import annotations

from ..runtime.messages import RequestData, ServerData
from .shared import QuotaPeriod, QuotaSubject, UserRole


class QuotaSet(RequestData, kw_only=True):
    """`quota:set`: how much a user, each one of a role, or a token may ask in a period; it replaces what was set for
    the same period. A user's own quota goes before the role's. What was asked in the period before counts.
    """

    period: QuotaPeriod
    """For how long it holds."""
    user_id: int | None = None
    """Whose it is; name one of `userId`, `userName`, `role`, `tokenId` and `tokenName`."""
    role: UserRole | None = None
    """For each one who has this role."""
    token_id: int | None = None
    """For what is asked by this token, besides its user's."""
    requests: int | None = None
    """How many generations; null for any number."""
    tokens: int | None = None
    """How many tokens, read and generated; null for any number."""
    user_name: str | None = None
    """The user by name, in the place of `userId`; beside `tokenName` the user whose token it is. 1 to 64 characters."""
    token_name: str | None = None
    """The token by the name that its maker gave it, in the place of `tokenId`; it must be the only one of that name.
    1 to 200 characters.
    """


class QuotaList(RequestData, kw_only=True):
    """`quota:list`: the quotas that are set, the oldest first."""

    limit: int | None = None
    """How many entries a page may have. 1 to 500. When it is left out: 100."""
    cursor: str | None = None
    """The `nextCursor` of the page before; without one, the first page. 1 to 20 characters."""


class QuotaDelete(RequestData, kw_only=True):
    """`quota:delete`: set no limit any more."""

    quota_id: int
    """Id of a quota."""


class QuotaItem(ServerData, kw_only=True):
    """A quota, and the reply to `quota:set`."""

    id: int
    """Its id."""
    subject_kind: QuotaSubject | str
    """What `subject` is."""
    subject: str
    """Id of the user or of the token, or the role."""
    subject_name: str
    """What the user or the token is called, or the role."""
    period: QuotaPeriod | str
    """For how long it holds."""
    requests: int | None = None
    """How many generations; null for any number."""
    tokens: int | None = None
    """How many tokens, read and generated; null for any number."""
    version: int
    """How often it was changed, from 1."""
    created_at: str
    """When it was created."""
    updated_at: str
    """When it was changed last."""


class QuotaPage(ServerData, kw_only=True):
    """The reply to `quota:list`; `nextCursor` is null on the last page."""

    items: list[QuotaItem] = []
    """The entries of this page, in order."""
    next_cursor: str | None = None
    """What to send as `cursor` for the next page; null on the last one."""


class QuotaDeleted(ServerData, kw_only=True):
    """The reply to `quota:delete`."""

    quota_id: int
    """Id of a quota."""
