"""An answer while it grows, over as many connections as it takes."""

from typing import Any

import anyio
import pytest

from orchd.orchd_client import ChangeGap, DisconnectedError, TextChunk, errors
from orchd.orchd_client.client import Client
from tests.fix_scripted import golden
from tests.orchd_client.loops import on_both_loops
from tests.orchd_client.scripted import Json, Script, Visit, client_of

QUESTION = golden("chat:message", id=1, role="user", content="Why?", status="complete", conversationId=5)
ANSWER = golden("chat:message", id=2, role="assistant", content="abcdef", status="complete", conversationId=5)
LATER = {"code": "unavailable", "message": "m", "retryable": True, "details": {"retryAfterMs": 3000}}


def text(chunk: str, seq: int, channel: str = "content", **more: Any) -> Json:
    told = {"conversationId": 5, "messageId": 2, "seq": seq, "channel": channel, "chunk": chunk, "done": False}
    return told | more


def resumed(seq: int, *, recovered: bool = True, status: str = "streaming", **more: Any) -> Json:
    return {"messageId": 2, "recovered": recovered, "status": status, "seq": seq} | more


async def begin(visit: Visit, *chunks: str) -> str:
    """Take a question, and send the beginning of its answer."""
    request_id = str((await visit.receive("chat:send"))["id"])
    await visit.send("chat:message", QUESTION, request_id)
    await visit.send("chat:progress", golden("chat:progress", messageId=2, phase="queued"), request_id)
    seq = 0
    for chunk in chunks:
        seq += len(chunk)
        await visit.send("chat:streaming", text(chunk, seq), request_id)
    return request_id


async def chunks_of(*scripts: Script) -> tuple[list[TextChunk], Any]:
    """Ask these scripts' daemon, one connection each; return the pieces and the stream."""
    async with client_of(*scripts) as client, client.chat.send(message="Why?") as answer:
        return [chunk async for chunk in answer], answer


@on_both_loops
async def test_pieces_come_in_order_and_once_and_then_the_message() -> None:
    async def script(visit: Visit) -> None:
        await visit.greet()
        request_id = await begin(visit, "ab", "cd")
        await visit.send("chat:streaming", text("cd", 4), request_id)  # once more
        await visit.send("chat:streaming", text("ef", 6, colour="red"), request_id)
        await visit.send("chat:message", ANSWER | {"mood": "fine"}, request_id)
        await visit.send("chat:message", ANSWER | {"content": "other"}, request_id)
        await visit.send("chat:message", ANSWER | {"content": "other"})

    chunks, answer = await chunks_of(script)
    assert "".join(chunk.text for chunk in chunks) == "abcdef"
    assert [chunk.seq for chunk in chunks] == sorted(chunk.seq for chunk in chunks)
    assert (answer.message.content, answer.question.content, answer.message_id) == ("abcdef", "Why?", 2)
    assert answer.final.plain["mood"] == "fine"


@on_both_loops
async def test_two_answers_on_one_connection_stay_apart() -> None:
    async def script(visit: Visit) -> None:
        await visit.greet()
        one = (await visit.receive("chat:send"))["id"]
        other = (await visit.receive("chat:send"))["id"]
        for index in range(3):
            await visit.send("chat:streaming", text("a", index + 1), one)
            await visit.send("chat:streaming", text("b", index + 1, messageId=3), other)
        await visit.send("chat:message", ANSWER | {"id": 3, "content": "bbb"}, other)
        await visit.send("chat:message", ANSWER | {"content": "aaa"}, one)

    async with (
        client_of(script) as client,
        client.chat.send(message="1") as first,
        client.chat.send(message="2") as second,
    ):
        texts = ["".join([chunk.text async for chunk in answer]) for answer in (first, second)]
    assert texts == ["aaa", "bbb"]


