"""The accounts: never more than the limit and what is under way, whoever asks, on however many daemons."""

from pathlib import Path

import pytest
import trio
from hypothesis import given, settings
from hypothesis import strategies as st
from trio.testing import MockClock

from orchd.errors import RateLimited, Unavailable
from orchd.features.people import USERS, UserDraft
from orchd.features.usage.generation_rate import GenerationRate
from orchd.features.usage.periods import DAY_MS, span_of
from orchd.features.usage.queries import by_days, find_use
from orchd.features.usage.quota_queries import QuotaDraft, set_quota
from orchd.features.usage.service import UsageAccounts
from orchd.llm import Requester, TokenTally
from orchd.llm.accounting import Charge
from orchd.llm.types import Usage
from orchd.storage import Database, open_database
from tests.migrated import place_database

START = 1_795_996_800_000
NO_RATE = GenerationRate(0)


class Clock:
    """The present, which a test sets."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> int:
        return self.now


def took(tokens: int) -> TokenTally:
    tally = TokenTally()
    tally.on_call()
    tally.on_answer(Usage(tokens, 0, tokens), 0, 0)
    return tally


async def member(store: Database, requests: int | None, tokens: int | None) -> int:
    row = await store.write(USERS.add, UserDraft("ana", "member"), START)
    await store.write(set_quota, QuotaDraft("user", str(row.id), "day", requests, tokens), START)
    return row.id


async def use(store: Database, user_id: int, now: int = START) -> tuple[int, int]:
    return await store.read(find_use, "user", user_id, "day", span_of("day", now))


async def test_requests_end_with_the_quota_and_begin_again_with_the_next_period(store: Database) -> None:
    user, clock = await member(store, 2, None), Clock()
    accounts = UsageAccounts(store, NO_RATE, clock)
    for _ in range(2):
        (await accounts.begin(Requester(user=user))).end()
        await accounts.store()
    # What was sent to no server was given back, so it is only used up by what was.
    for _ in range(2):
        charge = await accounts.begin(Requester(user=user))
        charge.note("tiny", took(5))
        charge.end()
    with pytest.raises(RateLimited) as error:
        await accounts.begin(Requester(user=user))
    assert error.value.retry_after_ms == DAY_MS
    held = accounts.hold(user, None)
    assert held is not None
    assert held[0] == error.value.message
    with pytest.raises(RateLimited):
        await accounts.check(Requester(user=user))
    clock.now += DAY_MS
    assert accounts.hold(user, None) is None
    await accounts.begin(Requester(user=user))
    await accounts.store()
    assert await store.read(by_days, user, 0, None, 9) == [(START // DAY_MS, "tiny", 2, 10, 0)]


async def test_who_has_no_quota_and_who_is_no_user_is_let_through(store: Database) -> None:
    user = await member(store, 0, None)
    accounts = UsageAccounts(store, NO_RATE, Clock())
    for requester in (Requester(user=user + 1), Requester(), Requester(user=-1)):
        charge = await accounts.begin(requester)
        charge.note("tiny", took(3))
        charge.end()
    await accounts.store()
    assert [row.requests for row in await store.read(by_days, 0, 0, None, 9)] == [1]
    assert await store.read(by_days, -1, 0, None, 9) == [], "the daemon pays nobody"
    with pytest.raises(RateLimited):
        await accounts.begin(Requester(user=user))


async def test_a_change_of_quotas_releases_who_was_refused(store: Database) -> None:
    user, told = await member(store, 0, None), list[int]()
    accounts, other = (UsageAccounts(store, NO_RATE, Clock()) for _ in range(2))
    accounts.tell_relief(lambda: told.append(1))
    with pytest.raises(RateLimited):
        await accounts.begin(Requester(user=user))
    await store.write(set_quota, QuotaDraft("user", str(user), "day", 5, None), START)
    with pytest.raises(RateLimited):
        await accounts.begin(Requester(user=user))
    accounts.forget()
    assert told == [1]
    await accounts.begin(Requester(user=user))
    await other.begin(Requester(user=user))


async def test_another_daemons_change_is_seen_within_moments(store: Database) -> None:
    user = await member(store, 0, None)
    accounts = UsageAccounts(store, NO_RATE, Clock())
    with pytest.raises(RateLimited):
        await accounts.begin(Requester(user=user))
    relieved = trio.Event()
    accounts.tell_relief(relieved.set)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(accounts.keep_releasing)
        await store.write(set_quota, QuotaDraft("user", str(user), "day", 5, None), START)
        with trio.fail_after(60):
            await relieved.wait()
        nursery.cancel_scope.cancel()
    assert accounts.hold(user, None) is None


async def test_a_rate_is_held_besides_and_gives_back_what_was_set_aside(
    store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = await member(store, 9, None)
    accounts = UsageAccounts(store, GenerationRate(1), Clock())
    await accounts.begin(Requester(user=user))
    with pytest.raises(RateLimited) as error:
        await accounts.begin(Requester(user=user))
    assert "usage.generationsPerMinute" in error.value.message
    await accounts.store()
    assert (await use(store, user))[0] == 1


class AwayDatabase:
    """A database that is away."""

    async def read(self, *_: object) -> object:
        raise Unavailable("away")

    write_relaxed = read


async def test_while_the_database_is_away_nobody_with_a_possible_quota_is_let_through() -> None:
    accounts = UsageAccounts(AwayDatabase(), NO_RATE, Clock())  # type: ignore[arg-type]
    with pytest.raises(Unavailable):
        await accounts.begin(Requester(user=5))
    charge = await accounts.begin(Requester())
    charge.note("tiny", took(1))
    charge.end()
    with pytest.raises(Unavailable):
        await accounts.store()
    assert len(accounts._pending) == 1, "it is kept"


async def test_what_was_asked_is_stored_at_the_end(store: Database) -> None:
    accounts = UsageAccounts(store, NO_RATE, Clock())
    charge = await accounts.begin(Requester())
    charge.note("tiny", took(1))
    charge.end()
    await accounts.store_rest()
    assert await store.read(by_days, 0, 0, None, 9)


async def test_it_is_stored_again_when_the_database_is_back(autojump_clock: MockClock) -> None:
    tries: list[int] = []

    class FlakyDatabase:
        async def write_relaxed(self, steps: object, taken: list[object]) -> None:
            tries.append(len(taken))
            if len(tries) < 3:
                raise Unavailable("away")
            nursery.cancel_scope.cancel()

    accounts = UsageAccounts(FlakyDatabase(), NO_RATE, Clock())  # type: ignore[arg-type]
    async with trio.open_nursery() as nursery:
        nursery.start_soon(accounts.keep_storing)
        charge = await accounts.begin(Requester())
        charge.note("tiny", took(1))
        charge.end()
    assert tries == [1, 1, 1]


async def test_two_daemons_let_no_more_through_than_one(store: Database) -> None:
    user, through = await member(store, 30, None), list[Charge]()
    daemons = [UsageAccounts(store, NO_RATE, Clock()) for _ in range(2)]

    async def ask(accounts: UsageAccounts) -> None:
        try:
            through.append(await accounts.begin(Requester(user=user)))
        except RateLimited:
            return

    for _ in range(10):
        async with trio.open_nursery() as nursery:
            for accounts in daemons * 3:
                nursery.start_soon(ask, accounts)
    assert len(through) == 30
    assert (await use(store, user))[0] == 30


STEPS = st.lists(
    st.tuples(st.integers(0, 1), st.sampled_from(["begin", "end", "store"]), st.integers(1, 40)), max_size=60
)


@pytest.mark.parametrize("unit", ["requests", "tokens"])
def test_never_more_than_the_limit_and_one_answer_for_each_under_way(unit: str, tmp_path_factory: object) -> None:
    @settings(max_examples=25, deadline=None)
    @given(STEPS, st.integers(0, 12))
    def try_it(steps: list[tuple[int, str, int]], limit: int) -> None:
        trio.run(keep_to, tmp_path_factory.mktemp("quota"), unit, steps, limit)  # type: ignore[attr-defined]

    try_it()


async def keep_to(folder: Path, unit: str, steps: list[tuple[int, str, int]], limit: int) -> None:
    """Do steps on two daemons. A quota of requests is never passed; one of tokens by what was under way at most."""
    async with open_database(place_database(folder / "q.db"), pool_size=1, timeout=10) as store:
        await store.wait_ready()
        user = await member(store, *((limit, None) if unit == "requests" else (None, limit)))
        daemons = [UsageAccounts(store, NO_RATE, Clock()) for _ in range(2)]
        running: list[Charge] = []
        sent = spent = stored = 0
        for which, step, tokens in steps:
            if step == "store":
                for daemon in daemons:
                    await daemon.store()
                stored = spent
            elif step == "end" and running:
                charge = running.pop()
                charge.note("tiny", took(tokens))
                charge.end()
                spent += tokens
            elif step == "begin":
                try:
                    running.append(await daemons[which].begin(Requester(user=user)))
                except RateLimited:
                    assert sent >= limit if unit == "requests" else stored >= limit
                else:
                    assert sent < limit if unit == "requests" else stored < limit
                    sent += 1
