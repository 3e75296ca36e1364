"""What was asked, and what of quotas is used, on both databases."""

from orchd.features.usage.periods import DAY_MS, span_of
from orchd.features.usage.queries import DayModel, UsageKey, UsageSums, by_days, find_use, take
from orchd.features.usage.queries import store as store_usage
from orchd.storage import Database

NOW = 1_795_996_800_000
"""2026-11-30, midnight."""
KEY = UsageKey(1, 0, NOW, "tiny")
DAY = span_of("day", NOW)


async def test_what_was_asked_adds_up_by_day_and_model(store: Database) -> None:
    yesterday = KEY._replace(minute=NOW - DAY_MS)
    await store.write(store_usage, [(KEY, UsageSums(1, 10, 5)), (KEY._replace(token_id=4), UsageSums(1, 1, 1))])
    await store.write(store_usage, [(KEY, UsageSums(2, 3, 4)), (yesterday, UsageSums(1, 2, 3))])
    await store.write(store_usage, [(KEY._replace(user_id=2), UsageSums(9, 9, 9))])
    today = NOW // DAY_MS
    assert await store.read(by_days, 1, 0, None, 10) == [(today, "tiny", 4, 14, 10), (today - 1, "tiny", 1, 2, 3)]
    assert await store.read(by_days, 1, today, None, 10) == [(today, "tiny", 4, 14, 10)]
    assert await store.read(by_days, 1, 0, DayModel(today, "tiny"), 10) == [(today - 1, "tiny", 1, 2, 3)]


async def test_a_request_is_taken_while_there_is_one(store: Database) -> None:
    taken = [await store.write(take, "user", 1, "day", DAY, 3, None) for _ in range(5)]
    assert taken == [True, True, True, False, False]
    assert await store.read(find_use, "user", 1, "day", DAY) == (3, 0)
    assert await store.write(take, "user", 2, "day", DAY, 3, None), "another user's"
    assert await store.write(take, "token", 1, "day", DAY, 3, None), "a token's of the same number"
    tomorrow = span_of("day", NOW + DAY_MS)
    assert await store.write(take, "user", 1, "day", tomorrow, 3, None)


async def test_tokens_count_once_they_are_stored(store: Database) -> None:
    assert await store.write(take, "user", 1, "day", DAY, None, 10)
    await store.write(store_usage, [(KEY, UsageSums(1, 6, 3))])
    assert await store.write(take, "user", 1, "day", DAY, None, 10), "one more, since 9 are less than 10"
    await store.write(store_usage, [(KEY, UsageSums(1, 500, 500))])
    assert not await store.write(take, "user", 1, "day", DAY, None, 10)
    assert await store.read(find_use, "user", 1, "day", DAY) == (2, 1009)


async def test_what_was_asked_before_there_was_a_quota_counts(store: Database) -> None:
    await store.write(store_usage, [(KEY, UsageSums(2, 6, 3))])
    assert await store.read(find_use, "user", 1, "day", DAY) == (2, 9)
    assert not await store.write(take, "user", 1, "day", DAY, 2, None)
    assert await store.write(take, "user", 1, "day", DAY, 3, None)
    week = span_of("week", NOW)
    assert await store.read(find_use, "user", 1, "week", week) == (2, 9), "only what is stored"


async def test_what_was_sent_to_no_server_is_given_back(store: Database) -> None:
    assert await store.write(take, "user", 1, "day", DAY, 1, None)
    assert not await store.write(take, "user", 1, "day", DAY, 1, None)
    await store.write(store_usage, [(KEY, UsageSums(returned=1))])
    assert await store.write(take, "user", 1, "day", DAY, 1, None)
    assert await store.read(by_days, 1, 0, None, 10) == []


async def test_old_periods_are_forgotten(store: Database) -> None:
    await store.write(take, "user", 1, "day", DAY, 5, None)
    later = span_of("day", NOW + 9 * DAY_MS)
    await store.write(take, "user", 1, "day", later, 5, None)
    assert await store.read(find_use, "user", 1, "day", DAY) == (0, 0)