@on_both_loops
async def test_after_a_cut_it_goes_on_where_it_was() -> None:
    asked: list[Json] = []

    async def first(visit: Visit) -> None:
        await visit.greet()
        await begin(visit, "ab")
        await visit.cut()

    async def second(visit: Visit) -> None:
        await visit.greet()
        frame = await visit.receive("chat:resume")
        asked.append(frame["data"])
        await visit.send("chat:streaming", text("cd", 4), frame["id"])
        await visit.send("chat:resumed", resumed(4), frame["id"])
        await visit.send("chat:streaming", text("x", 1, messageId=77))
        await visit.cut()

    async def third(visit: Visit) -> None:
        await visit.greet()
        frame = await visit.receive("chat:resume")
        asked.append(frame["data"])
        await visit.send("chat:resumed", resumed(4), frame["id"])
        await visit.send("chat:progress", golden("chat:progress", messageId=2, phase="generating"))
        await visit.send("chat:streaming", text("ef", 6))
        await visit.send("chat:message", ANSWER | {"id": 77, "content": "another"})
        await visit.send("chat:message", ANSWER)

    chunks, answer = await chunks_of(first, second, third)
    assert "".join(chunk.text for chunk in chunks) == "abcdef"
    assert all(chunk.recovered for chunk in chunks)
    assert answer.message.content == "abcdef"
    assert asked == [{"messageId": 2, "afterSeq": 2, "epoch": "e"}, {"messageId": 2, "afterSeq": 4, "epoch": "e"}]


@on_both_loops
async def test_what_cannot_be_recovered_begins_anew_whole() -> None:
    async def first(visit: Visit) -> None:
        await visit.greet()
        await begin(visit, "ab", "cx")
        await visit.cut()

    async def second(visit: Visit) -> None:
        visit.epoch = "later"
        await visit.greet()
        whole = ANSWER | {"status": "streaming", "reasoning": "hm", "content": "abcd"}
        await visit.answer("chat:resume", resumed(6, recovered=False, message=whole), "chat:resumed")
        await visit.send("chat:streaming", text("ef", 8))
        await visit.cut()

    async def third(visit: Visit) -> None:
        await visit.greet()
        frame = await visit.receive("chat:resume")
        assert frame["data"] == {"messageId": 2, "afterSeq": 8, "epoch": "later"}
        whole = ANSWER | {"reasoning": None, "content": "abcdeF", "status": "interrupted"}
        done = resumed(8, recovered=False, status="interrupted", message=whole | {"mood": "fine"})
        await visit.send("chat:resumed", done, frame["id"])

    chunks, answer = await chunks_of(first, second, third)
    text_so_far: list[tuple[str, str]] = []
    voided = 0
    for chunk in chunks:
        if not chunk.recovered:
            voided += 1
            text_so_far.clear()
        text_so_far.append((chunk.channel, chunk.text))
    assert voided == 2
    assert text_so_far == [("content", "abcdeF")]
    assert (answer.message.status, answer.final.plain["mood"]) == ("interrupted", "fine")


@on_both_loops
async def test_a_resume_is_tried_later_where_it_may_succeed_then() -> None:
    async def first(visit: Visit) -> None:
        await visit.greet()
        await begin(visit, "ab")
        await visit.cut()

    async def second(visit: Visit) -> None:
        await visit.greet()
        for _ in range(2):
            await visit.answer("chat:resume", LATER, "error")
            began = anyio.current_time()
        frame = await visit.receive("chat:resume")
        assert anyio.current_time() - began >= 3
        await visit.send("chat:resumed", resumed(2), frame["id"])
        await visit.send("chat:message", ANSWER)

    _, answer = await chunks_of(first, second)
    assert answer.message.content == "abcdef"


@on_both_loops
async def test_a_resume_that_is_refused_is_the_end() -> None:
    async def first(visit: Visit) -> None:
        await visit.greet()
        await begin(visit, "ab")
        await visit.cut()

    async def second(visit: Visit) -> None:
        await visit.greet()
        await visit.answer("chat:resume", {"code": "not_found", "message": "m", "retryable": False}, "error")
        assert await visit.rest() == []

    async with client_of(first, second) as client, client.chat.send(message="Why?") as answer:
        assert (await anext(answer)).text == "ab"
        for _ in range(2):
            with pytest.raises(errors.NotFoundError):
                await answer.finish()


@on_both_loops
async def test_lost_before_it_began_nobody_knows_whether_it_was_stored() -> None:
    async def first(visit: Visit) -> None:
        await visit.greet()
        await visit.receive("chat:send")
        await visit.cut()

    async def second(visit: Visit) -> None:
        await visit.greet()
        assert await visit.rest() == []

    async with client_of(first, second) as client:
        with pytest.raises(DisconnectedError, match="not known"):
            await client.chat.send(message="Why?")


