"""A growing Markdown text, cut into blocks that no later text can change.

What is finished can be formatted and printed for good; only the block that still grows is drawn again. A line is looked
at once, so that a long answer costs no more a character than a short one.
"""

from dataclasses import dataclass, field
from typing import Literal

from orchd.patterns import lazy_pattern

LONGEST_BLOCK = 8 * 1024
"""Characters of a block that is formatted as one; a longer one is cut at a line, or where it is."""

_FENCE = lazy_pattern(r"^[ \t]*(?:(`{3,})[^`]*|(~{3,}).*)$")
_HEADING = lazy_pattern(r"^ {0,3}#{1,6}(?:[ \t]|$)")
_ITEM = lazy_pattern(r"^(?:[-*+]|\d{1,9}[.)])(?:[ \t]|$)")


@dataclass(frozen=True)
class MarkdownBlock:
    """`markdown` is to be formatted; `fence`, the line around code, and `code`, a line of it, are shown as they are."""

    kind: Literal["markdown", "fence", "code", "blank"]
    text: str


@dataclass
class Blocks:
    """Give it text by `feed` and take what is finished; `growing` is the rest."""

    _lines: list[str] = field(default_factory=list)
    _length: int = 0
    _partial: str = ""
    _fence: str = ""
    _blank: bool = False
    _found: list[MarkdownBlock] = field(default_factory=list)

    @property
    def in_code(self) -> bool:
        """Whether what grows is a line of code."""
        return bool(self._fence)

    @property
    def growing(self) -> str:
        """The text that is not finished."""
        return "\n".join([*self._lines, self._partial]) if self._lines else self._partial

    def feed(self, text: str) -> list[MarkdownBlock]:
        """Take more text; returns the blocks that are finished now."""
        first, *more = text.split("\n")
        self._partial += first
        for line in more:
            self._take(self._partial)
            self._partial = line
        if len(self._partial) > LONGEST_BLOCK and not self._fence:
            self._finish_block()
            self._found.append(MarkdownBlock("markdown", self._partial))
            self._partial = ""
        found, self._found = self._found, []
        return found

    def end(self) -> list[MarkdownBlock]:
        """The text has ended: what grows is finished."""
        if self._partial:
            self._take(self._partial)
            self._partial = ""
        self._finish_block()
        found, self._found = self._found, []
        return found

    def _take(self, line: str) -> None:
        if self._fence:
            self._take_code(line)
        elif not line.strip():
            self._blank = True
            if self._lines:
                self._lines.append("")
        elif (fence := _FENCE.match(line)) is not None:
            self._finish_block()
            self._fence = fence[1] or fence[2]
            self._found.append(MarkdownBlock("fence", line))
        else:
            self._take_text(line)

    def _take_code(self, line: str) -> None:
        mark = line.strip()
        closed = len(mark) >= len(self._fence) and not mark.strip(self._fence[0])
        self._found.append(MarkdownBlock("fence" if closed else "code", line))
        if closed:
            self._fence = ""

    def _take_text(self, line: str) -> None:
        inside = line.startswith((" ", "\t")) and not _HEADING.match(line)
        begins = _ITEM.match(line) or _HEADING.match(line) or (self._blank and not inside)
        if begins or self._length > LONGEST_BLOCK:
            self._finish_block()
        self._blank = False
        self._lines.append(line)
        self._length += len(line)
        if _HEADING.match(line):
            self._finish_block()

    def _finish_block(self) -> None:
        text = "\n".join(self._lines).rstrip("\n")
        ended_blank = self._blank
        self._lines, self._length, self._blank = [], 0, False
        if text:
            self._found.append(MarkdownBlock("markdown", text))
        if ended_blank:
            self._found.append(MarkdownBlock("blank", ""))
