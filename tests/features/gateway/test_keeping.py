"""Exchanges that programs want kept in a conversation: what is stored of them, and what is told."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
import trio
import trio.testing

from orchd.errors import RequestCancelled
from orchd.features.gateway.keeping import HEADER
from orchd.llm import Outcome
from tests.fix_upstream import DONE, SSE_HEAD, Exchange, delta, event, finish, usage
from tests.gateway_desk import Desk, error_of, open_desk, text_of, user

Clock = trio.testing.MockClock
NAME = HEADER.lower().encode()
NEW = ((NAME, b"new"),)


@pytest.fixture
async def desk(autojump_clock: Clock) -> AsyncIterator[Desk]:
    async with open_desk() as found:
        yield found


def body(**members: Any) -> dict[str, Any]:
    return {"model": "m", "messages": [user("before"), user("hello")], **members}


async def test_a_question_and_its_answer_are_kept(desk: Desk, autojump_clock: Clock) -> None:
    desk.upstream.says(delta(reasoning_content="hm"), delta(content="a"), delta(content="b"), finish(), usage(), DONE)
    for path in ("/v1/chat/completions", "/api/chat"):
        for streams in (True, False):
            for said, told in (("new", 9), ("7", 7)):
                page = await desk.ask(path, body(stream=streams), headers=((NAME, said.encode("latin-1")),))
                assert page.status == 200, page.body
                assert (HEADER, str(told)) in page.headers
                assert (b"b" in await text_of(page)) if streams else (b"ab" in page.body)
                _, question = desk.keeper.questions[-1]
                assert (question.message, question.conversation_id) == ("hello", 7 if told == 7 else None)
                assert question.chosen.target.model.id == "m"
                assert {channel for channel, _ in desk.keeper.heard} == {"reasoning", "content"}
                assert "".join(text for channel, text in desk.keeper.heard if channel == "content") == "ab"
                end = desk.keeper.ends[-1]
                assert isinstance(end, Outcome)
                assert end.finish_reason == "stop"
                desk.keeper.heard.clear()
    assert len(desk.keeper.ends) == 8
    assert desk.keeper.places == [None] * 8, "that server keeps nothing"
    assert (desk.memory.held, desk.gateway.running()) == (0, 0)


@pytest.mark.parametrize("streams", [False, True])
@pytest.mark.parametrize(
    ("path", "members"), [("/v1/responses", {"input": "hello"}), ("/v1/messages", {"messages": [user("hello")]})]
)
async def test_what_is_translated_is_kept_too(
    path: str, members: dict[str, Any], streams: bool, desk: Desk, autojump_clock: Clock
) -> None:
    desk.upstream.says(delta(content="ab"), finish(), usage(), DONE)
    page = await desk.ask(path, {"model": "m", "stream": streams, **members}, headers=NEW)
    assert (HEADER, "9") in page.headers
    assert b"ab" in (await text_of(page) if streams else page.body)
    assert desk.keeper.questions[-1][1].message == "hello"
    assert desk.keeper.heard == [("content", "ab")]
    page = await desk.ask(path, {"model": "m", "stream": streams, **members}, headers=((NAME, b"404"),))
    assert (page.status, error_of(page)["param"]) == (404, HEADER)
    assert (desk.memory.held, desk.gateway.running()) == (0, 0)


async def test_texts_of_parts_are_joined(desk: Desk, autojump_clock: Clock) -> None:
    desk.upstream.says(delta(content="a"), finish(), DONE)
    parts = [{"type": "text", "text": "what"}, {"type": "image_url", "image_url": {"url": "x"}}, {"text": "this?"}]
    await desk.ask("/v1/chat/completions", body(messages=[{"role": "user", "content": parts}]), headers=NEW)
    assert desk.keeper.questions[-1][1].message == "what\n\nthis?"


@pytest.mark.parametrize(
    ("said", "members", "status", "param"),
    [
        ("404", {}, 404, HEADER),
        ("", {}, 400, HEADER),
        ("0", {}, 400, HEADER),
        ("-1", {}, 400, HEADER),
        ("\u00b2", {}, 400, HEADER),
        ("9" * 40, {}, 400, HEADER),
        ("old", {}, 400, HEADER),
        ("new", {"messages": [{"role": "tool", "content": "x"}]}, 400, "messages"),
        ("new", {"messages": [user(" ")]}, 400, "messages"),
        ("new", {"messages": [{"role": "user", "content": [{"text": 7}, 8]}]}, 400, "messages"),
        ("new", {"n": 2}, 400, "n"),
    ],
)
async def test_what_can_not_be_kept_is_not_asked(
    said: str, members: dict[str, Any], status: int, param: str, desk: Desk, autojump_clock: Clock
) -> None:
    before = len(desk.upstream.requests)
    for streams in (False, True):
        page = await desk.ask(
            "/v1/chat/completions", body(stream=streams, **members), headers=((NAME, said.encode("latin-1")),)
        )
        assert (page.status, error_of(page)["param"]) == (status, param)
        assert HEADER not in dict(page.headers)
    assert (len(desk.upstream.requests), desk.keeper.questions) == (before, [])


async def test_only_chats_are_kept(desk: Desk, autojump_clock: Clock) -> None:
    for path, asked in (
        ("/v1/completions", {"model": "m", "prompt": "x"}),
        ("/v1/embeddings", {"model": "text-embed", "input": "x"}),
        ("/api/generate", {"model": "m", "prompt": "x", "raw": True}),
    ):
        assert (await desk.ask(path, asked, headers=NEW)).status == 400
    two = (*NEW, (NAME, b"7"))
    assert (await desk.ask("/v1/chat/completions", body(), headers=two)).status == 400, "it says two things"
    assert desk.keeper.questions == []


async def test_an_answer_whose_reader_leaves_is_cancelled(desk: Desk, autojump_clock: Clock) -> None:
    async def script(exchange: Exchange) -> None:
        await exchange.send(SSE_HEAD, delta(content="a"))
        await trio.sleep_forever()

    desk.upstream.script = script
    page = await desk.ask("/v1/chat/completions", body(stream=True), headers=NEW)
    assert page.pieces is not None
    await anext(page.pieces)
    await page.pieces.aclose()
    with trio.fail_after(5):
        await desk.upstream.requests[-1].closed.wait()
    await trio.testing.wait_all_tasks_blocked()
    assert isinstance(desk.keeper.ends[-1], RequestCancelled)
    assert (desk.memory.held, desk.gateway.running()) == (0, 0)


async def test_one_that_is_ended_in_its_conversation_says_so(desk: Desk, autojump_clock: Clock) -> None:
    async def script(exchange: Exchange) -> None:
        await exchange.send(SSE_HEAD, delta(content="a"))
        await trio.sleep_forever()

    desk.upstream.script = script
    page = await desk.ask("/v1/chat/completions", body(stream=True), headers=NEW)
    desk.keeper.scope.cancel()
    last = (await text_of(page)).split(b"\n\n")[-2]
    told = json.loads(last.removeprefix(b"data: "))["error"]
    assert (told["code"], told["message"]) == ("cancelled", "the answer was ended in its conversation")


async def test_a_whole_one_that_is_ended_in_its_conversation_is_a_conflict(desk: Desk, autojump_clock: Clock) -> None:
    async def script(exchange: Exchange) -> None:
        await exchange.send(SSE_HEAD, delta(content="a"))
        desk.keeper.scope.cancel()
        await trio.sleep_forever()

    desk.upstream.script = script
    page = await desk.ask("/v1/chat/completions", body(), headers=NEW)
    assert (page.status, error_of(page)["code"]) == (409, "cancelled")


async def test_a_failure_is_kept_too(desk: Desk, autojump_clock: Clock) -> None:
    desk.upstream.says(delta(content="a"), event({"error": {"message": "boom"}}))
    page = await desk.ask("/v1/chat/completions", body(), headers=NEW)
    assert page.status == 502
    assert "boom" in str(desk.keeper.ends[-1])
