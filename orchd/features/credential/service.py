"""Secrets as they come in, and the keys that model servers are sent."""

from collections.abc import Mapping, Sequence
from typing import Final

import structlog
import trio

from orchd.errors import Invalid, OrchdError, Unavailable
from orchd.features.credential import queries
from orchd.features.credential.messages import CredentialKind
from orchd.features.credential.queries import NewSecret, SealedCredential
from orchd.llm import Backends
from orchd.sealing import UnreadableSecretError, Vault
from orchd.storage import Database
from orchd.wakeup import Signal, beat_after

LOOK_SECONDS: Final = 5.0
"""How often the keys of model servers are compared with those that are stored: another daemon may have changed one."""
_SHOWN = 4
_LONG = 20
"""So long is a secret of which the last characters are shown."""


def check_secret(secret: str, kind: CredentialKind) -> NewSecret:
    """Return a secret as it is stored. Raises `Invalid` for a model server's key that could not be sent to one."""
    text = secret.strip() if kind == "model_server" else secret
    visible = text.isascii() and text.isprintable() and " " not in text
    if kind == "model_server" and not (visible and text):
        raise Invalid(
            "a model server's key is one line of visible ASCII characters without spaces",
            reason="key_format",
            field="secret",
            path="$.data.secret",
        )
    return NewSecret(text.encode(), text[-_SHOWN:] if visible and len(text) >= _LONG else "")


class BackendKeys:
    """Gives the model servers of the settings the keys that are stored as credentials, now and when they change."""

    def __init__(self, database: Database, vault: Vault, backends: Backends) -> None:
        self._database = database
        self._vault = vault
        self._backends = backends
        self._seen: dict[str, str] = {}
        """The sealed value that each server's key was read from last; a reason where it has none."""
        self._keys: dict[str, str] = {}
        self._changed = Signal()

    def look_soon(self) -> None:
        """Have the keys looked at: one may have changed here."""
        self._changed.set()

    async def run(self) -> None:
        """Look at the keys again and again, until cancelled."""
        while True:
            await self.look()
            with trio.move_on_at(beat_after(trio.current_time(), LOOK_SECONDS)):
                await self._changed.wait()

    async def look(self) -> None:
        """Give each server the key that is stored now. While the database is away, they keep what they have."""
        wanted = self._backends.credentials()
        if not wanted:
            return
        try:
            named = {reference.credential for reference in wanted.values()}
            stored = await self._database.read(queries.of_admins, named)
        except Unavailable:
            return
        for backend, (name, awaited) in wanted.items():
            if awaited:  # it is there anew
                self._seen.pop(backend, None)
                self._keys.pop(backend, None)
            await self._give(backend, name, [each for each in stored if each.is_meant(name)])

    async def key_of(self, credential: str | int) -> str:
        """Return the key that a model server would be sent for a name or an id. Raises `Unavailable`."""
        return await read_key(self._vault, credential, await self._database.read(queries.of_admins, [credential]))

    async def _give(self, backend: str, name: str | int, stored: Sequence[SealedCredential]) -> None:
        if len(stored) == 1 and self._seen.get(backend) == stored[0].sealed:
            return
        try:
            key = await read_key(self._vault, name, stored)
        except Unavailable as error:
            self._withhold(backend, error.message)
            return
        self._seen[backend] = stored[0].sealed
        if self._keys.get(backend) == key:  # only sealed anew
            return
        self._keys[backend] = key
        self._backends.give_key(backend, key)
        structlog.get_logger().info("a model server has the key of a credential", server=backend, named=name)

    def _withhold(self, backend: str, reason: str) -> None:
        if self._seen.get(backend) == reason:
            return
        self._seen[backend] = reason
        self._keys.pop(backend, None)
        self._backends.give_key(backend, None, reason)
        structlog.get_logger().warning("a model server has no key", server=backend, reason=reason)


async def read_key(vault: Vault, name: str | int, stored: Sequence[SealedCredential]) -> str:
    """Return the key that a server is to be sent, of the credentials of a name. Raises `Unavailable` that says why
    there is none."""
    called = "name" if isinstance(name, str) else "id"
    if not stored:
        raise Unavailable(
            f"its key is the credential {name}, and no admin has a model server's key of that {called}", reason="no_key"
        )
    if len(stored) > 1:
        raise Unavailable(
            f"its key is the credential {name}, and more than one admin has one of that name", reason="ambiguous"
        )
    try:
        return (await vault.open(stored[0].place, stored[0].sealed)).decode()
    except UnreadableSecretError as error:
        raise error.again(f"its key is the credential {name}, which can't be opened: {error.message}") from error


async def read_keys(database: Database, vault: Vault, names: Sequence[str]) -> Mapping[str, str | OrchdError]:
    """Return the keys of model servers that are stored under these names, or why there is none. Raises `Unavailable`
    when the database is away."""
    stored = await database.read(queries.of_admins, names) if names else []
    found: dict[str, str | OrchdError] = {}
    for name in names:
        try:
            found[name] = await read_key(vault, name, [each for each in stored if each.name == name])
        except Unavailable as error:
            found[name] = error
    return found
