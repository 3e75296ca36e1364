"""Live lists: each change once, in order, to those who see it, and on from where they were; on both databases."""

import json
from collections.abc import Callable
from typing import Any, cast

import pytest
import trio

from orchd.clock import unix_now
from orchd.entity.wire.change_queries import changes_after, forget_changes
from orchd.entity.wire.feed import LONGEST_RECOVERY, ChangeFeed
from orchd.features.models.queries import ASSISTANT
from orchd.hub import Hub
from orchd.storage import Database, Statement, Steps
from tests.answering import body
from tests.entities import ENTITIES, draft, key_of
from tests.fix_workspace import ANN, BOB, HANG_SECONDS, Desk, Listener, open_desk


def named(changes: list[dict[str, Any]]) -> list[tuple[str, str | None]]:
    return [(told["change"], told["item"] and told["item"]["name"]) for told in changes]


async def create(desk: Desk, name: str, who: Any = ANN, **more: object) -> int:
    row_id = (await desk.done(who, "assistant:create", name=name, **more))["id"]
    assert isinstance(row_id, int)
    return row_id


async def test_all_that_becomes_of_a_row_is_told_in_order(entity_desk: Desk) -> None:
    desk = entity_desk
    begun = await desk.done(ANN, "assistant:subscribe")
    assert begun == {"number": 0, "recovered": True}
    row_id = await create(desk, "Ada")
    await desk.told(ANN, 1)
    await desk.done(ANN, "assistant:update", assistantId=row_id, name="Bea")
    await desk.told(ANN, 2)
    await desk.done(ANN, "assistant:delete", assistantId=row_id)
    await desk.told(ANN, 3)
    await desk.done(ANN, "assistant:restore", assistantId=row_id)
    told = await desk.told(ANN, 4)
    assert named(told) == [("created", "Ada"), ("updated", "Bea"), ("deleted", None), ("restored", "Bea")]
    assert [change["number"] for change in told] == [1, 2, 3, 4]
    assert {change["assistantId"] for change in told} == {row_id}
    await desk.done(ANN, "assistant:unsubscribe")
    await create(desk, "Cleo")
    await desk.done(BOB, "assistant:subscribe", since=4)
    await create(desk, "Dan", BOB)
    await desk.told(BOB, 1)
    assert (len(desk.changes(ANN)), named(desk.changes(BOB))) == (4, [("created", "Dan")])


async def test_one_goes_on_where_one_was(entity_desk: Desk) -> None:
    desk = entity_desk
    for name in ("a", "b", "c"):
        await create(desk, name)
    begun = await desk.done(ANN, "assistant:subscribe", since=1)
    assert begun == {"number": 1, "recovered": True}
    await create(desk, "d")
    told = await desk.told(ANN, 3)
    assert [(change["number"], change["item"]["name"]) for change in told] == [(2, "b"), (3, "c"), (4, "d")]
    for since in (99, 2**50):
        assert await desk.done(ANN, "assistant:subscribe", since=since) == {"number": 4, "recovered": False}


def many_changes(count: int) -> Steps[None]:
    yield Statement("UPDATE change_number SET number = ?", (count,))
    for number in range(1, count + 1):
        yield Statement(
            "INSERT INTO entity_change (number, kind, row_id, happening, user_id, created_at)"
            " VALUES (?, 'assistant', 1, 'updated', 1, ?)",
            (number, unix_now()),
        )


def forget(before: int) -> Steps[None]:
    yield Statement("DELETE FROM entity_change WHERE number < ?", (before,))


async def test_who_was_away_for_too_long_reads_the_list_again(store: Database) -> None:
    async with open_desk(store) as desk:
        last = LONGEST_RECOVERY + 5
        await store.write(many_changes, last)
        again = {"number": last, "recovered": False}
        assert await desk.done(ANN, "assistant:subscribe", since=4) == again
        assert await desk.done(ANN, "assistant:subscribe", since=5) == {"number": 5, "recovered": True}
        assert len(await desk.told(ANN, LONGEST_RECOVERY)) == LONGEST_RECOVERY
        await store.write(forget, last - 10)
        assert await desk.done(ANN, "assistant:subscribe", since=last - 12) == again
        assert (await desk.done(ANN, "assistant:subscribe", since=last - 11))["recovered"]


async def test_a_slow_connection_is_told_the_rest_when_it_has_drained(entity_desk: Desk) -> None:
    desk = entity_desk
    await desk.done(ANN, "assistant:subscribe")
    bob = BOB._replace(reads=(7,))
    device = desk.device(ANN)
    await create(desk, "a")
    await desk.told(ANN, 1)
    device.held = True
    for name in ("b", "c"):
        await create(desk, name)
    await desk.done(bob, "assistant:subscribe", since=0)
    assert len(await desk.told(bob, 0)) == 0
    assert len(desk.changes(ANN)) == 1
    device.drain()
    assert [change["item"]["name"] for change in await desk.told(ANN, 3)] == ["a", "b", "c"]


class MeddledReads:
    """A database behind which something happens while it reads."""

    def __init__(self, database: Database, meddle: Callable[[], None]) -> None:
        self._database = database
        self._meddle = meddle

    async def read(self, steps: Callable[..., Steps[Any]], *args: Any) -> Any:
        done = await self._database.read(steps, *args)
        self._meddle()
        return done


