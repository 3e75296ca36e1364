"""The one-time token of the setup page: right once, for an hour."""

import pytest

from orchd.access.setup_token import SETUP_SECONDS, SetupToken
from orchd.access.strict_clock import StrictClock
from orchd.errors import ConfigurationError


class Wall:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.seconds = 1_000.0

    def clock(self) -> StrictClock:
        return StrictClock(lambda: round(self.seconds * 1000), lambda: 0.0)


def test_a_token_is_random_unless_it_is_chosen() -> None:
    clock = Wall().clock()
    first, second = SetupToken(None, clock), SetupToken(None, clock)
    assert first.text != second.text
    assert len(first.text) == 43
    assert SetupToken("chosen by the operator", clock).is_right("chosen by the operator")


def test_one_that_could_be_guessed_is_not_taken() -> None:
    with pytest.raises(ConfigurationError):
        SetupToken("letmein", Wall().clock())


def test_it_is_right_once() -> None:
    token = SetupToken(None, Wall().clock())
    for wrong in ("", token.text[:-1], token.text + "x", "é\ud800"):
        assert not token.is_right(wrong)
    assert token.is_right(token.text)
    token.spend()
    assert not token.is_right(token.text)


def test_it_is_right_for_an_hour_however_the_clock_is_set() -> None:
    wall = Wall()
    token = SetupToken(None, wall.clock())
    wall.seconds += SETUP_SECONDS - 1
    assert token.is_right(token.text)
    wall.seconds += 1
    assert not token.is_right(token.text)
    wall.seconds -= 100
    assert not token.is_right(token.text)
