"""Accounts at services that want money for their models: what these cost, how much may be spent, and what was spent.

Frames: those of the entity `account`, `account:usage`, `account:usage:list`. Tables: `account`, `account_usage`. A
model server belongs to an account by its settings, or as a provider says; whatever is asked of it passes here.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import trio

from orchd.entity.wire import EntityRooms
from orchd.features.account.account import ACCOUNT, MICROS, AccountItem
from orchd.features.account.handlers import COMMANDS, OWN_COMMANDS, ROW_COMMANDS, AccountHandlers
from orchd.features.account.queries import forget as forget_usage
from orchd.features.account.service import AccountBook
from orchd.features.feature import OpenFeatures, Services
from orchd.guard import Supervisor

__all__ = ["ACCOUNTS", "COMMANDS", "MICROS", "AccountBook", "AccountItem", "forget_usage", "open_accounts"]

ACCOUNTS = ACCOUNT.rows


@asynccontextmanager
async def open_accounts(
    services: Services, usage_days: int, rooms: EntityRooms
) -> AsyncIterator[OpenFeatures[AccountBook]]:
    """Keep the accounts while the block lasts, and single requests for so many days. What was spent is stored at its
    end, if the database is there."""
    book = AccountBook(services.database, services.backends, usage_days)
    services.backends.bills.keep(book)
    async with trio.open_nursery() as nursery:
        supervisor = Supervisor(nursery, services.troubles)
        supervisor.keep("accounts", book.keep_looking)
        supervisor.keep("usage of accounts", book.keep_storing)
        supervisor.keep("old usage of accounts", book.keep_forgetting)
        handlers = AccountHandlers(rooms, book)
        yield OpenFeatures(book, {**ROW_COMMANDS.bind(handlers), **OWN_COMMANDS.bind(handlers)})
        nursery.cancel_scope.cancel()
    await book.store_rest()
