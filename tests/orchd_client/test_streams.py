"""Requests that tell how far they are, and subscriptions, which outlive connections."""

from typing import Any

import anyio
import pytest

from orchd.orchd_client import ChangeGap, DisconnectedError, OverflowedError, errors
from orchd.orchd_client.client import Client
from orchd.orchd_client.runtime.streams import MAX_KEPT
from tests.fix_scripted import golden
from tests.orchd_client.loops import on_both_loops
from tests.orchd_client.scripted import Json, Visit, client_of

PONG = golden("pong")


def change(number: int) -> Json:
    return golden("conversation:changed", number=number)


def task(task_id: int) -> Json:
    return golden("task:streaming", taskId=task_id)


async def next_numbers(followed: Any, count: int) -> list[Any]:
    """Return the numbers of the next changes, and `gap` for what is not known."""
    found = [await anext(followed) for _ in range(count)]
    return ["gap" if isinstance(event, ChangeGap) else event.number for event in found]


@on_both_loops
async def test_a_subscription_goes_on_after_the_last_change_that_it_has_seen() -> None:
    asked: list[Json] = []

    async def first(visit: Visit) -> None:
        await visit.greet()
        asked.append((await visit.answer("conversation:subscribe", {"number": 7, "recovered": True}))["data"])
        await visit.send("conversation:changed", change(8))
        await visit.send("conversation:changed", change(9))
        await visit.cut()

    async def second(visit: Visit) -> None:
        await visit.greet()
        await visit.send("conversation:changed", change(8))  # of whom nobody knows yet to whom it belongs
        asked.append((await visit.answer("conversation:subscribe", {"number": 11, "recovered": True}))["data"])
        await visit.send("conversation:changed", change(10))
        await visit.send("conversation:changed", change(11))
        await visit.answer("conversation:unsubscribe", {})

    async with client_of(first, second) as client, client.conversation.subscribe() as followed:
        assert await next_numbers(followed, 4) == [8, 9, 10, 11]
    assert asked == [{}, {"since": 9}]


@on_both_loops
async def test_where_changes_may_be_missing_there_stands_a_gap() -> None:
    async def first(visit: Visit) -> None:
        await visit.greet()
        await visit.answer("conversation:subscribe", {"number": 7, "recovered": True})
        await visit.send("conversation:changed", change(8))
        await visit.cut()

    async def second(visit: Visit) -> None:
        await visit.greet()
        await visit.answer("conversation:subscribe", {"number": 100, "recovered": False})
        await visit.cut()

    async def third(visit: Visit) -> None:
        await visit.greet()
        frame = await visit.answer("conversation:subscribe", {"number": 101, "recovered": True})
        assert frame["data"] == {"since": 100}
        await visit.send("conversation:changed", change(101))
        await visit.answer("conversation:unsubscribe", {})

    async with client_of(first, second, third) as client, client.conversation.subscribe() as followed:
        assert await next_numbers(followed, 3) == [8, "gap", 101]
        assert repr(ChangeGap()) == "ChangeGap()"


@on_both_loops
async def test_what_has_no_numbers_has_a_gap_after_each_cut_and_ends_with_its_object() -> None:
    async def first(visit: Visit) -> None:
        await visit.greet()
        await visit.answer("task:subscribe", {"taskId": 1}, "task:subscribed")
        await visit.send("task:streaming", task(1))
        await visit.send("task:streaming", task(2))
        await visit.cut()

    async def second(visit: Visit) -> None:
        await visit.greet()
        await visit.answer("task:subscribe", {"taskId": 1}, "task:subscribed")
        await visit.send("task:unsubscribed", {"taskId": 2})
        await visit.send("task:unsubscribed", {"taskId": 1})
        assert await visit.rest() == []

    async with client_of(first, second) as client, client.task.subscribe(task_id=1, streaming=True) as followed:
        kinds = [type(event).__name__ async for event in followed]
    assert kinds == ["TaskStreaming", "ChangeGap", "TaskUnsubscribed"]


@on_both_loops
async def test_it_is_begun_over_another_connection_when_the_first_is_lost() -> None:
    async def first(visit: Visit) -> None:
        await visit.greet()
        await visit.receive("conversation:subscribe")
        await visit.cut()

    async def second(visit: Visit) -> None:
        await visit.greet()
        await visit.answer("conversation:subscribe", {"number": 7, "recovered": True})
        await visit.send("conversation:changed", change(8))
        await visit.answer("conversation:unsubscribe", {})

    async with client_of(first, second) as client, client.conversation.subscribe() as followed:
        assert await next_numbers(followed, 1) == [8]


@on_both_loops
async def test_what_is_refused_is_told_and_leaves_nothing() -> None:
    refused = {"code": "not_found", "message": "m", "retryable": False}

    async def script(visit: Visit) -> None:
        await visit.greet()
        await visit.answer("task:subscribe", refused, "error")
        await visit.answer("ping", PONG, "pong")
        await visit.send("task:streaming", task(1))
        assert await visit.rest() == []

    async with client_of(script) as client:
        with pytest.raises(errors.NotFoundError):
            async with client.task.subscribe(task_id=1):
                raise AssertionError("it is subscribed")
        await client.ping()
        assert [*client._link.listening()] == []
        assert (await anext(client.unasked())).type == "task:streaming"


