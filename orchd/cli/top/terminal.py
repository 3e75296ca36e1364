"""A whole terminal to draw on, which is left as it was found, however it is left."""

import os
import shutil
import sys
import termios
import tty
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import trio

_ENTER = "\x1b[?1049h\x1b[?25l\x1b[H\x1b[2J"
_LEAVE = "\x1b[?25h\x1b[?1049l"
_LINE_END = "\x1b[K\r\n"
_REST = "\x1b[J"


class FullScreen:
    """The terminal of stdin and stdout, between `enter` and `leave`."""

    def __init__(self) -> None:
        self._saved: list[Any] | None = None
        self._drawn: tuple[str, ...] | None = None

    @property
    def size(self) -> tuple[int, int]:
        """Columns and rows."""
        found = shutil.get_terminal_size()
        return found.columns, found.lines

    def enter(self) -> None:
        """Take another screen, hide the cursor, and have keys at once, unseen."""
        self._saved = termios.tcgetattr(sys.stdin.fileno())
        tty.setcbreak(sys.stdin.fileno())
        self._drawn = None
        self._write(_ENTER)

    def leave(self) -> None:
        """Give back the screen that was there, with its cursor and its keyboard. Idempotent."""
        if self._saved is not None:
            saved, self._saved = self._saved, None
            self._write(_LEAVE)
            termios.tcsetattr(sys.stdin.fileno(), termios.TCSAFLUSH, saved)

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Have it for the block."""
        self.enter()
        try:
            yield
        finally:
            self.leave()

    def draw(self, lines: list[str]) -> None:
        """Show these lines and nothing else; nothing is written where they are there already."""
        if self._drawn == tuple(lines) or self._saved is None:
            return
        self._drawn = tuple(lines)
        self._write("\x1b[H" + _LINE_END.join(lines) + "\x1b[K" + _REST)

    def forget(self) -> None:
        """The terminal shows something else by now: the next drawing is whole."""
        self._drawn = None

    async def read_keys(self) -> str:
        """Wait for keys; empty once nobody can press any more."""
        await trio.lowlevel.wait_readable(sys.stdin.fileno())
        try:
            return os.read(sys.stdin.fileno(), 64).decode(errors="replace")
        except OSError:
            return ""

    def _write(self, text: str) -> None:
        sys.stdout.write(text)
        sys.stdout.flush()
