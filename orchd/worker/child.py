"""The program of a worker: reads calls from stdin and writes what came of them to stdout, one after another.

It ends when stdin does, so with the daemon, however that ends. While a regular expression works no Python runs, so the
kernel is asked for SIGIO on any news of stdin, whose default action ends a process: while a call is under way no news
but the end can come. A failure that is no answer ends the process; its traceback on stderr is the daemon's to log.
"""

import contextlib
import fcntl
import os
import resource
import select
import signal
import sys

from orchd.worker import frames

NICENESS = 5
"""Chats go first."""

MEMORY_BYTES = 2 * 1024**3
"""Of address space: the longest texts take a few hundred megabytes."""


def main() -> None:
    """Work until stdin ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # those to the whole group are meant for the daemon,
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # which lets work finish first
    signal.signal(signal.SIGIO, signal.SIG_DFL)
    source, sink = sys.stdin.fileno(), os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what prints must not write into the replies
    with contextlib.suppress(OSError):
        os.nice(NICENESS)
    with contextlib.suppress(OSError, ValueError):  # a lower limit is set already, or the system has none
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    with contextlib.suppress(BrokenPipeError):
        work(source, sink)


def work(source: int, sink: int) -> None:
    """Answer calls from one descriptor on another until the first one ends."""
    while (request := _frame(source)) is not None:
        _watch(source, True)
        reply = frames.answer(request)
        _watch(source, False)
        _write(sink, reply)


def _frame(source: int) -> bytes | None:
    """Return the next frame without its head, None at the end."""
    head = _read(source, frames.HEAD_BYTES)
    return None if head is None else _read(source, int.from_bytes(head))


def _read(source: int, size: int) -> bytes | None:
    data = bytearray()
    while len(data) < size:
        piece = os.read(source, size - len(data))
        if not piece:
            return None
        data += piece
    return bytes(data)


def _write(sink: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(sink, view) :]


def _watch(source: int, on: bool) -> None:
    """Have the end of stdin end this process at once, or no longer."""
    with contextlib.suppress(OSError):
        flags = fcntl.fcntl(source, fcntl.F_GETFL)
        fcntl.fcntl(source, fcntl.F_SETOWN, os.getpid())
        fcntl.fcntl(source, fcntl.F_SETFL, flags | os.O_ASYNC if on else flags & ~os.O_ASYNC)
    if on and select.select([source], [], [], 0)[0]:  # it ended before we asked
        sys.exit(0)


if __name__ == "__main__":
    main()
