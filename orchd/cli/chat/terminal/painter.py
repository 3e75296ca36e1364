"""The lower end of the screen: lines that are still drawn anew, below lines that stay.

Only lines that differ are written again, so nothing flickers, and no more lines are drawn than the screen has: what is
above its upper edge can't be reached any more.
"""

import shutil
from collections.abc import Callable

import wcwidth

_UP, _CLEAR_LINE, _CLEAR_BELOW = "\x1b[{}A", "\x1b[K", "\x1b[J"


def terminal_size() -> tuple[int, int]:
    """Columns and lines of the terminal."""
    size = shutil.get_terminal_size()
    return max(size.columns, 4), max(size.lines, 3)


class Painter:
    """Draws by `write`; `size` tells columns and lines."""

    def __init__(self, write: Callable[[str], None], size: Callable[[], tuple[int, int]] = terminal_size) -> None:
        self._write = write
        self._size = size
        self._drawn: list[str] = []
        self._columns = size()[0]

    @property
    def columns(self) -> int:
        """Width that lines may have."""
        return self._size()[0]

    def draw(self, lines: list[str]) -> None:
        """Show these lines in the place of those drawn before; of too many, the last."""
        columns, height = self._size()
        lines = lines[-(height - 1) :]
        if columns != self._columns:
            self._write(self._erase() + "\r\n".join(lines))
        elif lines != self._drawn:
            self._write(self._difference(lines))
        self._drawn, self._columns = lines, columns

    def keep(self, lines: list[str], drawn: list[str] | None = None) -> None:
        """Print lines that stay, above what is drawn; `drawn` takes its place in the same stroke."""
        columns, height = self._size()
        below = (self._drawn if drawn is None else drawn)[-(height - 1) :]
        self._write(self._erase() + "".join(f"{line}\r\n" for line in lines) + "\r\n".join(below))
        self._drawn, self._columns = below, columns

    def clear(self) -> None:
        """Take away what is drawn."""
        if self._drawn:
            self._write(self._erase())
            self._drawn = []

    def _difference(self, lines: list[str]) -> str:
        old = self._drawn
        same = 0
        while same < min(len(old), len(lines)) and old[same] == lines[same]:
            same += 1
        if same == len(old) and old and len(lines) > len(old):
            return "\r\n" + "\r\n".join(lines[same:])
        start = min(same, max(len(lines) - 1, 0))
        fresh = "\r\n".join(line + _CLEAR_LINE for line in lines[start:])
        return self._to_line(start) + fresh + (_CLEAR_BELOW if len(old) > len(lines) else "")

    def _to_line(self, index: int) -> str:
        up = len(self._drawn) - 1 - index
        return "\r" + (_UP.format(up) if up > 0 else "")

    def _erase(self) -> str:
        """The terminal has broken lines anew if it was made narrower."""
        if not self._drawn:
            return ""
        columns = self._size()[0]
        rows = sum(max(1, -(-wcwidth.width(line) // columns)) for line in self._drawn)
        return "\r" + (_UP.format(rows - 1) if rows > 1 else "") + _CLEAR_BELOW
