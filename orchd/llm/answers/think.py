"""Reasoning that a server leaves inside the answer: a leading `<think>...</think>`, in the marks of many makers.

Only at the very start of the content: later in an answer a mark may be what the answer is about. Marks may be cut
anywhere between two texts, so what could still become one is held back. What an answer turns out to be only once it is
whole is `thoughts`' business.
"""

from typing import TypeAlias

from orchd.llm.types import Channel

NAMES = ("think", "thinking", "thought", "thoughts", "reasoning", "scratchpad")
STYLES = (
    ("<{}>", "</{}>"),
    ("[{}]", "[/{}]"),
    ("<|{}|>", "<|/{}|>"),
    ("<|begin_of_{}|>", "<|end_of_{}|>"),
    ("<|start_{}|>", "<|end_{}|>"),
    ("<|{}_start|>", "<|{}_end|>"),
    ("<seed:{}>", "</seed:{}>"),
    ("\u25c1{}\u25b7", "\u25c1/{}\u25b7"),
)
"""How a name becomes the opening and the closing mark: in small letters, in capitals, or with one."""

_ASSISTANT, _FINAL = "<|start|>assistant", "<|channel|>final<|message|>"
_FINALS = (_FINAL, _ASSISTANT + _FINAL)
"""By these gpt-oss begins its answer, by the next ones its reasoning."""
_ANALYSES = tuple(start + "<|channel|>analysis<|message|>" for start in ("", _ASSISTANT))

PAIRS: dict[str, tuple[str, ...]] = {
    **{
        case(opening.format(name)): (case(closing.format(name)),)
        for name in NAMES
        for opening, closing in STYLES
        for case in (str.lower, str.upper, str.title)
    },
    **dict.fromkeys(_ANALYSES, (*_FINALS, "<|end|>" + _FINALS[1])),
    **dict.fromkeys(_FINALS, ()),
}
"""Opening mark → the marks of which any closes it; none: there is no reasoning, and the mark is dropped."""

_FIRST = frozenset(mark[0] for mark in PAIRS)
"""What marks begin with; few answers do, so that the marks themselves need not be looked at."""

MAX_BLANK = 64
"""How many blank characters are held back before the opening mark, or dropped after the closing one."""

ThinkState: TypeAlias = str
"""How far a text has come: empty at its very start, `ANSWER` once all further text is content, else the mark that has
opened the reasoning which it is in."""
ANSWER: ThinkState = "answer"


class ThinkSplitter:
    """Tells reasoning from content; `passing` becomes true once every further text is content.

    It begins where another one was, by that one's `state`. Raises ValueError for what is none.
    """

    def __init__(self, state: ThinkState = "") -> None:
        if state not in ("", ANSWER) and not PAIRS.get(state):
            raise ValueError("there is no such mark of reasoning")
        self.passing = state == ANSWER
        self._closing: tuple[str, ...] = PAIRS.get(state, ())
        self._inside = bool(self._closing)
        self._after = False
        self._held = ""
        self._blank = 0

    @property
    def state(self) -> ThinkState | None:
        """What another one must be told to go on from here; None while something is held back."""
        if self.passing:
            return ANSWER
        if self._held or self._after:
            return None
        return next(mark for mark, closing in PAIRS.items() if closing == self._closing) if self._inside else ""

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
        """Return what was held back: no mark came of it."""
        held, self._held = self._held, ""
        self.passing = True
        if not held:
            return []
        return [("reasoning" if self._inside else "content", held)]

    def _opening(self, text: str) -> list[tuple[Channel, str]]:
        start = text.lstrip()
        if len(text) - len(start) <= MAX_BLANK and (not start or start[0] in _FIRST):
            mark = next((mark for mark in PAIRS if start.startswith(mark)), None)
            if mark is not None and mark.startswith("[") and _is_prose(start[len(mark) :]):
                mark = None
            elif mark is not None and mark.startswith("[") and start[len(mark) :] in ("", " "):
                self._held = text
                return []
            if mark is not None:
                self._closing = PAIRS[mark]
                self._inside, self._after = bool(self._closing), not self._closing
                rest = start[len(mark) :]
                return self._thinking(rest) if self._inside else self._skip_blank(rest)
            if any(mark.startswith(start) for mark in PAIRS):
                self._held = text
                return []
        self.passing = True
        return [("content", text)]

    def _thinking(self, text: str) -> list[tuple[Channel, str]]:
        place, mark = min(((text.find(mark), mark) for mark in self._closing if mark in text), default=(-1, ""))
        if place < 0:
            keep = _overlap(text, self._closing)
            self._held = text[len(text) - keep :]
            thought = text[: len(text) - keep]
            return [("reasoning", thought)] if thought else []
        self._inside = False
        self._after = True
        thoughts: list[tuple[Channel, str]] = [("reasoning", text[:place])] if place else []
        return thoughts + self._skip_blank(text[place + len(mark) :])

    def _skip_blank(self, text: str) -> list[tuple[Channel, str]]:
        """Drop the blank lines between the mark and the answer, within reason: a model may be stuck in them."""
        blank = len(text) - len(text.lstrip("\n"))
        self._blank += blank
        text = text[blank:]
        if not text and self._blank <= MAX_BLANK:
            return []
        self.passing = True
        return [("content", text)] if text else []


def _is_prose(text: str) -> bool:
    """Tell whether what follows a mark in square brackets is a sentence that begins with that word in brackets."""
    return text[:1] in tuple(",.:;!?)'`") or (text[:1] == " " and text[1:2].islower())


def _overlap(text: str, marks: tuple[str, ...]) -> int:
    """Return the length of the longest end of `text` that could begin one of the marks."""
    place = max(0, len(text) - max(map(len, marks)) + 1)
    first = marks[0][0]  # the marks of one opening all begin alike
    while (place := text.find(first, place)) >= 0:
        if any(mark.startswith(text[place:]) for mark in marks):
            return len(text) - place
        place += 1
    return 0
