"""Server-sent events out of bytes, as model servers really send them.

Lines end at LF, CR LF or CR and nowhere else: `str.splitlines`, and what HTTP libraries build on it, also splits at
U+2028 and others, which are legal inside JSON. So this works on bytes: no byte of a multi-byte UTF-8 character looks
like a line end, which makes splitting before decoding safe at any cut of the network.

All line ends are folded to LF first (a CR at the end of one read may be half of a CR LF), then one `bytes.split`
finds the lines: no Python code runs per byte. Bytes without a line end are only collected, so a long line costs
linear time.

Source of the format: WHATWG HTML, "Server-sent events"; the leniencies are what servers are known to need.
"""

from typing import NamedTuple, Protocol

MIB = 1024 * 1024
MAX_LINE_BYTES = 8 * MIB
"""The longest line, and the longest event of several `data:` lines."""
MAX_TOTAL_BYTES = 1024 * MIB
"""The longest stream; an answer of 8 MiB in tokens of four bytes takes about half of it."""

BOM = b"\xef\xbb\xbf"


class StreamTooLongError(Exception):
    """A line, an event or the whole stream is over its bound; the attempt must be given up."""


class Event(NamedTuple):
    """One event: its `event:` name (empty when it has none) and its data, not decoded."""

    name: bytes
    data: bytes


class Parser(Protocol):
    """What turns a body into events."""

    def feed(self, data: bytes) -> list[Event]:
        """Return the events that `data` completes. Raises StreamTooLongError."""

    def close(self) -> list[Event]:
        """Return what the end of the body completes."""


class Lines:
    """Complete lines out of bytes cut anywhere; raises StreamTooLongError over its bounds."""

    def __init__(self, max_line: int = MAX_LINE_BYTES, max_total: int = MAX_TOTAL_BYTES) -> None:
        self._max_line = max_line
        self._room = max_total
        self._parts: list[bytes] = []
        self._held = 0
        self._after_cr = False
        self._started = False

    def feed(self, data: bytes) -> list[bytes]:
        """Return the lines that `data` completes, without their ends."""
        self._room -= len(data)
        if self._room < 0:
            raise StreamTooLongError
        if self._after_cr or b"\r" in data:
            data = self._fold(data)
        if b"\n" not in data:
            self._hold(data)
            return []
        if self._held:
            data = b"".join((*self._parts, data))
            self._parts.clear()
            self._held = 0
        lines = data.split(b"\n")
        self._hold(lines.pop())
        return lines if self._started else self._start(lines)

    def close(self) -> list[bytes]:
        """Return the last line when the body ended without a line end."""
        last = b"".join(self._parts)
        self._parts.clear()
        self._held = 0
        lines = [last] if last else []
        return lines if self._started else self._start(lines)

    def _hold(self, rest: bytes) -> None:
        if rest:
            self._parts.append(rest)
            self._held += len(rest)
            if self._held > self._max_line:
                raise StreamTooLongError

    def _fold(self, data: bytes) -> bytes:
        if self._after_cr and data.startswith(b"\n"):
            data = data[1:]
            self._after_cr = False
        if data:
            self._after_cr = data.endswith(b"\r")
        return data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")

    def _start(self, lines: list[bytes]) -> list[bytes]:
        """Drop a byte order mark before the first line."""
        if lines:
            self._started = True
            lines[0] = lines[0].removeprefix(BOM)
        return lines


class EventParser:
    """The parser of `text/event-stream`; not safe for several tasks.

    Unlike a browser it also delivers, at `close`, a last event that no blank line ended: several servers send one.
    """

    def __init__(self, max_line: int = MAX_LINE_BYTES, max_total: int = MAX_TOTAL_BYTES) -> None:
        self._lines = Lines(max_line, max_total)
        self._max_event = max_line
        self._name = b""
        self._data: list[bytes] = []
        self._size = 0

    def feed(self, data: bytes) -> list[Event]:
        """Return the events that `data` completes, in order. Raises StreamTooLongError."""
        events: list[Event] = []
        for line in self._lines.feed(data):
            if line.startswith(b"data: "):
                self._add(line[6:])
            elif line:
                self._field(line)
            elif self._data:
                events.append(self._take())
            else:
                self._name = b""
        return events

    def close(self) -> list[Event]:
        """Return the event that only the end of the body completes, if there is one."""
        for line in self._lines.close():
            self._field(line)
        return [self._take()] if self._data else []

    def _add(self, value: bytes) -> None:
        self._data.append(value)
        self._size += len(value)
        if self._size > self._max_event:
            raise StreamTooLongError

    def _field(self, line: bytes) -> None:
        """Take any line but the usual `data: `; comments, `id:`, `retry:` and unknown fields say nothing to us."""
        name, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if name == b"data":
            self._add(value)
        elif name == b"event":
            self._name = value

    def _take(self) -> Event:
        data = self._data
        event = Event(self._name, data[0] if len(data) == 1 else b"\n".join(data))
        self._data = []
        self._name = b""
        self._size = 0
        return event


class JsonLinesParser:
    """The parser of newline-delimited JSON: each line that is not blank is the data of one event."""

    def __init__(self, max_line: int = MAX_LINE_BYTES, max_total: int = MAX_TOTAL_BYTES) -> None:
        self._lines = Lines(max_line, max_total)

    def feed(self, data: bytes) -> list[Event]:
        """Return an event for each line that `data` completes. Raises StreamTooLongError."""
        return [Event(b"", line) for line in self._lines.feed(data) if line.strip()]

    def close(self) -> list[Event]:
        """Return the last line when no line end came after it."""
        return [Event(b"", line) for line in self._lines.close() if line.strip()]
