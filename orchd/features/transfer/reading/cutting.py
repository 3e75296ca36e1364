"""A file of conversations, cut into its conversations while it comes: no more than one of them is in memory.

Elements are what stands in the array that a file is, in the `items` of our own format, or one after another. Their
inside is not looked at, but for where they end.
"""

from typing import NamedTuple

import msgspec
from msgspec import Struct

from orchd.errors import Invalid
from orchd.features.transfer.own_format import NAME, VERSION
from orchd.patterns import lazy_pattern

MAX_ELEMENT = 32 * 1024 * 1024
"""Bytes of one conversation; what is longer is passed over."""
MAX_DEPTH = 1_000
"""How deep arrays and objects may stand in one another."""
HOPELESS_DEPTH = 100_000
"""What is nested so deep is no file of anybody's, and not read to its end."""
_MAX_HEAD = 1_000
"""Bytes that may stand before the conversations in our own format."""

_BLANK = b" \t\r\n"
_BOM = b"\xef\xbb\xbf"
_INSIDE = lazy_pattern(rb'["{}\[\]]')
_BETWEEN = lazy_pattern(rb'["{}\[\],]')
_OWN_HEAD = lazy_pattern(rb'\s*\{\s*"format"\s*:\s*"[^"]*"\s*,\s*"formatVersion"\s*:\s*[0-9]+\s*,\s*"items"\s*:\s*')
_OWN_LEVEL = 2
_OTHERS = {
    b"PK": "this is a zip file; unpack it, and send the conversations.json that is in it",
    b"\x1f\x8b": "this is a compressed file; unpack it first",
    b"<": "this is a web page; an export of conversations is JSON",
    b"%PDF": "this is a PDF; an export of conversations is JSON",
    b"\xff\xfe": "this text is UTF-16; JSON is UTF-8",
    b"\xfe\xff": "this text is UTF-16; JSON is UTF-8",
}
_OPENING, _QUOTE, _COMMA, _BACKSLASH = b"{[", ord('"'), ord(","), ord("\\")


class Element(NamedTuple):
    """A conversation as it stands in the file; None where it is too long or too deep, as `fault` says."""

    data: bytes | None
    fault: str = ""


class _Head(Struct):
    """What stands before the conversations of our own format."""

    format: str
    formatVersion: int  # noqa: N815  # as it is written


