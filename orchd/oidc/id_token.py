"""The ID token: who the provider says that it is, believed only after every check of OpenID Connect Core, 3.1.3.7.

Only signatures by a key pair are taken. A token signed by a shared secret (HS256), or by nobody (`none`), would be one
that whoever knows the client's secret, or nothing, can make.
"""

import base64
import hmac
import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey, import_key

ALGORITHMS = {
    **dict.fromkeys(("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"), "RSA"),
    **dict.fromkeys(("ES256", "ES384", "ES512"), "EC"),
}
"""Ways to sign that are taken, and the kind of key that each needs."""

LEEWAY_SECONDS = 60
"""The provider's clock may be wrong by so much."""

MAX_AGE_SECONDS = 600
"""A token is made for the log-in under way, so that an old one is somebody's copy."""

MAX_TOKEN = 64 * 1024
MAX_KEYS = 64
MAX_SUBJECT = 255
_SMALLEST_RSA_BITS = 2048
_KEYS_TRIED = 8

PublicKey = RSAKey | ECKey


class IdTokenError(Exception):
    """The token must not be believed; the text says why, for the log, and repeats nothing of it."""


class UnknownKeyError(IdTokenError):
    """No key that is known fits: the provider may have new ones."""


class Expectation(NamedTuple):
    """What the token of a log-in must say."""

    issuer: str
    client_id: str
    nonce: str


def read_keys(found: object) -> list[PublicKey]:
    """The keys of a JWK set that can sign here; what is of another kind, or can't be read, is left out."""
    listed = found.get("keys") if isinstance(found, dict) else None
    keys = [_read_key(each) for each in listed[:MAX_KEYS]] if isinstance(listed, list) else []
    return [key for key in keys if key is not None]


def read_id_token(token: str, keys: Sequence[PublicKey], expected: Expectation, now: float) -> dict[str, Any]:
    """The claims of a token, all checked; `now` is in Unix seconds. Raises `IdTokenError`."""
    if len(token) > MAX_TOKEN or not token.isascii():
        raise IdTokenError("it is too long, or not ASCII")
    header = _header(token)
    algorithm, kid = header.get("alg"), header.get("kid")
    if not isinstance(algorithm, str) or algorithm not in ALGORITHMS:
        raise IdTokenError("it is signed in a way that is not taken")
    if "crit" in header:
        raise IdTokenError("its header wants what is not known here")
    fitting = [key for key in keys if key.key_type == ALGORITHMS[algorithm] and (kid is None or key.kid == kid)]
    if not fitting:
        raise UnknownKeyError("no key of the provider fits")
    claims = _decode(token, algorithm, fitting[:_KEYS_TRIED])
    _check_parties(claims, expected)
    _check_times(claims, now)
    return claims


def _header(token: str) -> dict[str, Any]:
    head = token.partition(".")[0]
    try:
        found = json.loads(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4)))
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise IdTokenError("it is no JSON web token")
    return found


def _decode(token: str, algorithm: str, keys: Sequence[PublicKey]) -> dict[str, Any]:
    for key in keys:
        try:
            return dict(jwt.decode(token, key, algorithms=[algorithm]).claims)
        except (JoseError, ValueError, RecursionError):
            continue
    raise IdTokenError("its signature is wrong")


def _check_parties(claims: dict[str, Any], expected: Expectation) -> None:
    audience = claims.get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    party = claims.get("azp")
    subject, nonce = claims.get("sub"), claims.get("nonce")
    if claims.get("iss") != expected.issuer:
        raise IdTokenError("it is by another issuer")
    if expected.client_id not in audiences:
        raise IdTokenError("it is for another client (aud)")
    if party != expected.client_id and (party is not None or len(audiences) > 1):
        raise IdTokenError("it was given to another client (azp)")
    if not isinstance(subject, str) or not 0 < len(subject) <= MAX_SUBJECT or not subject.isascii():
        raise IdTokenError("it names no subject")
    if not isinstance(nonce, str) or not hmac.compare_digest(nonce.encode(), expected.nonce.encode()):
        raise IdTokenError("it is for another log-in (nonce)")


def _check_times(claims: dict[str, Any], now: float) -> None:
    if _time(claims, "exp") <= now - LEEWAY_SECONDS:
        raise IdTokenError("it has expired")
    issued = _time(claims, "iat")
    if not now - MAX_AGE_SECONDS - LEEWAY_SECONDS <= issued <= now + LEEWAY_SECONDS:
        raise IdTokenError("it was issued at another time; look at the clocks")
    if "nbf" in claims and _time(claims, "nbf") > now + LEEWAY_SECONDS:
        raise IdTokenError("it is not valid yet")


def _time(claims: dict[str, Any], name: str) -> float:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 2**53:
        raise IdTokenError(f"it has no {name}")
    return value


def _read_key(found: object) -> PublicKey | None:
    if not isinstance(found, dict) or found.get("use") not in (None, "sig") or found.get("kty") not in ("RSA", "EC"):
        return None
    if found["kty"] == "RSA" and len(str(found.get("n"))) < _SMALLEST_RSA_BITS // 6:
        return None
    try:
        key = import_key(found)
    except (JoseError, ValueError, TypeError, KeyError):
        return None
    if isinstance(key, RSAKey):
        return key if key.public_key.key_size >= _SMALLEST_RSA_BITS else None
    return key if isinstance(key, ECKey) else None
