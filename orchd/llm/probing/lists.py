"""Reading a server's list of models, in any of the shapes in use and however long, without holding the daemon up.

Hubs list thousands of models with some kilobytes of prose each. One pass over the bytes finds where each item begins
and ends (4 ms for 16 MiB), then items are decoded one by one, others getting their turn in between, and no more than
MAX_LISTED are kept. A list that was made to fill the memory (millions of empty items) is refused by counting first.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeVar

import msgspec
import trio

from orchd.llm.wire.chunks import loads
from orchd.llm.wire.sse import BOM

MAX_LIST_BYTES = 16 * 1024 * 1024
MAX_LISTED = 20_000
"""How many models of a list are kept: any of them can be asked for by name."""
MAX_ITEM_BYTES = 256 * 1024
MAX_OBJECTS, MAX_TEXTS = 500_000, 2_000_000
"""A list of 16 MiB as hubs write it has about a tenth of that."""
BATCH_BYTES = 128 * 1024
"""How much is decoded in one go: about a millisecond."""

T = TypeVar("T")


class ListTooLongError(Exception):
    """The list has more bytes or objects than are read."""


class _Any(msgspec.Struct):
    """Any object: its members are passed over."""


class _Page(msgspec.Struct):
    """The objects that lists come in."""

    data: msgspec.Raw = msgspec.Raw()
    models: msgspec.Raw = msgspec.Raw()
    error: msgspec.Raw = msgspec.Raw()


class Items(NamedTuple):
    """What a list has. `total`: how many items, of which those beyond MAX_LISTED are not among `raw`."""

    raw: tuple[msgspec.Raw, ...]
    total: int


_page = msgspec.json.Decoder(_Page)
_plain = msgspec.json.Decoder(list[_Any | str])
_items = msgspec.json.Decoder(list[msgspec.Raw])
_ITEMS_BY_ITSELF = 1024 * 1024
"""A list so short is read whatever its items are."""


def find_items(body: bytes, members: Sequence[str] = ("data", "models")) -> Items | None:
    """Return the items of a bare array, or of the first of `members` that is one; null is an empty one. None: no list.

    Raises ListTooLongError.
    """
    body = body.removeprefix(BOM)
    if len(body) > MAX_LIST_BYTES or _is_swollen(body):
        raise ListTooLongError
    found = _array(body, members)
    if found is None:
        return None
    return Items(tuple(found[:MAX_LISTED]), len(found))


async def read_items(items: Items, make: Callable[[dict[str, Any]], T | None]) -> list[T]:
    """Return what `make` makes of each item, without what it makes None of; others get their turn in between.

    A plain text counts as `{"id": text}`. An item that is nothing of that kind, or very long, is left out.
    """
    made: list[T] = []
    size = 0
    for raw in items.raw:
        item = loads(bytes(raw)) if len(bytes(raw)) <= MAX_ITEM_BYTES else None
        item = {"id": item} if isinstance(item, str) else item
        if isinstance(item, dict) and (one := make(item)) is not None:
            made.append(one)
        size += 64 + len(bytes(raw))
        if size > BATCH_BYTES:
            size = 0
            await trio.lowlevel.checkpoint()
    return made


def _is_swollen(body: bytes) -> bool:
    return body.count(b"{") > MAX_OBJECTS or body.count(b'",') > MAX_TEXTS


def _array(body: bytes, members: Sequence[str]) -> list[msgspec.Raw] | None:
    start = body[:64].lstrip()
    if not start.startswith((b"[", b"{")):
        return None
    try:
        return _split(body) if start.startswith(b"[") else _member(_page.decode(body), members)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _leniently(body, members)


def _member(page: _Page, members: Sequence[str]) -> list[msgspec.Raw] | None:
    if bytes(page.error) not in (b"", b"null", b"false", b'""', b"{}"):
        return None
    values = [bytes(getattr(page, member)) for member in members]
    found = next((value for value in values if value.startswith(b"[")), None)
    if found is not None:
        return _split(found)
    return [] if b"null" in values else None


def _split(array: bytes) -> list[msgspec.Raw]:
    if len(array) > _ITEMS_BY_ITSELF:
        _plain.decode(array)  # nothing but objects and texts: else each of millions of numbers would become an object
    return _items.decode(array)


def _leniently(body: bytes, members: Sequence[str]) -> list[msgspec.Raw] | None:
    """Read what only a lenient reader takes for JSON: a NaN, a broken character. Only where it is short."""
    found = loads(body) if len(body) <= _ITEMS_BY_ITSELF else None
    if isinstance(found, dict) and not found.get("error"):
        found = next((found[member] for member in members if isinstance(found.get(member), list)), None)
    if not isinstance(found, list):
        return None
    return [msgspec.Raw(msgspec.json.encode(item)) for item in found]
