"""Conversations as files of an export have them, to be imported: any number of them, with any text."""

import json
from collections.abc import Iterable, Sequence

WHEN = "2025-06-01T00:00:00.000Z"


def question_and_answer(
    number: int, question: str, answer: str, *, title: str | None = None, at: str = WHEN
) -> dict[str, object]:
    """A conversation of a question and its answer."""

    return talk(number, title or question, [question, answer], at=at)


def talk(number: int, title: str, said: Sequence[str], *, at: str = WHEN) -> dict[str, object]:
    """A conversation of questions and answers in turn."""

    def message(message_id: int, content: str) -> dict[str, object]:
        rest = dict.fromkeys(("reasoning", "model", "finishReason", "usage", "timings", "error"))
        role = "user" if message_id % 2 == 1 else "assistant"
        told = {"id": message_id, "parentId": message_id - 1 or None, "role": role, "content": content}
        return {**rest, **told, "status": "complete", "timestamp": at}

    marks = {"folder": "", "tags": [], "pinned": False, "archived": False}
    rest = dict.fromkeys(("model", "systemPrompt", "params", "metadata"))
    named = {"id": str(number), "title": title, "createdAt": at, "updatedAt": at}
    messages = [message(place, content) for place, content in enumerate(said, start=1)]
    return {**rest, **marks, **named, "leafId": len(messages), "messages": messages}


def animals(first: int, count: int) -> Iterable[dict[str, object]]:
    """So many conversations, in twelve months."""
    for number in range(first, first + count):
        at = f"2025-{1 + number % 12:02}-01T00:{number // 60 % 60:02}:{number % 60:02}.000Z"
        yield question_and_answer(number, f"About zebra{number}", "Striped.", title=f"Animal {number}", at=at)


def export_of(items: Iterable[dict[str, object]]) -> str:
    """The text of the file."""
    return json.dumps({"format": "orchd.conversations", "formatVersion": 1, "items": list(items)})
