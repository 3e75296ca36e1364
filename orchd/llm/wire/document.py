"""A body that is no event stream: one JSON document, known at its end, or JSON on lines, each known at once."""

from orchd.llm.wire.json_values import is_whole
from orchd.llm.wire.sse import BOM, Event, JsonLinesParser, StreamTooLongError

MAX_DOCUMENT_BYTES = 64 * 1024 * 1024
"""The longest reply that is one JSON document instead of a stream."""


class Document:
    """The parser of such a body. Its first line tells which: only lines of JSON begin with whole JSON."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._size = 0
        self._lines: JsonLinesParser | None = None
        self._looked = False

    def feed(self, data: bytes) -> list[Event]:
        """Collect `data`, or return the lines that it completes. Raises StreamTooLongError."""
        if self._lines is not None:
            return self._lines.feed(data)
        self._parts.append(data)
        self._size += len(data)
        if self._size > MAX_DOCUMENT_BYTES:
            raise StreamTooLongError
        return [] if self._looked or b"\n" not in data else self._look()

    def close(self) -> list[Event]:
        """Return the document, or the last of its lines."""
        if self._lines is not None:
            return self._lines.close()
        body = self._body()
        return [Event(b"", body.strip())] if body.strip() else []

    def _look(self) -> list[Event]:
        body = self._body()
        self._parts = [body]
        line, end, _ = body.partition(b"\n")
        self._looked = bool(end)
        if not end or not is_whole(line):
            return []
        self._parts = []
        self._lines = JsonLinesParser()
        return self._lines.feed(body)

    def _body(self) -> bytes:
        return b"".join(self._parts).removeprefix(BOM).lstrip()
