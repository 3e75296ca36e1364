"""How far a command has come that takes its time: one line on stderr, if that is a terminal."""

import sys
import time
from typing import Self

PAUSE_SECONDS = 0.2
"""Between two changes of the line."""


class ProgressLine:
    """Shows what is worked on, and how many bytes came so far; leaves no trace at the end of its block."""

    def __init__(self) -> None:
        self._shows = sys.stderr is not None and sys.stderr.isatty()
        self._began = self._shown_at = time.monotonic()
        self._is_there = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.clear()

    def clear(self) -> None:
        """Take the line away."""
        if self._is_there:
            self._is_there = False
            self._write("\r\x1b[K")

    def say(self, what: str) -> None:
        """Show what is waited for, at once."""
        if self._shows:
            self._is_there = True
            self._write(f"\r\x1b[K{what}")

    def tell(self, what: str, count: int) -> None:
        """Show that so many bytes came, the last of them of `what`."""
        now = time.monotonic()
        if self._shows and now >= self._shown_at + PAUSE_SECONDS:
            self._shown_at, self._is_there = now, True
            self._write(f"\r\x1b[K{count / 1e6:,.0f} MB, {count / 1e6 / (now - self._began):.0f} MB/s: {what}")

    def _write(self, text: str) -> None:
        sys.stderr.write(text)
        sys.stderr.flush()
