"""The feature `credential` on a real database, with model servers of the test's own."""

from typing import TypeVar, cast

import trio
from msgspec import Struct

from orchd.features.credential.handlers import COMMANDS, CredentialHandlers
from orchd.features.credential.service import BackendKeys
from orchd.llm import Backends
from orchd.protocol.identity import LOCAL, Identity
from orchd.protocol.router import Context
from orchd.protocol.types import ClientPayload
from orchd.sealing import Vault
from orchd.storage import Database, Statement, Steps
from tests.answering import Answering
from tests.fix_models import Asking

R = TypeVar("R", bound=Struct)


class Desk:
    """Asks the feature, as one person or another."""

    def __init__(self, database: Database, vault: Vault, backends: Backends) -> None:
        self.database, self.vault, self.backends = database, vault, backends
        self.keys = BackendKeys(database, vault, backends)
        handlers = CredentialHandlers(database, vault, backends, self.keys, lambda: None)
        self._answering = Answering(COMMANDS, COMMANDS.bind(handlers))

    async def ask(self, payload: ClientPayload, kind: type[R], who: Identity = LOCAL) -> R:
        """Hand a frame's payload to its handler; the reply, which must be of this type."""
        asking = Asking()
        asking.identity = who
        with trio.fail_after(60):
            return await self._answering.ask(cast("Context", asking), payload, kind)


def add_user(name: str, role: str, *, disabled: bool = False) -> Steps[int]:
    """Store a user; return its id."""
    done = yield Statement(
        "INSERT INTO user (name, role, disabled, version, created_at, updated_at) VALUES (?, ?, ?, 1, 1, 1)",
        (name, role, int(disabled)),
    )
    return done.last_id


def set_role(user_id: int, role: str) -> Steps[None]:
    """Make somebody something else."""
    yield Statement("UPDATE user SET role = ? WHERE id = ?", (role, user_id))


def all_texts() -> Steps[str]:
    """Return all that stands in the tables of secrets."""
    found = yield Statement("SELECT name, kind, hint, sealed, key_id, test_json FROM credential")
    keys = yield Statement("SELECT name, sealed, key_id FROM server_key")
    return str([*found.rows, *keys.rows])
