"""When a server that refused for now wants to be asked again.

It says so in `Retry-After` (seconds, or a date by its own clock), in one of the headers that count its limits, or only
in the words of its error.
"""

import math
import re
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from orchd.patterns import lazy_pattern

MAX_RETRY_MS = 3_600_000
"""The longest wait that is believed: an hour."""
MAX_WORDS = 8192

_NUMBER = lazy_pattern(r"\d{1,15}(?:\.\d{0,9})?\Z")
_STEP = lazy_pattern(r"(\d{1,9}(?:\.\d{0,9})?)\s{0,3}(ms|milli\w*|h\w*|m(?!s)\w*|s\w*)?", re.IGNORECASE)
_HINT = lazy_pattern(
    r"(?:try again|retry)(?P<after>[-_ ]?after[-_]?ms|[-_]?delay)?[^\d]{0,24}"
    r"(?P<when>\d[\d.hms ]{0,24}(?:ms|sec\w*|min\w*)?)",
    re.IGNORECASE,
)
_UNITS = {"h": 3_600_000.0, "m": 60_000.0, "s": 1000.0}
_EPOCH_SECONDS = 1_000_000_000


def retry_after_ms(headers: Mapping[str, str], words: str = "", now: float | None = None) -> int | None:
    """Return in how many milliseconds to come back, at most an hour; None when the server doesn't tell.

    `headers` have names in lower case; `now` is the time since 1970, in seconds.
    """
    now = time.time() if now is None else now
    found = _number(headers.get("retry-after-ms"), 1.0)
    if found is None:
        found = _after(headers.get("retry-after"), _instant(headers.get("date")) or now)
    if found is None:
        found = _reset(headers, now)
    if found is None:
        found = _read_hint(words)
    return None if found is None else min(max(math.ceil(found), 1), MAX_RETRY_MS)


def _after(value: str | None, now: float) -> float | None:
    seconds = _number(value, 1000.0)
    if seconds is not None or value is None:
        return seconds
    due = _instant(value)
    return _duration(value) if due is None else (due - now) * 1000


def _reset(headers: Mapping[str, str], now: float) -> float | None:
    """Return what the headers about limits say: those of limits that are used up, if any is told to be."""
    resets = {name: value for name, value in headers.items() if "ratelimit" in name and "reset" in name}
    used_up = {name: value for name, value in resets.items() if headers.get(name.replace("reset", "remaining")) == "0"}
    found = [due for value in (used_up or resets).values() if (due := _due(value, now)) is not None]
    return max(found, default=None)


def _due(value: str, now: float) -> float | None:
    number = _number(value, 1.0)
    if number is None:
        due = _instant(value)
        return _duration(value) if due is None else (due - now) * 1000
    if number >= _EPOCH_SECONDS * 1000:
        return number - now * 1000
    return (number - now if number >= _EPOCH_SECONDS else number) * 1000


def _read_hint(words: str) -> float | None:
    match = _HINT.search(words[:MAX_WORDS])
    if match is None:
        return None
    if (match["after"] or "").lower().endswith("ms"):
        return _number(match["when"].strip(), 1.0)
    return _duration(match["when"])


def _duration(text: str) -> float | None:
    """Return the milliseconds of `20`, `20s`, `6m0s`, `1.5 minutes`, `200ms`."""
    steps = _STEP.findall(text.strip()[:40])
    if not steps or not text.strip()[0].isdigit():
        return None
    return sum(float(number) * _unit(unit.lower()) for number, unit in steps)


def _unit(unit: str) -> float:
    return 1.0 if unit.startswith(("ms", "milli")) else _UNITS.get(unit[:1], 1000.0)


def _number(value: str | None, factor: float) -> float | None:
    return float(value) * factor if value is not None and _NUMBER.match(value.strip()) else None


def _instant(value: str | None) -> float | None:
    """Return a date of HTTP's or of RFC 3339's as seconds since 1970."""
    if not value or not any(sign in value for sign in ":,"):
        return None
    try:
        found = datetime.fromisoformat(value.strip()) if value.strip()[:1].isdigit() else parsedate_to_datetime(value)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
