"""What is said of messages, their removal, and titles that models give, over real connections."""

from pathlib import Path

import pytest
import trio
from msgspec import structs

from orchd.config import BackendSettings
from orchd.features.chat.titles.title import ASK
from orchd.settings.chat import ChatSettings
from tests.fix_daemon import StartApp, make_settings
from tests.fix_simulator import RunningSimulator
from tests.fix_upstream import DONE, SSE_HEAD, Exchange, Upstream, delta, finish, usage
from tests.wire import echo
from tests.wire.client import Client

MODEL = "sim-small"
TITLE = "Doors and paint"


async def ask(client: Client, kind: str, **data: object) -> dict[str, object]:
    frame = await client.request(kind, data)
    assert frame["type"] == kind, frame
    told: dict[str, object] = frame["data"]
    return told


async def test_another_device_hears_what_is_said_of_messages_and_what_is_removed(
    app: StartApp, simulator: RunningSimulator
) -> None:
    one = await app(simulator.url)
    asker, phone = await one.connect(), await one.connect()
    answer = await asker.chat("[[simulate: tokens=2]]")
    conversation = answer["conversationId"]
    for device in (asker, phone):
        await device.request("chat:subscribe", {"conversationId": conversation})
    rated = await ask(asker, "chat:rate", messageId=answer["id"], rating="up", reason="clear")
    told = await phone.until_type("chat:changed")
    assert (told["data"]["change"], told["data"]["ratings"]) == ("rated", rated["ratings"])
    await ask(phone, "chat:react", messageId=answer["parentId"], emoji="🎉")
    assert (await asker.until_type("chat:changed"))["data"]["reactions"] == [{"userId": 0, "emoji": "🎉"}]
    question, shown = await asker.history(conversation)
    assert (question["reactions"][0]["emoji"], shown["ratings"]) == ("🎉", rated["ratings"])
    gone = await ask(asker, "chat:delete", messageId=answer["id"])
    assert (gone["removed"], gone["leafId"]) == (1, question["id"])
    await phone.until(lambda frame: frame["type"] == "chat:changed" and frame["data"]["change"] == "deleted")
    (trash,) = await phone.history(conversation, deleted=True)
    assert trash["id"] == answer["id"]
    again = await asker.answer(await asker.send("chat:regenerate", {"messageId": question["id"]}))
    assert again[-1]["data"]["parentId"] == question["id"]
    await ask(phone, "chat:restore", messageId=answer["id"])
    assert [message["id"] for message in await asker.history(conversation)] == [question["id"], answer["id"]]


@pytest.mark.parametrize("stalls", [False, True])
async def test_a_title_comes_by_itself_and_keeps_nobody_waiting(
    app: StartApp, upstream: Upstream, tmp_path: Path, stalls: bool
) -> None:
    titling, go = trio.Event(), trio.Event()

    async def script(exchange: Exchange) -> None:
        if exchange.json()["messages"][-1]["content"] != ASK:
            await echo.echo(exchange)
            return
        titling.set()
        if stalls and not go.is_set():
            await exchange.closed.wait()
            return
        await exchange.send(SSE_HEAD + delta(role="assistant", content=f'"{TITLE}."') + finish() + usage() + DONE)

    echo.set_up(upstream)
    upstream.script = script
    settings = make_settings(tmp_path, BackendSettings(upstream.url, kind="openai", slots=1))
    one = await app.start(structs.replace(settings, chat=ChatSettings(title_seconds=300)))
    client = await one.connect()
    await client.request("conversation:subscribe", {})
    first = await client.chat("Why is my door green?")
    await titling.wait()
    if stalls:
        go.set()
        second = await client.chat("And blue?", conversationId=first["conversationId"])
        assert (second["status"], second["content"]) == ("complete", "You said: And blue?")
    told = await client.until(
        lambda frame: frame["type"] == "conversation:changed" and frame["data"]["item"]["title"] == TITLE
    )
    assert told["data"]["conversationId"] == first["conversationId"]
