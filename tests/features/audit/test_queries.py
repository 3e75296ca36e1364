"""The table of the audit log, on both databases."""

import pytest

from orchd.errors import Conflict
from orchd.features.audit.entries import Actor, AuditAction
from orchd.features.audit.queries import (
    AuditFilter,
    count_entries,
    entry,
    find_entries,
    find_later,
    forget_some,
    with_names,
)
from orchd.protocol.types import MAX_INTEGER
from orchd.storage import Database, Statement, Steps

ANA, BEN = Actor(1, "ana", None, "10.0.0.1"), Actor(2, "ben", 7, "10.0.0.2")


async def ids(store: Database, wanted: AuditFilter, before: int = MAX_INTEGER, limit: int = 50) -> list[int]:
    return [row.id for row in await store.read(find_entries, wanted, before, limit)]


async def test_a_row_says_who_did_what_to_which_row(store: Database) -> None:
    changed = AuditAction("user:update", "user", 9, 9, {"role": "member", "password_hash": "x"}, {"role": "admin"})
    await store.write(entry, BEN, changed, 1_000)
    (row,) = await store.read(find_entries, AuditFilter(), MAX_INTEGER, 9)
    assert (row.user_id, row.name, row.token_id, row.address, row.at) == (2, "ben", 7, "10.0.0.2", 1_000)
    assert (row.action, row.target_kind, row.target_id, row.owner_id) == ("user:update", "user", "9", 9)
    assert (row.before, row.after) == ({"role": "member", "password_hash": "***"}, {"role": "admin"})
    assert (row.outcome, row.times) == ("done", 1)


async def test_what_is_rolled_back_leaves_no_row(store: Database) -> None:
    def steps() -> Steps[None]:
        yield from entry(ANA, AuditAction("user:update"), 1)
        raise Conflict("no")

    with pytest.raises(Conflict):
        await store.write(steps)
    assert not await ids(store, AuditFilter())


async def test_rows_are_found_by_who_what_when_and_whose(store: Database) -> None:
    one = await store.write(entry, ANA, AuditAction("login"), 10)
    two = await store.write(entry, BEN, AuditAction("user:update", owner_id=1), 20)
    three = await store.write(entry, BEN, AuditAction("login"), 30)
    assert await ids(store, AuditFilter()) == [three, two, one]
    assert await ids(store, AuditFilter(user_id=2)) == [three, two]
    assert await ids(store, AuditFilter(action="login")) == [three, one]
    assert await ids(store, AuditFilter(since=20)) == [three, two]
    assert await ids(store, AuditFilter(until=20)) == [one]
    assert await ids(store, AuditFilter(concerning=1)) == [two, one]
    assert await ids(store, AuditFilter(owner_id=1)) == [two]
    assert await ids(store, AuditFilter(outcome="refused")) == []
    assert await ids(store, AuditFilter(user_id=2, action="login", since=5, until=31, concerning=2)) == [three]


async def test_rows_are_found_by_the_thing(store: Database) -> None:
    made = [
        await store.write(entry, ANA, AuditAction("x", kind, target, outcome="refused"), 1)
        for kind, target in (("user", 7), ("team", 7), ("user", "seven"))
    ]
    assert await ids(store, AuditFilter(target_kind="user", target_id="7")) == made[:1]
    assert await ids(store, AuditFilter(target_kind="user")) == [made[2], made[0]]
    assert await store.read(count_entries, AuditFilter(outcome="refused")) == 3


async def test_names_of_users_and_teams_stand_beside_their_ids(store: Database) -> None:
    def people() -> Steps[None]:
        yield Statement(
            "INSERT INTO user (id, name, role, disabled, version, created_at, updated_at)"
            " VALUES (7, 'bob', 'member', 0, 1, 1, 1)"
        )
        yield Statement("INSERT INTO team (id, name, version, created_at, updated_at) VALUES (7, 'choir', 1, 1, 1)")

    await store.write(people)
    for kind, target in (("team", 7), ("user", "7"), ("user", "bob"), ("user", 8), ("task", 7), ("user", "9" * 30)):
        await store.write(entry, ANA, AuditAction("x", kind, target, owner_id=7), 1)
    rows = await store.read(with_names, await store.read(find_later, 0, 9))
    assert [named.target for named in rows] == ["choir", "bob", None, None, None, None]
    assert {named.owner for named in rows} == {"bob"}


async def test_pages_go_back_from_the_latest(store: Database) -> None:
    made = [await store.write(entry, ANA, AuditAction("login"), 5) for _ in range(7)]
    first = await ids(store, AuditFilter(), limit=3)
    assert first == made[:-4:-1]
    assert await ids(store, AuditFilter(), first[-1], 9) == made[3::-1]


async def test_old_rows_are_deleted_some_at_a_time(store: Database) -> None:
    for now in (1, 2, 3, 40):
        await store.write(entry, ANA, AuditAction("login"), now)
    assert [await store.write(forget_some, 10, 2) for _ in range(3)] == [2, 1, 0]
    assert [row.at for row in await store.read(find_entries, AuditFilter(), MAX_INTEGER, 9)] == [40]


async def test_all_rows_are_read_from_the_oldest_on(store: Database) -> None:
    made = [await store.write(entry, ANA, AuditAction("login"), 5) for _ in range(5)]
    assert [row.id for row in await store.read(find_later, 0, 3)] == made[:3]
    assert [row.id for row in await store.read(find_later, made[2], 3)] == made[3:]
    assert await store.read(find_later, made[4], 3) == []
