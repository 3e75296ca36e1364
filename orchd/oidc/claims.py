"""What a token says of a person, as it is used here: who, by what name, and in which role."""

from collections.abc import Mapping
from typing import Any

from orchd.access.authenticator import ExternalUser
from orchd.protocol.identity import UserRole
from orchd.settings.oidc import OidcSettings

MAX_NAME = 128


def external_user(claims: Mapping[str, Any], settings: OidcSettings) -> ExternalUser:
    """The person of checked claims."""
    name = claims.get(settings.name_claim)
    return ExternalUser(
        str(claims["iss"]),
        str(claims["sub"]),
        name[:MAX_NAME] if isinstance(name, str) else "",
        _role(claims, settings),
        settings.role_claim is not None,
    )


def _role(claims: Mapping[str, Any], settings: OidcSettings) -> UserRole | None:
    """The highest role that one of the values gives."""
    found = set() if settings.role_claim is None else _values(claims, settings.role_claim)
    if found & set(settings.admin_values):
        return "admin"
    if found & set(settings.member_values):
        return "member"
    if found & set(settings.viewer_values):
        return "viewer"
    return None if settings.default_role == "none" else settings.default_role


def _values(claims: Mapping[str, Any], path: str) -> set[str]:
    """The texts at a path: a claim of exactly that name, else one step for each part."""
    found: Any = claims.get(path)
    if found is None:
        found = claims
        for part in path.split("."):
            found = found.get(part) if isinstance(found, Mapping) else None
    listed = found if isinstance(found, list) else [found]
    return {each for each in listed if isinstance(each, str)}
