"""Months by UTC, from their first to their last millisecond."""

import pytest

from orchd.features.account.months import end_of_month, month_of
from orchd.protocol.types import unix_milliseconds


@pytest.mark.parametrize(
    ("moment", "month", "end"),
    [
        ("2026-11-01T00:00:00.000Z", "2026-11", "2026-12-01T00:00:00.000Z"),
        ("2026-11-30T23:59:59.999Z", "2026-11", "2026-12-01T00:00:00.000Z"),
        ("2026-12-31T12:00:00.000Z", "2026-12", "2027-01-01T00:00:00.000Z"),
        ("2028-02-29T00:00:00.000Z", "2028-02", "2028-03-01T00:00:00.000Z"),
    ],
)
def test_a_month_begins_and_ends_at_midnight(moment: str, month: str, end: str) -> None:
    now = unix_milliseconds(moment)
    assert (month_of(now), end_of_month(now)) == (month, unix_milliseconds(end))


def test_a_clock_that_is_far_off_does_no_harm() -> None:
    assert month_of(-1) == "1970-01"
    assert month_of(2**62) == "9998-12"
    assert end_of_month(2**62) > 0
