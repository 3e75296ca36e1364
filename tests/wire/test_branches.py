"""Asking again and otherwise, over a real connection: siblings in the tree, and nothing overwritten."""

import pytest

from orchd.config import BackendSettings
from tests.fix_daemon import App, StartApp
from tests.fix_upstream import Upstream
from tests.wire import echo
from tests.wire.client import Client
from tests.wire.referee import Frame


@pytest.fixture
async def echoing(app: StartApp, upstream: Upstream) -> App:
    """A daemon whose model server says what it was told."""
    echo.set_up(upstream)
    return await app(BackendSettings(upstream.url, kind="openai"))


async def asked(client: Client, kind: str, **members: object) -> tuple[Frame, Frame]:
    """Ask, and return the question and the answer as they were told."""
    frames = await client.answer(await client.send(kind, dict(members)))
    assert frames[-1]["type"] == "chat:message", frames[-1]
    question, answer = [frame["data"] for frame in frames if frame["type"] == "chat:message"]
    assert answer["parentId"] == question["id"]
    return question, answer


async def contents(client: Client, conversation_id: int, **members: object) -> list[str]:
    return [str(message["content"]) for message in await client.history(conversation_id, **members)]


async def test_regenerating(echoing: App, upstream: Upstream) -> None:
    client = await echoing.connect()
    question, first = await asked(client, "chat:send", message="One", model="echo")
    conversation_id = first["conversationId"]
    _, follow_up = await asked(client, "chat:send", message="Two", conversationId=conversation_id)
    same, second = await asked(client, "chat:regenerate", messageId=first["id"], model="echo-2")
    assert (same, second["content"], second["model"]) == (question, "You said: One", "m")
    assert echo.turns(upstream)[-1] == ["user: One"]
    assert upstream.requests[-1].json()["model"] == "echo-2"
    active = await client.history(conversation_id)
    assert [message["id"] for message in active] == [question["id"], second["id"]]
    assert active[1]["siblings"] == [first["id"], second["id"]]
    other = await client.history(conversation_id, leafId=follow_up["id"])
    assert [message["content"] for message in other] == ["One", "You said: One", "Two", "You said: Two"]
    assert other[1] == first | {"siblings": active[1]["siblings"]}
    await asked(client, "chat:send", message="Three", conversationId=conversation_id)
    assert echo.turns(upstream)[-1] == ["user: One", "assistant: You said: One", "user: Three"]
    (row,) = (await client.request("conversation:list"))["data"]["items"]
    assert (row["title"], row["messageCount"]) == ("One", 7)


async def test_editing(echoing: App, upstream: Upstream) -> None:
    client = await echoing.connect()
    question, first = await asked(client, "chat:send", message="One", model="echo", systemPrompt="Be brief.")
    conversation_id = first["conversationId"]
    second, _ = await asked(client, "chat:send", message="Two", conversationId=conversation_id)
    edited, answer = await asked(client, "chat:edit", messageId=second["id"], message="Zwei")
    assert (edited["parentId"], edited["content"]) == (first["id"], "Zwei")
    assert echo.turns(upstream)[-1] == [
        "system: Be brief.", "user: One", "assistant: You said: One", "user: Zwei",
    ]  # fmt: skip
    messages = await client.history(conversation_id)
    assert [message["id"] for message in messages] == [question["id"], first["id"], edited["id"], answer["id"]]
    assert messages[2]["siblings"] == [second["id"], edited["id"]]
    assert (await contents(client, conversation_id, before=second["id"])) == ["One", "You said: One"]
    root, _ = await asked(client, "chat:edit", messageId=question["id"], message="Eins")
    assert root["parentId"] is None
    assert await contents(client, conversation_id) == ["Eins", "You said: Eins"]
    assert await contents(client, conversation_id, leafId=answer["id"]) == [
        "One", "You said: One", "Zwei", "You said: Zwei",
    ]  # fmt: skip


async def test_the_latest_branch_through_a_message(echoing: App) -> None:
    client = await echoing.connect()
    question, first = await asked(client, "chat:send", message="One", model="echo")
    conversation_id = first["conversationId"]
    await asked(client, "chat:send", message="Two", conversationId=conversation_id)
    _, older = await asked(client, "chat:send", message="Other", conversationId=conversation_id, parentId=first["id"])
    _, beside = await asked(client, "chat:regenerate", messageId=first["id"])
    below = ["One", "You said: One", "Other", "You said: Other"]
    assert await contents(client, conversation_id, throughId=first["id"]) == below
    assert await contents(client, conversation_id, throughId=question["id"]) == below[:2], "that of the other answer"
    assert await contents(client, conversation_id, throughId=beside["id"]) == below[:2]
    assert await contents(client, conversation_id, throughId=older["id"], limit=1) == below[3:]
    assert await contents(client, conversation_id, throughId=first["id"], before=older["id"]) == below[:3]
    await client.request("chat:delete", {"messageId": older["parentId"]})
    assert await contents(client, conversation_id, throughId=first["id"]) == [*below[:2], "Two", "You said: Two"]
    gone = await client.request("chat:history", {"conversationId": conversation_id, "throughId": older["id"]})
    assert (gone["data"]["code"], gone["data"]["details"]["path"]) == ("not_found", "$.data.throughId")


async def test_two_answers_to_one_question_at_once(echoing: App) -> None:
    client = await echoing.connect()
    _, first = await asked(client, "chat:send", message="One", model="echo")
    sent = [await client.send("chat:regenerate", {"messageId": first["id"]}) for _ in range(2)]
    answers = [(await client.answer(request_id))[-1]["data"] for request_id in sent]
    assert {answer["content"] for answer in answers} == {"You said: One"}
    _, active = await client.history(first["conversationId"])
    assert active["siblings"] == sorted([first["id"], *(answer["id"] for answer in answers)])


@pytest.mark.parametrize(
    ("kind", "members", "code", "field"),
    [
        ("chat:regenerate", {"messageId": 99}, "not_found", "messageId"),
        ("chat:edit", {"messageId": 99, "message": "x"}, "not_found", "messageId"),
        ("chat:edit", {"messageId": 2, "message": "x"}, "invalid", "messageId"),
        ("chat:edit", {"messageId": 1, "message": " "}, "invalid", "message"),
        ("chat:regenerate", {"messageId": 2, "model": "nothing"}, "not_found", "model"),
        ("chat:history", {"conversationId": 1, "leafId": 99}, "not_found", "leafId"),
        ("chat:history", {"conversationId": 1, "throughId": 99}, "not_found", "throughId"),
        ("chat:history", {"conversationId": 1, "throughId": 2, "leafId": 2}, "invalid", "throughId"),
        ("chat:history", {"conversationId": 1, "throughId": 2, "deleted": True}, "invalid", "throughId"),
    ],
)
async def test_refusals_store_nothing(
    echoing: App, kind: str, members: dict[str, object], code: str, field: str
) -> None:
    client = await echoing.connect()
    _, answer = await asked(client, "chat:send", message="One", model="echo")
    assert answer["id"] == 2
    refused = await client.request(kind, members)
    assert (refused["type"], refused["data"]["code"], refused["data"]["details"]["field"]) == ("error", code, field)
    (row,) = (await client.request("conversation:list"))["data"]["items"]
    assert row["messageCount"] == 2
