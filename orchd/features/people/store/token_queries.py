"""SQL of the table `api_token`."""

from collections.abc import Mapping

from msgspec import Struct

from orchd.entity import SortOrder, Table
from orchd.errors import Conflict, NotFound
from orchd.protocol.identity import Scope
from orchd.storage import Statement, Steps

MAX_TOKENS = 200
"""Tokens that a user may have at once, those that are revoked aside."""


class TokenRow(Struct, frozen=True):
    """A row; times are Unix milliseconds. `models` None: any."""

    id: int
    user_id: int
    name: str
    hash: str
    hint: str
    scopes: list[Scope]
    models: list[str] | None
    background: bool
    expires_at: int | None
    created_at: int
    used_at: int | None = None
    revoked_at: int | None = None


class TokenDraft(Struct, frozen=True):
    """A token that is to be stored."""

    user_id: int
    name: str
    hash: str
    hint: str
    scopes: list[Scope]
    models: list[str] | None
    background: bool
    expires_at: int | None


TOKENS = Table("api_token", TokenRow, "token", key="token_id")
LATEST = SortOrder(("id",), down=True)


def add_token(draft: TokenDraft, now: int) -> Steps[TokenRow]:
    """Store a token. Raises `Conflict` where its user has too many."""
    found = yield Statement("SELECT COUNT(*) FROM api_token WHERE user_id = ? AND revoked_at IS NULL", (draft.user_id,))
    if found.rows[0][0] >= MAX_TOKENS:
        raise Conflict(
            f"there are {MAX_TOKENS} tokens already; revoke some that are not used any more", reason="too_many_rows"
        )
    return (yield from TOKENS.add(draft, now))


def token_called(name: str, user_id: int | None) -> Steps[TokenRow]:
    """Return the token of a name, of this user (None: of anybody), that is not revoked. Raises `NotFound`; `Conflict`
    where several have the name."""
    columns, own = TOKENS.columns, "" if user_id is None else " AND user_id = ?"
    found = yield Statement(
        f"SELECT {columns} FROM api_token WHERE name = ? AND revoked_at IS NULL{own} ORDER BY id LIMIT 2",
        (name, *(() if user_id is None else (user_id,))),
    )
    if not found.rows:
        raise NotFound("there is no such token", field="tokenName", path="$.data.tokenName")
    if len(found.rows) > 1:
        raise Conflict(
            "several tokens are called so: name it by `tokenId`",
            reason="ambiguous",
            field="tokenName",
            path="$.data.tokenName",
        )
    return TOKENS.read(found.rows[0])


def revoke_token(token_id: int, user_id: int | None, now: int) -> Steps[TokenRow]:
    """Revoke a token, of this user (None: of anybody), and return it; one that is revoked stays as it is.

    Raises `NotFound`.
    """
    row = yield from TOKENS.find(token_id)
    if row is None or (user_id is not None and row.user_id != user_id):
        raise NotFound("there is no such token", field="tokenId", path="$.data.tokenId")
    if row.revoked_at is None:
        yield Statement("UPDATE api_token SET revoked_at = ? WHERE id = ?", (now, token_id))
    return (yield from TOKENS.get(token_id))


def note_token_uses(uses: Mapping[int, int]) -> Steps[None]:
    """Store when tokens were used last, by their ids."""
    for token_id, used_at in sorted(uses.items()):
        yield Statement("UPDATE api_token SET used_at = ? WHERE id = ?", (used_at, token_id))


def forget_revoked_tokens(before: int) -> Steps[None]:
    """Delete the tokens that were revoked, or expired, before a time."""
    yield Statement("DELETE FROM api_token WHERE revoked_at < ? OR expires_at < ?", (before, before))
