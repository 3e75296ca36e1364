"""What users and their tokens ask of models, and how much they may: quotas by user, role and token.

Frames: `quota:set`, `quota:list`, `quota:delete`, `usage:get`. Tables: `model_usage`, `quota`, `quota_use`. Whatever
is asked of a model passes here (`Backends.keep_accounts`), whoever asks and by whichever door.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import trio

from orchd.features.feature import OpenFeatures, Services
from orchd.features.usage.generation_rate import GenerationRate
from orchd.features.usage.handlers import COMMANDS, UsageHandlers
from orchd.features.usage.service import UsageAccounts
from orchd.guard import Supervisor
from orchd.settings.usage import UsageSettings

__all__ = ["COMMANDS", "UsageAccounts", "open_usage"]


@asynccontextmanager
async def open_usage(services: Services, settings: UsageSettings) -> AsyncIterator[OpenFeatures[UsageAccounts]]:
    """Keep the accounts while the block lasts; what was asked is stored at its end, if the database is there."""
    accounts = UsageAccounts(services.database, GenerationRate(settings.generations_per_minute))
    services.backends.keep_accounts(accounts)
    async with trio.open_nursery() as nursery:
        supervisor = Supervisor(nursery, services.troubles)
        supervisor.keep("usage of models", accounts.keep_storing)
        supervisor.keep("quotas", accounts.keep_releasing)
        yield OpenFeatures(accounts, COMMANDS.bind(UsageHandlers(services.database, accounts)))
        nursery.cancel_scope.cancel()
    await accounts.store_rest()
