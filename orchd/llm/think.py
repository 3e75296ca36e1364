"""Reasoning that a server leaves inside the answer: a leading `<think>...</think>`.

Only at the very start of the content: later in an answer the tag may be what the answer is about. Tags may be cut
anywhere between two texts, so what could still become a tag is held back.
"""

from orchd.llm.types import Channel

OPEN, CLOSE = "<think>", "</think>"
MAX_BLANK = 64
"""How many blank characters are held back before the opening tag, or dropped after the closing one."""


class ThinkSplitter:
    """Tells reasoning from content; `passing` becomes true once every further text is content."""

    def __init__(self) -> None:
        self.passing = False
        self._inside = False
        self._after = False
        self._held = ""
        self._blank = 0

    def feed(self, text: str) -> list[tuple[Channel, str]]:
        """Return the texts, none of them empty, that are certain by now."""
        if self.passing:
            return [("content", text)] if text else []
        text = self._held + text
        self._held = ""
        if self._after:
            return self._skip_blank(text)
        return self._thinking(text) if self._inside else self._opening(text)

    def close(self) -> list[tuple[Channel, str]]:
        """Return what was held back: no tag came of it."""
        held, self._held = self._held, ""
        self.passing = True
        if not held:
            return []
        return [("reasoning" if self._inside else "content", held)]

    def _opening(self, text: str) -> list[tuple[Channel, str]]:
        start = text.lstrip()
        if start.startswith(OPEN):
            self._inside = True
            return self._thinking(start[len(OPEN) :])
        if OPEN.startswith(start) and len(text) <= MAX_BLANK:
            self._held = text
            return []
        self.passing = True
        return [("content", text)]

    def _thinking(self, text: str) -> list[tuple[Channel, str]]:
        thought, tag, rest = text.partition(CLOSE)
        if not tag:
            keep = _overlap(text)
            self._held = text[len(text) - keep :]
            thought = text[: len(text) - keep]
            return [("reasoning", thought)] if thought else []
        self._inside = False
        self._after = True
        thoughts: list[tuple[Channel, str]] = [("reasoning", thought)] if thought else []
        return thoughts + self._skip_blank(rest)

    def _skip_blank(self, text: str) -> list[tuple[Channel, str]]:
        """Drop the blank lines between the tag and the answer, within reason: a model may be stuck in them."""
        blank = len(text) - len(text.lstrip("\n"))
        self._blank += blank
        text = text[blank:]
        if not text and self._blank <= MAX_BLANK:
            return []
        self.passing = True
        return [("content", text)] if text else []


def _overlap(text: str) -> int:
    """Return the length of the longest end of `text` that could begin the closing tag."""
    return next((size for size in range(min(len(text), len(CLOSE) - 1), 0, -1) if CLOSE.startswith(text[-size:])), 0)
