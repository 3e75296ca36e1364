"""What was found, as a table has it: a line for each message or title, around the place where the words stand."""

from collections.abc import Iterable
from typing import Any

from orchd.cli.showing import local_time, one_line

HEADS = ("N", "CHANGED", "FOUND IN", "TEXT")
BEFORE = 24
"""Characters that are shown before the first place."""
_WHERE = {"conversation": "title"}


def row(item: dict[str, Any]) -> tuple[object, ...]:
    """Return a line: the conversation, when it was changed, where the words are, and these in brackets."""
    title = item["kind"] == "conversation"
    text, places = ("title", "titlePlaces") if title else ("excerpt", "places")
    where = _WHERE.get(item["kind"], item["kind"])
    return item["conversationId"], local_time(item["changedAt"]), where, with_brackets(item[text], item[places])


def with_brackets(text: str, places: Iterable[dict[str, int]]) -> str:
    """Return a text on one line, with brackets around its places, from shortly before the first of them on."""
    marked, behind = "", 0
    for place in places:
        before = text[behind : place["start"]]
        if not marked and len(before) > BEFORE:
            before = f"…{before[-BEFORE:].lstrip()}"
        marked += f"{before}[{text[place['start'] : place['end']]}]"
        behind = place["end"]
    return one_line(marked + text[behind:])
