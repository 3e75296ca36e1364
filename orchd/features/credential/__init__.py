"""Credentials: secrets for other services, stored sealed; they go in by a frame, and no frame returns them.

Frames: `credential:create`, `update`, `list`, `delete`, `test`. Table: `credential`. A model server of the settings may
have its key from an admin's credential: it is given to it at the start and whenever it changes, here or elsewhere.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import trio

from orchd.features.credential.handlers import COMMANDS, CredentialHandlers
from orchd.features.credential.queries import CREDENTIALS
from orchd.features.credential.service import BackendKeys, read_keys
from orchd.features.feature import OpenFeatures, Services
from orchd.guard import Supervisor
from orchd.sealing import Vault

__all__ = ["COMMANDS", "CREDENTIALS", "BackendKeys", "open_credentials", "read_keys"]


@asynccontextmanager
async def open_credentials(services: Services, vault: Vault) -> AsyncIterator[OpenFeatures[BackendKeys]]:
    """Keep the model servers' keys up to date while the block lasts."""
    keys = BackendKeys(services.database, vault, services.backends)
    handlers = CredentialHandlers(services.database, vault, services.backends, keys)
    async with trio.open_nursery() as nursery:
        Supervisor(nursery, services.troubles).keep("model servers' keys", keys.run)
        yield OpenFeatures(keys, COMMANDS.bind(handlers))
        nursery.cancel_scope.cancel()
