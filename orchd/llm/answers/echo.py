"""The text to be continued, when a server repeats it at the start of its answer; sans-IO.

Some servers give back the prefilled text before what was generated. Only the whole of it counts as an echo: what is
held back while it still matches comes out unchanged as soon as it doesn't, or when the answer ends.
"""

from orchd.llm.answers.think import ThinkSplitter
from orchd.llm.types import Channel

SURE_CHARACTERS = 16
"""A shorter text may well be what a model says next (`ha` after `ha`), so it is never taken for an echo."""


class EchoStripper:
    """Takes `echo` off the start of the content, and hands what remains to `rest`; used in its place.

    `passing` becomes true once every further text is content.
    """

    def __init__(self, echo: str, rest: ThinkSplitter) -> None:
        self.passing = False
        self._echo = echo
        self._matched = 0
        self._open = bool(echo)
        self._rest = rest

    def feed(self, text: str) -> list[tuple[Channel, str]]:
        """Return the texts, none of them empty, that are certain by now."""
        if self._open:
            text = self._match(text)
        found = self._rest.feed(text) if text else []
        self.passing = not self._open and self._rest.passing
        return found

    def close(self) -> list[tuple[Channel, str]]:
        """Return what was held back: no whole echo came of it."""
        held = self._echo[: self._matched] if self._open else ""
        self._open = False
        self.passing = True
        return (self._rest.feed(held) if held else []) + self._rest.close()

    def _match(self, text: str) -> str:
        """Return what is no echo, empty while that can't be told."""
        left = len(self._echo) - self._matched
        if self._echo.startswith(text[:left], self._matched):
            self._matched += min(len(text), left)
            self._open = len(text) < left
            return text[left:]
        self._open = False
        return self._echo[: self._matched] + text
