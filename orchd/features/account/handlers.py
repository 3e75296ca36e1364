"""Answers to `account:*`."""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import ParamSpec, TypeVar

from orchd.clock import unix_now
from orchd.entity import owner_of
from orchd.entity.wire import EntityHandlers, EntityRooms, commands_of
from orchd.errors import Conflict, Invalid, Unavailable
from orchd.features.account import queries
from orchd.features.account.account import ACCOUNT, AccountItem
from orchd.features.account.messages import (
    AccountDayItem,
    AccountUsage,
    AccountUsageItem,
    AccountUsageList,
    AccountUsagePage,
    AccountUsageReport,
)
from orchd.features.account.queries import DAY_MS, DayCost, DayPlace, StoredCost
from orchd.features.account.service import AccountBook
from orchd.protocol.command import LOOKUP, AnyCommand, Command, Commands
from orchd.protocol.cursor import number_and_text, one_number
from orchd.protocol.page import by_id, page
from orchd.protocol.router import Context
from orchd.protocol.types import MAX_INTEGER, timestamp
from orchd.storage import Steps

T = TypeVar("T")
P = ParamSpec("P")


class AccountHandlers(EntityHandlers[AccountItem]):
    """What is changed holds at once for the model servers that belong to it."""

    def __init__(self, rooms: EntityRooms, book: AccountBook) -> None:
        super().__init__(ACCOUNT, rooms)
        self._book = book

    def check(self, row: AccountItem) -> None:
        """Raises `Invalid` for a model that has two prices."""
        named = set[str | None]()
        for place, price in enumerate(row.prices):
            if price.model in named:
                called = "the models that are not named have" if price.model is None else f"{price.model} has"
                raise Invalid(
                    f"{called} two prices", reason="twice", field="prices", path=f"$.data.prices[{place}].model"
                )
            named.add(price.model)

    async def _write(self, steps: Callable[P, Steps[T]], *args: P.args, **kwargs: P.kwargs) -> T:
        done = await super()._write(steps, *args, **kwargs)
        await self._book.look()
        return done

    async def usage(self, context: Context, data: AccountUsage) -> AccountUsageReport:
        """Return what was spent by days and models."""
        owner, since = owner_of(context.identity), unix_now() // DAY_MS - data.days + 1
        after = _after(data.cursor)
        await self._store()
        account = await self._database.read(ACCOUNT.rows.seen_by(owner).get, data.account_id)
        found = await self._database.read(queries.by_days, owner, data.account_id, since, after, data.limit + 1)
        items, more = page(found, data.limit, _day_item, lambda last: f"{last.day}.{last.model}")
        return AccountUsageReport(data.account_id, account.currency, items, more)

    async def requests(self, context: Context, data: AccountUsageList) -> AccountUsagePage:
        """Return single requests."""
        before = MAX_INTEGER if data.cursor is None else one_number(data.cursor, 1)
        await self._store()
        found = await self._database.read(
            queries.costs_of,
            owner_of(context.identity),
            data.account_id,
            data.model,
            data.task_id,
            before,
            data.limit + 1,
        )
        return AccountUsagePage(*page(found, data.limit, _usage_item, by_id))

    async def _store(self) -> None:
        """Have what was just spent stored first, if the database takes it."""
        with suppress(Unavailable, Conflict):
            await self._book.store()


def _after(cursor: str | None) -> DayPlace | None:
    place = number_and_text(cursor)
    return None if place is None else DayPlace(*place)


def _day_item(row: DayCost) -> AccountDayItem:
    day = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=row.day)).date().isoformat()
    return AccountDayItem(day, *row[1:])


def _usage_item(row: StoredCost) -> AccountUsageItem:
    cost = row.cost
    tokens = cost.prompt_tokens, cost.completion_tokens
    whom = cost.asked_by, cost.task_id, cost.server, cost.model
    return AccountUsageItem(row.id, timestamp(cost.at), *whom, cost.requests, *tokens, cost.cost_micros)


ROW_COMMANDS = commands_of(ACCOUNT)
OWN_COMMANDS = Commands(
    Command("account:usage", AccountUsage, AccountUsageReport, right="read", scope="workspace", errors=LOOKUP).by(
        AccountHandlers.usage
    ),
    Command(
        "account:usage:list", AccountUsageList, AccountUsagePage, right="read", scope="workspace", errors=LOOKUP
    ).by(AccountHandlers.requests),
)
COMMANDS: tuple[AnyCommand, ...] = (*ROW_COMMANDS, *OWN_COMMANDS)