@on_both_loops
async def test_refused_after_a_cut_it_is_tried_later_or_told() -> None:
    later = {"code": "busy", "message": "m", "retryable": True}
    never = {"code": "forbidden", "message": "m", "retryable": False}

    async def first(visit: Visit) -> None:
        await visit.greet()
        await visit.answer("conversation:subscribe", {"number": 7, "recovered": True})
        await visit.cut()

    async def second(visit: Visit) -> None:
        await visit.greet()
        await visit.answer("conversation:subscribe", later, "error")
        await visit.answer("conversation:subscribe", never, "error")
        assert await visit.rest() == []

    async with client_of(first, second) as client, client.conversation.subscribe() as followed:
        for _ in range(2):
            with pytest.raises(errors.ForbiddenError):
                await anext(followed)


@on_both_loops
async def test_two_of_one_kind_share_what_the_daemon_has_and_the_last_ends_it() -> None:
    async def script(visit: Visit) -> None:
        await visit.greet()
        for _ in range(2):
            await visit.answer("conversation:subscribe", {"number": 7, "recovered": True})
        await visit.send("conversation:changed", change(8))
        await visit.answer("ping", PONG, "pong")
        await visit.send("conversation:changed", change(9))
        await visit.answer("conversation:unsubscribe", {})

    async with client_of(script) as client, client.conversation.subscribe() as one:
        async with client.conversation.subscribe() as other:
            assert await next_numbers(one, 1) == await next_numbers(other, 1) == [8]
        await client.ping()
        assert await next_numbers(one, 1) == [9]


@on_both_loops
async def test_who_does_not_read_is_told_what_was_lost_and_costs_no_more() -> None:
    async def script(visit: Visit) -> None:
        await visit.greet()
        for _ in range(2):
            await visit.answer("conversation:subscribe", {"number": 7, "recovered": True})
        for number in range(8, 5_008):
            await visit.send("conversation:changed", change(number))
        await visit.answer("ping", PONG, "pong")
        await visit.answer("conversation:unsubscribe", {})

    read = 0

    async def reads(client: Client) -> None:
        nonlocal read
        async with client.conversation.subscribe() as followed:
            while read < 5_000:
                await anext(followed)
                read += 1

    async with client_of(script) as client, client.conversation.subscribe() as slow:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(reads, client)
        await client.ping()
        assert read == 5_000, "whoever reads is not held up"
        assert len(slow._frames) == MAX_KEPT
        assert await next_numbers(slow, MAX_KEPT) == [*range(8, 8 + MAX_KEPT)]
        for _ in range(2):
            with pytest.raises(OverflowedError):
                await anext(slow)


@on_both_loops
async def test_a_long_request_tells_how_far_it_is_and_then_its_result() -> None:
    part = golden("text:progress")

    async def script(visit: Visit) -> None:
        await visit.greet()
        request_id = (await visit.receive("text:process"))["id"]
        for _ in range(3):
            await visit.send("text:progress", part, request_id)
        await visit.send("text:progress", part, "another")
        await visit.send("text:process", golden("text:process"), request_id)
        await visit.answer("text:process", golden("text:process"))
        lost = await visit.receive("text:process")
        await visit.send("text:progress", part, lost["id"])
        await visit.cut()

    async with client_of(script) as client:
        async with client.text.process(text="a", instruction="b") as stream:
            assert len([event async for event in stream]) == 3
            assert await stream.finish() == await stream.finish()
        await client.text.process(text="a", instruction="b")
        async with client.text.process(text="a", instruction="b") as stream:
            assert len([event async for event in stream]) == 1
            with pytest.raises(DisconnectedError):
                await stream.finish()


@on_both_loops
async def test_frames_of_a_request_that_nobody_reads_are_not_kept_without_end() -> None:
    part = golden("text:progress")

    async def script(visit: Visit) -> None:
        await visit.greet()
        request_id = (await visit.receive("text:process"))["id"]
        for _ in range(MAX_KEPT + 50):
            await visit.send("text:progress", part, request_id)
        await visit.send("text:process", golden("text:process"), request_id)

    async with client_of(script) as client, client.text.process(text="a", instruction="b") as stream:
        await stream.finish()
        assert len(stream._frames) == MAX_KEPT
        with pytest.raises(OverflowedError):
            async for _ in stream:
                pass


@on_both_loops
async def test_left_early_a_request_is_cancelled() -> None:
    async def script(visit: Visit) -> None:
        await visit.greet()
        request_id = (await visit.receive("text:process"))["id"]
        await visit.send("text:progress", golden("text:progress"), request_id)
        assert (await visit.receive("cancel"))["data"] == {"id": request_id}
        await visit.answer("ping", PONG, "pong")

    async with client_of(script) as client:
        async with client.text.process(text="a", instruction="b") as stream:
            async for _ in stream:
                break
        await client.ping()
