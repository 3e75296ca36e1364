"""Changes that show up in any order are each seen once, and none is lost."""

from hypothesis import given, settings
from hypothesis import strategies as st

from orchd.features.people.change_log import GAP_SECONDS, SPAN, ChangeLog
from orchd.features.people.store.change_queries import AccessChange
from tests.examples import examples


def changes(*ids: int) -> list[AccessChange]:
    return [AccessChange(change_id, change_id) for change_id in ids]


def seen(log: ChangeLog, *ids: int, now: float = 0.0) -> list[int]:
    """What is new among the rows that a look would find."""
    found = [change_id for change_id in ids if change_id > log.after]
    return [change.id for change in log.take(changes(*found), now)]


def test_what_was_there_before_is_no_gap_for_ever() -> None:
    log = ChangeLog(5_000)
    assert log.after == 5_000 - SPAN
    assert seen(log, 4_999, 5_000) == [4_999, 5_000]
    assert seen(log, 4_999, 5_000, 5_001, now=GAP_SECONDS + 1) == [5_001]
    assert log.after == 5_001


def test_a_change_that_commits_late_is_seen() -> None:
    log = ChangeLog(0)
    assert seen(log, 1, 3, now=0) == [1, 3]
    assert log.after == 1
    assert seen(log, 1, 2, 3, 4, now=5) == [2, 4]
    assert log.after == 4


def test_an_id_that_was_rolled_back_is_not_waited_for_for_ever() -> None:
    log = ChangeLog(0)
    seen(log, 1, 3, now=0)
    seen(log, 3, now=GAP_SECONDS)
    assert log.after == 1
    seen(log, 3, now=GAP_SECONDS + 1)
    assert log.after == 3


def test_a_great_leap_of_ids_costs_no_more_than_its_span() -> None:
    log = ChangeLog(0)
    assert seen(log, 1, 10**12, now=0) == [1, 10**12]
    assert log.after == 10**12 - SPAN


@given(st.lists(st.tuples(st.integers(1, 40), st.booleans()), max_size=60), st.integers(0, 40))
@settings(max_examples=examples(300), deadline=None)
def test_each_is_seen_once_whatever_the_order_of_commits(commits: list[tuple[int, bool]], before: int) -> None:
    log, there, told = ChangeLog(before), set[int](), list[int]()
    for change_id, look in commits:
        there.add(change_id)
        if look:
            told += seen(log, *sorted(there))
    told += seen(log, *sorted(there))
    assert sorted(told) == sorted(there)
