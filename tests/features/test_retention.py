"""Whatever can be removed and restored has its time, and is counted as it is deleted; on both databases."""

import re

from orchd.clock import unix_now
from orchd.features.retention import kept_kinds
from orchd.features.workspace import Retention, count_old, delete_old
from orchd.settings.audit import AuditSettings
from orchd.settings.kept.workspace import WorkspaceSettings
from orchd.storage import Database, Statement, Steps
from tests.whole import fill, tables

KINDS = kept_kinds(WorkspaceSettings(), AuditSettings())


def table_of(kind: Retention) -> str:
    chosen = next(kind.purge(0, 1))
    found = re.search(r"FROM (\w+)", chosen.sql)
    assert found is not None
    return found[1]


def test_no_table_of_what_was_removed_is_forgotten() -> None:
    can_be_restored = {name for name, columns in tables().items() if "deleted_at" in {each.name for each in columns}}
    assert len(can_be_restored) > 10
    assert {table_of(kind) for kind in KINDS} == can_be_restored | {"entity_change", "audit_log", "account_usage"}
    assert len({table_of(kind) for kind in KINDS}) == len({kind.what for kind in KINDS}) == len(KINDS)


def age(table: str, column: str) -> Steps[None]:
    """Let the first row be too old, the second one not yet, and the third be there."""
    now, third = unix_now(), None if column == "deleted_at" else 10**18
    ages = (now - 4_000 * 86_400_000, now, third)
    key = "number" if table == "entity_change" else "id"
    for number, at in enumerate(ages, 1):
        value = at // 86_400_000 if column == "day" and at is not None else at
        yield Statement(f"UPDATE {table} SET {column} = ? WHERE {key} = ?", (value, number))


async def test_as_much_is_deleted_as_was_counted(store: Database) -> None:
    columns = {"entity_change": "created_at", "audit_log": "at", "account_usage": "day"}
    await store.write(fill)
    for kind in reversed(KINDS):  # what is below others first, which would go with them
        await store.write(age, table_of(kind), columns.get(table_of(kind), "deleted_at"))
        now = unix_now()
        assert await count_old(store, kind, now) == 1, kind.what
        assert await delete_old(store, kind, now) == 1, kind.what
        assert await count_old(store, kind, now) == 0, kind.what
