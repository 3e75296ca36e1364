"""Providers: model servers that admins add, change, disable and remove while the daemon runs.

Frames: those of the entity `provider`, and `provider:test`. Table: `provider`. Those of the configuration are shown
beside them. What is stored is asked by all daemons of the database; each looks now and then what has changed.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import trio

from orchd.entity.wire import EntityRooms
from orchd.features.credential import BackendKeys
from orchd.features.feature import OpenFeatures, Services
from orchd.features.provider.handlers import COMMANDS, OWN_COMMANDS, ROW_COMMANDS, ProviderHandlers
from orchd.features.provider.provider import PROVIDER
from orchd.features.provider.service import ProviderServers
from orchd.features.provider.trial import ProviderTrials
from orchd.guard import Supervisor

__all__ = ["COMMANDS", "PROVIDER", "ProviderServers", "open_providers"]


@asynccontextmanager
async def open_providers(
    services: Services, rooms: EntityRooms, keys: BackendKeys
) -> AsyncIterator[OpenFeatures[ProviderServers]]:
    """Have the model servers asked that are stored, while the block lasts."""
    servers = ProviderServers(services.database, services.backends, keys)
    handlers = ProviderHandlers(rooms, services.backends, servers, ProviderTrials(services.backends, keys))
    async with trio.open_nursery() as nursery:
        Supervisor(nursery, services.troubles).keep("providers", servers.keep_looking)
        yield OpenFeatures(servers, {**ROW_COMMANDS.bind(handlers), **OWN_COMMANDS.bind(handlers)})
        nursery.cancel_scope.cancel()