async def test_who_comes_while_changes_are_read_is_told_all_that_it_missed(
    entity_desk: Desk, store: Database, nursery: trio.Nursery
) -> None:
    for name in ("a", "b", "c"):
        await create(entity_desk, name)
    early, late = Listener(), Listener()
    coming = [late]

    def come() -> None:
        if coming:
            feed.follow("assistant", coming.pop(), ANN, 0)

    feed = ChangeFeed(cast("Database", MeddledReads(store, come)), Hub())
    feed.register(ASSISTANT)
    feed.follow("assistant", early, ANN, 2)
    nursery.start_soon(feed.keep_telling)
    with trio.fail_after(HANG_SECONDS):
        while len(late.frames) < 3:
            await late.told.wait()
    numbers = [[json.loads(body(frame))["data"]["number"] for frame in peer.frames] for peer in (early, late)]
    assert numbers == [[3], [1, 2, 3]]


async def test_who_was_not_told_before_it_was_forgotten_reads_the_list_again(store: Database) -> None:
    async with open_desk(store) as desk:
        await desk.done(ANN, "assistant:subscribe")
        device = desk.device(ANN)
        device.held = True
        for name in ("a", "b"):
            await create(desk, name)
        await store.write(forget_changes, unix_now() + 86_400_000, 10)
        await create(desk, "c")
        device.drain()
        told = [(change["change"], change["number"]) for change in await desk.told(ANN, 2)]
        assert told == [("reset", 2), ("created", 3)]


def backwards(count: int) -> Steps[None]:
    """Changes by a clock that was set forward, and back again."""
    yield from many_changes(count)
    later = "CASE WHEN number < ? THEN 1000 ELSE 0 END"
    yield Statement(f"UPDATE entity_change SET created_at = number + {later}", (count // 2,))


async def test_no_change_is_forgotten_between_two_that_are_kept(store: Database) -> None:
    await store.write(backwards, 20)
    assert await store.write(forget_changes, 16, 100) == 6
    assert [each.number for each in await store.read(changes_after, 0, 100, ["assistant"])] == [16, 17, 18, 19, 20]


async def test_members_are_told_and_those_who_lose_sight_are_told_that(entity_desk: Desk) -> None:
    desk = entity_desk
    project = (await desk.done(ANN, "project:create", name="house"))["project"]["id"]
    bob = BOB._replace(reads=(project,))
    await desk.done(bob, "assistant:subscribe")
    await create(desk, "private")
    shared = await create(desk, "shared", projectId=project)
    assert named(await desk.told(bob, 1)) == [("created", "shared")]
    await desk.done(ANN, "assistant:update", assistantId=shared, projectId=None)
    assert named(await desk.told(bob, 2))[1:] == [("deleted", None)]
    await desk.done(ANN, "assistant:update", assistantId=shared, name="secret")
    await desk.done(ANN, "assistant:update", assistantId=shared, projectId=project, name="open")
    assert named(await desk.told(bob, 3))[2:] == [("updated", "open")]
    assert not any(b"secret" in frame or b"private" in frame for frame in desk.device(bob).frames)
    desk.hub.renew(desk.device(bob), BOB)
    (reset,) = desk.changes(bob)[3:]
    assert (reset["change"], reset["assistantId"], reset["item"]) == ("reset", None, None)
    await desk.done(ANN, "assistant:update", assistantId=shared, name="unseen")
    await create(desk, "Bob's", BOB)
    assert named(await desk.told(bob, 5))[4:] == [("created", "Bob's")]


async def test_what_was_withdrawn_meanwhile_is_not_shown_in_an_older_change(entity_desk: Desk) -> None:
    desk = entity_desk
    project = (await desk.done(ANN, "project:create", name="house"))["project"]["id"]
    bob = BOB._replace(reads=(project,))
    row_id = await create(desk, "shared", projectId=project)
    await desk.done(ANN, "assistant:update", assistantId=row_id, projectId=None, name="secret")
    await desk.done(bob, "assistant:subscribe", since=0)
    assert named(await desk.told(bob, 2)) == [("deleted", None), ("deleted", None)]


async def test_another_daemons_changes_are_told(store: Database) -> None:
    async with open_desk(store) as here, open_desk(store) as there:
        await here.done(ANN, "assistant:subscribe")
        await create(there, "afar")
        assert named(await here.told(ANN, 1)) == [("created", "afar")]


@pytest.mark.parametrize("kind", sorted(ENTITIES))
async def test_each_entity_can_be_followed(entity_desk: Desk, kind: str) -> None:
    desk, own = entity_desk, dict[str, int]()
    entity = ENTITIES[kind]
    if entity.parent is not None:
        above = next(each for each in ENTITIES.values() if each.rows is entity.parent)
        own[key_of(above)] = (await desk.done(ANN, f"{above.kind}:create", **draft(above, own)))["id"]
    await desk.done(ANN, f"{kind}:subscribe")
    row = await desk.done(ANN, f"{kind}:create", **draft(entity, own))
    (told,) = await desk.told(ANN, 1)
    assert (told["change"], told["item"]) == ("created", row)
    desk.hub.forget(desk.device(ANN))
    await desk.done(ANN, f"{kind}:delete", **{key_of(entity): row["id"]})
    await desk.done(ANN, f"{kind}:subscribe")
    assert len(desk.changes(ANN)) == 1


async def test_a_change_that_is_not_committed_is_told_nobody(entity_desk: Desk) -> None:
    desk = entity_desk
    await desk.done(ANN, "assistant:subscribe")
    await create(desk, "Ada")
    await desk.refused(ANN, "assistant:create", name="Ada")
    await create(desk, "Bea")
    told = await desk.told(ANN, 2)
    assert [change["number"] for change in told] == [1, 2]
