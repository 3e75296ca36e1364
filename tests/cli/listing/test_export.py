"""A conversation as a document."""

from typing import Any

from orchd.cli.listing import export


class Pages:
    """A connection that has a long conversation."""

    def __init__(self, count: int) -> None:
        self.messages: list[dict[str, Any]] = [{"id": number, "content": str(number)} for number in range(1, count + 1)]
        self.asked: list[dict[str, Any]] = []

    async def request(self, kind: str, data: dict[str, Any]) -> dict[str, Any]:
        if kind == "conversation:get":
            return {"id": data["conversationId"], "title": "t"}
        self.asked.append(data)
        upto = [message for message in self.messages if message["id"] < data.get("before", 10**9)]
        page = upto[-data["limit"] :]
        return {"messages": page, "hasMore": len(upto) > len(page)}


async def test_all_pages_are_fetched_in_order() -> None:
    pages = Pages(250)
    found = await export.fetch(pages, {"number": 7})  # type: ignore[arg-type]
    assert found["messages"] == pages.messages
    assert [data.get("before") for data in pages.asked] == [None, 151, 51]


def test_markdown() -> None:
    question: dict[str, Any] = {"role": "user", "timestamp": "t1", "status": "complete", "model": None}
    question |= {"content": "a\n  b", "files": [{"name": "a`\n.txt"}, {"name": "b.png"}]}
    answer = {"role": "assistant", "timestamp": "t1", "status": "cancelled", "model": "m", "content": "c"}
    lines = export.markdown({"conversation": {"title": "T\nitle"}, "messages": [question, answer]}, None)
    assert lines == [
        *("# T itle", "", "## Question (t1)", "", "a\n  b", "", "Files: `a' .txt`, `b.png`"),
        *("", "## Answer (m, t1, cancelled)", "", "c"),
    ]
