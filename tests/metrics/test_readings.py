"""What is read at a scrape, while the database is there and while it isn't."""

import trio.testing

from orchd.metrics.readings import STATUS_SECONDS, Reader
from tests.metrics.sources import FakeDatabase, make_sources


async def test_tasks_are_counted_now_and_then_only(autojump_clock: trio.testing.MockClock) -> None:
    database = FakeDatabase()
    reader = Reader(make_sources(database))
    for _ in range(3):
        assert (await reader.read()).tasks == {"completed": 3, "pending": 1}
    assert database.counted == 1
    database.statuses = {"pending": 2}
    await trio.sleep(STATUS_SECONDS)
    assert (await reader.read()).tasks == {"pending": 2}


async def test_without_a_database_the_last_counts_are_told(autojump_clock: trio.testing.MockClock) -> None:
    database = FakeDatabase()
    reader = Reader(make_sources(database))
    database.ok = False
    assert (await reader.read()).tasks == {}
    database.ok = True
    await reader.read()
    database.ok = False
    await trio.sleep(STATUS_SECONDS)
    assert (await reader.read()).tasks == {"completed": 3, "pending": 1}


async def test_a_database_that_hangs_holds_up_no_scrape(autojump_clock: trio.testing.MockClock) -> None:
    sources = make_sources()
    hanging = sources._replace(measures=sources.measures._replace(task_statuses=trio.sleep_forever))
    assert (await Reader(hanging).read()).tasks == {}


async def test_a_full_disk_is_seen() -> None:
    database = FakeDatabase()
    reader = Reader(make_sources(database))
    assert (await reader.read()).has_room
    database.short = True
    assert not (await reader.read()).has_room
