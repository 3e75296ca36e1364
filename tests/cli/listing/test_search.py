"""What was found, as it is shown."""

from typing import Any

import pytest
import wcwidth

from orchd.cli.listing.search import fetch, lines
from orchd.cli.reply import JsonObject
from orchd.errors import Forbidden, NotFound

ITEM: dict[str, Any] = {
    "kind": "task",
    "id": 3,
    "conversationId": None,
    "title": "Rain\x1b gauge",
    "titlePlaces": [{"start": 0, "end": 4}],
    "excerpt": "when it\nrains",
    "places": [{"start": 8, "end": 13}],
    "score": 1.0,
    "changedAt": "t",
}
MESSAGE = ITEM | {"kind": "message", "id": 9, "conversationId": 7, "title": "", "titlePlaces": []}


class FakeClient:
    """Answers searches with pages of messages of two conversations, of which one is gone."""

    def __init__(self, found: int, *, forbids: bool = False) -> None:
        self._found, self._forbids = found, forbids
        self.asked: list[tuple[str, JsonObject]] = []

    async def request(self, kind: str, data: JsonObject) -> JsonObject:
        self.asked.append((kind, data))
        if kind == "conversation:get":
            if self._forbids:
                raise Forbidden("no")
            if data["conversationId"] == 8:
                raise NotFound("gone")
            return {"title": "Weather"}
        start = int(data.get("cursor", 0))
        end = min(start + data["limit"], self._found)
        items = [MESSAGE | {"id": number, "conversationId": 7 + number % 2} for number in range(start, end)]
        return {"items": items, "nextCursor": None if end == self._found else str(end)}


def options(**more: object) -> JsonObject:
    return {"query": "rain", "kinds": (), "since": None, "limit": 20, "as_json": False, **more}


def test_rows_are_shown_with_their_words_in_brackets() -> None:
    reply = {
        "items": [ITEM, MESSAGE, MESSAGE | {"conversationId": 8}, ITEM | {"excerpt": ""}],
        "titles": {7: "Weather"},
    }
    assert lines(reply, None) == [
        *("task 3  t  [Rain]\ufffd gauge", "    when it [rains]"),
        *("message in conversation 7  t  Weather", "    when it [rains]"),
        *("message in conversation 8  t", "    when it [rains]"),
        "task 3  t  [Rain]\ufffd gauge",
    ]
    assert all(wcwidth.width(line) <= 12 for line in lines(reply, 12))
    assert lines({"items": []}, 80) == ["nothing found"]


@pytest.mark.parametrize(("found", "limit", "pages", "more"), [(70, 60, [50, 10], "60"), (70, 300, [50, 50], None)])
async def test_all_pages_are_fetched(found: int, limit: int, pages: list[int], more: str | None) -> None:
    client: Any = FakeClient(found)
    reply = await fetch(client, options(limit=limit, as_json=True, since="s"))
    assert [(kind, data["limit"]) for kind, data in client.asked] == [("search", size) for size in pages]
    assert [data["since"] for _, data in client.asked] == ["s", "s"]
    assert (len(reply["items"]), reply["nextCursor"]) == (min(found, limit), more)


@pytest.mark.parametrize(("forbids", "titles"), [(False, {7: "Weather"}), (True, {})])
async def test_what_conversations_are_called(forbids: bool, titles: dict[int, str]) -> None:
    client: Any = FakeClient(4, forbids=forbids)
    assert (await fetch(client, options()))["titles"] == titles
