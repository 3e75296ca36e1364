"""What can still be read of a text that is no valid JSON: the request's id, so that whoever waits for it is told.

The id is looked for among the members of the outermost object only, however broken the rest is, since an answer with
the id of something inside (a `cancel`'s, for instance) would end another request. Time is linear in the text.
"""

import json
import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, NamedTuple

from orchd.errors import Invalid
from orchd.patterns import lazy_pattern

MAX_TOKENS = 20_000
"""So many strings and runs of brackets are looked at: what comes later is not worth the daemon's time."""

MAX_SEARCHED, MAX_VALUES = 200_000, 50_000
"""Characters of a text, and values in it, among which the place of an unpaired surrogate is looked for."""

SHOWN = 64
"""Characters of a client's own words that are said back to it."""

_STRING = r'"(?:[^"\\]|\\.)*+(?:"|\\?\Z)'
_TOKEN = lazy_pattern(rf"{_STRING}|[\[{{]+|[\]}}]+", re.DOTALL)
_VALUE = lazy_pattern(rf"\s*+:\s*+({_STRING})?", re.DOTALL)
_END = 16
"""An escape so near to the end of a text is told as a text that ends too early."""
_SURROGATE = lazy_pattern(r"\\u[dD][89a-fA-F]")


def id_token(text: str) -> str | None:
    """Return the JSON string that stands as the outermost `id`, the last one if there are several."""
    found: str | None = None
    position = depth = 0
    for _ in range(MAX_TOKENS):
        token = _TOKEN.search(text, position)
        if token is None:
            break
        position = token.end()
        first = text[token.start()]
        if first in "[{":
            depth += position - token.start()
        elif first in "]}":
            depth -= position - token.start()
            if depth <= 0:
                break
        elif depth == 1 and (value := _VALUE.match(text, position)) is not None:
            position = value.end()
            if token[0] == '"id"':
                found = value[1]
    return found


def unpaired_surrogate(text: str, refusal: str) -> Invalid | None:
    """Say where a text has half a character, as JavaScript's `slice` leaves it; None when that isn't what is wrong."""
    if len(text) > MAX_SEARCHED:
        named = "surrogate" in refusal or _SURROGATE.search(text[-_END:])
        return Invalid("half a character (an unpaired surrogate)", reason="malformed", path="$") if named else None
    if _SURROGATE.search(text) is None:
        return None
    try:
        place = _place(json.loads(text))
    except (ValueError, RecursionError):
        return None
    if place is None:
        return None
    path, field = place.path()
    return Invalid(
        f"half a character (an unpaired surrogate), at {path}", reason="malformed", path=path, field=field or None
    )


class _Place(NamedTuple):
    """A value and where it stands."""

    value: Any
    key: str | int | None
    parent: "_Place | None"

    def path(self) -> tuple[str, str | None]:
        """Return the JSON path, and the name of the innermost member on it."""
        steps: list[str] = []
        field: str | None = None
        here: _Place | None = self
        while here is not None and here.key is not None:
            steps.append(f"[{here.key}]" if isinstance(here.key, int) else f".{here.key}")
            field = field or (here.key if isinstance(here.key, str) else None)
            here = here.parent
        return ("$" + "".join(reversed(steps)))[: 4 * SHOWN], field


def _place(root: Any) -> _Place | None:
    """Return where the surrogate is, the root when there is too much to be looked through, None when it is nowhere."""
    left = [_Place(root, None, None)]
    for _ in range(MAX_VALUES):
        if not left:
            return None
        here = left.pop()
        if not all(map(_whole, _own_texts(here.value))):
            return here
        room = max(MAX_VALUES - len(left), 0)
        left += [_Place(value, key, here) for key, value in islice(_inner(here.value), room)]
    return _Place(root, None, None)


def _own_texts(value: Any) -> Iterable[str]:
    """Return a text itself, or the names of an object's members."""
    if isinstance(value, str):
        return (value,)
    return value if isinstance(value, dict) else ()


def _inner(value: Any) -> Iterator[tuple[str | int, Any]]:
    """Yield what is in a value and may hold a text."""
    if isinstance(value, dict):
        return ((key[:SHOWN], item) for key, item in value.items() if isinstance(item, str | dict | list))
    if isinstance(value, list):
        return ((index, item) for index, item in enumerate(value) if isinstance(item, str | dict | list))
    return iter(())


def _whole(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
