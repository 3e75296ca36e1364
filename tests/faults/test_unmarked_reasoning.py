"""Models whose template opens the reasoning in the prompt, so that only its closing mark is in the answer."""

from typing import Any

import pytest

from orchd.config import BackendSettings
from tests.fix_daemon import StartApp
from tests.fix_upstream import DONE, SSE_HEAD, Exchange, Upstream, delta, finish
from tests.wire import echo
from tests.wire.client import is_as_told

THOUGHTS = "Let me think: 2+2 is 4.\n</think>\n\n"
SCHEMA = {"type": "object", "properties": {"sum": {"type": "integer"}}, "required": ["sum"]}


def says(upstream: Upstream, text: str) -> None:
    async def script(exchange: Exchange) -> None:
        pieces = [delta(content=text[at : at + 7]) for at in range(0, len(text), 7)]
        await exchange.send(SSE_HEAD, *pieces, finish(), DONE)

    echo.set_up(upstream)
    upstream.script = script


async def test_it_is_told_as_it_came_and_stored_as_reasoning(app: StartApp, upstream: Upstream) -> None:
    says(upstream, THOUGHTS + "The answer is 4.")
    one = await app(BackendSettings(upstream.url, kind="openai"))
    client = await one.connect()
    answer = await client.chat("2+2?")
    assert (answer["content"], answer["reasoning"], answer["status"]) == ("The answer is 4.", THOUGHTS, "complete")
    assert is_as_told((await client.history(answer["conversationId"]))[-1], answer)
    await client.chat("And?", conversationId=answer["conversationId"])
    assert echo.turns(upstream)[-1] == ["user: 2+2?", "assistant: The answer is 4.", "user: And?"]


@pytest.mark.parametrize("after", [0, 5, len(THOUGHTS), len(THOUGHTS) + 3])
async def test_a_resume_gives_each_character_once(app: StartApp, upstream: Upstream, after: int) -> None:
    says(upstream, THOUGHTS + "The answer is 4.")
    one = await app(BackendSettings(upstream.url, kind="openai"))
    client = await one.connect()
    answer = await client.chat("2+2?")
    other = await one.connect()
    epoch = client.frames[0]["data"]["epoch"]
    asked = {"messageId": answer["id"], "afterSeq": after, "epoch": epoch}
    resumed = (await other.request("chat:resume", asked))["data"]
    assert (resumed["recovered"], resumed["seq"]) == (True, len(THOUGHTS + "The answer is 4."))
    await other.until(lambda frame: frame["type"] == "chat:message")
    told: list[dict[str, Any]] = [frame["data"] for frame in other.frames if frame["type"] == "chat:streaming"]
    assert "".join(data["chunk"] for data in told) == (THOUGHTS + "The answer is 4.")[after:]
    if after == 0:
        assert "".join(data["chunk"] for data in told if data["channel"] == "content") == "The answer is 4."


async def test_a_value_is_read_behind_it(app: StartApp, upstream: Upstream) -> None:
    says(upstream, THOUGHTS + '{"sum": 4}')
    client = await (await app(BackendSettings(upstream.url, kind="openai"))).connect()
    asked = {"messages": [{"role": "user", "content": "2+2?"}], "schema": SCHEMA}
    done = (await client.request("model:complete", asked))["data"]
    assert (done["value"], done["content"]) == ({"sum": 4}, '{"sum": 4}')
    assert done["reasoning"] == "Let me think: 2+2 is 4."


async def test_an_answer_about_the_mark_stays_whole(app: StartApp, upstream: Upstream) -> None:
    text = "Close it with `</think>`.\n```\nthoughts\n</think>\nanswer\n```\nThat is all."
    says(upstream, text)
    client = await (await app(BackendSettings(upstream.url, kind="openai"))).connect()
    answer = await client.chat("How?")
    assert (answer["content"], answer["reasoning"]) == (text, None)
