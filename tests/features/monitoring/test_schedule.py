from hypothesis import given
from hypothesis import strategies as st

from orchd.features.monitoring.schedule import GRID_MS, Beat, next_due, wake_at

intervals = st.integers(1_000, 3_600_000)
times = st.integers(0, 10**10)


@given(intervals, times)
def test_the_next_due_time_is_later_by_at_most_an_interval_and_a_step(interval: int, now: int) -> None:
    assert now < next_due(interval, now) <= now + interval + GRID_MS


@given(intervals, times)
def test_all_due_times_lie_on_the_grid_so_that_different_intervals_share_them(interval: int, now: int) -> None:
    assert next_due(interval, now) % GRID_MS == 0


@given(intervals, times)
def test_no_due_time_lies_between_now_and_the_next(interval: int, now: int) -> None:
    due = next_due(interval, now)
    assert next_due(interval, due - 1) == due


@given(intervals, st.integers(1, 1_000))
def test_one_due_time_comes_for_each_multiple(interval: int, count: int) -> None:
    due = 0
    for _ in range(count):
        due = next_due(interval, due)
    assert count * interval <= due < count * interval + GRID_MS


@given(intervals, times, st.integers(0, 499))
def test_a_punctual_subscriber_loses_no_beat(interval: int, now: int, late: int) -> None:
    due = next_due(interval, now)
    following = next_due(interval, due)
    beat = Beat(interval, due).after(due + min(late, following - due - interval // 2))
    assert beat == Beat(interval, following)


@given(intervals, times)
def test_two_beats_are_at_least_half_an_interval_apart(interval: int, now: int) -> None:
    beat = Beat(interval, now).after(now)
    assert now + interval // 2 <= beat.due_ms <= now + interval + interval // 2 + GRID_MS


@given(intervals, times, st.integers(1, 50))
def test_equal_intervals_meet_whenever_they_began(interval: int, began: int, count: int) -> None:
    beat = Beat(interval, began)
    for _ in range(count):
        beat = beat.after(beat.due_ms)
    other = Beat(interval, 0).after(max(0, beat.due_ms - 3 * interval))
    while other.due_ms < beat.due_ms:
        other = other.after(other.due_ms)
    assert other == beat


def test_the_second_is_kept_exactly_by_a_lone_subscriber() -> None:
    beat, seen = Beat(1_000, 0), []
    for _ in range(4):
        seen.append(beat.due_ms)
        beat = beat.after(beat.due_ms)
    assert seen == [0, 1_000, 2_000, 3_000]


def test_the_ticker_wakes_for_the_first_who_is_due() -> None:
    assert wake_at([Beat(1_000, 7_000), Beat(60_000, 2_500)]) == 2_500
    assert wake_at([]) is None
