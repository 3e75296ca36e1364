"""JSON in an answer, found in whatever stands around it, as strictly as its reader wants.

Where a server enforces a schema there is nothing but the value. Elsewhere models fence it, talk around it, leave commas
before a closing bracket, break lines within strings.
"""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any, Literal, NamedTuple, TypeAlias

import msgspec

from orchd.patterns import lazy_pattern

Strictness: TypeAlias = Literal["alone", "strict", "lenient"]
"""How JSON is looked for.

`alone`: the answer is nothing but a value, or holds fences with one; those called JSON go first. Nothing is mended.
`strict`: objects, wherever they stand, with one meaning each: commas before a closing bracket are passed over, but a
member given twice, NaN, or an object that is cut off or malformed makes the whole answer unreadable.
`lenient`: objects and lists of objects, wherever they stand, also with comments, line breaks in strings and Python's
words; what can't be read is looked into, and passed over.
"""

MAX_STARTS = 64
"""How many opening brackets are tried within one answer."""

_FENCE = lazy_pattern(r" {0,3}(`{3,}+|~{3,}+)[ \t]*+([\w+-]*+)[ \t\r]*+")
"""The line that opens a fence, and what it says of it. Source: CommonMark 0.31, section 4.5."""

_OBJECT = lazy_pattern(r'\{\s*+["}]')
_OBJECTS = lazy_pattern(r"\{(?=\s*+[\"}])|\[(?=\s*+\{)")
# A string is taken whole, so that nothing within it is touched. An escape is taken as one, so that it begins no string,
# and a quotation mark without its second is looked for once and not again and again.
_COMMAS = lazy_pattern(r'\\.|"(?:\\.|[^"\\])*+"|,(?=\s*+[}\]])', re.DOTALL)
_LOOSE = lazy_pattern(
    r'\\.|"(?:\\.|[^"\\])*+"|//[^\n]*+|/\*(?:[^*]|\*(?!/))*+(?:\*/)?|,(?=\s*+[}\]])|\b(?:None|True|False)\b', re.DOTALL
)
_PYTHON = {"None": "null", "True": "true", "False": "false"}


JsonFlaw: TypeAlias = Literal["brackets", "cut_off", "member_twice", "no_number"]


class UnreadableJson(Exception):
    """What stands there has no meaning, or several; `word` is the one that is no number."""

    def __init__(self, flaw: JsonFlaw, word: str = "") -> None:
        super().__init__(flaw, word)
        self.flaw = flaw
        self.word = word


class JsonMatch(NamedTuple):
    """A value, and how it is written."""

    value: Any
    written: str


def json_values(text: str, how: Strictness, wanted: Callable[[Any], bool] = lambda value: True) -> Iterator[JsonMatch]:
    """Yield the JSON values of an answer that are `wanted`, outermost first; others are looked into.

    Never waits; some tenths of a second for the longest answers. Raises UnreadableJson, if `how` is `strict`.
    """
    return _alone(text) if how == "alone" else _within(text, wanted, exact=how == "strict")


def _within(text: str, wanted: Callable[[Any], bool], *, exact: bool) -> Iterator[JsonMatch]:
    end = tried = 0
    for match in (_OBJECT if exact else _OBJECTS).finditer(text):
        start = match.start()
        if start < end:
            continue
        tried += 1
        if tried > MAX_STARTS:
            if exact:
                raise UnreadableJson("brackets")
            return
        try:
            value, after = _read(text, start, exact=exact)
        except (ValueError, RecursionError):
            if exact:
                raise UnreadableJson("cut_off") from None
            continue
        if wanted(value):
            end = after
            yield JsonMatch(value, text[start:end])


def _read(text: str, start: int, *, exact: bool) -> tuple[Any, int]:
    """Return the value that begins at `start`, and where it ends. Raises ValueError, RecursionError, UnreadableJson."""
    decoder = _EXACT if exact else _LENIENT
    try:
        return decoder.raw_decode(text, start)
    except (ValueError, RecursionError):
        mended = (_COMMAS if exact else _LOOSE).sub(_mend, text[start:])
        value, length = decoder.raw_decode(mended)
        return value, start + length


def _mend(match: re.Match[str]) -> str:
    """Put blanks for comments and needless commas, JSON's words for Python's: no character changes its place."""
    found = match[0]
    if found.startswith("/*") and not found.endswith("*/"):  # no comment: it never ends
        return found
    return " " * len(found) if found[0] in "/," else _PYTHON.get(found, found)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        raise UnreadableJson("member_twice")
    return members


def _no_constant(name: str) -> Any:
    raise UnreadableJson("no_number", name)


_EXACT = json.JSONDecoder(object_pairs_hook=_once, parse_constant=_no_constant)
_LENIENT = json.JSONDecoder(strict=False)


def _alone(text: str) -> Iterator[JsonMatch]:
    """Yield the value that a text is; else those of fences that are called JSON; else those of all fences."""
    whole = text.strip()
    fences = list(_fences(whole))
    named = [inside for info, inside in fences if info == "json"]
    yield from _readable([whole]) or _readable(named) or _readable([inside for _, inside in fences])


def _readable(texts: list[str]) -> list[JsonMatch]:
    found: list[JsonMatch] = []
    for text in texts:
        with suppress(msgspec.DecodeError, RecursionError, ValueError):
            found.append(JsonMatch(msgspec.json.decode(text), text))
    return found


def _fences(text: str) -> Iterator[tuple[str, str]]:
    """Yield what fences say that they hold, and what they do; one without a line that closes it goes on to the end."""
    inside: list[str] | None = None
    fence = info = ""
    for line in text.split("\n"):
        bare = line.strip()
        if inside is not None and len(bare) >= len(fence) and not bare.strip(fence[0]):
            yield info, "\n".join(inside)
            inside = None
        elif inside is not None:
            inside.append(line)
        elif (opening := _FENCE.fullmatch(line)) is not None:
            inside, fence, info = [], opening[1], opening[2].lower()
    if inside is not None:
        yield info, "\n".join(inside).removesuffix(fence)
