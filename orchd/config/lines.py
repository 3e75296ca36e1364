"""On which line of a TOML text does each key stand? The standard parser does not tell, and an operator needs to know.

The scanner runs only over text that `tomllib` has accepted, so it may skip what it need not understand: it follows
table headers, arrays of tables, dotted and quoted keys, and values just far enough to find where they end.
"""

import re
import tomllib
from bisect import bisect_right
from typing import TypeAlias

from orchd.patterns import lazy_pattern

Path: TypeAlias = tuple[str | int, ...]

_FEED = lazy_pattern(r"\n")
_BLANK = lazy_pattern(r"(?:[ \t\r\n]|#[^\n]*)*")
_SPACE = lazy_pattern(r"[ \t]*")
_KEY = lazy_pattern(r'"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'|[A-Za-z0-9_-]+')
_SCALAR = lazy_pattern(r"[^,\]}\n#]+")
_STRING = lazy_pattern(
    r"""
      \"{3} (?: [^"\\] | \\. | "{1,2}(?!") )* "{3,5}
    | \'{3} (?: [^'] | '{1,2}(?!') )* '{3,5}
    | " (?: [^"\\\n] | \\. )* "
    | ' [^'\n]* '
    """,
    re.DOTALL | re.VERBOSE,
)


def find_lines(text: str) -> dict[Path, int]:
    """Map each path (list items by index) to the line, from 1, on which it is first named.

    `text` must be valid TOML. A super-table that is only implied has the line of the first key below it.
    """
    return _Scanner(text.replace("\r\n", "\n")).scan()


def line_of(lines: dict[Path, int], path: Path) -> int:
    """The line of `path`, or of the nearest thing around it that has one, else 1."""
    return next((lines[path[:end]] for end in range(len(path), 0, -1) if path[:end] in lines), 1)


class _Scanner:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._ends = [match.start() for match in _FEED.finditer(text)]
        self._lines: dict[Path, int] = {}
        self._counts: dict[Path, int] = {}

    def scan(self) -> dict[Path, int]:
        table: Path = ()
        self._skip(_BLANK)
        while self._at < len(self._text):
            if self._text[self._at] == "[":
                table = self._header()
            else:
                self._pair(table)
            self._skip(_BLANK)
        return self._lines

    def _header(self) -> Path:
        line = self._line()
        brackets = 2 if self._text.startswith("[[", self._at) else 1
        self._at += brackets
        *above, last = self._keys()
        self._at += brackets
        path = (*self._resolve(above, line), last)
        if brackets == 2:
            self._note(path, line)
            index = self._counts.get(path, 0)
            self._counts[path] = index + 1
            path = (*path, index)
        self._note(path, line)
        return path

    def _resolve(self, names: list[str], line: int) -> Path:
        """Where a header's leading keys lead: into the latest item of each array of tables on the way."""
        path: Path = ()
        for name in names:
            path = (*path, name)
            self._note(path, line)
            if path in self._counts:
                path = (*path, self._counts[path] - 1)
        return path

    def _pair(self, table: Path) -> None:
        line = self._line()
        path = table
        for name in self._keys():
            path = (*path, name)
            self._note(path, line)
        self._at += 1  # the equals sign
        self._skip(_SPACE)
        self._value(path)

    def _keys(self) -> list[str]:
        """Read a dotted key and the space after it."""
        found: list[str] = []
        while True:
            self._skip(_SPACE)
            token = self._skip(_KEY)
            found.append(tomllib.loads(f"key = {token}")["key"] if token[:1] in ("'", '"') else token)
            self._skip(_SPACE)
            if self._text[self._at] != ".":
                return found
            self._at += 1

    def _value(self, path: Path) -> None:
        match self._text[self._at]:
            case "[":
                self._array(path)
            case "{":
                self._inline_table(path)
            case '"' | "'":
                self._skip(_STRING)
            case _:
                self._skip(_SCALAR)

    def _array(self, path: Path) -> None:
        self._at += 1
        index = 0
        while not self._closes("]"):
            self._note((*path, index), self._line())
            self._value((*path, index))
            index += 1

    def _inline_table(self, path: Path) -> None:
        self._at += 1
        while not self._closes("}"):
            self._pair(path)

    def _closes(self, bracket: str) -> bool:
        """Skip to the next item; True (and past the bracket) when there is none."""
        self._skip(_BLANK)
        if self._text[self._at] == ",":
            self._at += 1
            self._skip(_BLANK)
        if self._text[self._at] != bracket:
            return False
        self._at += 1
        return True

    def _skip(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self._text, self._at)
        if match is None:
            raise ValueError(f"no valid TOML at line {self._line()}")
        self._at = match.end()
        return match.group()

    def _line(self) -> int:
        return bisect_right(self._ends, self._at - 1) + 1

    def _note(self, path: Path, line: int) -> None:
        self._lines.setdefault(path, line)
