"""Credentials: secrets for other services, stored sealed; they go in by a frame, and no frame returns them.

Frames: `credential:create`, `get`, `update`, `list`, `delete`, `test`; `credential:subscribe` and `unsubscribe` with
`credential:changed`. Table: `credential`. They are no entity: what is deleted is gone at once, and can't be restored. A
model server of the settings may have its key from an admin's credential: it is given to it at the start and whenever it
changes, here or elsewhere.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import trio

from orchd.entity.wire import ChangeFeed, FollowHandlers
from orchd.features.credential.handlers import COMMANDS as OWN_COMMANDS
from orchd.features.credential.handlers import FOLLOW_COMMANDS, CredentialHandlers
from orchd.features.credential.live import LiveCredentials
from orchd.features.credential.messages import FOLLOWING
from orchd.features.credential.queries import CREDENTIALS
from orchd.features.credential.service import BackendKeys, read_keys
from orchd.features.feature import OpenFeatures, Services
from orchd.guard import Supervisor
from orchd.protocol.command import AnyCommand
from orchd.sealing import Vault

__all__ = ["COMMANDS", "CREDENTIALS", "BackendKeys", "open_credentials", "read_keys"]

COMMANDS: tuple[AnyCommand, ...] = (*OWN_COMMANDS, *FOLLOW_COMMANDS)


@asynccontextmanager
async def open_credentials(
    services: Services, vault: Vault, feed: ChangeFeed
) -> AsyncIterator[OpenFeatures[BackendKeys]]:
    """Keep the model servers' keys up to date while the block lasts."""
    keys = BackendKeys(services.database, vault, services.backends)
    handlers = CredentialHandlers(services.database, vault, services.backends, keys, feed.look)
    follow = FollowHandlers(FOLLOWING, LiveCredentials(), feed)
    async with trio.open_nursery() as nursery:
        Supervisor(nursery, services.troubles).keep("model servers' keys", keys.run)
        yield OpenFeatures(keys, {**OWN_COMMANDS.bind(handlers), **FOLLOW_COMMANDS.bind(follow)})
        nursery.cancel_scope.cancel()
