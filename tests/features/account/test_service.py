"""What is asked of a server that belongs to an account: refused, counted, told; on both databases."""

from collections.abc import Awaitable, Callable
from typing import Any, cast

import pytest
import trio

from orchd.errors import RateLimited, Unavailable
from orchd.features.account import AccountBook, queries
from orchd.features.account.months import end_of_month
from orchd.llm import Backends, BackendSpec, Bill, Requester, TokenTally, Usage
from orchd.protocol.identity import LOCAL
from orchd.protocol.types import unix_milliseconds
from orchd.storage import Database
from tests.fix_workspace import ANN, Desk, Json, open_desk

NOVEMBER = unix_milliseconds("2026-11-30T23:59:00.000Z")
DECEMBER = unix_milliseconds("2026-12-01T00:00:30.000Z")
PRICES = [
    {"model": "big", "promptPerMillion": 2_500_000, "completionPerMillion": 10_000_000},
    {"promptPerMillion": 100_000, "completionPerMillion": 100_000},
]


class Clock:
    def __init__(self) -> None:
        self.now = NOVEMBER

    def __call__(self) -> int:
        return self.now


def tally(prompt: int, completion: int) -> TokenTally:
    counted = TokenTally()
    counted.on_call()
    counted.on_answer(Usage(prompt, completion, prompt + completion), 1, 1)
    return counted


ROOM = 150


def book_of(store: Database, reference: int | str, now: Callable[[], int]) -> AccountBook:
    spec = BackendSpec("http://127.0.0.1:9", name="far", account=reference)
    return AccountBook(store, Backends([spec]), 400, now, ROOM)


async def account(desk: Desk, **more: Any) -> Json:
    return await desk.done(LOCAL, "account:create", name="work", service="far", prices=PRICES, **more)


async def found(desk: Desk, row: Json) -> Json:
    return await desk.done(LOCAL, "account:get", accountId=row["id"])


async def test_a_limit_refuses_once_it_is_spent_and_until_the_month_ends(store: Database) -> None:
    clock = Clock()
    async with open_desk(store) as desk:
        row = await account(desk, creditLimit=35_000)
        book = book_of(store, row["id"], clock)
        bill = Bill("far", row["id"], Requester(user=7, task=12))
        await book.admit("far", row["id"])
        book.note(bill, "big", tally(2_000, 1_000))  # 5 000 + 10 000
        await book.admit("far", row["id"])
        book.note(bill, "big", tally(4_000, 1_000))  # what is not stored yet counts as well
        with pytest.raises(RateLimited) as caught:
            await book.admit("far", row["id"])
        assert caught.value.reason == "account"
        assert caught.value.retry_after_ms == end_of_month(NOVEMBER) - NOVEMBER
        await book.store()
        with pytest.raises(RateLimited):
            await book_of(store, row["id"], clock).admit("far", row["id"])
        assert ((await found(desk, row))["usageThisMonth"], (await found(desk, row))["usageMonth"]) == (
            35_000,
            "2026-11",
        )
        assert (await found(desk, row))["version"] == row["version"]
        clock.now = DECEMBER
        await book.admit("far", row["id"])
        await book.look()
        assert (await found(desk, row))["usageThisMonth"] == 0
        await desk.done(LOCAL, "account:update", accountId=row["id"], creditLimit=0)
        await book.look()
        with pytest.raises(RateLimited):
            await book.admit("far", row["id"])


class CountedReads:
    """A database that counts how often a sum is read."""

    def __init__(self, store: Database) -> None:
        self._store = store
        self.sums = 0
        self.meanwhile: Callable[[], Awaitable[None]] | None = None
        """What happens once, after a sum was read and before whoever reads it has it."""

    async def read(self, steps: Callable[..., Any], *args: Any) -> Any:
        found = await self._store.read(steps, *args)
        if steps is queries.find_spent:
            self.sums += 1
            if self.meanwhile is not None:
                meanwhile, self.meanwhile = self.meanwhile, None
                await meanwhile()
        return found

    async def write_relaxed(self, steps: Callable[..., Any], *args: Any) -> Any:
        return await self._store.write_relaxed(steps, *args)


