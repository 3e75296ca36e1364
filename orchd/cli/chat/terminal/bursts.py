"""Text that comes faster than anybody types, marked as a paste where the terminal did not mark it.

An editor handles a paste as one thing, and each key by itself: a long line that is pasted without marks would keep it
busy for minutes. Line ends are left as keys, because a program that types into a terminal sends its lines like that.
"""

import re

from orchd.patterns import lazy_pattern

BURST = 128
"""Bytes in one piece, without any key but characters."""
_BEGIN, _END = b"\x1b[200~", b"\x1b[201~"
_CONTINUING = bytes(range(0x80, 0xC0))
_RUN = lazy_pattern(rb"[^\x00-\x1f\x7f]{%d,}" % BURST)


class Bursts:
    """Marks what it is given, piece by piece."""

    def __init__(self) -> None:
        self._in_paste = False
        self._begun = b""
        """The beginning of a mark that the last piece ended with; it has gone on already, as it may be a key."""

    def mark(self, data: bytes) -> bytes:
        """The same keys, with runs of characters between the marks of a paste. What is marked already stays."""
        marked, data = self._rest_of_mark(data)
        while data:
            mark = _END if self._in_paste else _BEGIN
            text, found, data = data.partition(mark)
            marked += text + found if self._in_paste else _RUN.sub(_as_paste, text) + found
            if found:
                self._in_paste = not self._in_paste
            else:
                self._begun = next((mark[:end] for end in range(5, 0, -1) if text.endswith(mark[:end])), b"")
        return marked

    def _rest_of_mark(self, data: bytes) -> tuple[bytes, bytes]:
        """A mark that came in two pieces: what goes on as it is, and what is left then."""
        begun, self._begun = self._begun, b""
        rest = (_END if self._in_paste else _BEGIN)[len(begun) :]
        if begun and data.startswith(rest):
            self._in_paste = not self._in_paste
            return rest, data[len(rest) :]
        if begun and rest.startswith(data):
            self._begun = begun + data
            return data, b""
        return b"", data


def _as_paste(run: re.Match[bytes]) -> bytes:
    """A character of which some bytes came before, or have not come yet, stays outside."""
    text = run[0]
    start = len(text) - len(text.lstrip(_CONTINUING))
    end = _end_of_characters(text)
    return text[:start] + _BEGIN + text[start:end] + _END + text[end:] if start < end else text


def _end_of_characters(text: bytes) -> int:
    """Where the last whole character ends."""
    for back in range(1, 4):
        first = text[-back]
        if first >= 0xC0:
            length = 2 if first < 0xE0 else 3 if first < 0xF0 else 4
            return len(text) - back if length > back else len(text)
        if first < 0x80:
            break
    return len(text)
