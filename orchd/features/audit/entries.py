"""What a row of the audit log says, before it is one: who, what, and what changed, without secrets."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, NamedTuple, TypeAlias

import msgspec
from msgspec import Meta, Struct

from orchd.protocol.identity import NOBODY, Identity
from orchd.protocol.router import Context

AuditOutcome: TypeAlias = Annotated[
    Literal["done", "refused", "failed"],
    Meta(title="AuditOutcome", description="What became of it: `refused` where whoever asked may not, or is unknown."),
]

ADDRESS_CHARACTERS, NAME_CHARACTERS = 64, 200
TEXT_CHARACTERS = 200
"""Of a text among what changed, so much is kept."""
REASON_CHARACTERS = 1_000
"""Of a member called `reason`, so much: what people say to people is kept whole."""
MAX_VALUE_BYTES = 8_192
"""Of what changed; of more, only the names of the members are kept."""

_SECRET = ("password", "secret", "hash", "cookie", "key", "value", "sealed")
"""A member with such a word in its name never gets into the log, whoever hands it over."""


class Actor(NamedTuple):
    """Who did something. `user_id` None: nobody who was recognised, or the command line."""

    user_id: int | None
    name: str
    token_id: int | None = None
    address: str = ""


COMMAND_LINE = Actor(None, "command line")


class AuditAction(NamedTuple):
    """What was done: a verb with its room (`user:update`), and to which row. `owner_id`: whose that is."""

    action: str
    kind: str = ""
    target: int | str = ""
    owner_id: int | None = None
    before: Mapping[str, object] | Struct | None = None
    after: Mapping[str, object] | Struct | None = None
    outcome: AuditOutcome = "done"


def actor_of(context: Context) -> Actor:
    """Return who makes a request."""
    return identity_actor(context.identity, context.address)


def identity_actor(who: Identity, address: str) -> Actor:
    """Return somebody as the log names them."""
    user_id = None if who.user_id == NOBODY.user_id else who.user_id
    return Actor(user_id, who.name[:NAME_CHARACTERS], who.token_id, address[:ADDRESS_CHARACTERS])


def record_of(value: Mapping[str, object] | Struct | None) -> dict[str, Any] | None:
    """Return what is kept of a row's members: short, in JSON's own types, and without secrets."""
    if value is None:
        return None
    built = msgspec.to_builtins(value, str_keys=True)
    kept = {name: "***" if _is_secret(name) else _shorten(part, _most(name)) for name, part in built.items()}
    if len(msgspec.json.encode(kept)) > MAX_VALUE_BYTES:
        return {"members": sorted(kept)[:50]}
    return kept


def _is_secret(name: str) -> bool:
    lowered = name.lower()
    if name.startswith("has_") or name.endswith(("_id", "Id")):
        return False
    return any(word in lowered for word in _SECRET) or lowered == "token"


def _most(name: str) -> int:
    return REASON_CHARACTERS if name == "reason" else TEXT_CHARACTERS


def _shorten(value: object, most: int = TEXT_CHARACTERS) -> object:
    match value:
        case str():
            return value if len(value) <= most else f"{value[:most]}…"
        case dict():
            return {name: "***" if _is_secret(str(name)) else _shorten(part) for name, part in value.items()}
        case list():
            return [_shorten(part) for part in value[:50]]
    return value