async def test_what_was_spent_is_read_once_a_question(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("orchd.features.account.service.GATHER_SECONDS", 1e9)
    async with open_desk(store) as desk:
        row = await account(desk, creditLimit=35_000)
        counted = CountedReads(store)
        book = book_of(cast("Database", counted), row["id"], Clock())
        assert book.limits(row["id"]), "it isn't known yet"
        for _ in range(3):
            await book.admit("far", row["id"])
        assert counted.sums == 1
        book.note(Bill("far", row["id"], Requester()), "big", tally(2_000, 1_000))
        await book.store()
        await book.admit("far", row["id"])
        assert counted.sums == 2, "what is stored by now counts"
        book.note(Bill("far", row["id"], Requester()), "big", tally(4_000, 1_000))
        with pytest.raises(RateLimited):
            await book.admit("far", row["id"])
        assert book.limits(row["id"])
        await desk.done(LOCAL, "account:update", accountId=row["id"], creditLimit=None)
        await book.look()
        assert not book.limits(row["id"])


async def test_what_is_stored_while_a_sum_is_read_counts(store: Database) -> None:
    async with open_desk(store) as desk:
        row = await account(desk, creditLimit=10_000)
        counted = CountedReads(store)
        book = book_of(cast("Database", counted), row["id"], Clock())
        await book.look()
        book.note(Bill("far", row["id"], Requester()), "big", tally(2_000, 1_000))
        counted.meanwhile = book.store
        with pytest.raises(RateLimited):
            await book.admit("far", row["id"])
        assert counted.sums == 2


async def spend(store: Database, row: Json) -> AccountBook:
    """Ask for four things, of which one takes nothing."""
    book = book_of(store, row["id"], Clock())
    await book.look()
    bill = Bill("far", row["id"], Requester(user=7, task=12))
    book.note(bill, "big", tally(1_000, 100))
    book.note(bill, "big", tally(1, 0))  # 2.5 millionths: whole ones are counted, rounded up
    book.note(Bill("far", row["id"], Requester()), "small", tally(10, 0))
    book.note(bill, "big", TokenTally())
    await book.store()
    return book


async def test_what_is_spent_stands_by_days_and_models(store: Database) -> None:
    async with open_desk(store) as desk:
        row = await account(desk)
        await spend(store, row)
        told = await desk.done(LOCAL, "account:usage", accountId=row["id"], days=366)
        assert told["currency"] == "USD"
        by_model = {item["model"]: item for item in told["items"]}
        assert by_model["big"] == {
            "day": "2026-11-30",
            "model": "big",
            "requests": 2,
            "promptTokens": 1_001,
            "completionTokens": 100,
            "costMicros": 3_503,
            "unpriced": 0,
        }
        assert by_model["small"]["costMicros"] == 1
        first = await desk.done(LOCAL, "account:usage", accountId=row["id"], days=366, limit=1)
        second = await desk.done(
            LOCAL, "account:usage", accountId=row["id"], days=366, limit=1, cursor=first["nextCursor"]
        )
        assert [*first["items"], *second["items"]] == told["items"]
        assert second["nextCursor"] is None


async def test_single_requests_are_listed_with_who_asked_and_for_which_task(store: Database) -> None:
    async with open_desk(store) as desk:
        row = await account(desk)
        book = await spend(store, row)
        rows = (await desk.done(LOCAL, "account:usage:list", accountId=row["id"]))["items"]
        assert [(item["model"], item["costMicros"], item["taskId"], item["userId"]) for item in rows] == [
            ("small", 1, None, 0),
            ("big", 3, 12, 7),
            ("big", 3_500, 12, 7),
        ]
        narrow = await desk.done(LOCAL, "account:usage:list", accountId=row["id"], taskId=12, limit=1)
        assert [item["costMicros"] for item in narrow["items"]] == [3]
        rest = await desk.done(
            LOCAL, "account:usage:list", accountId=row["id"], taskId=12, model="big", cursor=narrow["nextCursor"]
        )
        assert [item["costMicros"] for item in rest["items"]] == [3_500]
        for kind in ("account:usage", "account:usage:list"):
            assert (await desk.refused(ANN, kind, accountId=row["id"]))["code"] == "not_found"
            assert (await desk.refused(LOCAL, kind, accountId=row["id"], cursor="x"))["code"] == "invalid"
        await book.forget_old()
        assert (await desk.done(LOCAL, "account:usage:list", accountId=row["id"]))["items"] == rows


async def test_a_model_without_a_price_costs_nothing_that_is_known(store: Database) -> None:
    async with open_desk(store) as desk:
        row = await desk.done(LOCAL, "account:create", name="work", service="far", prices=PRICES[:1], creditLimit=1)
        book = book_of(store, row["id"], Clock())
        await book.look()
        usage = Usage(10, 10, 20)
        assert book.price(row["id"], "odd", usage) is None
        price = book.price(row["id"], "big", usage)
        assert price is not None
        assert (price.micros, price.currency) == (125, "USD")
        book.note(Bill("far", row["id"], Requester()), "odd", tally(10, 10))
        await book.admit("far", row["id"])
        await book.store()
        [item] = (await desk.done(LOCAL, "account:usage", accountId=row["id"], days=366))["items"]
        assert (item["costMicros"], item["unpriced"]) == (0, 1)


async def test_without_its_account_a_server_is_not_asked(store: Database) -> None:
    async with open_desk(store) as desk:
        row = await account(desk)
        by_id, by_name = (book_of(store, reference, Clock()) for reference in (row["id"], "work"))
        await by_id.admit("far", row["id"])
        await by_name.admit("far", "work")
        await desk.done(LOCAL, "account:update", accountId=row["id"], active=False)
        for book, reference in ((by_id, row["id"]), (by_name, "work")):
            await book.look()
            with pytest.raises(Unavailable, match="isn't active") as caught:
                await book.admit("far", reference)
            assert caught.value.reason == "account"
        await desk.done(LOCAL, "account:delete", accountId=row["id"])
        await by_id.look()
        with pytest.raises(Unavailable, match="isn't there"):
            await by_id.admit("far", row["id"])
        mine = await desk.done(ANN, "account:create", name="hers", service="far")
        with pytest.raises(Unavailable, match="isn't there"):  # of somebody who is no admin
            await book_of(store, "hers", Clock()).admit("far", "hers")
        await book_of(store, mine["id"], Clock()).admit("far", mine["id"])


async def test_its_owner_is_told_once_of_a_threshold(store: Database) -> None:
    async with open_desk(store) as desk:
        row = await account(desk, alertThreshold=10)
        told = list[tuple[int, str]]()
        book = book_of(store, row["id"], Clock())
        book.tell_threshold(lambda found, month: told.append((found.id, month)))
        await book.look()
        bill = Bill("far", row["id"], Requester())
        book.note(bill, "big", tally(3, 0))
        await book.store()
        assert told == []
        book.note(bill, "big", tally(1, 0))
        await book.store()
        assert told == [(row["id"], "2026-11")]


async def test_while_the_database_is_away_nothing_is_lost_and_limits_refuse(store: Database) -> None:
    async with open_desk(store) as desk:
        row = await account(desk, creditLimit=1_000_000)
        book = book_of(store, row["id"], Clock())
        await book.look()
        bill = Bill("far", row["id"], Requester())
        for _ in range(ROOM + 5):
            book.note(bill, "big", tally(0, 1))
        rest, book._database = book._database, Away()  # type: ignore[assignment]
        with pytest.raises(Unavailable):
            await book.admit("far", row["id"])
        with pytest.raises(Unavailable):
            await book.store()
        await book.look()
        book._database = rest
        await book.store()
        [item] = (await desk.done(LOCAL, "account:usage", accountId=row["id"], days=366))["items"]
        assert (item["requests"], item["costMicros"]) == (ROOM + 5, (ROOM + 5) * 10)


class Away:
    """A database that isn't there."""

    async def read(self, *_: object) -> None:
        await trio.lowlevel.checkpoint()
        raise Unavailable("the database is away")

    write_relaxed = read
