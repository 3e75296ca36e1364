"""One task that beats for all, in virtual time."""

import math

import pytest
import trio
import trio.testing

from orchd.server.heartbeat import Heartbeat


class Member:
    """Notes when it was beaten."""

    def __init__(self) -> None:
        self.beats: list[float] = []

    def beat(self) -> None:
        """Note the time."""
        self.beats.append(trio.current_time())


class Quitter(Member):
    """Leaves at its first beat."""

    def __init__(self, heartbeat: Heartbeat) -> None:
        super().__init__()
        self.heartbeat = heartbeat

    def beat(self) -> None:
        """Leave."""
        super().beat()
        self.heartbeat.leave(self)


@pytest.fixture
async def heartbeat(nursery: trio.Nursery) -> Heartbeat:
    heart = Heartbeat(10)
    nursery.start_soon(heart.run)
    return heart


async def test_each_member_is_beaten_in_its_own_time(
    heartbeat: Heartbeat, autojump_clock: trio.testing.MockClock
) -> None:
    first, second = Member(), Member()
    start = trio.current_time()
    heartbeat.join(first)
    await trio.sleep(3)
    heartbeat.join(second)
    await trio.sleep(31)
    assert first.beats == pytest.approx([start + 10, start + 20, start + 30])
    assert second.beats == pytest.approx([start + 13, start + 23, start + 33])


async def test_who_has_left_is_not_beaten(heartbeat: Heartbeat, autojump_clock: trio.testing.MockClock) -> None:
    gone, stays = Member(), Member()
    heartbeat.join(gone)
    heartbeat.join(stays)
    await trio.sleep(15)
    heartbeat.leave(gone)
    heartbeat.leave(gone)
    await trio.sleep(20)
    assert (len(gone.beats), len(stays.beats)) == (1, 3)


async def test_leaving_within_a_beat(heartbeat: Heartbeat, autojump_clock: trio.testing.MockClock) -> None:
    quitter, stays = Quitter(heartbeat), Member()
    heartbeat.join(quitter)
    heartbeat.join(stays)
    await trio.sleep(35)
    assert (len(quitter.beats), len(stays.beats)) == (1, 3)


async def test_it_sleeps_while_there_is_nobody(heartbeat: Heartbeat, autojump_clock: trio.testing.MockClock) -> None:
    await trio.sleep(1000)
    late = Member()
    start = trio.current_time()
    heartbeat.join(late)
    await trio.sleep(10.5)
    assert late.beats == pytest.approx([start + 10])
    heartbeat.leave(late)
    await trio.sleep(1000)
    heartbeat.join(late)
    await trio.sleep(10.5)
    assert len(late.beats) == 2


async def test_thousands_of_members(heartbeat: Heartbeat, autojump_clock: trio.testing.MockClock) -> None:
    members = [Member() for _ in range(5000)]
    start = trio.current_time()
    for position, member in enumerate(members):
        heartbeat.join(member)
        if position % 500 == 499:
            await trio.sleep(1)
    await trio.sleep(start + 25.5 - trio.current_time())
    assert {len(member.beats) for member in members} == {2, 1}
    for member in members[::2]:
        heartbeat.leave(member)
    await trio.sleep(20)
    assert {len(member.beats) for member in members[1::2]} == {4, 3}
    assert {len(member.beats) for member in members[::2]} == {2, 1}


async def test_a_daemon_that_was_held_up_does_not_beat_twice_in_a_row(
    mock_clock: trio.testing.MockClock, nursery: trio.Nursery
) -> None:
    heart = Heartbeat(10)
    nursery.start_soon(heart.run)
    member, younger = Member(), Member()
    heart.join(member)
    await trio.testing.wait_all_tasks_blocked()
    mock_clock.jump(18)  # nothing ran meanwhile
    heart.join(younger)
    await trio.testing.wait_all_tasks_blocked()
    assert len(member.beats) == 1
    mock_clock.jump(9)
    await trio.testing.wait_all_tasks_blocked()
    assert (len(member.beats), len(younger.beats)) == (1, 0)
    mock_clock.jump(1)
    await trio.testing.wait_all_tasks_blocked()
    assert (len(member.beats), len(younger.beats)) == (2, 1)


async def test_long_intervals_end_at_whole_seconds(
    nursery: trio.Nursery, autojump_clock: trio.testing.MockClock
) -> None:
    """When other things are looked at as well: an idle processor is woken once."""
    heart = Heartbeat(30)
    nursery.start_soon(heart.run)
    await trio.sleep(0.3)
    member = Member()
    heart.join(member)
    await trio.sleep(100)
    start = math.floor(member.beats[0])
    assert member.beats == pytest.approx([start, start + 30, start + 60])
