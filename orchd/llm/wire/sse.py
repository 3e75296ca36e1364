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

from orchd.llm.wire.json_values import is_whole

MIB = 1024 * 1024
MAX_LINE_BYTES = 8 * MIB
"""The longest line, and the longest event of several `data:` lines."""
MAX_TOTAL_BYTES = 1024 * MIB
"""The longest stream; an answer of 8 MiB in tokens of four bytes takes about half of it."""
LINE_BYTES = 64
"""What each line counts besides its text towards the length of an event: empty ones take room as well."""

MAX_STRAY_BYTES = 1024

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


class LineSplitter:
    """Complete lines out of bytes cut anywhere; raises StreamTooLongError over its bounds."""

    def __init__(self, max_line: int = MAX_LINE_BYTES, max_total: int = MAX_TOTAL_BYTES) -> None:
        self._max_line = max_line
        self._room = max_total
        self._parts: list[bytes] = []
        self._held = 0
        self._after_cr = False
        self._started = False
        self._most = max_total
        self._folded = False

    @property
    def end(self) -> int | None:
        """How many bytes the lines took that are complete; None where that isn't known, since CRs stood in them."""
        return None if self._folded else self._most - self._room - self._held

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

    def is_line(self, data: bytes) -> bool:
        """Whether `data` is one whole line and an empty one behind it, after a line's end: then it counts as fed, and
        need not be split. Nearly each token comes so."""
        end = len(data) - 2
        if data.find(b"\n") != end or data[-1] != 10 or b"\r" in data or not 0 <= end <= self._room - 2:
            return False
        if self._held or self._after_cr or not self._started:
            return False
        self._room -= end + 2
        return True

    def close(self) -> list[bytes]:
        """Return the last line when the body ended without a line end."""
        lines = [b"".join(self._parts)] if self._parts else []
        return lines if self._started else self._start(lines)

    def _hold(self, rest: bytes) -> None:
        if rest:
            self._parts.append(rest)
            self._held += len(rest)
            if self._held > self._max_line:
                raise StreamTooLongError

    def _fold(self, data: bytes) -> bytes:
        self._folded = True
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
    Where the blank lines are missing altogether, a line that is whole JSON ends where the next one begins; once that
    has been seen, each such line is delivered as it comes. JSON without any field's name counts as data, and so do the
    lines on which it goes on.
    """

    def __init__(self, max_line: int = MAX_LINE_BYTES, max_total: int = MAX_TOTAL_BYTES) -> None:
        self._lines = LineSplitter(max_line, max_total)
        self._max_event = max_line
        self._name = b""
        self._data: list[bytes] = []
        self._size = 0
        self._single = False
        """No blank lines stand between this stream's events."""
        self.stray = b""
        """The start of the first line that belongs to no event, empty as long as there is none."""

    @property
    def end(self) -> int | None:
        """How many bytes there were up to where an event may begin; None within one, or where that isn't known."""
        return None if self._data or self._name or self._single else self._lines.end

    def feed(self, data: bytes) -> list[Event]:
        """Return the events that `data` completes, in order. Raises StreamTooLongError."""
        plain = data.startswith(b"data: ") and not self._data and not self._single and len(data) <= self._max_event
        if plain and self._lines.is_line(data):
            name, self._name = self._name, b""
            return [Event(name, data[6:-2])]
        events: list[Event] = []
        for line in self._lines.feed(data):
            if line.startswith(b"data: "):
                if self._data or self._single or len(line) > self._max_event:
                    self._add(line[6:], events)
                else:
                    self._data.append(line[6:])
                    self._size = len(line)
            elif line:
                self._field(line, events)
            elif self._data:
                events.append(self._take())
            else:
                self._name = b""
        return events

    def close(self) -> list[Event]:
        """Return the events that only the end of the body completes, if there are any."""
        events: list[Event] = []
        for line in self._lines.close():
            self._field(line, events)
        return [*events, self._take()] if self._data else events

    def _add(self, value: bytes, events: list[Event]) -> None:
        if self._data and self._begins_another(value):
            self._single = True
            events.append(self._take())
        self._data.append(value)
        self._size += len(value) + LINE_BYTES
        if self._size > self._max_event + LINE_BYTES:
            raise StreamTooLongError
        if self._single and is_whole(value):
            events.append(self._take())

    def _begins_another(self, value: bytes) -> bool:
        """Tell whether `value` can't go on with the event that was begun: JSON after whole JSON or after other text."""
        if value.lstrip()[:1] not in (b"{", b"["):
            return False
        first = self._data[0].lstrip()[:1]
        if first in (b"{", b"["):
            return len(self._data) == 1 and is_whole(self._data[0])
        return any(line.strip() for line in self._data)

    def _field(self, line: bytes, events: list[Event]) -> None:
        """Take any line but the usual `data: `; comments, `id:`, `retry:` and unknown fields say nothing to us."""
        if line.startswith(b"{"):
            self._add(line, events)
            return
        name, _, value = line.partition(b":")
        name = name.strip().lower()
        value = value.removeprefix(b" ")
        if name == b"data":
            self._add(value, events)
        elif name == b"event":
            self._name = value
        elif name == b"error":
            self._name = name
            self._add(value, events)
        elif name in (b"", b"id", b"retry"):
            return
        elif self._data and self._data[0].lstrip()[:1] in (b"{", b"["):
            self._add(line, events)
        elif not self.stray:
            self.stray = line[:MAX_STRAY_BYTES]

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
        self._lines = LineSplitter(max_line, max_total)

    def feed(self, data: bytes) -> list[Event]:
        """Return an event for each line that `data` completes. Raises StreamTooLongError."""
        return [Event(b"", line) for line in self._lines.feed(data) if line.strip()]

    def close(self) -> list[Event]:
        """Return the last line when no line end came after it."""
        return [Event(b"", line) for line in self._lines.close() if line.strip()]
