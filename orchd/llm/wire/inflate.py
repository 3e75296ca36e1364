"""Bodies that are compressed though nobody asked for it, sans-IO: gzip and deflate, in pieces however much comes out.

A proxy that compresses flushes after each event, so that a stream stays one.
"""

import zlib

from orchd.llm.wire.body import BodyError

PIECE_BYTES = 256 * 1024
"""How much comes out at once."""
MAX_INFLATED_BYTES = 1024 * 1024 * 1024
"""How much comes out of one body: as much as the longest stream."""
MAX_LAYERS = 3

GZIP = b"\x1f\x8b"
HEADER_BYTES = 2
"""By these gzip and zlib are told apart, and both from what has no header."""
_ANY = zlib.MAX_WBITS | 32
_READABLE = ("gzip", "x-gzip", "deflate")


class Inflater:
    """Undoes one compression. Feed it once `pending` is false, take pieces while it is true."""

    def __init__(self, coding: str) -> None:
        self._coding = coding
        self._start = b""
        self._stream: zlib._Decompress | None = None
        self._held = b""
        self._room = MAX_INFLATED_BYTES

    @property
    def pending(self) -> bool:
        """Whether there may be more to take."""
        return bool(self._held)

    def feed(self, data: bytes) -> None:
        """Take compressed bytes. Raises BodyError."""
        if self._stream is None:
            self._start += data
            if len(self._start) < HEADER_BYTES:
                return
            self._stream, data = zlib.decompressobj(self._window(self._start)), self._start
        self._held += data

    def take(self) -> bytes:
        """Return the next piece, perhaps empty. Raises BodyError."""
        data, self._held = self._held, b""
        if self._stream is None or self._stream.eof:
            if not data.startswith(GZIP):
                return b""
            self._stream = zlib.decompressobj(_ANY)
        try:
            piece = self._stream.decompress(data, PIECE_BYTES)
        except zlib.error as error:
            raise self._unreadable() from error
        self._held = self._stream.unconsumed_tail or self._stream.unused_data
        self._room -= len(piece)
        if self._room < 0:
            raise BodyError("it is compressed, and too long")
        return piece

    def _window(self, start: bytes) -> int:
        """Return how to read it: deflate should have zlib's header and often hasn't."""
        is_zlib = start[0] & 15 == zlib.DEFLATED and int.from_bytes(start[:HEADER_BYTES]) % 31 == 0
        if start.startswith(GZIP) or is_zlib:
            return _ANY
        if self._coding != "deflate":
            raise self._unreadable()
        return -zlib.MAX_WBITS

    def _unreadable(self) -> BodyError:
        return BodyError(f"it is said to be compressed with `{self._coding}`, and can't be read")


def inflaters(codings: list[str]) -> list[Inflater]:
    """Return what undoes compressions, in that order. Raises BodyError for one that can't be undone here."""
    for coding in codings:
        if coding not in _READABLE:
            raise BodyError(f"it is compressed with `{coding}`, though no compression was asked for")
    if len(codings) > MAX_LAYERS:
        raise BodyError(f"it is compressed {len(codings)} times")
    return [Inflater(coding) for coding in codings]
