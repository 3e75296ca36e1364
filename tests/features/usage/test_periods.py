"""Periods of quotas: each time is in just one, and they follow each other without a gap."""

from datetime import UTC, datetime
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchd.features.usage.periods import DAY_MS, MINUTE_MS, QuotaPeriod, day_of, span_of

PERIODS: tuple[QuotaPeriod, ...] = get_args(get_args(QuotaPeriod)[0])


def ms(*parts: int) -> int:
    return round(datetime(*parts, tzinfo=UTC).timestamp() * 1000)  # type: ignore[misc,arg-type]


@given(st.sampled_from(PERIODS), st.integers(0, 200_000_000_000_000))
def test_a_time_is_in_its_period_and_the_next_begins_where_it_ends(period: QuotaPeriod, now: int) -> None:
    span = span_of(period, now)
    assert span.starts_at <= now < span.ends_at
    assert span.starts_at % MINUTE_MS == 0 == span.ends_at % MINUTE_MS
    following = span_of(period, span.ends_at)
    assert following.starts_at == span.ends_at
    assert span_of(period, span.ends_at - 1) == span
    if period != "minute":
        assert span.starts_at % DAY_MS == 0


@pytest.mark.parametrize(
    ("period", "starts", "ends"),
    [
        ("minute", ms(2026, 11, 29, 23, 59), ms(2026, 11, 30)),
        ("day", ms(2026, 11, 29), ms(2026, 11, 30)),
        ("week", ms(2026, 11, 23), ms(2026, 11, 30)),
        ("month", ms(2026, 11, 1), ms(2026, 12, 1)),
    ],
)
def test_periods_are_those_of_utc_and_weeks_begin_on_monday(period: QuotaPeriod, starts: int, ends: int) -> None:
    assert span_of(period, ms(2026, 11, 29, 23, 59, 30)) == (starts, ends)


def test_december_is_followed_by_january() -> None:
    assert span_of("month", ms(2026, 12, 31)) == (ms(2026, 12, 1), ms(2027, 1, 1))
    assert span_of("month", ms(2028, 2, 29)).ends_at == ms(2028, 3, 1)
    assert day_of(ms(1970, 1, 2)) == 1
