"""What is sent, tried again and given up, without a network; time jumps."""

from collections.abc import Sequence
from itertools import pairwise

import pytest
import trio
from msgspec.structs import replace

from orchd.errors import Forbidden, OrchdError, RateLimited, Unavailable
from orchd.features.notification.channels.delivery import (
    AT_ONCE,
    MAX_WAITING,
    MAX_WAITING_OF_ONE,
    PAUSES_SECONDS,
    Delivery,
)
from orchd.features.notification.messages import Notification, NotificationChannel
from orchd.features.notification.preferences import Recipient
from tests.features.notification.channels.test_web import notification


class World:
    """Addresses that fail so often before they take something."""

    def __init__(self, **failures: Sequence[OrchdError]) -> None:
        self.failures = {name: list(errors) for name, errors in failures.items()}
        self.posted: list[tuple[str, float]] = []
        self.failed: list[Sequence[NotificationChannel]] = []
        self.begun: list[tuple[int, float]] = []
        self.recipients = [Recipient("webhook", "hook"), Recipient("ntfy", "topic")]
        self.delivery = Delivery({"webhook": self.post, "ntfy": self.post}, self.find_recipients, self.note_failure)

    async def post(self, told: Notification, name: str) -> None:
        self.posted.append((name, trio.current_time()))
        if self.failures.get(name):
            raise self.failures[name].pop(0)

    async def find_recipients(self, told: Notification) -> Sequence[Recipient]:
        self.begun.append((told.user_id, trio.current_time()))
        return self.recipients

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


@pytest.mark.parametrize("error", [Forbidden("only https is allowed"), RateLimited("too many")])
async def test_what_is_not_allowed_is_not_tried_again(autojump_clock: trio.abc.Clock, error: OrchdError) -> None:
    world = World(hook=[error])
    await world.run(notification())
    assert ([name for name, _ in world.posted], world.failed) == (["hook", "topic"], [["webhook"]])


async def test_a_way_that_no_operator_has_set_up_has_failed(autojump_clock: trio.abc.Clock) -> None:
    world = World()
    world.recipients.append(Recipient("email", "ann@example.org"))
    await world.run(notification())
    assert ([name for name, _ in world.posted], world.failed) == (["hook", "topic"], [["email"]])


async def test_a_slow_address_holds_up_nobody_for_long(autojump_clock: trio.abc.Clock) -> None:
    world = World(hook=[AWAY] * 3)
    await world.run(*(notification() for _ in range(4)))
    first = min(at for name, at in world.posted if name == "topic")
    assert first - world.posted[0][1] < sum(PAUSES_SECONDS)


async def test_what_waits_is_bounded() -> None:
    world = World()
    world.delivery.send([notification()] * (MAX_WAITING_OF_ONE + 10))
    world.delivery.send([replace(notification(), user_id=user) for user in range(2, MAX_WAITING + 10)])
    assert sum(map(len, world.delivery._waiting.values())) == MAX_WAITING
    assert len(world.delivery._waiting[1]) == MAX_WAITING_OF_ONE


async def test_an_address_that_hangs_holds_up_no_other_user(autojump_clock: trio.abc.Clock) -> None:
    world = World(hook=[AWAY] * 1_000)
    await world.run(*(notification() for _ in range(3 * AT_ONCE)), replace(notification(), user_id=2))
    times = [at for user, at in world.begun if user == 2]
    assert times == [world.begun[0][1]]
    assert len(world.begun) == 3 * AT_ONCE + 1
    assert (world.delivery._waiting, world.delivery._turns) == ({}, {})


async def test_what_nobody_foresaw_concerns_one_notification(autojump_clock: trio.abc.Clock) -> None:
    world = World(hook=[UnicodeError("ü")])  # type: ignore[list-item]  # what no way out should raise
    await world.run(notification(), notification())
    assert [name for name, _ in world.posted].count("topic") == 1
