"""Grants as the database keeps them."""

from orchd.features.breakglass.queries import GrantDraft, GrantRow, find_grant, grant
from orchd.storage import Database, Statement, Steps

DRAFT = GrantDraft(admin_id=1, kind="task", target_id=7, owner_id=2, expires_at=200)


def count() -> Steps[int]:
    found = yield Statement("SELECT COUNT(*) FROM access_grant")
    return int(found.rows[0][0])


async def test_a_grant_holds_for_its_admin_its_row_and_its_time(store: Database) -> None:
    made = await store.write(grant, DRAFT, 100)
    assert made == GrantRow(made.id, 1, "task", 7, 2, 100, 200)
    assert [await store.read(find_grant, 1, "task", 7, now) for now in (99, 100, 199, 200)] == [None, made, made, None]
    assert await store.read(find_grant, 2, "task", 7, 150) is None
    assert await store.read(find_grant, 1, "conversation", 7, 150) is None
    assert await store.read(find_grant, 1, "task", 8, 150) is None


async def test_another_grant_takes_its_place_and_old_ones_go(store: Database) -> None:
    for end in (200, 300):
        await store.write(grant, GrantDraft(1, "task", 7, 2, end), 100)
    found = await store.read(find_grant, 1, "task", 7, 150)
    assert found is not None
    assert found.expires_at == 300
    assert await store.read(count) == 1
    await store.write(grant, GrantDraft(3, "conversation", 7, 2, 500), 300)
    assert await store.read(count) == 1
