"""The data of frames that `usage` has."""

from __future__ import annotations

from ..runtime.messages import RequestData, ServerData
from .shared import QuotaPeriod, QuotaSubject


class UsageGet(RequestData, kw_only=True):
    """`usage:get`: what you asked of models, by days and models, and your quotas; admins may name another user."""

    user_id: int | None = None
    """Id of the user whose it is; 0 for what was stored before there was any user."""
    days: int | None = None
    """How many days back, today included. 1 to 366. When it is left out: 31."""
    limit: int | None = None
    """How many entries a page may have. 1 to 500. When it is left out: 100."""
    cursor: str | None = None
    """The `nextCursor` of the page before; without one, the first page. 1 to 300 characters."""


class UsageReport(ServerData, kw_only=True):
    """The reply to `usage:get`; `nextCursor` is null on the last page."""

    user_id: int
    """Id of the user whose it is; 0 for what was stored before there was any user."""
    items: list[UsageItem] = []
    """The entries of this page, in order."""
    quotas: list[QuotaUse] = []
    """The quotas that concern the user; that of the token that asks is among them."""
    next_cursor: str | None = None
    """What to send as `cursor` for the next page; null on the last one."""


class UsageItem(ServerData, kw_only=True):
    """What was asked of a model on a day."""

    day: str
    """The day in UTC, such as `2026-11-29`."""
    model: str
    """The model's id."""
    requests: int
    """How many generations were sent to it, and how often it was loaded by name."""
    prompt_tokens: int
    """Tokens that the model was given."""
    completion_tokens: int
    """Tokens that were generated."""


class QuotaUse(ServerData, kw_only=True):
    """A quota that concerns somebody, and what of it is used."""

    subject_kind: QuotaSubject | str
    """Whether it was set for the user, for the role, or for the token that asks."""
    period: QuotaPeriod | str
    """For how long it holds."""
    requests: int | None = None
    """How many generations; null for any number."""
    tokens: int | None = None
    """How many tokens, read and generated; null for any number."""
    used_requests: int
    """How many generations were begun."""
    used_tokens: int
    """How many tokens were read and generated."""
    ends_at: str
    """When the period ends."""
