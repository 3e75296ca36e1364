"""Reasoning in an answer that is there as a whole: also where only its end is marked, or its marks are gone.

Many templates put the opening mark into the prompt, so that the answer begins in the middle of the model's reasoning,
and only the closing mark shows it. While it streams that can't be known. An answer may also be *about* such marks: a
closing mark counts only outside code, once, with no opening one before it, and where it ends a line or the answer
follows it at once, as no sentence would go on.
"""

from typing import NamedTuple

from orchd.llm.answers.think import PAIRS, ThinkSplitter
from orchd.patterns import lazy_pattern

MAX_CHARACTERS = 200_000
"""How far into an answer the end of its reasoning is looked for."""
MAX_MARKS = 64
"""How many marks are looked at."""

_CLOSING = tuple(sorted({mark for marks in PAIRS.values() for mark in marks}, key=len, reverse=True))
_OPENING = tuple(mark for mark, closing in PAIRS.items() if closing)
_MARK_END = lazy_pattern(r"(?i:think(?:ing)?|thoughts?|reasoning|scratchpad)(?i:_end)?(?:\|?>|\]|\u25b7)|<\|message\|>")
"""What marks end with: they begin with signs that a text may be full of."""
_LINE_END = lazy_pattern(r"[ \t]{0,8}(?:\r?\n|\Z)")
_BLANK = lazy_pattern(r"(?:[ \t]{0,8}\r?\n){1,64}|[ \t]{0,8}")
_NO_ANSWER = lazy_pattern(r"[\s.,:;!?)\]}'\"`\u2019\u201d-]")
_PROSE = lazy_pattern(r" [a-z]")
"""A sentence goes on behind the mark."""
_CODE_LINES = ("    ", "\t", ">", " >")
_BARE = lazy_pattern(r"analysis(?=[A-Z\"'(])")
_BARE_FINAL = "assistantfinal"


class ReasoningEnd(NamedTuple):
    """Where reasoning ends: the closing mark begins at `start`, the answer at `end`."""

    start: int
    end: int


def closing_mark(text: str) -> ReasoningEnd | None:
    """Return where the reasoning ends with which a text begins, by its closing mark alone; None when there is none."""
    for number, match in enumerate(_MARK_END.finditer(text, 0, MAX_CHARACTERS)):
        end = match.end()
        if number >= MAX_MARKS or text.endswith(_OPENING, 0, end):
            return None
        mark = next((mark for mark in _CLOSING if text.endswith(mark, 0, end)), None)
        if mark is None or _in_code(text, end - len(mark)) or not _ends_reasoning(text, end - len(mark), end):
            continue
        blank = _BLANK.match(text, end)
        after = blank.end() if blank else end
        return ReasoningEnd(end - len(mark), after) if after < len(text) else None
    return None


def split_thoughts(text: str) -> tuple[str, str]:
    """Return the reasoning in a whole answer, empty when there is none, and the rest of it."""
    splitter = ThinkSplitter()
    pieces = splitter.feed(text) + splitter.close()
    answer = "".join(piece for channel, piece in pieces if channel == "content")
    if answer != text:
        return "".join(piece for channel, piece in pieces if channel == "reasoning"), answer
    mark = closing_mark(text)
    if mark is not None:
        return text[: mark.start].rstrip(), text[mark.end :]
    final = text.find(_BARE_FINAL, 0, MAX_CHARACTERS) if _BARE.match(text) else -1
    if final > 0:
        return text[len("analysis") : final], text[final + len(_BARE_FINAL) :]
    return "", text


def answer_of(text: str) -> str:
    """Return a whole answer without its reasoning."""
    return split_thoughts(text)[1]


def _in_code(text: str, place: int) -> bool:
    """Tell whether a place is within a fence, within backticks on its line, or on a line that is indented or quoted."""
    line = text.rfind("\n", 0, place) + 1
    if text.startswith(_CODE_LINES, line, place) or text.count("\n~~~", 0, place) % 2 == 1 - text.startswith("~~~"):
        return True
    return text.count("```", 0, place) % 2 == 1 or text.count("`", line, place) % 2 == 1


def _ends_reasoning(text: str, start: int, end: int) -> bool:
    if _LINE_END.match(text, end):
        return True
    if _PROSE.match(text, end):
        return False
    begins_line = not text[text.rfind("\n", 0, start) + 1 : start].strip()
    return begins_line or not _NO_ANSWER.match(text, end)
