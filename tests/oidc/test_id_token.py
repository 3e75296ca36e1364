"""The ID token: nothing but a right one is believed."""

import base64
import hmac
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import assume, given
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from orchd.oidc.id_token import (
    LEEWAY_SECONDS,
    MAX_AGE_SECONDS,
    Expectation,
    IdTokenError,
    UnknownKeyError,
    read_id_token,
    read_keys,
)

NOW = 1_800_000_000.0
EXPECTED = Expectation("https://login.example", "orchd", "n-1")
RSA = RSAKey.generate_key(2048, {"kid": "r"})
EC = ECKey.generate_key("P-256", {"kid": "e"})
PUBLIC = read_keys({"keys": [key.as_dict(private=False) for key in (RSA, EC)]})
CLAIMS = {
    "iss": EXPECTED.issuer,
    "sub": "s-1",
    "aud": "orchd",
    "exp": int(NOW) + 300,
    "iat": int(NOW),
    "nonce": EXPECTED.nonce,
}


def signed(claims: dict[str, Any] | None = None, algorithm: str = "RS256", key: Any = RSA, **header: Any) -> str:
    names = {"kid": key.kid} if key.kid is not None else {}
    return jwt.encode({"alg": algorithm} | names | header, claims or CLAIMS, key, algorithms=[algorithm])


def encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def part(value: object) -> str:
    return encoded(json.dumps(value).encode())


def believed(token: str) -> bool:
    try:
        read_id_token(token, PUBLIC, EXPECTED, NOW)
    except IdTokenError:
        return False
    return True


@pytest.mark.parametrize(("algorithm", "key"), [("RS256", RSA), ("PS512", RSA), ("ES256", EC)])
def test_a_right_one(algorithm: str, key: Any) -> None:
    assert read_id_token(signed(algorithm=algorithm, key=key), PUBLIC, EXPECTED, NOW) == CLAIMS


@pytest.mark.parametrize(
    ("change", "right"),
    [
        ({"iss": "https://login.example/"}, False),
        ({"iss": None}, False),
        ({"aud": ["orchd"]}, True),
        ({"aud": ["orchd", "other"]}, False),
        ({"aud": ["orchd", "other"], "azp": "orchd"}, True),
        ({"aud": ["orchd", "other"], "azp": "other"}, False),
        ({"aud": "orchd", "azp": "other"}, False),
        ({"aud": "orchd2"}, False),
        ({"aud": []}, False),
        ({"aud": {"orchd": 1}}, False),
        ({"sub": None}, False),
        ({"sub": 7}, False),
        ({"sub": ""}, False),
        ({"sub": "x" * 256}, False),
        ({"sub": "ä"}, False),
        ({"nonce": "n-2"}, False),
        ({"nonce": None}, False),
        ({"exp": int(NOW) - LEEWAY_SECONDS + 1}, True),
        ({"exp": int(NOW) - LEEWAY_SECONDS}, False),
        ({"exp": "never"}, False),
        ({"exp": True}, False),
        ({"exp": 1e300}, False),
        ({"iat": int(NOW) + LEEWAY_SECONDS + 1}, False),
        ({"iat": int(NOW) - MAX_AGE_SECONDS - LEEWAY_SECONDS - 1}, False),
        ({"iat": None}, False),
        ({"nbf": int(NOW) + LEEWAY_SECONDS + 1}, False),
        ({"nbf": int(NOW)}, True),
    ],
)
def test_each_claim_is_checked(change: dict[str, Any], right: bool) -> None:
    assert believed(signed({**CLAIMS, **change})) is right


@pytest.mark.parametrize("name", sorted(CLAIMS))
def test_none_may_be_left_out(name: str) -> None:
    assert not believed(signed({key: value for key, value in CLAIMS.items() if key != name}))


def test_keys_and_algorithms_are_not_mixed_up() -> None:
    head, body = part({"alg": "HS256", "kid": "r"}), signed().split(".")[1]
    for secret in (json.dumps(RSA.as_dict(private=False)).encode(), RSA.as_pem(private=False), b"client's secret"):
        mark = hmac.digest(secret, f"{head}.{body}".encode(), "sha256")
        assert not believed(f"{head}.{body}.{encoded(mark)}")
    assert not believed(signed(algorithm="ES256", key=ECKey.generate_key("P-256", {"kid": "r"})))
    assert not believed(signed(key=RSAKey.generate_key(2048, {"kid": "r"})))
    assert not believed(signed(key=RSAKey.generate_key(2048, {"kid": "e"})))


def test_one_that_nobody_signed_is_not_believed() -> None:
    for algorithm in ("none", "None", "NONE", "", None, "HS256", ["RS256"]):
        assert not believed(f"{part({'alg': algorithm})}.{part(CLAIMS)}.")
    body = signed().split(".")[1]
    assert not believed(f"{part({'alg': 'RS256', 'kid': 'r'})}.{body}.")


def test_a_key_that_is_not_known_is_told_apart() -> None:
    with pytest.raises(UnknownKeyError):
        read_id_token(signed(key=RSAKey.generate_key(2048, {"kid": "new"})), PUBLIC, EXPECTED, NOW)
    with pytest.raises(UnknownKeyError):
        read_id_token(signed(), [], EXPECTED, NOW)


def test_without_a_name_of_the_key_each_that_fits_is_tried() -> None:
    nameless = RSAKey.generate_key(2048)
    keys = [*PUBLIC, *read_keys({"keys": [nameless.as_dict(private=False)]})]
    assert read_id_token(signed(key=nameless), keys, EXPECTED, NOW) == CLAIMS


TOKEN = signed(algorithm="ES256", key=EC)


@given(st.integers(0, len(TOKEN) - 3), st.characters(codec="ascii"))
def test_any_change_makes_it_worthless(place: int, other: str) -> None:
    """But for the last letters, which have bits that stand for nothing."""
    assume(TOKEN[place] != other)
    assert not believed(TOKEN[:place] + other + TOKEN[place + 1 :])


@given(st.text(max_size=200) | st.builds(".".join, st.lists(st.text(max_size=30), max_size=5)))
def test_any_text_is_refused(text: str) -> None:
    assert not believed(text)


def small_key() -> dict[str, str]:
    numbers = rsa.generate_private_key(65537, 1024).public_key().public_numbers()  # noqa: S505 - it shall be too small
    modulus, exponent = numbers.n.to_bytes(128, "big"), numbers.e.to_bytes(3, "big")
    return {"kty": "RSA", "n": encoded(modulus), "e": encoded(exponent)}


def test_of_a_set_of_keys_only_what_can_sign_is_kept() -> None:
    public = RSA.as_dict(private=False)
    assert [key.kid for key in PUBLIC] == ["r", "e"]
    assert (
        read_keys({"keys": [public | {"use": "enc"}, {"kty": "oct", "k": "c2VjcmV0"}, {"kty": "RSA"}, 7, None]}) == []
    )
    assert read_keys({"keys": [small_key()]}) == []
    nothing: tuple[object, ...] = ({}, {"keys": {}}, [], None, "keys")
    assert all(read_keys(found) == [] for found in nothing)
