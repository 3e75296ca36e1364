"""What time it is."""

import time

import pytest

from orchd.clock import unix_now


def test_the_present_is_in_whole_milliseconds_that_have_passed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "time_ns", lambda: 1_234_567_999_999)
    assert unix_now() == 1_234_567
