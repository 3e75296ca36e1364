"""Values of other programs' files, of which nothing can be relied on."""

from collections import Counter
from datetime import UTC, datetime
from typing import Any

from orchd.features.transfer.reading.conversation import ImportNote, ImportRemark
from orchd.protocol.types import LAST_MOMENT

MAX_TEXT = 8 * 1024 * 1024
"""Characters of one message."""
_SECONDS_BEFORE = 100_000_000_000
"""A time over this is not in seconds: they would be in the year 5138."""
_NANOSECONDS_BEFORE = _SECONDS_BEFORE * 10**9
"""Nothing finer is known."""


class Notes:
    """What of a conversation is not imported as it is, counted."""

    def __init__(self) -> None:
        self._counts: Counter[ImportRemark] = Counter()

    def add(self, remark: ImportRemark, count: int = 1) -> None:
        """Count something."""
        self._counts[remark] += count

    def in_order(self) -> list[ImportNote]:
        """Return all that was counted, in the order of its names."""
        return [ImportNote(remark, count) for remark, count in sorted(self._counts.items()) if count]


def text(value: object) -> str:
    """Return a text without halves of characters; empty for anything else."""
    if not isinstance(value, str):
        return ""
    return value if value.isascii() else value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def line(value: object, most: int) -> str:
    """Return a text on one line, cut to so many characters."""
    shown = "".join(c if c.isprintable() else " " for c in text(value)[: 4 * most])
    return " ".join(shown.split())[:most].rstrip()


def mapping(value: object) -> dict[str, Any]:
    """Return an object; an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def array(value: object) -> list[Any]:
    """Return a list; an empty one for anything else."""
    return value if isinstance(value, list) else []


def moment(value: object) -> int | None:
    """Return a time in Unix milliseconds: from seconds, or thousandths, millionths or billionths of them, or ISO-8601;
    None for what is no time after 1970."""
    if isinstance(value, str):
        return _read_text(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < _NANOSECONDS_BEFORE:
        return None
    seconds = float(value)
    while seconds > _SECONDS_BEFORE:
        seconds /= 1_000
    return round(seconds * 1_000)


def _read_text(value: str) -> int | None:
    try:
        read = datetime.fromisoformat(value[:40].strip().upper())
        read = read if read.tzinfo is not None else read.replace(tzinfo=UTC)
        milliseconds = round(read.timestamp() * 1_000)
    except (ValueError, OverflowError):
        return None
    return milliseconds if 0 < milliseconds <= LAST_MOMENT else None


def tags(value: object) -> tuple[str, ...]:
    """Return words by which a conversation can be found, as many and as long as one may have."""
    return tuple(filter(None, dict.fromkeys(line(each, 64) for each in array(value)[:1_000])))[:32]
