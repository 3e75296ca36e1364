"""Which quotas concern somebody, on both databases."""

import pytest

from orchd.errors import Conflict, NotFound, RateLimited
from orchd.features.people import USERS, UserDraft
from orchd.features.usage import quota_queries
from orchd.features.usage.periods import QuotaPeriod
from orchd.features.usage.quota_queries import QuotaDraft, SubjectKind, delete_quota, reserve, set_quota, stamp, states
from orchd.protocol.identity import UserRole
from orchd.storage import Database

NOW = 1_795_996_800_000


async def user(store: Database, name: str, role: UserRole = "member") -> int:
    return (await store.write(USERS.add, UserDraft(name, role), NOW)).id


async def quota(
    store: Database, kind: SubjectKind, subject: object, period: QuotaPeriod, requests: int | None = 3
) -> int:
    _, row = await store.write(set_quota, QuotaDraft(kind, str(subject), period, requests, None), NOW)
    return row.id


async def test_a_users_own_quota_goes_before_the_roles(store: Database) -> None:
    ana, ben = await user(store, "ana"), await user(store, "ben")
    admin = await user(store, "eve", "admin")
    role_day, role_week = await quota(store, "role", "member", "day"), await quota(store, "role", "member", "week")
    own, token = await quota(store, "user", ana, "day"), await quota(store, "token", 5, "day")

    async def found(user_id: int, token_id: int | None) -> set[int]:
        return {state.row.id for state in await store.read(states, user_id, token_id, NOW)}

    assert await found(ana, None) == {own, role_week}
    assert await found(ana, 5) == {own, role_week, token}
    assert await found(ben, 6) == {role_day, role_week}
    assert await found(admin, None) == set()
    assert await found(999, None) == set()


async def test_setting_a_quota_again_changes_it(store: Database) -> None:
    one = await quota(store, "role", "member", "day", 3)
    before = await store.read(stamp)
    old, row = await store.write(set_quota, QuotaDraft("role", "member", "day", None, 50), NOW + 1)
    assert old is not None
    assert (old.requests, row.id, row.requests, row.tokens, row.version) == (3, one, None, 50, 2)
    after = await store.read(stamp)
    assert after != before
    await store.write(delete_quota, one)
    assert await store.read(stamp) not in (before, after)
    with pytest.raises(NotFound):
        await store.write(delete_quota, one)


async def test_there_are_only_so_many(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quota_queries, "MAX_QUOTAS", 1)
    await quota(store, "role", "member", "day")
    with pytest.raises(Conflict):
        await quota(store, "role", "viewer", "day")
    await quota(store, "role", "member", "day", 9)


async def test_a_refusal_says_which_quota_and_until_when_and_takes_nothing(store: Database) -> None:
    ana = await user(store, "ana")
    week, day = await quota(store, "user", ana, "week", 9), await quota(store, "user", ana, "day", 1)
    assert week < day
    assert await store.write(reserve, ana, None, NOW)
    with pytest.raises(RateLimited) as error:
        await store.write(reserve, ana, None, NOW)
    assert error.value.reason == "quota"
    assert error.value.retry_after_ms == 86_400_000
    assert error.value.details["quotaId"] == day
    assert error.value.details["endsAt"] == "2026-12-01T00:00:00.000Z"
    found = await store.read(quota_queries.states_with_use, ana, None, NOW)
    assert {state.row.period: state.requests for state in found} == {"week": 1, "day": 1}
