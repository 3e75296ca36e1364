"""What is noted without a transaction: bounded whatever strangers do, and stored once the database takes it."""

import pytest
import trio
from trio.testing import MockClock

from orchd.clock import unix_now
from orchd.errors import Unavailable
from orchd.features.audit.entries import Actor, AuditAction
from orchd.features.audit.queries import AuditFilter, AuditRow, entry, find_entries
from orchd.features.audit.service import DAY_MS, DIFFERENT_AT_MOST, WAITING_AT_MOST, Audit
from orchd.protocol.types import MAX_INTEGER
from orchd.storage import Database

STRANGER = Actor(None, "", None, "192.0.2.1")
FAILED = AuditAction("login", "user", "ana", outcome="refused")
NOW = "orchd.features.audit.service.unix_now"


async def rows(store: Database) -> list[AuditRow]:
    return await store.read(find_entries, AuditFilter(), MAX_INTEGER, 1_000)


@pytest.fixture
def minute(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The present, in minutes: a list of one."""
    now = [29_000_000]
    monkeypatch.setattr(NOW, lambda: now[0] * 60_000)
    return now


async def test_what_is_alike_in_a_minute_is_one_row_that_counts(store: Database, minute: list[int]) -> None:
    audit = Audit(store, 365)
    for _ in range(10_000):
        audit.note(STRANGER, FAILED)
    await audit.store()
    for _ in range(5):
        audit.note(STRANGER, FAILED)
    await audit.store()
    assert [(row.times, row.address, row.outcome) for row in await rows(store)] == [(10_005, "192.0.2.1", "refused")]
    minute[0] += 1
    audit.note(STRANGER, FAILED)
    await audit.store()
    assert [row.times for row in await rows(store)] == [1, 10_005]


async def test_what_is_different_is_kept_up_to_a_bound_and_counted_beyond(store: Database, minute: list[int]) -> None:
    audit = Audit(store, 365)
    for number in range(DIFFERENT_AT_MOST + 300):
        audit.note(STRANGER._replace(address=f"2001:db8::{number:x}"), FAILED)
    await audit.store()
    found = await rows(store)
    assert len(found) == DIFFERENT_AT_MOST + 1
    assert sum(row.times for row in found) == DIFFERENT_AT_MOST + 300
    assert (found[0].name, found[0].times, found[0].address) == ("others", 300, "")


class AwayDatabase:
    """A database that is away."""

    async def write(self, *_: object) -> int:
        raise Unavailable("away")


async def test_memory_is_bounded_while_the_database_is_away(minute: list[int]) -> None:
    audit = Audit(AwayDatabase(), 365)  # type: ignore[arg-type]
    for _ in range(60):
        minute[0] += 1
        for number in range(DIFFERENT_AT_MOST + 1):
            audit.note(STRANGER._replace(address=str(number)), FAILED)
        with pytest.raises(Unavailable):
            await audit.store()
    assert len(audit._counts) == WAITING_AT_MOST
    assert audit._lost == 61 * (DIFFERENT_AT_MOST + 1) - WAITING_AT_MOST - (DIFFERENT_AT_MOST + 1)


async def test_what_waits_is_stored_when_the_database_is_back(
    minute: list[int], autojump_clock: MockClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    audit = Audit(AwayDatabase(), 365)  # type: ignore[arg-type]
    async with trio.open_nursery() as nursery:
        nursery.start_soon(audit.keep_storing)
        audit.note(STRANGER, FAILED)
        await trio.sleep(20)
        stored: list[int] = []

        async def write(steps: object, row: object, known: int | None, times: int) -> int:
            stored.append(times)
            return 7

        monkeypatch.setattr(AwayDatabase, "write", staticmethod(write))
        await trio.sleep(20)
        assert stored == [1]
        nursery.cancel_scope.cancel()


async def test_what_is_noted_is_stored_at_the_end(store: Database) -> None:
    audit = Audit(store, 365)
    audit.note(STRANGER, FAILED)
    await audit.store_rest()
    assert [row.times for row in await rows(store)] == [1]
    await audit.store_rest()
    assert len(await rows(store)) == 1


async def test_rows_older_than_the_setting_are_deleted(store: Database) -> None:
    now = unix_now()
    for age in (0, 1, 30, 31, 400):
        await store.write(entry, STRANGER, FAILED, now - age * DAY_MS - 5_000)
    assert await Audit(store, 31).prune() == 2
    assert len(await rows(store)) == 3
