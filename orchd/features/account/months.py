"""Months, by UTC."""

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LAST_MS = 253_370_764_799_999
"""The end of 9998: what comes later counts as then."""


def month_of(now: int) -> str:
    """Return the month in which a time is, in Unix milliseconds: `2026-11`."""
    return _moment(now).strftime("%Y-%m")


def end_of_month(now: int) -> int:
    """Return when the month of a time ends, in Unix milliseconds."""
    first = _moment(now).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return ((first + timedelta(days=32)).replace(day=1) - _EPOCH) // timedelta(milliseconds=1)


def _moment(now: int) -> datetime:
    return _EPOCH + timedelta(milliseconds=min(max(0, now), _LAST_MS))
