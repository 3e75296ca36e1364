"""SQL of the table `credential`."""

from collections.abc import Collection
from typing import NamedTuple

from msgspec import UNSET, Struct, UnsetType

from orchd.entity import OwnedTable, Owner, Table
from orchd.features.credential.messages import CredentialItem, CredentialKind, CredentialTestOutcome
from orchd.protocol.types import Timestamp, timestamp
from orchd.sealing import Place, Vault, key_id_of
from orchd.storage import Statement, Steps

_CREDENTIALS = Table(
    "credential",
    CredentialItem,
    "credential",
    key="credential_id",
    unique=("name",),
    unread=("sealed",),
    defaults={"project_id": None, "test": None, "sealed": "", "key_id": ""},
)
CREDENTIALS = OwnedTable(_CREDENTIALS)


class CredentialDraft(Struct, frozen=True):
    """A credential that is to be made, without its secret."""

    name: str
    kind: CredentialKind
    hint: str
    changed_at: Timestamp


class CredentialPatch(Struct, frozen=True):
    """What is to be changed of one."""

    name: str | UnsetType = UNSET
    hint: str | UnsetType = UNSET
    changed_at: Timestamp | UnsetType = UNSET
    test: CredentialTestOutcome | UnsetType | None = UNSET


class NewSecret(NamedTuple):
    """A secret that takes the place of another one, and what is shown of it."""

    value: bytes
    hint: str


class SealedCredential(NamedTuple):
    """A credential as the daemon uses it."""

    id: int
    name: str
    sealed: str

    @property
    def place(self) -> Place:
        """What its secret was sealed for."""
        return place_of(self.id)


def place_of(credential_id: int) -> Place:
    """Return where the secret of a credential stands."""
    return Place("credential", credential_id)


def add(
    owner: Owner, name: str, kind: CredentialKind, secret: NewSecret, vault: Vault, now: int
) -> Steps[CredentialItem]:
    """Store a credential with its secret; return it as it is stored. Raises `Conflict` for a name that is taken."""
    table = CREDENTIALS.owned_by(owner)
    credential_id = yield from table.insert(CredentialDraft(name, kind, secret.hint, timestamp(now)), now)
    yield from _store_secret(credential_id, secret.value, vault)
    return (yield from table.get(credential_id))


def change(
    owner: Owner, credential_id: int, name: str | UnsetType, secret: NewSecret | None, vault: Vault, now: int
) -> Steps[CredentialItem]:
    """Change a name, or a secret, or both. Raises `NotFound`, `Forbidden`, `Conflict`."""
    table = CREDENTIALS.changed_by(owner)
    patch = CredentialPatch(name)
    if secret is not None:
        yield from table.get(credential_id)
        patch = CredentialPatch(name, secret.hint, timestamp(now), None)
        yield from _store_secret(credential_id, secret.value, vault)
    return (yield from table.change(credential_id, patch, now))


def find_sealed(owner: Owner, credential_id: int) -> Steps[tuple[CredentialItem, SealedCredential]]:
    """Return a credential that somebody may use, with what is sealed of it. Raises `NotFound`, `Forbidden`."""
    item = yield from CREDENTIALS.changed_by(owner).get(credential_id)
    found = yield Statement("SELECT id, name, sealed FROM credential WHERE id = ?", (credential_id,))
    return item, SealedCredential(*found.rows[0])


def note_test(credential_id: int, changed_at: str, outcome: CredentialTestOutcome) -> Steps[None]:
    """Keep what came of a test, if the secret is still the one that was tested."""
    item = yield from CREDENTIALS.everybodys.find(credential_id)
    if item is not None and item.changed_at == changed_at:
        yield from CREDENTIALS.everybodys.set(credential_id, None, CredentialPatch(test=outcome))


def of_admins(names: Collection[str]) -> Steps[list[SealedCredential]]:
    """Return the keys of model servers that are called so (not empty) and belong to admins, or to the local owner."""
    marks = ", ".join("?" * len(names))
    found = yield Statement(
        "SELECT credential.id, credential.name, credential.sealed FROM credential LEFT JOIN user"
        " ON user.id = credential.user_id WHERE credential.kind = 'model_server' AND credential.project_id IS NULL"
        " AND (credential.user_id = 0 OR (user.role = 'admin' AND user.disabled = 0))"
        f" AND credential.name IN ({marks}) ORDER BY credential.id",
        tuple(names),
    )
    return [SealedCredential(*row) for row in found.rows]


def _store_secret(credential_id: int, secret: bytes, vault: Vault) -> Steps[None]:
    text = yield from vault.seal(place_of(credential_id), secret)
    yield Statement("UPDATE credential SET sealed = ?, key_id = ? WHERE id = ?", (text, key_id_of(text), credential_id))
