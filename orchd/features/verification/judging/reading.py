"""A judge's JSON, read as strictly as an approval deserves.

What could be read in two ways is not read at all: a member given twice, an object that is cut off, two objects that
differ. Nor is an object that stands in the text which is judged: whoever wrote it may have put it there to be quoted.
It is known by its values, in whatever order its members come, and whatever the judge added to it.
"""

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

import msgspec

from orchd.claims import normal
from orchd.features.verification.remarks import FlawCode, VerifyFlaw
from orchd.llm import UnreadableJson, json_values
from orchd.patterns import lazy_pattern

JsonMembers: TypeAlias = dict[str, Any]

MAX_CHARACTERS = 64_000

MAX_PLANTED, PLANTED_STARTS, PLANTED_CHARACTERS = 200, 12, 8_000
"""Of objects in a judged text: how many are looked at, how many brackets around and before a member, and how long they
may be. What has more is taken for a text that was made to be quoted."""

_DECODER = json.JSONDecoder(strict=False)
_COMMA = lazy_pattern(r",(?=\s*+[}\]])")
_PYTHON = lazy_pattern(r"\b(?:None|True|False)\b|'")
_WORDS = {"None": "null", "True": "true", "False": "false"}
_BRACE = lazy_pattern(r"[{}]")
_QUOTED = lazy_pattern(r"^[ \t]*>[ \t]?", re.MULTILINE)
_NEEDLESS = lazy_pattern(r"\s+|,(?=\s*+[}\]])")
"""Blanks, and commas before a closing bracket."""


class Unreadable(Exception):
    """The answer is no object, or not the one that was asked for. Made of one text, as that is what comes through from
    another process: the code of the flaw and, behind a blank, the member that it is about; `unreadable` makes one."""

    @property
    def flaw(self) -> VerifyFlaw:
        """What is wrong with it."""
        code, _, member = str(self).partition(" ")
        return msgspec.convert({"code": code, "member": member} if member else {"code": code}, VerifyFlaw)


def unreadable(code: FlawCode, member: str = "") -> Unreadable:
    """Return the error for a flaw, of one member or of the whole."""
    return Unreadable(f"{code} {member}".rstrip())


def object_schema(**properties: object) -> JsonMembers:
    """Return the JSON schema of an object with exactly these members; keywords that all servers know."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def read_object(text: str, members: Sequence[str], judged: Sequence[str] = ()) -> JsonMembers:
    """Return the one object in `text`, which has all these members and does not stand in the texts `judged`.

    Never waits. Raises Unreadable.
    """
    if len(text) > MAX_CHARACTERS:
        raise unreadable("too_long")
    try:
        found: dict[str, JsonMembers] = {_squeeze(written): value for value, written in json_values(text, "strict")}
    except UnreadableJson as why:
        raise unreadable(why.flaw, why.word) from None
    if not found:
        raise unreadable("no_object")
    if len(found) > 1:
        raise unreadable("several_objects")
    written, value = found.popitem()
    missing = [name for name in members if name not in value]
    if missing:
        raise unreadable("member_missing", missing[0])
    if any(written in _squeeze(text) or _plants(text, value, members) for text in judged):
        raise unreadable("copied")
    return value


def _plants(text: str, value: JsonMembers, members: Sequence[str]) -> bool:
    """Tell whether an object with all these members stands in a text and says, where both say anything, the same."""
    for spelt in dict.fromkeys(_spellings(normal(text).text)):
        for count, found in enumerate(_objects_with(spelt, members)):
            if count == MAX_PLANTED or all(_same(found[name], value[name]) for name in found.keys() & value.keys()):
                return True
    return False


def _spellings(text: str) -> Iterator[str]:
    """Yield a text as it is, without marks of a quotation, as it stands within a string, and as Python writes it."""
    text = _COMMA.sub(" ", text)
    yield text
    yield _QUOTED.sub("", text)
    yield text.replace('\\"', '"').replace("\\n", "\n")
    yield _PYTHON.sub(lambda match: _WORDS.get(match[0], '"'), text)


def _objects_with(text: str, members: Sequence[str]) -> Iterator[JsonMembers]:
    """Yield what each place that names the first member belongs to; an object without the others is passed over."""
    place = text.find(f'"{members[0]}"') if members else -1
    while place >= 0:
        yield next(_around(text, place, members), {members[0]: None})
        place = text.find(f'"{members[0]}"', place + 1)


def _around(text: str, place: int, members: Sequence[str]) -> Iterator[JsonMembers]:
    """Yield the innermost object with all these members that begins before `place` and goes on beyond it."""
    for start in dict.fromkeys(_starts(text, max(0, place - PLANTED_CHARACTERS), place)):
        try:
            value, length = _DECODER.raw_decode(text[start : place + PLANTED_CHARACTERS])
        except (ValueError, RecursionError):
            continue
        if start + length > place and all(name in value for name in members):
            yield value
            return


def _starts(text: str, low: int, place: int) -> Iterator[int]:
    """Yield where an object around `place` may begin: brackets still open there, then any, the nearest first."""
    opened, still = list[int](), list[int]()
    for match in _BRACE.finditer(text, low, place):
        if match[0] == "{":
            opened.append(match.start())
            still.append(match.start())
        elif still:
            still.pop()
    yield from still[: -PLANTED_STARTS - 1 : -1]
    yield from opened[: -PLANTED_STARTS - 1 : -1]


def _same(one: object, other: object) -> bool:
    return _spelt(one) == _spelt(other)


def _spelt(value: object) -> str:
    """Return a value as it is compared: members in order, texts in one spelling and without their blanks."""
    return _squeeze(json.dumps(_plain(value), sort_keys=True, ensure_ascii=False)).lower()


def _plain(value: object) -> object:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, list) else value


def _squeeze(text: str) -> str:
    """Return a text as it is compared: in one spelling, without what makes no difference between brackets."""
    return _NEEDLESS.sub("", normal(text).text)


def text_of(value: object, name: str, limit: int) -> str:
    """Return a text, cut to `limit` characters. Raises Unreadable for anything else."""
    if not isinstance(value, str):
        raise unreadable("no_text", name)
    # A lone surrogate can be written in JSON, and neither stored nor sent.
    return value.strip().encode("utf-8", "replace").decode()[:limit]


def truth_of(value: object, name: str) -> bool:
    """Return true or false. Raises Unreadable for anything else, words for it included."""
    if not isinstance(value, bool):
        raise unreadable("no_truth", name)
    return value


def items_of(value: object, name: str, limit: int) -> list[Any]:
    """Return a list, cut to `limit` items. Raises Unreadable for anything else."""
    if not isinstance(value, list):
        raise unreadable("no_list", name)
    return value[:limit]


def object_of(value: object, name: str) -> JsonMembers:
    """Return an object. Raises Unreadable for anything else."""
    if not isinstance(value, dict):
        raise unreadable("not_an_object", name)
    return value
