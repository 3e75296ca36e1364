"""Who may ask for what: the one check that every request passes."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, TypeAlias, get_args

from orchd.errors import Forbidden, OrchdError, Unauthorized, Unavailable
from orchd.protocol.identity import Identity, Scope, UserRole

Right: TypeAlias = Literal["status", "read", "own", "change", "admin"]
"""What a request needs."""

RIGHTS: tuple[Right, ...] = get_args(Right)
RIGHT_TEXTS: Mapping[Right, str] = MappingProxyType(
    {
        "status": "It tells how the machine is, and nothing of anybody.",
        "read": "It shows something.",
        "own": "It changes what is nobody else's, and runs nothing: a password, tokens, settings, ratings of messages.",
        "change": "It stores or runs something.",
        "admin": "It decides for everybody.",
    }
)
"""What a request does that needs a right, for the schema."""

GRANTED: Mapping[UserRole, tuple[Right, ...]] = MappingProxyType(
    {"viewer": ("status", "read", "own"), "member": ("status", "read", "own", "change"), "admin": RIGHTS}
)


def refusal(right: Right, scope: Scope, who: Identity) -> OrchdError | None:
    """Return why somebody may not make a request that needs this right and belongs to this scope; None: they may."""
    if who.role is None:
        return _refuse_nobody(right, who)
    if right not in GRANTED[who.role]:
        told = "only an admin may do this" if right == "admin" else f"a {who.role} may not do this"
        return Forbidden(told, reason="admin" if right == "admin" else "role", role=who.role, right=right)
    if who.scopes is None or right == "status":
        return None
    if right == "admin" and "admin" not in who.scopes:
        return Forbidden("the token lacks the scope admin", reason="scope", scope="admin")
    shown = right == "read" and ("read" in who.scopes or scope == "models")  # who asks a model must find its name
    if scope in who.scopes or shown:
        return None
    return Forbidden(f"the token lacks the scope {scope}", reason="scope", scope=scope)


def _refuse_nobody(right: Right, who: Identity) -> OrchdError | None:
    if not who.undecided:
        return Unauthorized("say who you are first", reason="not_known")
    if right == "status":
        return None
    return Unavailable("the database is away: it isn't known who may do this", reason="database")
