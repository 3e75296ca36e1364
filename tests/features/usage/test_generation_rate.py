"""Generations a minute: a bucket for each user, of which there are only so many."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchd.errors import RateLimited
from orchd.features.usage.generation_rate import USERS_AT_MOST, GenerationRate


@given(st.integers(1, 20), st.lists(st.floats(0, 30), max_size=80))
def test_no_more_begin_in_any_minute_than_a_full_bucket_and_what_flows_in(limit: int, pauses: list[float]) -> None:
    rate, now, begun = GenerationRate(limit), 0.0, list[float]()
    waits: list[int] = []
    for pause in pauses:
        now += pause
        try:
            rate.take(7, now)
        except RateLimited as error:
            waits.append(error.retry_after_ms or 0)
        else:
            begun.append(now)
    assert all(0 < wait <= 60_000 / limit + 1 for wait in waits)
    for start in begun:
        assert sum(start <= at <= start + 60 for at in begun) <= 2 * limit


def test_who_waits_as_long_as_told_is_let_through() -> None:
    rate = GenerationRate(3)
    for _ in range(3):
        rate.take(1, 0.0)
    with pytest.raises(RateLimited) as error:
        rate.check(1, 0.0)
    assert error.value.reason == "quota"
    rate.take(1, (error.value.retry_after_ms or 0) / 1000 + 0.001)
    rate.take(2, 0.0)


def test_none_is_any_number_and_memory_is_bounded() -> None:
    free = GenerationRate(0)
    for _ in range(1000):
        free.take(1, 0.0)
    rate = GenerationRate(1)
    for user in range(USERS_AT_MOST + 50):
        rate.take(user, 0.0)
    assert len(rate._left) == USERS_AT_MOST