@on_both_loops
async def test_a_slow_reader_costs_no_more_than_the_text_and_stops_nobody() -> None:
    async def script(visit: Visit) -> None:
        await visit.greet()
        request_id = await begin(visit)
        for seq in range(1, 20_001):
            await visit.send("chat:streaming", text("x", seq, "reasoning" if seq < 10_000 else "content"), request_id)
        await visit.send("chat:message", ANSWER, request_id)
        await visit.answer("ping", golden("pong"), "pong")

    async with client_of(script) as client, client.chat.send(message="Why?") as answer:
        await client.ping()
        assert len(answer._chunks) < 5
        chunks = [chunk async for chunk in answer]
    assert sum(len(chunk.text) for chunk in chunks) == 20_000
    assert {chunk.channel for chunk in chunks} == {"reasoning", "content"}


@on_both_loops
async def test_leaving_cancels_on_whatever_connection_there_is() -> None:
    cancelled: list[tuple[str, Json]] = []

    async def same(visit: Visit) -> None:
        await visit.greet()
        request_id = await begin(visit, "ab")
        frame = await visit.receive("cancel")
        cancelled.append(("cancel", frame["data"]))
        assert frame["data"]["id"] == request_id

    async with client_of(same) as client, client.chat.send(message="Why?") as answer:
        await anext(answer)

    async def first(visit: Visit) -> None:
        await visit.greet()
        await begin(visit, "ab")
        await visit.cut()

    async def second(visit: Visit) -> None:
        await visit.greet()
        await visit.answer("chat:resume", resumed(2), "chat:resumed")
        await visit.send("chat:streaming", text("cd", 4))
        frame = await visit.answer("chat:cancel", golden("chat:cancelled", messageId=2), "chat:cancelled")
        cancelled.append(("chat:cancel", frame["data"]))

    async with client_of(first, second) as client, client.chat.send(message="Why?") as answer:
        assert [(await anext(answer)).text for _ in range(2)] == ["ab", "cd"]
    assert [kind for kind, _ in cancelled] == ["cancel", "chat:cancel"]
    assert cancelled[1][1] == {"messageId": 2}


async def use_all(client: Client) -> None:
    """Wait at each place where a client can wait."""
    async with client.conversation.subscribe() as followed:
        async with client.chat.send(message="Why?") as answer:
            async for _ in answer:
                pass
        async for event in followed:
            if not isinstance(event, ChangeGap) and event.number == 9:
                break


async def serve_all(visit: Visit) -> None:
    """Serve that, with a pause before each frame, on two connections."""

    async def slowly(kind: str, data: Json, request_id: str | None = None) -> None:
        await anyio.sleep(1)
        await visit.send(kind, data, request_id)

    await anyio.sleep(1)
    await visit.greet()
    while True:
        frame = await visit.receive()
        kind, request_id = frame["type"], frame["id"]
        if kind == "conversation:subscribe":
            await slowly(kind, {"number": 7, "recovered": True}, request_id)
            if "since" in frame["data"]:
                await slowly("conversation:changed", golden("conversation:changed", number=9))
        elif kind == "conversation:unsubscribe":
            await slowly(kind, {}, request_id)
        elif kind == "chat:send":
            await slowly("chat:message", QUESTION, request_id)
            await slowly("chat:streaming", text("ab", 2), request_id)
            await visit.cut()
        elif kind == "chat:resume":
            await slowly("chat:resumed", resumed(2), request_id)
            await slowly("chat:message", ANSWER)
        elif kind == "chat:cancel":
            await slowly("chat:cancelled", golden("chat:cancelled", messageId=2), request_id)


@on_both_loops
async def test_it_can_be_left_at_any_moment() -> None:
    whole = 0.0
    for tenth in range(1, 200, 3):
        began = anyio.current_time()
        with anyio.move_on_after(tenth / 10) as scope:
            async with client_of(until_gone, until_gone) as client:
                await use_all(client)
        took = anyio.current_time() - began
        assert took < tenth / 10 + 10, "what is said goodbye to the daemon takes a moment"
        whole = whole or (0.0 if scope.cancelled_caught else took)
    assert whole > 5, "the whole of it ran, too"


async def until_gone(visit: Visit) -> None:
    try:
        await serve_all(visit)
    except (anyio.EndOfStream, anyio.BrokenResourceError):
        return
