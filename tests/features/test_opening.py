"""The features together: what their start and their end come to."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import trio

from orchd.errors import ShuttingDown
from orchd.features.chat.messages import ChatSend
from orchd.features.feature import Services
from orchd.features.opening import Features, Sections, open_features, switched_off
from orchd.features.presence.ownership import Ownership
from orchd.features.presence.queries import find
from orchd.hub import Hub
from orchd.settings.entry.outside import OutsideSettings
from orchd.settings.notification import NotificationSettings
from orchd.settings.people import PeopleSettings
from orchd.storage import Database
from tests.features.chat.room import Device, Request
from tests.fix_chat import FakePeer, ScriptedBackends, silent
from tests.fix_sealing import make_vault


@asynccontextmanager
async def opened(database: Database) -> AsyncIterator[Features]:
    services = Services(database, Hub(), ScriptedBackends(silent), "me")
    async with open_features(services, Sections(), lambda: 0, make_vault(database)) as features:
        for start in features.starts:
            await start()
        yield features


async def test_a_run_is_seen_to_live_from_its_start_to_its_end(store: Database) -> None:
    async with opened(store):
        assert [row.epoch for row in await store.read(find, ["me"])] == ["me"]
    assert not await store.read(find, ["me"])


async def test_nothing_runs_and_nobody_is_told_at_first(store: Database) -> None:
    async with opened(store) as features:
        assert features.running() == {"answers": 0, "tasks": 0, "relays": 0, "calls": 0}
        assert not features.is_told(FakePeer())


async def test_after_the_drain_no_answer_begins(store: Database) -> None:
    async with opened(store) as features:
        with trio.fail_after(30):
            for work in features.works.values():
                await work.drain(trio.Event())
        device = Device()
        await Request(device).serve(features.serves["chat:send"], ChatSend("hello", model="m"))
        assert device.read[-1]["data"]["code"] == ShuttingDown.code


async def test_a_run_is_seen_to_live_before_it_takes_anything_over(
    store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[list[str]] = []

    async def take_over(_: object) -> None:
        seen.append([row.epoch for row in await store.read(find, ["me"])])

    monkeypatch.setattr(Ownership, "take_over", take_over)
    async with opened(store):
        assert seen == [["me"], ["me"]], "answers and tasks are taken over, and both after that"


@pytest.mark.parametrize("who", ["answers", "tasks"])
async def test_whoever_is_told_of_any_work_is_kept(store: Database, who: str) -> None:
    async with opened(store) as features:
        works = {**features.works, who: features.works[who]._replace(told=lambda peer: True)}
        assert features._replace(works=works).is_told(FakePeer())


MAIL = NotificationSettings(smtp_host="mail.example", smtp_from="orchd@mail.example")


@pytest.mark.parametrize(
    ("people", "notification", "expected"),
    [
        (PeopleSettings(), NotificationSettings(), ("break_glass_off", "no_mail", "no_web_notifications")),
        (PeopleSettings(break_glass=True), NotificationSettings(), ("no_mail", "no_web_notifications")),
        (PeopleSettings(), MAIL, ("break_glass_off", "no_web_notifications")),
        (PeopleSettings(break_glass=True), NotificationSettings(web=True), ("no_mail",)),
    ],
)
def test_what_is_not_set_up_is_known_before_it_is_asked_for(
    people: PeopleSettings, notification: NotificationSettings, expected: tuple[str, ...]
) -> None:
    assert switched_off(people, notification, OutsideSettings()) == expected
    off = switched_off(people, notification, OutsideSettings(pictures=False))
    assert off == tuple(sorted((*expected, "pictures_off")))