class ElementCutter:
    """Takes a file in pieces, of whatever length. Time is linear in the bytes."""

    def __init__(self) -> None:
        self.is_own = False
        """Whether the file is in our own format."""
        self._start = b""
        """The first bytes, until there are enough to tell what the file is."""
        self._begun = self._ended = False
        """Whether it is known what the file is; whether an element or the array of them has ended."""
        self._level = 0
        """How deep elements stand; 0 where they follow one another, -1 when there are no more."""
        self._depth = 0
        self._in_string = False
        self._escaped = False
        """Whether the next byte belongs to a backslash."""
        self._element = bytearray()
        self._fault = ""
        self._found: list[Element] = []

    def feed(self, piece: bytes) -> list[Element]:
        """Return the elements that end in a piece. Raises `Invalid` for what is no file of conversations."""
        if not self._begun:
            self._start += piece
            if len(self._start) < len(_BOM) + 1:
                return []
            piece = self._begin()
        self._cut(piece)
        found, self._found = self._found, []
        return found

    def end(self) -> list[Element]:
        """Return the elements that end with the file. Raises `Invalid` when there should be more of it."""
        found = [] if self._begun else self.feed(b" " * (len(_BOM) + 1))
        if self._in_string or self._depth:
            raise Invalid("the file breaks off: its JSON has no end", reason="broken_off")
        if bytes(self._element).strip(_BLANK) or not self._ended:
            raise _no_file("the file holds no conversations" if not self._ended else "there is no JSON at its end")
        return found

    def _begin(self) -> bytes:
        self._begun = True
        start = self._start.removeprefix(_BOM).lstrip(_BLANK)
        self._start = b""
        _refuse_others(start)
        self._level = 1 if start[:1] == b"[" else 0
        return start

    def _cut(self, piece: bytes) -> None:
        """Look at a piece's brackets and quotes. `taken`: up to where it belongs to elements that have ended."""
        position = taken = 0
        while piece:
            if self._in_string:
                position = self._string_end(piece, position)
                if self._in_string:
                    break
            pattern = _BETWEEN if self._depth == self._level else _INSIDE
            match = pattern.search(piece, position)
            if match is None:
                break
            place, position = match.span()
            sign = piece[place]
            if sign == _QUOTE:
                self._in_string = True
            elif sign == _COMMA:
                taken = self._separate(piece, taken, place)
            elif sign in _OPENING:
                taken = self._open(piece, taken, place)
            else:
                taken = self._close(piece, taken, place)
        self._keep(piece[taken:])

    def _string_end(self, piece: bytes, position: int) -> int:
        """Return where a text ends that goes on at a position; the end of the piece where it goes on."""
        start = position + self._escaped
        self._escaped = False
        while True:
            quote = piece.find(b'"', start)
            before = end = len(piece) if quote < 0 else quote
            while before > start and piece[before - 1] == _BACKSLASH:
                before -= 1
            escaped = (end - before) % 2 == 1
            if quote < 0:
                self._escaped = escaped
                return end
            start = quote + 1
            if not escaped:
                self._in_string = False
                return start

    def _separate(self, piece: bytes, taken: int, place: int) -> int:
        if self._level == 0:
            raise _no_file("there is a comma where none belongs")
        self._keep(piece[taken:place])
        self._finish()
        return place + 1

    def _open(self, piece: bytes, taken: int, place: int) -> int:
        self._depth += 1
        if self._depth > self._level + MAX_DEPTH:
            self._pass_over("nesting")
            if self._depth > HOPELESS_DEPTH:
                raise _no_file("it is nested too deeply")
        if self._depth == self._level:  # the array itself
            return place + 1
        may_be_own = self._level == 0 and self._depth == _OWN_LEVEL and not self._ended
        if may_be_own and piece[place : place + 1] == b"[" and len(self._element) + place - taken <= _MAX_HEAD:
            head = bytes(self._element) + piece[taken:place]
            if _OWN_HEAD.fullmatch(head):
                self._begin_own(head)
                return place + 1
        return taken

    def _begin_own(self, head: bytes) -> None:
        try:
            found = msgspec.json.decode(head.rstrip(_BLANK) + b"[]}", type=_Head)
        except (msgspec.MsgspecError, UnicodeError):
            raise _no_file("its beginning can't be read") from None
        if found.format != NAME:
            raise _no_file(f"the file holds {found.format[:64]} and no conversations")
        if found.formatVersion != VERSION:
            raise _no_file(f"the file is of the version {found.formatVersion} of its format; {VERSION} is known here")
        self.is_own, self._level = True, _OWN_LEVEL
        self._element.clear()

    def _close(self, piece: bytes, taken: int, place: int) -> int:
        self._depth -= 1
        if self._depth < 0:
            raise _no_file("there is a bracket too many")
        if self._depth == self._level - 1:  # the end of the array, and of its last element, if there is any
            self._keep(piece[taken:place])
            self._finish(last=True)
            self._ended, self._level = True, -1 if self.is_own else 0
            return place + 1
        if self._level == 0 == self._depth:
            self._keep(piece[taken : place + 1])
            self._finish()
            self._ended = True
            return place + 1
        return taken

    def _keep(self, data: bytes) -> None:
        if self._level < 0 or self._fault:  # behind the conversations of our own format, nothing else matters
            return
        if len(self._element) + len(data) > MAX_ELEMENT:
            self._pass_over("too_large")
        else:
            self._element += data

    def _pass_over(self, fault: str) -> None:
        self._fault = fault
        self._element.clear()

    def _finish(self, *, last: bool = False) -> None:
        data = bytes(self._element).strip(_BLANK)
        if self._fault:
            self._found.append(Element(None, self._fault))
        elif data or not last:
            self._found.append(Element(data))
        self._element.clear()
        self._fault = ""


def _refuse_others(start: bytes) -> None:
    """Raise `Invalid` for a file that begins as none of conversations does, and say what it is, where that is known."""
    for beginning, told in _OTHERS.items():
        if start.startswith(beginning):
            raise _no_file(told)
    if start[:1] not in (b"[", b"{", b""):
        raise _no_file("this is no JSON; an export of conversations is")


def _no_file(told: str) -> Invalid:
    return Invalid(told, reason="unknown_file")
