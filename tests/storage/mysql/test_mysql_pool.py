import pytest
import trio
import trio.testing

from orchd.storage.mysql.mysql_connection import MysqlConnection
from orchd.storage.mysql.mysql_pool import Pool
from orchd.storage.readiness import Away


class Plain(MysqlConnection):
    """A connection to nowhere that knows whether it was closed."""

    def __init__(self) -> None:
        self.closed = 0

    def close(self) -> None:
        self.closed += 1

    async def aclose(self) -> None:
        await trio.lowlevel.checkpoint()
        self.closed += 1


@pytest.fixture
def made() -> list[Plain]:
    return []


@pytest.fixture
def pool(made: list[Plain]) -> Pool:
    async def make() -> Plain:
        await trio.lowlevel.checkpoint()
        made.append(Plain())
        return made[-1]

    return Pool(make, 2)


async def test_the_last_one_back_is_the_first_one_out(pool: Pool) -> None:
    first, used = await pool.connection()
    assert not used
    second, _ = await pool.connection()
    pool.keep(first)
    pool.keep(second)
    assert await pool.connection() == (second, True)


async def test_places_are_bounded(pool: Pool, autojump_clock: trio.testing.MockClock) -> None:
    await pool.take_place()
    await pool.take_place()
    with trio.move_on_after(5) as scope:
        await pool.take_place()
    assert scope.cancelled_caught
    pool.leave_place()
    await pool.take_place()


async def test_dropping_closes_the_idle_ones(pool: Pool, made: list[Plain]) -> None:
    for connection in [(await pool.connection())[0] for _ in range(2)]:
        pool.keep(connection)
    pool.drop_idle()
    assert [connection.closed for connection in made] == [1, 1]
    assert (await pool.connection())[1] is False


async def test_a_connection_that_cannot_be_opened() -> None:
    async def fail() -> MysqlConnection:
        raise Away("gone")

    with pytest.raises(Away):
        await Pool(fail, 1).connection()


async def test_closing_waits_for_those_in_use_within_a_bound(
    pool: Pool, made: list[Plain], autojump_clock: trio.testing.MockClock
) -> None:
    await pool.take_place()
    held, _ = await pool.connection()
    idle, _ = await pool.connection()
    pool.keep(idle)
    await pool.aclose(3)
    assert trio.current_time() == pytest.approx(3, abs=0.1)
    assert [connection.closed for connection in made] == [0, 1]
    pool.keep(held)  # comes back late
    assert [connection.closed for connection in made] == [1, 1]
