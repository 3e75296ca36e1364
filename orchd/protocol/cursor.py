"""Cursors of paged lists: where the next page begins, as text that clients hand back unread."""

from orchd.errors import Invalid
from orchd.protocol.types import MAX_INTEGER


def two_numbers(cursor: str | None) -> tuple[int, int] | None:
    """Read a cursor `A.B`. Raises `Invalid`."""
    if cursor is None:
        return None
    first, _, second = cursor.partition(".")
    return one_number(first, 0), one_number(second, 0)


def number_and_text(cursor: str | None) -> tuple[int, str] | None:
    """Read a cursor `NUMBER.TEXT`. Raises `Invalid`."""
    if cursor is None:
        return None
    number, dot, text = cursor.partition(".")
    if not dot:
        raise _no_cursor()
    return one_number(number, 0), text


def one_number(cursor: str | None, start: int) -> int:
    """Read a cursor that is a number, `start` when there is none. Raises `Invalid`."""
    if cursor is None:
        return start
    if not (cursor.isascii() and cursor.isdigit()):
        raise _no_cursor()
    return min(int(cursor), MAX_INTEGER)


def _no_cursor() -> Invalid:
    return Invalid("not a cursor of this list", reason="malformed", field="cursor", path="$.data.cursor")
