"""What the browser keeps of a log-in under way: signed, and for a while."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from orchd.oidc.login_state import (
    MAX_COOKIE,
    STATE_SECONDS,
    begin_login,
    challenge_of,
    from_cookie,
    to_cookie,
)

KEY, NOW = b"k" * 32, 1_800_000_000.5


def test_it_comes_back_as_it_was_for_ten_minutes() -> None:
    login = begin_login("https://orchd.lan/oidc/callback", NOW)
    cookie = to_cookie(login, KEY)
    assert from_cookie(cookie, KEY, NOW) == login
    assert from_cookie(cookie, KEY, NOW + STATE_SECONDS - 1) == login
    assert from_cookie(cookie, KEY, NOW + STATE_SECONDS) is None
    assert from_cookie(cookie, b"x" * 32, NOW) is None
    assert len(cookie) < MAX_COOKIE
    assert not set(cookie) & set(';," \\')


def test_all_that_is_random_differs() -> None:
    one, other = begin_login("a", NOW), begin_login("a", NOW)
    assert len({one.state, one.nonce, one.verifier, other.state, other.nonce, other.verifier}) == 6


def test_the_challenge_is_that_of_the_rfc() -> None:
    assert challenge_of("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk") == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


COOKIE = to_cookie(begin_login("https://orchd.lan/oidc/callback", NOW), KEY)


@given(st.integers(0, len(COOKIE) - 1), st.characters(codec="ascii"))
def test_any_change_makes_it_worthless(place: int, other: str) -> None:
    assume(COOKIE[place] != other)
    assert from_cookie(COOKIE[:place] + other + COOKIE[place + 1 :], KEY, NOW) is None


@pytest.mark.parametrize("text", ["", ".", "a.b", "ä.ö", "x" * 10_000, "e30.", ".e30"])
def test_what_was_not_given_here_is_nothing(text: str) -> None:
    assert from_cookie(text, KEY, NOW) is None


@given(st.text(max_size=100))
def test_any_text_is_read(text: str) -> None:
    assert from_cookie(text, KEY, NOW) is None
