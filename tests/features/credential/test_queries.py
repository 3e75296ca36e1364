"""The table of credentials, on both databases."""

import pytest
from msgspec import structs

from orchd.entity import Owner
from orchd.errors import Conflict, NotFound
from orchd.features.audit import Actor, AuditFilter, find_entries
from orchd.features.credential import queries
from orchd.features.credential.messages import CredentialTestOutcome
from orchd.features.credential.queries import CREDENTIALS, NewSecret
from orchd.protocol.types import timestamp
from orchd.sealing import Vault
from orchd.storage import Database, Statement, Steps
from tests.features.credential.desk import add_user, set_role
from tests.fix_sealing import make_vault

SECRET = NewSecret(b"secret", "cret")
ACTOR = Actor(3, "anna")


async def add(store: Database, vault: Vault, user_id: int, name: str, kind: str = "model_server") -> int:
    await vault.prepare()
    made = await store.write(queries.add, Owner(user_id), name, kind, SECRET, vault, 5, ACTOR)  # type: ignore[arg-type]
    return made.id


async def names_of_admins(store: Database) -> list[tuple[str, int]]:
    found = await store.read(queries.of_admins, ["key", "other"])
    return [(each.name, each.id) for each in found]


async def test_only_admins_keys_are_for_servers(store: Database) -> None:
    vault = make_vault(store)
    admin = await store.write(add_user, "anna", "admin")
    member = await store.write(add_user, "ben", "member")
    gone = await store.write(add_user, "carl", "admin", disabled=True)
    for user_id in (member, gone):
        await add(store, vault, user_id, "key")
    await add(store, vault, admin, "key of another name")
    await add(store, vault, admin, "other", "other")
    assert await names_of_admins(store) == []
    hers = await add(store, vault, admin, "key")
    assert await names_of_admins(store) == [("key", hers)]
    local = await add(store, vault, 0, "key")
    assert await names_of_admins(store) == [("key", hers), ("key", local)]
    await store.write(set_role, admin, "member")
    assert await names_of_admins(store) == [("key", local)]

    def share() -> Steps[None]:
        yield Statement("UPDATE credential SET project_id = 3 WHERE id = ?", (local,))

    await store.write(share)
    assert await names_of_admins(store) == [], "what others may change is for no server of the settings"


async def test_a_secret_is_stored_with_its_row(store: Database) -> None:
    vault = make_vault(store)
    credential_id = await add(store, vault, 3, "key")
    item, stored = await store.read(queries.find_sealed, Owner(3), credential_id)
    assert (item.user_id, item.project_id, item.hint, item.changed_at) == (3, None, "cret", timestamp(5))
    assert stored.sealed.split(".")[1] == item.key_id
    assert await vault.open(stored.place, stored.sealed) == b"secret"


async def test_what_came_of_a_test_is_kept_for_the_secret_that_was_tested(store: Database) -> None:
    vault = make_vault(store)
    credential_id = await add(store, vault, 3, "key")
    outcome = CredentialTestOutcome("box", True, 3, None, None, timestamp(9))
    item = await store.read(CREDENTIALS.everybodys.get, credential_id)
    older = structs.replace(item, changed_at=timestamp(4))
    await store.write(queries.note_test, older, outcome, 9, ACTOR)
    assert (await store.read(CREDENTIALS.everybodys.get, credential_id)).test is None
    await store.write(queries.note_test, item, outcome, 9, ACTOR)
    assert (await store.read(CREDENTIALS.everybodys.get, credential_id)).test == outcome
    await store.write(queries.remove, Owner(3), credential_id, 9, ACTOR)
    await store.write(queries.note_test, item, outcome, 9, ACTOR)


async def test_changes_and_uses_are_in_the_audit_log(store: Database) -> None:
    vault = make_vault(store)
    credential_id = await add(store, vault, 3, "key")
    item = await store.write(queries.change, Owner(3), credential_id, "new", NewSecret(b"k", ""), vault, 6, ACTOR)
    outcome = CredentialTestOutcome("box", False, None, None, "refused", timestamp(9))
    await store.write(queries.note_test, item, outcome, 7, ACTOR)
    with pytest.raises(NotFound):
        await store.write(queries.remove, Owner(4), credential_id, 8, ACTOR)
    await store.write(queries.remove, Owner(3), credential_id, 8, ACTOR)
    found = await store.read(find_entries, AuditFilter(concerning=3), 1_000, 10)
    told = [(row.action, row.name, row.target_id, row.before, row.after) for row in reversed(found)]
    number = str(credential_id)
    assert told == [
        ("credential:create", "anna", number, None, {"name": "key", "kind": "model_server"}),
        ("credential:update", "anna", number, {"name": "key"}, {"name": "new", "replaced": True}),
        ("credential:test", "anna", number, None, {"backend": "box", "ok": False}),
        ("credential:delete", "anna", number, {"name": "new", "kind": "model_server"}, None),
    ]


async def test_a_user_has_so_many_and_no_more(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "MAX_CREDENTIALS", 2)
    vault = make_vault(store)
    for name in ("one", "two"):
        await add(store, vault, 3, name)
    with pytest.raises(Conflict, match="2 credentials"):
        await add(store, vault, 3, "three")
    await add(store, vault, 4, "three")
