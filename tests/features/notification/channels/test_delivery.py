"""What is sent, tried again and given up, without a network; time jumps."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import trio

from orchd.errors import Forbidden, OrchdError, Unavailable
from orchd.features.notification.channels.delivery import MAX_WAITING, PAUSES_SECONDS, Delivery
from orchd.features.notification.messages import Notification, NotificationChannel
from orchd.features.notification.preferences import NTFY, WEBHOOK, Recipient
from tests.features.notification.channels.test_web import notification


class World:
    """Addresses that fail so often before they take something."""

    def __init__(self, **failures: Sequence[OrchdError]) -> None:
        self.failures = {name: list(errors) for name, errors in failures.items()}
        self.posted: list[tuple[str, float]] = []
        self.failed: list[Sequence[NotificationChannel]] = []
        self.delivery = Delivery(self.post, self.find_recipients, self.note_failure)

    async def post(self, url: str, body: Mapping[str, Any]) -> None:
        name = body.get("topic", "hook")
        self.posted.append((name, trio.current_time()))
        if self.failures.get(name):
            raise self.failures[name].pop(0)

    async def find_recipients(self, told: Notification) -> Sequence[Recipient]:
        return [(WEBHOOK, "https://a.example"), (NTFY, "https://n.example/topic")]

    async def note_failure(self, told: Notification, failed: Sequence[NotificationChannel]) -> None:
        self.failed.append(failed)

    async def run(self, *told: Notification) -> None:
        with trio.move_on_after(1_000):
            self.delivery.send(told)
            await self.delivery.keep_sending()


AWAY = Unavailable("it answers with HTTP 500")


async def test_each_channel_is_told_once(autojump_clock: trio.abc.Clock) -> None:
    world = World()
    await world.run(notification())
    assert ([name for name, _ in world.posted], world.failed) == (["hook", "topic"], [])


async def test_what_failed_is_tried_again_and_then_noted(autojump_clock: trio.abc.Clock) -> None:
    world = World(hook=[AWAY], topic=[AWAY] * 9)
    await world.run(notification())
    assert [name for name, _ in world.posted] == ["hook", "hook", "topic", "topic", "topic"]
    times = [at for name, at in world.posted if name == "topic"]
    assert [later - at for at, later in pairwise(times)] == list(PAUSES_SECONDS)
    assert world.failed == [["ntfy"]]


async def test_what_is_not_allowed_is_not_tried_again(autojump_clock: trio.abc.Clock) -> None:
    world = World(hook=[Forbidden("only https is allowed")])
    await world.run(notification())
    assert ([name for name, _ in world.posted], world.failed) == (["hook", "topic"], [["webhook"]])


async def test_a_slow_address_holds_up_nobody_for_long(autojump_clock: trio.abc.Clock) -> None:
    world = World(hook=[AWAY] * 3)
    await world.run(*(notification() for _ in range(4)))
    first = min(at for name, at in world.posted if name == "topic")
    assert first - world.posted[0][1] < sum(PAUSES_SECONDS)


async def test_what_waits_is_bounded() -> None:
    world = World()
    world.delivery.send([notification()] * (MAX_WAITING + 10))
    assert world.delivery._get.statistics().current_buffer_used == MAX_WAITING
