"""Which passwords are taken, and that a stored one is known again."""

import unicodedata

import pytest
from argon2 import PasswordHasher, extract_parameters
from hypothesis import given, settings
from hypothesis import strategies as st

from orchd.access import passwords
from orchd.access.passwords import hash_password, is_right, needs_rehash, password_flaw
from tests.examples import examples

GOOD = "seven wet umbrellas"


@pytest.mark.parametrize(
    "password",
    [
        "short",
        "eleven char",
        "password1234",
        "Password!!!!1",
        "  administrator  ",
        "qwertyuiop123",
        "111111111111",
        "123456789012",
        "abcdefghijklm",
        "abcabcabcabc",
        "abcdabcdabcdab",
        "aaaaaaaaaaaaaaab",
        "maria.souza-2024",
        "MariaSouza!!",
        "é" * 501,
        "x\ud800 is no text of anybody",
    ],
)
def test_a_password_that_many_would_guess_is_not_taken(password: str) -> None:
    assert password_flaw(password, "maria.souza") is not None


@pytest.mark.parametrize(
    "password",
    [
        GOOD,
        "correct staple battery",
        "maria likes long walks",
        "ß" * 6 + "öäü:-)",
        "Zq8#kM2!vL5@",
        "密码很长而且没有人会猜",
    ],
)
def test_others_are_taken(password: str) -> None:
    assert password_flaw(password, "maria.souza") is None or len(password) < passwords.MIN_CHARACTERS


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("shortsecret", "password_short"),
        ("zz" * 900, "password_long"),
        ("password1234", "password_common"),
        ("abcabcabcabc", "password_pattern"),
        ("maria.souza-2024", "password_name"),
    ],
)
def test_programs_are_told_what_is_wrong_with_a_password(password: str, reason: str) -> None:
    flaw = password_flaw(password, "maria.souza")
    assert flaw is not None
    assert (flaw.reason, flaw.min_length) == (reason, passwords.MIN_CHARACTERS if reason == "password_short" else None)


def test_a_flaw_never_repeats_the_password() -> None:
    for password in ("shortsecret", "password1234", "maria.souza-2024", "zz" * 900):
        assert password not in str(password_flaw(password, "maria.souza"))


def test_a_stored_password_has_the_parameters_that_were_chosen() -> None:
    told = extract_parameters(hash_password(GOOD))
    assert (told.type.name, told.memory_cost, told.time_cost, told.parallelism) == ("ID", 19_456, 2, 1)


def test_a_stored_password_is_known_again_however_it_is_composed() -> None:
    stored = hash_password("café in the afternoon")
    assert is_right(stored, unicodedata.normalize("NFD", "café in the afternoon"))
    assert not is_right(stored, "cafe in the afternoon")
    assert stored != hash_password("café in the afternoon")


def test_nobodys_password_is_never_right() -> None:
    assert not is_right(None, "nobody has this password")
    assert not is_right("no hash", GOOD)


def test_a_password_that_is_too_long_is_not_compared_by_its_beginning() -> None:
    assert not is_right(hash_password("a1" * 500), "a1" * 500 + "more")


def test_an_older_hash_is_to_be_made_anew() -> None:
    assert needs_rehash(PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash(GOOD))
    assert not needs_rehash(hash_password(GOOD))


@given(st.text(max_size=40), st.text(max_size=40))
@settings(max_examples=examples(300), deadline=None)
def test_any_text_is_judged(password: str, name: str) -> None:
    flaw = password_flaw(password, name)
    assert flaw is None or flaw.message.startswith("the password ")
    assert password_flaw(unicodedata.normalize("NFD", password), name) == flaw
