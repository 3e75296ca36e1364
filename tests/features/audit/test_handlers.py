"""The frames of the audit log."""

from typing import Any

import pytest
from msgspec import UNSET

from orchd.clock import unix_now
from orchd.entity.wire import ChangeFeed
from orchd.errors import Invalid
from orchd.features.audit.entries import Actor, AuditAction
from orchd.features.audit.handlers import AuditHandlers
from orchd.features.audit.messages import AuditList, AuditMine
from orchd.features.audit.queries import entry
from orchd.features.audit.service import Audit
from orchd.hub import Hub
from orchd.protocol.identity import Identity
from orchd.storage import Database
from tests.fix_workspace import BOB, EVE, Desk

ANA, BEN = Actor(1, "ana"), Actor(2, "ben")


class Asking:
    """A request of a user."""

    def __init__(self, user_id: int) -> None:
        self.identity = Identity(user_id, "x", "member")


def asking(user_id: int) -> Any:
    return Asking(user_id)


async def test_one_sees_what_one_did_and_what_was_done_to_what_is_ones_own(store: Database) -> None:
    handlers = AuditHandlers(store, ChangeFeed(store, Hub()))
    for actor, owner in ((ANA, None), (BEN, 1), (BEN, None), (BEN, 3)):
        await store.write(entry, actor, AuditAction("access:break", owner_id=owner), 1)
    mine = await handlers.mine(asking(1), AuditMine())
    assert [(item.user_id, item.owner_id) for item in mine.items] == [(2, 1), (1, None)]
    assert len((await handlers.mine(asking(4), AuditMine())).items) == 0


async def test_pages_follow_each_other_to_the_end(store: Database) -> None:
    handlers = AuditHandlers(store, ChangeFeed(store, Hub()))
    for _ in range(5):
        await store.write(entry, ANA, AuditAction("login"), 1_700_000_000_000)
    seen, cursor = [], None
    while True:
        page = await handlers.list(asking(0), AuditList(limit=2, cursor=cursor))
        seen += [item.id for item in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert seen == sorted(seen, reverse=True)
    assert len(seen) == 5
    assert page.items[0].at == "2023-11-14T22:13:20.000Z"


async def test_how_many_rows_fit_is_told_on_request(store: Database) -> None:
    handlers = AuditHandlers(store, ChangeFeed(store, Hub()))
    for _ in range(3):
        await store.write(entry, ANA, AuditAction("login", "user", 7), 1)
    page = await handlers.list(asking(0), AuditList(limit=1, target_kind="user", total=True))
    assert (len(page.items), page.total) == (1, 3)
    assert (await handlers.list(asking(0), AuditList())).total is UNSET


async def test_times_are_moments(store: Database) -> None:
    handlers = AuditHandlers(store, ChangeFeed(store, Hub()))
    await store.write(entry, ANA, AuditAction("login"), 1_700_000_000_000)
    assert (await handlers.list(asking(0), AuditList(since="2023-11-14T22:13:20Z"))).items
    assert not (await handlers.list(asking(0), AuditList(until="2023-11-14T22:13:20Z"))).items
    with pytest.raises(Invalid) as error:
        await handlers.list(asking(0), AuditList(since="2023-02-30T00:00:00Z"))
    assert error.value.path == "$.data.since"


async def test_admins_follow_the_log_as_it_is_written(entity_desk: Desk, store: Database) -> None:
    for who in (EVE, BOB):
        await entity_desk.done(who, "audit:subscribe", action="login")
    audit = Audit(store, 1)
    for action in ("logout", "login"):
        await store.write(entry, ANA, AuditAction(action, "user", 7), unix_now())
    for _ in range(2):
        audit.note(BEN, AuditAction("login", "user", outcome="refused"))
        audit.note(BEN, AuditAction("login", "user", outcome="refused"))
        await audit.store()
    told = await entity_desk.told(EVE, 3)
    assert [(each["change"], each["item"]["name"], each["item"]["times"]) for each in told] == [
        ("created", "ana", 1),
        ("created", "ben", told[1]["item"]["times"]),  # as it was when it was read
        ("updated", "ben", 4),
    ]
    assert {each["auditId"] for each in told} == {each["item"]["id"] for each in told}
    assert entity_desk.changes(BOB) == [], "who is no admin, by whatever way"
    await entity_desk.done(EVE, "audit:unsubscribe")
    assert (await entity_desk.done(EVE, "audit:subscribe", since=told[-1]["number"]))["recovered"]
