"""Storing ended answers while the database comes and goes."""

from collections.abc import Callable
from typing import Any

import trio
from trio.testing import MockClock, wait_all_tasks_blocked

from orchd.errors import Unavailable
from orchd.features.chat import queries
from orchd.features.chat.messages import ChatTimings
from orchd.features.chat.parking import Parking
from orchd.features.chat.records import Answer
from orchd.features.journal import Journal
from orchd.guard import Supervisor
from orchd.storage import Database, Health


def answer(message_id: int, content: str) -> Answer:
    timings = ChatTimings(None, None, None, None)
    return Answer(message_id, 1, content, "", [], None, "complete", "m", "stop", None, timings, None, 0)


class FlakyDatabase(Database):
    """In memory; refuses writes while `there` is not set."""

    def __init__(self) -> None:
        self.there = trio.Event()
        self.stored: dict[int, Answer] = {}

    async def write(self, steps: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        await trio.lowlevel.checkpoint()
        if not self.there.is_set():
            raise Unavailable("away")
        assert steps is queries.finish
        self.stored[args[0].message_id] = args[0]

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
        parking = Parking(database, Journal(database), Supervisor(nursery), 100)
        await parking.store(answer(1, "text")).wait()
        await parking.empty()
    assert database.stored[1].content == "text"


async def test_answers_wait_for_the_database_to_come_back(autojump_clock: MockClock) -> None:
    database = FlakyDatabase()
    async with trio.open_nursery() as nursery:
        parking = Parking(database, Journal(database), Supervisor(nursery), 100)
        stored = [parking.store(answer(number, "x" * 10)) for number in range(3)]
        await wait_all_tasks_blocked()
        assert parking.waiting == 3
        assert not any(event.is_set() for event in stored)
        database.there.set()
        await parking.empty()
    assert [one.content for one in database.stored.values()] == ["x" * 10] * 3


async def test_over_the_bound_the_text_is_given_up_and_the_end_is_kept(autojump_clock: MockClock) -> None:
    database = FlakyDatabase()
    async with trio.open_nursery() as nursery:
        parking = Parking(database, Journal(database), Supervisor(nursery), 100)
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
