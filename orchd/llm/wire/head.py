"""The head of an HTTP response, sans-IO, read as curl reads it: what people's servers and proxies send, not only what
the standard allows.

Taken are lines that end with a bare LF, blanks around and in names, lines without a colon (left out), folded lines, any
number of interim responses, `chunked` said twice, `identity`. Nothing here is passed on to another server, so that
being lenient can't split a request in two. What can't be read is a `BodyError` that says what.
"""

from typing import NamedTuple

from orchd.llm.wire.body import Body, BodyError, ChunkedBody, LengthBody, UntilCloseBody
from orchd.patterns import lazy_pattern

MAX_HEAD_BYTES = 65_536
MAX_INTERIM_BYTES = 1024 * 1024
"""Of all interim responses together."""
MAX_SHOWN = 60

_STATUS = lazy_pattern(rb"(?:HTTP/\d(?:\.\d)?|ICY)[ \t]{1,9}([1-9]\d\d)(?![0-9])")
_END = lazy_pattern(rb"\n\r?\n")
_LENGTH = lazy_pattern(rb"\d{1,18}\Z")
_BARE = lazy_pattern(rb"[^!-~]+")


class ResponseHead(NamedTuple):
    """A response's status and headers; names as they came, but for blanks."""

    status: int
    headers: list[tuple[bytes, bytes]]

    def value(self, name: bytes) -> str:
        """Return the first value under a name, empty when there is none."""
        return next((value.decode("latin-1") for key, value in self.headers if key.lower() == name), "")

    def all(self, name: bytes) -> list[bytes]:
        """Return the items of the comma-separated lists under a name, in lower case, without empty ones."""
        values = b",".join(value for key, value in self.headers if key.lower() == name)
        return [item for part in values.split(b",") if (item := part.strip().lower())]


class HeadParser:
    """Reads up to the end of the head; `rest` are the bytes that came with it."""

    def __init__(self) -> None:
        self.rest = b""
        self._held = b""
        self._interim = 0

    def feed(self, data: bytes) -> ResponseHead | None:
        """Return the head once it is whole. Raises BodyError."""
        self._held += data
        while True:
            self._held = self._held.lstrip(b"\r\n")
            match = _END.search(self._held)
            if match is None:
                self._check_start()
                return None
            lines, self._held = self._held[: match.start()].split(b"\n"), self._held[match.end() :]
            head = _read(lines)
            if not 100 <= head.status < 200:
                self.rest = self._held
                return head
            self._skip(head, match.end())

    def _skip(self, head: ResponseHead, size: int) -> None:
        if head.status == 101:
            raise BodyError("it switches to another protocol")
        self._interim += size
        if self._interim > MAX_INTERIM_BYTES:
            raise BodyError("its interim responses never end")

    def _check_start(self) -> None:
        """Refuse early what will never be a head: the connection may stay open for ever."""
        line, end, _ = self._held.partition(b"\n")
        if (end or len(line) > MAX_SHOWN) and not _STATUS.match(line):
            raise BodyError(f"it begins with `{_show(line)}`")
        if len(self._held) > MAX_HEAD_BYTES:
            raise BodyError(f"its head is longer than {MAX_HEAD_BYTES} bytes")


def _read(lines: list[bytes]) -> ResponseHead:
    match = _STATUS.match(lines[0])
    if match is None:
        raise BodyError(f"it begins with `{_show(lines[0])}`")
    headers: list[tuple[bytes, bytes]] = []
    for line in lines[1:]:
        if line[:1] in (b" ", b"\t") and headers:
            name, value = headers[-1]
            headers[-1] = name, value + b" " + line.strip()
            continue
        name, colon, value = line.partition(b":")
        if name := _BARE.sub(b"", name) if colon else b"":
            headers.append((name, value.strip().replace(b"\x00", b"").replace(b"\r", b"")))
    return ResponseHead(int(match[1]), headers)


def framing(head: ResponseHead) -> Body:
    """Return the decoder for the framing that a head announces (RFC 9112, 6.3). Raises BodyError."""
    if head.status in (204, 304):
        return LengthBody(0)
    if b"chunked" in head.all(b"transfer-encoding"):
        return ChunkedBody()
    lengths = set(head.all(b"content-length"))
    if len(lengths) > 1:
        raise BodyError("it has two lengths")
    for length in lengths:
        if not _LENGTH.match(length):
            raise BodyError(f"its length is `{_show(length)}`")
        return LengthBody(int(length))
    return UntilCloseBody()


def codings(head: ResponseHead) -> list[str]:
    """Return how the body is compressed, in the order in which that is undone."""
    found = [*head.all(b"content-encoding"), *head.all(b"transfer-encoding")]
    names = [_show(coding.partition(b";")[0].strip()) for coding in found]
    return [name for name in reversed(names) if name not in ("identity", "chunked", "none", "utf-8")]


def _show(data: bytes) -> str:
    return _BARE.sub(b" ", data[:MAX_SHOWN]).strip().decode("ascii", "replace")
