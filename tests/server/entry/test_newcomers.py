"""So many connections of one address, and one more only when another has left."""

import pytest
import structlog.testing
import trio
import trio.testing

from orchd.access.addresses import read_address
from orchd.server.entry.newcomers import LOOPBACK_TIMES, QUIET_SECONDS, NewcomerPlace, Newcomers

Clock = trio.testing.MockClock


def fill(newcomers: Newcomers, address: str, count: int) -> list[NewcomerPlace | None]:
    return [newcomers.enter(read_address(address)) for _ in range(count)]


@pytest.mark.parametrize(
    ("address", "neighbour", "other"),
    [
        ("192.0.2.1", "192.0.2.1", "192.0.2.2"),
        ("2001:db8::1", "2001:db8::ffff:1", "2001:db8:0:1::1"),
        ("::ffff:192.0.2.1", "192.0.2.1", "::ffff:192.0.2.2"),
    ],
)
async def test_each_address_has_its_own(address: str, neighbour: str, other: str) -> None:
    newcomers = Newcomers(3)
    taken = fill(newcomers, address, 2) + fill(newcomers, neighbour, 1)
    assert None not in taken
    assert fill(newcomers, neighbour, 1) == fill(newcomers, address, 1) == [None]
    assert None not in fill(newcomers, other, 3)
    assert taken[0] is not None
    for _ in range(3):
        taken[0].leave()
    assert fill(newcomers, address, 2)[1] is None, "a place is left once"


async def test_more_come_from_this_machine_and_not_any_number() -> None:
    newcomers = Newcomers(2)
    for address in ("127.0.0.1", "::1"):
        assert None not in fill(newcomers, address, 2 * LOOPBACK_TIMES)
        assert fill(newcomers, address, 1) == [None]


async def test_any_number_where_there_is_no_bound_or_no_address() -> None:
    assert None not in fill(Newcomers(0), "192.0.2.1", 1_000)
    newcomers = Newcomers(1)
    assert None not in [newcomers.enter(None) for _ in range(100)]


async def test_nothing_is_kept_of_who_has_left() -> None:
    newcomers = Newcomers(5)
    for number in range(1, 200):
        place = newcomers.enter(read_address(f"192.0.2.{number}"))
        assert place is not None
        place.leave()
    assert not newcomers._there


async def test_the_log_says_so_now_and_then(autojump_clock: Clock) -> None:
    newcomers = Newcomers(1)
    with structlog.testing.capture_logs() as lines:
        fill(newcomers, "192.0.2.1", 50)
        assert [(line["address"], line["connections"]) for line in lines] == [("192.0.2.1/32", 1)]
        await trio.sleep(QUIET_SECONDS)
        fill(newcomers, "192.0.2.1", 50)
    assert len(lines) == 2
