"""Changes of people with the row of the audit log that says who made them, in one transaction."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from orchd.features.audit import Actor, AuditAction, entry
from orchd.features.people.store.queries import USERS, UserRow
from orchd.features.people.store.token_queries import TOKENS, TokenRow
from orchd.storage import Steps

T = TypeVar("T")


def audited_creation(steps: Callable[[], Steps[UserRow]], by: Actor, now: int) -> Steps[UserRow]:
    """Make a user, and note who did."""
    row = yield from steps()
    yield from entry(by, AuditAction("user:create", "user", row.id, row.id, after=_user(row)), now)
    return row


def audited_change(
    action: str,
    user_id: int,
    steps: Callable[[], Steps[T]],
    by: Actor,
    now: int,
    more: Mapping[str, object] | None = None,
) -> Steps[T]:
    """Change or delete a user, and note who did, and what was before; `more` is said of it besides."""
    before = yield from USERS.find(user_id)
    value = yield from steps()
    after = {**_user((yield from USERS.find(user_id))), **(more or {})}
    yield from entry(by, AuditAction(action, "user", user_id, user_id, _user(before), after or None), now)
    return value


def audited_token(steps: Callable[[], Steps[TokenRow]], by: Actor, now: int) -> Steps[TokenRow]:
    """Make a token, and note who did."""
    row = yield from steps()
    yield from entry(by, AuditAction("token:create", "api_token", row.id, row.user_id, after=_token(row)), now)
    return row


def audited_revocation(token_id: int, steps: Callable[[], Steps[TokenRow]], by: Actor, now: int) -> Steps[TokenRow]:
    """Revoke a token, and note who did."""
    before = yield from TOKENS.find(token_id)
    row = yield from steps()
    was = None if before is None else _token(before)
    yield from entry(by, AuditAction("token:revoke", "api_token", row.id, row.user_id, was, _token(row)), now)
    return row


def audited_logout(login_id: int, owner_id: int, steps: Callable[[], Steps[None]], by: Actor, now: int) -> Steps[None]:
    """Log a browser out, and note who did."""
    yield from steps()
    yield from entry(by, AuditAction("login:revoke", "web_session", login_id, owner_id), now)


def _user(row: UserRow | None) -> dict[str, object]:
    return {} if row is None else {"name": row.name, "role": row.role, "disabled": row.disabled}


def _token(row: TokenRow) -> dict[str, object]:
    return {
        "name": row.name,
        "scopes": row.scopes,
        "models": row.models,
        "background": row.background,
        "expires_at": row.expires_at,
        "revoked_at": row.revoked_at,
    }
