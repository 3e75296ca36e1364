"""How much of a list goes into one reply: bounded in bytes, since what people store may be long.

Many WebSocket libraries refuse messages over 1 MiB unless told otherwise. So a reply that holds a list ends well
before that, and says that there is more. One item is always there: one that is larger by itself is sent all the same.
"""

from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate
from typing import Annotated, Protocol, TypeAlias, TypeVar

import msgspec
from msgspec import Meta

PageSize: TypeAlias = Annotated[int, Meta(ge=1, le=200)]
"""How many items a client may want at once; fewer come where their bytes are many."""

MAX_REPLY_BYTES = 512 * 1024
"""Bytes of JSON that the items of one reply have together, unless there is only one of them."""


class HasId(Protocol):
    """What has an id."""

    @property
    def id(self) -> int:
        """Its id."""


T = TypeVar("T")
R = TypeVar("R")

_encode = msgspec.json.Encoder().encode


def size(value: object) -> int:
    """Return the bytes of a value as JSON."""
    return len(_encode(value))


def fitting(items: Iterable[T], room: int = MAX_REPLY_BYTES) -> list[T]:
    """Return the first of `items` that `room` bytes hold together; at least one, if there is one."""
    kept: list[T] = []
    for item in items:
        room -= size(item) + 1
        if room < 0 and kept:
            break
        kept.append(item)
    return kept


def page(
    rows: Sequence[R], limit: int, shown: Callable[[R], T], cursor: Callable[[R], str]
) -> tuple[list[T], str | None]:
    """Return the items of a page, and its last row's `cursor` if more follow: `rows` then has one beyond `limit`."""
    items = fitting(shown(row) for row in rows[:limit])
    return items, cursor(rows[len(items) - 1]) if len(items) < len(rows) else None


def itself(row: R) -> R:
    """Return what is shown of a row that is an item already."""
    return row


def by_id(row: HasId) -> str:
    """Return the cursor of a list that is in the order of ids."""
    return str(row.id)


def within(sizes: Sequence[int], room: int = MAX_REPLY_BYTES) -> int:
    """Return how many of the first values `room` bytes hold, by their sizes; at least one, if there is one."""
    return max(min(1, len(sizes)), sum(total <= room for total in accumulate(sizes)))


def share(texts: Iterable[str | None], room: int = MAX_REPLY_BYTES) -> int | None:
    """Return the bytes that each text may have as JSON so that `room` holds them all; None when all may be whole.

    Those that need less leave the rest to the others.
    """
    sizes = sorted(size(text) for text in texts if text)
    if sum(sizes) <= room:
        return None
    for place, needed in enumerate(sizes):
        each = room // (len(sizes) - place)
        if needed > each:
            return each
        room -= needed
    raise AssertionError("some text is larger than its share of what is less than all")


def beginning(text: str, room: int | None) -> str:
    """Return as much of the beginning of a text as has `room` bytes as JSON; None: all of it."""
    if room is None or size(text) <= room:
        return text
    low, high = 0, min(len(text), room)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if size(text[:middle]) <= room else (low, middle - 1)
    return text[:low]
