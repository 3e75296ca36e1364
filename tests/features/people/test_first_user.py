"""That there is no user is known for a while; that there is one, for ever."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

import pytest
import structlog.testing
import trio
import trio.testing

from orchd.errors import Unavailable
from orchd.features.people.first_user import FRESH_SECONDS, LATE_SECONDS, FirstUser
from orchd.features.people.service import ASK_SECONDS, AWAY_SECONDS
from orchd.protocol.identity import LOCAL, NOBODY, UNDECIDED, Identity
from orchd.storage import Database, Health, Result, Steps
from tests.features.people.household import Counting, Household

Clock = trio.testing.MockClock
P = ParamSpec("P")
T = TypeVar("T")


class Line:
    """Since when the database answers, None: it doesn't."""

    since: float | None = float("-inf")


def make() -> tuple[FirstUser, Line]:
    line = Line()
    return FirstUser(lambda: line.since), line


async def test_it_is_not_known_before_the_database_was_asked() -> None:
    first, _ = make()
    assert (first.exists, first.is_surely_missing, first.is_missed) == (None, False, False)


async def test_that_there_is_none_holds_for_a_while(autojump_clock: Clock) -> None:
    first, _ = make()
    first.note(exists=False, asked_at=trio.current_time())
    assert (first.is_surely_missing, first.is_missed) == (True, True)
    await trio.sleep(FRESH_SECONDS + 0.1)
    assert (first.is_surely_missing, first.is_missed) == (False, True)
    await trio.sleep(LATE_SECONDS)
    assert (first.exists, first.is_surely_missing, first.is_missed) == (False, False, False)


async def test_what_was_asked_long_ago_is_not_fresh(autojump_clock: Clock) -> None:
    first, _ = make()
    began = trio.current_time()
    await trio.sleep(FRESH_SECONDS + 0.1)
    first.note(exists=False, asked_at=began)
    assert not first.is_surely_missing


async def test_it_is_not_known_while_the_database_does_not_answer_or_a_look_has_failed() -> None:
    first, line = make()
    first.note(exists=False, asked_at=trio.current_time())
    line.since = None
    assert not first.is_missed
    line.since = float("-inf")
    assert first.is_missed
    first.lose()
    assert (first.is_surely_missing, first.is_missed) == (False, False)
    first.note(exists=False, asked_at=trio.current_time())
    assert (first.is_surely_missing, first.is_missed) == (True, True)


async def test_what_was_asked_before_the_database_was_away_counts_no_more(autojump_clock: Clock) -> None:
    """Somebody else may have reached it meanwhile, and no look has failed where it was away between two."""
    first, line = make()
    came = trio.current_time()
    first.note(exists=False, asked_at=came)
    await trio.sleep(0.1)
    line.since = trio.current_time()
    assert (first.is_surely_missing, first.is_missed, first.was_missing_at(came)) == (False, False, False)
    first.note(exists=False, asked_at=trio.current_time())
    assert (first.is_surely_missing, first.is_missed) == (True, True)


async def test_once_there_is_one_there_always_is() -> None:
    first, line = make()
    first.note(exists=True, asked_at=trio.current_time())
    first.note(exists=False, asked_at=trio.current_time())
    first.lose()
    line.since = None
    assert (first.exists, first.is_surely_missing, first.is_missed) == (True, False, False)


async def test_who_comes_after_the_database_was_lost_is_not_the_local_owner(store: Database) -> None:
    counting = Counting(store)
    house = Household(counting)
    await house.watch.look()
    owner = house.connect(await house.people.by_nothing())
    counting.away = True
    with pytest.raises(Unavailable):
        await house.watch.look()
    assert await house.people.by_nothing() == UNDECIDED
    assert not house.people.owner_may_ask
    late = house.connect(UNDECIDED)
    assert (late.became, owner.became) == ([], [])
    await Household(store).add("maria", "admin")  # by another run, which has the database
    counting.away = False
    assert await house.people.by_nothing() == NOBODY, "it is asked again before anybody is let in"
    assert (late.became, late.ended) == ([NOBODY], False)
    assert (owner.became, owner.ended) == ([NOBODY], True)


async def test_the_local_owner_goes_on_once_it_is_known_again_that_there_is_no_user(store: Database) -> None:
    counting = Counting(store)
    house = Household(counting)
    await house.watch.look()
    owner = house.connect(LOCAL)
    counting.away = True
    with pytest.raises(Unavailable):
        await house.watch.look()
    late = house.connect(await house.people.by_nothing())
    counting.away = False
    await house.watch.look()
    assert (owner.became, owner.ended, house.people.owner_may_ask) == ([], False, True)
    assert (late.became, late.ended) == ([LOCAL], False)
    assert await house.people.by_nothing() == LOCAL


async def test_many_who_come_while_no_look_succeeds_ask_the_database_once(store: Database) -> None:
    counting = Counting(store)
    house = Household(counting)
    house.people.note_users(exist=False, asked_at=trio.current_time() - FRESH_SECONDS - 1)
    found: list[Identity] = []

    async def come() -> None:
        found.append(await house.people.by_nothing())

    async with trio.open_nursery() as nursery:
        for _ in range(20):
            nursery.start_soon(come)
    assert found == [LOCAL] * 20
    assert counting.reads == 1


async def test_the_log_says_when_the_first_user_appears_and_not_that_there_were_users(store: Database) -> None:
    line = "there is a user now: everybody has to say who they are"
    house = Household(store)
    await house.watch.look()
    await Household(store).add("maria", "admin")
    with structlog.testing.capture_logs() as lines:
        await house.watch.look()
        await house.watch.look()
        await Household(store).watch.look()
    assert [told["event"] for told in lines] == [line]


class Late(Database):
    """A database without users that answers late, and says of itself whether it is well."""

    def __init__(self, seconds: float, *, well: bool) -> None:
        self.seconds, self.well = seconds, well

    async def read(self, steps: Callable[P, Steps[T]], *args: P.args, **kwargs: P.kwargs) -> T:
        await trio.sleep(self.seconds)
        asked = steps(*args, **kwargs)
        next(asked)
        with pytest.raises(StopIteration) as answered:
            asked.send(Result([], 0, 0))
        found: T = answered.value.value
        return found

    async def write(self, steps: Callable[P, Steps[T]], *args: P.args, **kwargs: P.kwargs) -> T:
        raise AssertionError("nothing is written")

    def health(self) -> Health:
        return Health(self.well, "sqlite", None if self.well else "the database is away")

    async def wait_ready(self) -> None:
        await trio.lowlevel.checkpoint()


@pytest.mark.parametrize(
    ("seconds", "well", "who", "waited"),
    [(3.0, True, LOCAL, 3.0), (600.0, True, UNDECIDED, ASK_SECONDS), (3.0, False, UNDECIDED, AWAY_SECONDS)],
)
async def test_a_database_that_is_only_late_is_waited_for_longer_than_one_that_is_away(
    seconds: float, well: bool, who: Identity, waited: float, autojump_clock: Clock
) -> None:
    house = Household(Late(seconds, well=well))
    house.people.note_users(exist=False, asked_at=trio.current_time())
    await trio.sleep(FRESH_SECONDS + 1)
    began = trio.current_time()
    found: list[Identity] = []

    async def come() -> None:
        found.append(await house.people.by_nothing())

    async with trio.open_nursery() as nursery:
        for _ in range(3):
            nursery.start_soon(come)
    assert found == [who] * 3
    assert trio.current_time() - began == pytest.approx(waited)
