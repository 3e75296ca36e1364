"""Characters that a server cut in two, put together again. Sans-IO.

Proxies that count UTF-16 units end one text with half an emoji and begin the next one with the other half; programs
that cut bytes do the same with UTF-8. JSON read leniently (by `chunks`) has such halves as lone surrogates: those of
UTF-16 as they are, bytes as Python's `surrogateescape` writes them. What one text ends with is held back until the next
one of the same channel says what it was; what stays half becomes U+FFFD.
"""

from orchd.patterns import lazy_pattern

_TAIL = lazy_pattern(
    "(?:[\ud800-\udbff]|[\udcc2-\udcf4]|[\udce0-\udcf4][\udc80-\udcbf]|[\udcf0-\udcf4][\udc80-\udcbf]{2})\\Z"
)
"""The end of a text that the next one may complete: a high surrogate, or the first bytes of a character."""
_NO_BYTES = lazy_pattern("[\ud800-\udc7f\udd00-\udfff]")


def mend(text: str) -> str:
    """Return `text` with halves that stand beside each other joined, and U+FFFD for the others."""
    return text if text.isascii() else _whole(_join(text))


class Halves:
    """What the texts of each channel end with."""

    def __init__(self) -> None:
        self._held: dict[str, str] = {}

    def __bool__(self) -> bool:
        """Whether something is held back."""
        return bool(self._held)

    def join(self, channel: str, text: str) -> str:
        """Return what of `text` is certain, after what was held back of its channel; no lone surrogate is in it."""
        text = self._held.pop(channel, "") + text
        if text.isascii():
            return text
        text = _join(text)
        tail = _TAIL.search(text[-3:])
        if tail is None:
            return _whole(text)
        self._held[channel] = tail[0]
        return _whole(text[: -len(tail[0])])

    def flush(self) -> list[tuple[str, str]]:
        """Return what stayed half, by channel."""
        held, self._held = self._held, {}
        return [(channel, _whole(text)) for channel, text in held.items()]


def _join(text: str) -> str:
    """Return `text` with a character for each two surrogates that make one."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


def _whole(text: str) -> str:
    return _NO_BYTES.sub("\ufffd", text).encode("utf-8", "surrogateescape").decode("utf-8", "replace")
