"""JSON values that stand one after another where one was expected: on lines, on one line, behind `data:` once more.

Servers made by hand write them so. Here bytes are only cut into values; what they say is `chunks`' business.
"""

import json

from orchd.patterns import lazy_pattern

MAX_FAILURES = 8
"""How often a value may begin and not end: each time all of the rest may have been read in vain."""

_BETWEEN = lazy_pattern(r"(?:[\s,\ufeff]|data:)*")
_LINE = lazy_pattern(r"[^\n]*")
_decoder = json.JSONDecoder()


def is_whole(data: bytes) -> bool:
    """Tell whether `data` is one JSON object or list, or the mark that ends a stream."""
    data = data.strip()
    if is_end_mark(data):
        return True
    if data[:1] not in (b"{", b"[") or data[-1:] not in (b"}", b"]"):
        return False
    try:
        json.loads(data.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return False
    return True


def is_end_mark(data: bytes) -> bool:
    """Tell whether `data` is the mark that ends a stream, `[DONE]`."""
    return len(data) < 32 and data.strip(b" \t\r\n\"'").upper() == b"[DONE]"


def split_values(data: bytes) -> list[bytes]:
    """Return the values in `data`, each as it stands there, and the lines between them that are none."""
    text = data.decode("utf-8", "surrogateescape")
    found: list[str] = []
    place, failures = _skip(text, 0), 0
    while place < len(text):
        end = _end(text, place)
        if end is None:
            failures += text[place] in "{["
            match = _LINE.match(text, place)
            end = match.end() if match and failures < MAX_FAILURES else len(text)
        found.append(text[place:end])
        place = _skip(text, end)
    return [value.strip().encode("utf-8", "surrogateescape") for value in found]


def _end(text: str, place: int) -> int | None:
    """Return where the value that begins at `place` ends, None when none does."""
    if text[place] not in "{[":
        return None
    try:
        return _decoder.raw_decode(text, place)[1]
    except (ValueError, RecursionError):
        return None


def _skip(text: str, place: int) -> int:
    match = _BETWEEN.match(text, place)
    return match.end() if match else place
