"""The body of an HTTP/1.1 response, sans-IO: one network read in, one piece of body out.

h11 gives one event for each HTTP chunk, that is, for each token, and each passes through several generators of
httpcore: measured, about 30 microseconds a token. A model server sends one small chunk a token, so here all chunks of
one read are joined by a loop over one compiled regular expression, about a microsecond each.

Strict where leniency would hide a cut: bad framing and a body that ends early raise BodyError. A bare LF ends a line,
as it does for curl. Source: RFC 9112, sections 6 and 7.
"""

from typing import Protocol

from orchd.patterns import lazy_pattern

MAX_HEAD_BYTES = 4096
"""The longest chunk header (size and extensions), and the longest trailer section."""

_CHUNK_HEAD = lazy_pattern(rb"([0-9A-Fa-f]{1,16})[ \t]*(?:;[^\r\n]*)?\r?\n")


class BodyError(Exception):
    """The response is no HTTP that can be read; the text says what is wrong with it."""


class BodyEndedError(BodyError):
    """The connection ended before the body did."""


class Body(Protocol):
    """A body's decoder; `done` is set once the last byte has been fed."""

    done: bool

    def feed(self, data: bytes) -> bytes:
        """Return what `data` holds of the body, perhaps nothing. Raises BodyError."""

    def end(self) -> None:
        """The connection has ended. Raises BodyError when the body has not."""


class UntilCloseBody:
    """A body that the end of the connection ends; a cut can't be told from an end."""

    def __init__(self) -> None:
        self.done = False

    def feed(self, data: bytes) -> bytes:
        return data

    def end(self) -> None:
        """The connection has ended, and so has the body."""
        self.done = True


class LengthBody:
    """A body of `Content-Length` bytes; what comes after them is dropped."""

    def __init__(self, length: int) -> None:
        self._left = length
        self.done = length == 0

    def feed(self, data: bytes) -> bytes:
        """Return the part of `data` that belongs to the body."""
        data = data[: self._left]
        self._left -= len(data)
        self.done = self._left == 0
        return data

    def end(self) -> None:
        """The connection has ended. Raises BodyError when bytes are missing."""
        if not self.done:
            raise BodyEndedError(f"{self._left} bytes of the body are missing")


class ChunkedBody:
    """A body in chunks; what comes after the last one is dropped."""

    def __init__(self) -> None:
        self.done = False
        self._rest = b""
        self._left = 0
        self._in_trailer = False

    def feed(self, data: bytes) -> bytes:
        """Return the content of all chunks in `data`, joined. Raises BodyError.

        The first two cases are short cuts: `data` within a chunk, and `data` exactly one chunk, as for one token.
        """
        if self._left > 2 and len(data) <= self._left - 2:
            self._left -= len(data)
            return data
        if not self._left and not self._rest and not self._in_trailer:
            match = _CHUNK_HEAD.match(data)
            if match is not None and data.endswith(b"\r\n"):
                start, size = match.end(), int(match[1], 16)
                if size and len(data) == start + size + 2:
                    return data[start:-2]
        return self._steps(self._rest + data if self._rest else data)

    def _steps(self, buffer: bytes) -> bytes:
        self._rest = b""
        parts: list[bytes] = []
        position = 0 if self._left or self._in_trailer else _whole_chunks(buffer, parts)
        while not self.done and position < len(buffer):
            before = position
            position = self._step(buffer, position, parts)
            if position == before:
                break
        if not self.done:
            self._rest = buffer[position:]
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def end(self) -> None:
        """The connection has ended. Raises BodyError before the end of the last chunk."""
        if not self.done:
            raise BodyEndedError("the connection ended before the last chunk")

    def _step(self, buffer: bytes, position: int, parts: list[bytes]) -> int:
        """Take one piece of a chunk and return the position after it; the same position asks for more bytes."""
        if self._left:
            return self._content(buffer, position, parts)
        if self._in_trailer:
            return self._trailer(buffer, position)
        match = _CHUNK_HEAD.match(buffer, position)
        if match is None:
            self._demand(buffer, position)
            return position
        size = int(match[1], 16)
        self._left = size + 2 if size else 0
        self._in_trailer = size == 0
        return match.end()

    def _content(self, buffer: bytes, position: int, parts: list[bytes]) -> int:
        """Take content; `_left` counts the two bytes of the line end behind it."""
        take = min(self._left - 2, len(buffer) - position)
        if take > 0:
            parts.append(buffer[position : position + take])
            self._left -= take
            return position + take
        tail = buffer[position : position + 2]
        if tail.startswith(b"\n"):
            self._left = 0
            return position + 1
        if not b"\r\n".startswith(tail):
            raise BodyError("a chunk is longer than its header says")
        if len(tail) < 2:
            return position
        self._left = 0
        return position + 2

    def _trailer(self, buffer: bytes, position: int) -> int:
        """Skip the lines after the last chunk up to the blank one."""
        end = buffer.find(b"\n", position)
        if end < 0:
            if len(buffer) - position > MAX_HEAD_BYTES:
                raise BodyError("the trailers are too long")
            return position
        self.done = buffer[position:end] in (b"", b"\r")
        return end + 1

    def _demand(self, buffer: bytes, position: int) -> None:
        """Let more bytes come when they can still make a chunk header."""
        if b"\n" in buffer[position : position + MAX_HEAD_BYTES] or len(buffer) - position > MAX_HEAD_BYTES:
            raise BodyError("a chunk header is malformed")


def _whole_chunks(buffer: bytes, parts: list[bytes]) -> int:
    """Take the chunks that `buffer` begins with, as far as they are whole and end as usual: all tokens of one read are.
    Return the position after them; whatever else stands there is taken piece by piece."""
    position = 0
    while (match := _CHUNK_HEAD.match(buffer, position)) is not None:
        start, size = match.end(), int(match[1], 16)
        end = start + size
        if not size or buffer[end : end + 2] != b"\r\n":
            break
        parts.append(buffer[start:end])
        position = end + 2
    return position
