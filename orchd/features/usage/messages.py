"""Frames of what is asked of models, and of quotas."""

from typing import Annotated, TypeAlias

from msgspec import Meta, Struct

from orchd.features.usage.periods import QuotaPeriod
from orchd.features.usage.quota_queries import SubjectKind
from orchd.protocol.identity import UserRole
from orchd.protocol.types import MAX_INTEGER, ClientPayload, Count, RowId, ServerPayload, Timestamp

QuotaCursor = Annotated[str, Meta(min_length=1, max_length=20)]
UsageCursor = Annotated[str, Meta(min_length=1, max_length=300)]
QuotaUserName = Annotated[str, Meta(min_length=1, max_length=64)]
QuotaTokenName = Annotated[str, Meta(min_length=1, max_length=200)]
UsageLimit = Annotated[int, Meta(ge=1, le=500)]
UsageOwner: TypeAlias = Annotated[int, Meta(ge=0, le=MAX_INTEGER, description="Id of a user; 0 is the local owner.")]


class QuotaSet(ClientPayload, frozen=True):
    """`quota:set`: how much a user, each one of a role, or a token may ask in a period; it replaces what was set for
    the same period. A user's own quota goes before the role's. What was asked in the period before counts."""

    period: QuotaPeriod
    """For how long it holds."""
    user_id: RowId | None = None
    """Whose it is; name one of `userId`, `userName`, `role`, `tokenId` and `tokenName`."""
    role: UserRole | None = None
    """For each one who has this role."""
    token_id: RowId | None = None
    """For what is asked by this token, besides its user's."""
    requests: Count | None = None
    """How many generations; null for any number."""
    tokens: Count | None = None
    """How many tokens, read and generated; null for any number."""
    user_name: QuotaUserName | None = None
    """The user by name, in the place of `userId`; beside `tokenName` the user whose token it is."""
    token_name: QuotaTokenName | None = None
    """The token by the name that its maker gave it, in the place of `tokenId`; it must be the only one of that name."""


class QuotaList(ClientPayload, frozen=True):
    """`quota:list`: the quotas that are set, the oldest first."""

    limit: UsageLimit = 100
    cursor: QuotaCursor | None = None


class QuotaDelete(ClientPayload, frozen=True):
    """`quota:delete`: set no limit any more."""

    quota_id: RowId
    """Id of a quota."""


class QuotaItem(ServerPayload, frozen=True):
    """A quota, and the reply to `quota:set`."""

    id: RowId
    subject_kind: SubjectKind
    """What `subject` is."""
    subject: str
    """Id of the user or of the token, or the role."""
    subject_name: str
    """What the user or the token is called, or the role."""
    period: QuotaPeriod
    """For how long it holds."""
    requests: Count | None
    """How many generations; null for any number."""
    tokens: Count | None
    """How many tokens, read and generated; null for any number."""
    version: Count
    created_at: Timestamp
    updated_at: Timestamp


class QuotaPage(ServerPayload, frozen=True):
    """The reply to `quota:list`; `nextCursor` is null on the last page."""

    items: list[QuotaItem]
    next_cursor: str | None


class QuotaDeleted(ServerPayload, frozen=True):
    """The reply to `quota:delete`."""

    quota_id: RowId
    """Id of a quota."""


class UsageGet(ClientPayload, frozen=True):
    """`usage:get`: what you asked of models, by days and models, and your quotas; admins may name another user."""

    user_id: UsageOwner | None = None
    days: Annotated[int, Meta(ge=1, le=366)] = 31
    """How many days back, today included."""
    limit: UsageLimit = 100
    cursor: UsageCursor | None = None


class UsageItem(Struct, frozen=True, rename="camel"):
    """What was asked of a model on a day."""

    day: str
    """The day in UTC, such as `2026-11-29`."""
    model: str
    """The model's id."""
    requests: Count
    """How many generations were sent to it, and how often it was loaded by name."""
    prompt_tokens: Count
    completion_tokens: Count


class QuotaUse(Struct, frozen=True, rename="camel"):
    """A quota that concerns somebody, and what of it is used."""

    subject_kind: SubjectKind
    """Whether it was set for the user, for the role, or for the token that asks."""
    period: QuotaPeriod
    """For how long it holds."""
    requests: Count | None
    """How many generations; null for any number."""
    tokens: Count | None
    """How many tokens, read and generated; null for any number."""
    used_requests: Count
    """How many generations were begun."""
    used_tokens: Count
    """How many tokens were read and generated."""
    ends_at: Timestamp
    """When the period ends."""


class UsageReport(ServerPayload, frozen=True):
    """The reply to `usage:get`; `nextCursor` is null on the last page."""

    user_id: UsageOwner
    items: list[UsageItem]
    quotas: list[QuotaUse]
    """The quotas that concern the user; that of the token that asks is among them."""
    next_cursor: str | None
