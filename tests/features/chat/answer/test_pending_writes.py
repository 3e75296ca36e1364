"""Storing ended answers while the database comes and goes."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest
import trio
from structlog.testing import capture_logs
from trio.testing import MockClock, wait_all_tasks_blocked

from orchd.errors import OrchdError, TooLarge, Unavailable
from orchd.features.chat import queries
from orchd.features.chat.answer.pending_writes import PendingWrites
from orchd.features.chat.messages import ChatTimings
from orchd.features.chat.rows import EndedAnswer
from orchd.features.journal import Journal
from orchd.guard import Supervisor
from orchd.storage import Database, Health, ValueRefused


def answer(message_id: int, content: str) -> EndedAnswer:
    timings = ChatTimings(None, None, None, None)
    return EndedAnswer(message_id, 1, content, "", [], None, "complete", "m", "stop", None, timings, None, 0)


class FlakyDatabase(Database):
    """In memory; refuses writes while `there` is not set, and then fails as told: `failures` by message."""

    def __init__(self, failures: Mapping[int, list[Exception]] | None = None) -> None:
        self.there = trio.Event()
        self.stored: dict[int, EndedAnswer] = {}
        self.failures = failures or {}

    async def write(self, steps: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        await trio.lowlevel.checkpoint()
        if not self.there.is_set():
            raise Unavailable("away")
        assert steps is queries.finish
        if failures := self.failures.get(args[0].message_id):
            raise failures.pop(0)
        self.stored[args[0].message_id] = args[0]
        return True

    async def write_relaxed(self, steps: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        raise NotImplementedError

    async def read(self, steps: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        raise NotImplementedError

    def health(self) -> Health:
        return Health(self.there.is_set(), "fake", None)

    async def wait_ready(self) -> None:
        await self.there.wait()


async def test_an_answer_is_stored_at_once_when_the_database_is_there(autojump_clock: MockClock) -> None:
    database = FlakyDatabase()
    database.there.set()
    async with trio.open_nursery() as nursery:
        parking = PendingWrites(database, Journal(database), Supervisor(nursery), 100)
        await parking.store(answer(1, "text")).wait()
        await parking.empty()
    assert database.stored[1].content == "text"


async def test_answers_wait_for_the_database_to_come_back(autojump_clock: MockClock) -> None:
    database = FlakyDatabase()
    async with trio.open_nursery() as nursery:
        parking = PendingWrites(database, Journal(database), Supervisor(nursery), 100)
        stored = [parking.store(answer(number, "x" * 10)) for number in range(3)]
        await wait_all_tasks_blocked()
        assert parking.waiting == 3
        assert {each.outcome for each in stored} == {"waiting"}
        database.there.set()
        await parking.empty()
    assert [answer.content for answer in database.stored.values()] == ["x" * 10] * 3


async def test_over_the_bound_the_text_is_given_up_and_the_end_is_kept(autojump_clock: MockClock) -> None:
    database = FlakyDatabase()
    async with trio.open_nursery() as nursery:
        parking = PendingWrites(database, Journal(database), Supervisor(nursery), 100)
        parking.store(answer(1, "é" * 40))
        parking.store(answer(2, "é" * 40))
        parking.store(answer(3, "é" * 5))
        await wait_all_tasks_blocked()
        database.there.set()
        await parking.empty()
        parking.store(answer(4, "é" * 40))
        await parking.empty()
    assert database.stored[1].content == "é" * 40
    assert database.stored[2].content == ""
    assert database.stored[2].status == "error"
    assert database.stored[2].error is not None
    assert database.stored[3].content == "é" * 5
    assert database.stored[4].content == "é" * 40, "room that was freed can be used again"


@pytest.mark.parametrize(
    "failure", [RuntimeError("error 1118"), Unavailable("the database can't do this now"), OrchdError("who knows")]
)
async def test_whatever_is_not_final_is_tried_again_until_it_is_stored(
    failure: Exception, autojump_clock: MockClock
) -> None:
    database = FlakyDatabase({1: [failure] * 9})
    database.there.set()
    with capture_logs() as logs:
        async with trio.open_nursery() as nursery:
            parking = PendingWrites(database, Journal(database), Supervisor(nursery), 100)
            stored = [parking.store(answer(number, "text")) for number in (1, 2)]
            await stored[1].wait()
            assert [each.outcome for each in stored] == ["waiting", "stored"]
            await stored[0].wait()
    assert [each.outcome for each in stored] == ["stored", "stored"]
    assert database.stored[1].content == "text"
    pauses = [line["pause_seconds"] for line in logs if line["event"] == "an answer waits to be stored"]
    assert pauses == [1, 2, 4, 8, 16, 30, 30, 30, 30], "each attempt is told, and they grow rare"


@pytest.mark.parametrize(
    "failure", [TooLarge("this is longer than the server takes"), ValueRefused("a value was refused")]
)
async def test_what_is_refused_for_good_is_stored_without_its_text_and_loudly(
    failure: OrchdError, autojump_clock: MockClock
) -> None:
    database = FlakyDatabase({1: [failure]})
    database.there.set()
    with capture_logs() as logs:
        async with trio.open_nursery() as nursery:
            parking = PendingWrites(database, Journal(database), Supervisor(nursery), 100)
            await parking.store(answer(1, "text")).wait()
            await parking.empty()
    kept = database.stored[1]
    assert (kept.content, kept.status, kept.finish_reason, kept.runs) == ("", "error", None, [])
    assert kept.error is not None
    assert failure.message in kept.error.message
    assert [line["log_level"] for line in logs if line["event"] == "answer could not be stored"] == ["error"]


async def test_what_is_refused_even_so_ends_nothing_else(autojump_clock: MockClock) -> None:
    database = FlakyDatabase({1: [TooLarge("long")] * 2})
    database.there.set()
    with capture_logs() as logs:
        async with trio.open_nursery() as nursery:
            parking = PendingWrites(database, Journal(database), Supervisor(nursery), 100)
            stored = parking.store(answer(1, "text"))
            await parking.empty()
            await parking.store(answer(2, "text")).wait()
    assert stored.outcome == "waiting"
    assert "a task failed" in [line["event"] for line in logs]


async def test_at_the_end_of_the_daemon_it_is_tried_more_often(autojump_clock: MockClock) -> None:
    database = FlakyDatabase({1: [Unavailable("not now")] * 7})
    database.there.set()
    async with trio.open_nursery() as nursery:
        parking = PendingWrites(database, Journal(database), Supervisor(nursery), 100)
        stored = parking.store(answer(1, "text"))
        await trio.sleep(20)
        assert stored.outcome == "waiting"
        with trio.fail_after(4):
            await parking.empty()
    assert str(stored.outcome) == "stored"
