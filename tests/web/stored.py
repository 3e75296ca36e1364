"""Conversations as files of an export have them, to be imported: any number of them, with any text."""

import json
from collections.abc import Iterable

WHEN = "2025-06-01T00:00:00.000Z"


def question_and_answer(
    number: int, question: str, answer: str, *, title: str | None = None, at: str = WHEN
) -> dict[str, object]:
    """A conversation of a question and its answer."""

    def message(message_id: int, parent: int | None, role: str, content: str) -> dict[str, object]:
        rest = dict.fromkeys(("reasoning", "model", "finishReason", "usage", "timings", "error"))
        told = {"id": message_id, "parentId": parent, "role": role, "content": content, "status": "complete"}
        return {**rest, **told, "timestamp": at}

    marks = {"folder": "", "tags": [], "pinned": False, "archived": False}
    rest = dict.fromkeys(("model", "systemPrompt", "params", "metadata"))
    named = {"id": str(number), "title": title or question, "createdAt": at, "updatedAt": at}
    said = [message(1, None, "user", question), message(2, 1, "assistant", answer)]
    return {**rest, **marks, **named, "leafId": 2, "messages": said}


def animals(first: int, count: int) -> Iterable[dict[str, object]]:
    """So many conversations, in twelve months."""
    for number in range(first, first + count):
        at = f"2025-{1 + number % 12:02}-01T00:{number // 60 % 60:02}:{number % 60:02}.000Z"
        yield question_and_answer(number, f"About zebra{number}", "Striped.", title=f"Animal {number}", at=at)


def export_of(items: Iterable[dict[str, object]]) -> str:
    """The text of the file."""
    return json.dumps({"format": "orchd.conversations", "formatVersion": 1, "items": list(items)})
