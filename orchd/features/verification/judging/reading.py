"""A judge's JSON, read as strictly as an approval deserves.

What could be read in two ways is not read at all: a member given twice, an object that is cut off, two objects that
differ. Nor is an object that stands in the text which is judged: whoever wrote it may have put it there to be quoted.
"""

import re
from collections.abc import Sequence
from typing import Any, TypeAlias

from orchd.claims import normal
from orchd.llm import UnreadableJson, json_values

JsonMembers: TypeAlias = dict[str, Any]

MAX_CHARACTERS = 64_000

_NEEDLESS = re.compile(r"\s+|,(?=\s*+[}\]])")
"""Blanks, and commas before a closing bracket."""


class Unreadable(Exception):
    """The answer is no object, or not the one that was asked for; the text says why, for people."""


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
        raise Unreadable("the answer is too long")
    try:
        found: dict[str, JsonMembers] = {_squeeze(written): value for value, written in json_values(text, "strict")}
    except UnreadableJson as why:
        raise Unreadable(str(why)) from None
    if not found:
        raise Unreadable("the answer holds no JSON object")
    if len(found) > 1:
        raise Unreadable("the answer holds several JSON objects")
    written, value = found.popitem()
    missing = [name for name in members if name not in value]
    if missing:
        raise Unreadable(f"the member {missing[0]} is missing")
    if any(written in _squeeze(text) for text in judged):
        raise Unreadable("the answer only repeats what stands in the text")
    return value


def _squeeze(text: str) -> str:
    """Return a text as it is compared: in one spelling, without what makes no difference between brackets."""
    return _NEEDLESS.sub("", normal(text).text)


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


def object_of(value: object, name: str) -> JsonMembers:
    """Return an object. Raises Unreadable for anything else."""
    if not isinstance(value, dict):
        raise Unreadable(f"{name} is not an object")
    return value
