"""A judge's JSON, found in whatever stands around it, and read as strictly as an approval deserves.

Where a server enforces the schema there is nothing but the object. Elsewhere models fence it, talk around it and leave
commas before a closing bracket: that is put right. What could be read in two ways is not read at all: a member given
twice, an object that is cut off, two objects that differ. Nor is an object that stands in the text which is judged:
whoever wrote it may have put it there to be quoted.
"""

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

from orchd.claims import normal

Members: TypeAlias = dict[str, Any]

MAX_CHARACTERS = 64_000
MAX_STARTS = 64
"""How many opening brackets are tried within one answer."""

# An escape is taken as one, so that a quotation mark without its second is looked for once and not again and again.
_STRING_OR_COMMA = re.compile(r'\\.|"(?:\\.|[^"\\])*+"|,(?=\s*+[}\]])', re.DOTALL)
_BEGINS = re.compile(r'\{\s*+["}]')
_SPACE = re.compile(r"\s+")


class Unreadable(Exception):
    """The answer is no object, or not the one that was asked for; the text says why, for people."""


def object_schema(**properties: object) -> Members:
    """Return the JSON schema of an object with exactly these members; keywords that all servers know."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def read_object(text: str, members: Sequence[str], judged: Sequence[str] = ()) -> Members:
    """Return the one object in `text`, which has all these members and does not stand in the texts `judged`.

    Never waits. Raises Unreadable.
    """
    if len(text) > MAX_CHARACTERS:
        raise Unreadable("the answer is too long")
    found = {_squeezed(written): value for value, written in _objects(_repaired(text))}
    if not found:
        raise Unreadable("the answer holds no JSON object")
    if len(found) > 1:
        raise Unreadable("the answer holds several JSON objects")
    ((written, value),) = found.items()
    missing = [name for name in members if name not in value]
    if missing:
        raise Unreadable(f"the member {missing[0]} is missing")
    if any(written in _squeezed(_repaired(one)) for one in judged):
        raise Unreadable("the answer only repeats what stands in the text")
    return value


def _squeezed(text: str) -> str:
    """Return a text as it is compared: in one spelling, without blanks."""
    return _SPACE.sub("", normal(text).text)


def text_of(value: object, name: str, limit: int) -> str:
    """Return a text, cut to `limit` characters. Raises Unreadable for anything else."""
    if not isinstance(value, str):
        raise Unreadable(f"{name} is not a text")
    # A lone surrogate can be written in JSON, and neither stored nor sent.
    return value.strip().encode("utf-8", "replace").decode()[:limit]


def truth_of(value: object, name: str) -> bool:
    """Return true or false. Raises Unreadable for anything else, words for it included."""
    if not isinstance(value, bool):
        raise Unreadable(f"{name} is neither true nor false")
    return value


def items_of(value: object, name: str, limit: int) -> list[Any]:
    """Return a list, cut to `limit` items. Raises Unreadable for anything else."""
    if not isinstance(value, list):
        raise Unreadable(f"{name} is not a list")
    return value[:limit]


def object_of(value: object, name: str) -> Members:
    """Return an object. Raises Unreadable for anything else."""
    if not isinstance(value, dict):
        raise Unreadable(f"{name} is not an object")
    return value


def _repaired(text: str) -> str:
    """Take away commas before a closing bracket, outside of strings."""
    return _STRING_OR_COMMA.sub(lambda match: "" if match[0] == "," else match[0], text)


def _objects(text: str) -> Iterator[tuple[Members, str]]:
    """Yield the outermost objects of a text as values and as they are written."""
    decoder = json.JSONDecoder(object_pairs_hook=_once, parse_constant=_no_constant)
    starts = [match.start() for match in _BEGINS.finditer(text)]
    end = tried = 0
    for start in starts:
        if start < end:
            continue
        tried += 1
        if tried > MAX_STARTS:
            raise Unreadable("the answer holds too many brackets")
        try:
            value, end = decoder.raw_decode(text, start)
        except (ValueError, RecursionError):
            raise Unreadable("the answer holds an object that is cut off or malformed") from None
        yield value, text[start:end]


def _once(pairs: list[tuple[str, Any]]) -> Members:
    """Make an object of members that each stand there once."""
    members = dict(pairs)
    if len(members) < len(pairs):
        raise Unreadable("a member stands there twice")
    return members


def _no_constant(name: str) -> Any:
    raise Unreadable(f"{name} is no number of JSON")
