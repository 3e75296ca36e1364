"""The log's way out: whole lines to a descriptor, without ever blocking or raising.

A daemon's stderr may be a pipe that is full because its reader stopped, a terminal held by Ctrl-S, or closed. So bytes
are written only while `poll` says that there is room, in pieces that fit into that room. What does not fit waits in a
small buffer; when that is full, whole lines are dropped and counted, and the count is written once there is room again.
There is no thread to be blocked in anyone's place, and the descriptor is not made non-blocking, because its file
description is shared with other programs (the shell that started us).
"""

import os
import select
import threading

from orchd.colour import wants_colour

PIECE = 4096
"""Bytes written at once: a pipe that polls as writable takes as many without blocking (PIPE_BUF on Linux)."""

PENDING = 64 * 1024
"""Bytes that wait while the log's reader is slow."""

FLUSH_SECONDS = 0.2
"""Patience for each piece that still waits at the end."""


class LogOutput:
    """Lines to a duplicate of `descriptor`; may be called from any thread. Its owner calls `close`.

    The duplicate is there so that a descriptor 2 that is closed and used again can't take log lines into a database.
    """

    def __init__(self, descriptor: int) -> None:
        self.is_terminal = os.isatty(descriptor)
        self.is_coloured = wants_colour(descriptor)
        self._descriptor = _own(descriptor)
        self._poll = select.poll()
        self._poll.register(self._descriptor, select.POLLOUT)
        self._pending = bytearray()
        self._dropped = 0
        self._closed = False
        self._lock = threading.Lock()

    def write_line(self, line: bytes) -> None:
        """Write `line` and a line feed, as far as there is room at once; drop it when too much waits."""
        with self._lock:
            if self._closed:
                return
            self._drain(0)
            if self._dropped and not self._pending:
                self._pending += b'{"level":"warning","event":"log lines dropped","lines":%d}\n' % self._dropped
                self._dropped = 0
            if len(self._pending) + len(line) >= PENDING:
                self._dropped += 1
                return
            self._pending += line
            self._pending += b"\n"
            self._drain(0)

    def close(self) -> None:
        """Let what waits leave until there is no progress for `FLUSH_SECONDS`; drop the rest, and all later lines."""
        with self._lock:
            if not self._closed:
                self._closed = True
                self._drain(FLUSH_SECONDS)
                os.close(self._descriptor)

    def _drain(self, seconds: float) -> None:
        """Write what waits, until nothing does or there has been no room for `seconds`."""
        while self._pending and self._poll.poll(seconds * 1000):
            try:
                written = os.write(self._descriptor, bytes(self._pending[:PIECE]))
            except BlockingIOError:  # someone who shares it made it non-blocking, and was faster
                return
            except OSError:  # closed by its reader, or a full disk: nobody is left to be told
                self._pending.clear()
                return
            del self._pending[:written]


def _own(descriptor: int) -> int:
    """A duplicate; of a terminal one that is really non-blocking, which a description of our own may be."""
    try:
        return os.open(os.ttyname(descriptor), os.O_WRONLY | os.O_NOCTTY | os.O_NONBLOCK)
    except OSError:
        return os.dup(descriptor)
