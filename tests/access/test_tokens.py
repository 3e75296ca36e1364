"""The form of tokens and of sessions' secrets, told without looking anything up."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchd.access.tokens import (
    PREFIX,
    cookie_hash,
    is_cookie,
    is_token,
    new_cookie,
    new_token,
    token_hash,
    token_hint,
)
from tests.examples import examples


def test_a_token_has_the_form_that_scanners_know() -> None:
    token = new_token()
    assert re.fullmatch(r"orchd_pat_[0-9A-Za-z]{49}", token)
    assert is_token(token)
    assert token.endswith(token_hint(token))


def test_a_tokens_bits_are_all_random() -> None:
    tokens = {new_token() for _ in range(200)}
    assert len(tokens) == 200
    assert all(len({token[place] for token in tokens}) > 10 for place in range(len(PREFIX) + 1, len(PREFIX) + 43))


@given(st.integers(0, 58), st.sampled_from("0aZ-"))
@settings(max_examples=examples(200), deadline=None)
def test_a_mistyped_token_is_none(place: int, character: str) -> None:
    token = new_token()
    typed = token[:place] + character + token[place + 1 :]
    assert is_token(typed) is (typed == token)


@pytest.mark.parametrize("text", [" ", "orchd_pat_", "ghp_" + "a" * 40, "orchd_pat_" + "é" * 49])
def test_what_is_no_token(text: str) -> None:
    assert not is_token(text)
    assert not is_token(new_token() + text)
    assert not is_token(new_token() + "\n")


def test_a_sessions_secret_has_its_form() -> None:
    assert is_cookie(new_cookie())
    assert not is_cookie(new_cookie() + "=")
    assert not is_cookie(new_token())


def test_what_is_stored_depends_on_the_key_and_on_what_it_is_of() -> None:
    token, key = new_token(), b"k" * 32
    hashes = {token_hash(key, token), token_hash(b"o" * 32, token), cookie_hash(key, token)}
    assert len(hashes) == 3
    assert all(re.fullmatch(r"[0-9a-f]{64}", text) for text in hashes)
    assert token_hash(key, token) == token_hash(key, token)
