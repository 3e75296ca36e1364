"""The periods of quotas, in UTC: minutes, days from midnight, weeks from Monday, months from their first day."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal, NamedTuple, TypeAlias

from msgspec import Meta

QuotaPeriod: TypeAlias = Annotated[
    Literal["minute", "day", "week", "month"],
    Meta(
        title="QuotaPeriod",
        description="What a quota is for, in UTC: a minute, a day from midnight, a week from Monday, a month from its "
        "first day.",
    ),
]
MINUTE_MS, DAY_MS = 60_000, 86_400_000

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LAST = datetime(9999, 11, 1, tzinfo=UTC)


class QuotaSpan(NamedTuple):
    """From when, and until when (not included), in Unix milliseconds."""

    starts_at: int
    ends_at: int


def span_of(period: QuotaPeriod, now: int) -> QuotaSpan:
    """Return the period in which a time is."""
    if period == "minute":
        return QuotaSpan(now - now % MINUTE_MS, now - now % MINUTE_MS + MINUTE_MS)
    moment = min(_EPOCH + timedelta(milliseconds=max(0, now)), _LAST)
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    match period:
        case "day":
            return _span(midnight, midnight + timedelta(days=1))
        case "week":
            monday = midnight - timedelta(days=midnight.weekday())
            return _span(monday, monday + timedelta(days=7))
        case "month":
            first = midnight.replace(day=1)
            return _span(first, (first + timedelta(days=32)).replace(day=1))


def day_of(now: int) -> int:
    """Return the days since 1970-01-01 at a time."""
    return now // DAY_MS


def _span(first: datetime, end: datetime) -> QuotaSpan:
    return QuotaSpan(_milliseconds(first), _milliseconds(end))


def _milliseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(milliseconds=1)
