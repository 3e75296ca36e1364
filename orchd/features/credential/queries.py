"""SQL of the table `credential`."""

from collections.abc import Collection, Mapping
from typing import NamedTuple

from msgspec import UNSET, Struct, UnsetType

from orchd.entity import Belonging, OwnedTable, Owner, Table
from orchd.entity.wire import Happening, RowChange, note
from orchd.errors import Conflict
from orchd.features.audit import Actor, AuditAction, entry
from orchd.features.credential.messages import FOLLOWING, CredentialItem, CredentialKind, CredentialTestOutcome
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


MAX_CREDENTIALS = 200
"""Of one user."""


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

    def is_meant(self, wanted: str | int) -> bool:
        """Whether it is called so, or has that id."""
        return wanted in (self.id, self.name)

    @property
    def place(self) -> Place:
        """What its secret was sealed for."""
        return place_of(self.id)


def place_of(credential_id: int) -> Place:
    """Return where the secret of a credential stands."""
    return Place("credential", credential_id)


def add(
    owner: Owner, name: str, kind: CredentialKind, secret: NewSecret, vault: Vault, now: int, actor: Actor
) -> Steps[CredentialItem]:
    """Store a credential with its secret; return it as it is stored. Raises `Conflict` for a name that is taken, or
    where its user has as many as may be."""
    table = CREDENTIALS.owned_by(owner)
    found = yield Statement("SELECT COUNT(*) FROM credential WHERE user_id = ?", (owner.user_id,))
    if found.rows[0][0] >= MAX_CREDENTIALS:
        raise Conflict(
            f"there are {MAX_CREDENTIALS} credentials already; delete some", reason="too_many_rows", max=MAX_CREDENTIALS
        )
    credential_id = yield from table.insert(CredentialDraft(name, kind, secret.hint, timestamp(now)), now)
    yield from _store_secret(credential_id, secret.value, vault)
    item = yield from table.get(credential_id)
    yield from entry(actor, _action("create", item, after={"name": name, "kind": kind}), now)
    yield from _note(item, "created", now)
    return item


def change(
    owner: Owner,
    credential_id: int,
    name: str | UnsetType,
    secret: NewSecret | None,
    vault: Vault,
    now: int,
    actor: Actor,
    version: int | None = None,
) -> Steps[CredentialItem]:
    """Change a name, or a secret, or both; with `version` only if it is still that one. Raises `NotFound`, `Forbidden`,
    `Conflict`."""
    table = CREDENTIALS.changed_by(owner)
    old = yield from table.get(credential_id)
    patch = CredentialPatch(name)
    if secret is not None:
        patch = CredentialPatch(name, secret.hint, timestamp(now), None)
        yield from _store_secret(credential_id, secret.value, vault)
    item = yield from table.change(credential_id, patch, now, version=version)
    after = {"name": item.name, "replaced": secret is not None}
    yield from entry(actor, _action("update", item, before={"name": old.name}, after=after), now)
    yield from _note(item, "updated", now)
    return item


def remove(owner: Owner, credential_id: int, now: int, actor: Actor) -> Steps[None]:
    """Delete a credential. Raises `NotFound`, `Forbidden`."""
    table = CREDENTIALS.changed_by(owner)
    old = yield from table.get(credential_id)
    yield from table.remove(credential_id)
    yield from entry(actor, _action("delete", old, before={"name": old.name, "kind": old.kind}), now)
    yield from _note(old, "deleted", now)


def find_sealed(owner: Owner, credential_id: int) -> Steps[tuple[CredentialItem, SealedCredential]]:
    """Return a credential that somebody may use, with what is sealed of it. Raises `NotFound`, `Forbidden`."""
    item = yield from CREDENTIALS.changed_by(owner).get(credential_id)
    found = yield Statement("SELECT id, name, sealed FROM credential WHERE id = ?", (credential_id,))
    return item, SealedCredential(*found.rows[0])


def note_test(item: CredentialItem, outcome: CredentialTestOutcome, now: int, actor: Actor) -> Steps[None]:
    """Note that a secret was used, and keep what came of it if the secret is still the one that was tested."""
    present = yield from CREDENTIALS.everybodys.find(item.id)
    if present is not None and present.changed_at == item.changed_at:
        yield from CREDENTIALS.everybodys.set(item.id, None, CredentialPatch(test=outcome))
    after = {"backend": outcome.backend, "ok": outcome.ok}
    yield from entry(actor, _action("test", item, after=after), now)
    if present is not None:
        yield from _note(present, "updated", now)


def of_admins(wanted: Collection[str | int]) -> Steps[list[SealedCredential]]:
    """Return the keys of model servers that are called so, or have such an id, and belong to admins, or to the local
    owner. `wanted` is not empty."""
    marks = ", ".join("?" * len(wanted))
    found = yield Statement(
        "SELECT credential.id, credential.name, credential.sealed FROM credential LEFT JOIN user"
        " ON user.id = credential.user_id WHERE credential.kind = 'model_server' AND credential.project_id IS NULL"
        " AND (credential.user_id = 0 OR (user.role = 'admin' AND user.disabled = 0))"
        f" AND (credential.name IN ({marks}) OR credential.id IN ({marks})) ORDER BY credential.id",
        (*(each if isinstance(each, str) else "" for each in wanted), *(_id_of(each) for each in wanted)),
    )
    return [SealedCredential(*row) for row in found.rows]


def _id_of(wanted: str | int) -> int:
    return wanted if isinstance(wanted, int) else 0


def _note(item: CredentialItem, happening: Happening, now: int) -> Steps[None]:
    """Have a change told; the last thing that a transaction does."""
    yield from note(RowChange(FOLLOWING.kind, item.id, happening, Belonging(item.user_id, item.project_id)), now)


def _store_secret(credential_id: int, secret: bytes, vault: Vault) -> Steps[None]:
    text = yield from vault.seal(place_of(credential_id), secret)
    yield Statement("UPDATE credential SET sealed = ?, key_id = ? WHERE id = ?", (text, key_id_of(text), credential_id))


def _action(
    verb: str,
    item: CredentialItem,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
) -> AuditAction:
    return AuditAction(f"credential:{verb}", "credential", item.id, item.user_id, before, after)
