from hypothesis import given
from hypothesis import strategies as st

from orchd.llm.local.backoff import FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS, STEADY_SECONDS, BackOff


def test_one_death_costs_no_time_and_each_further_one_twice_as_much() -> None:
    pauses = BackOff()
    found = []
    now = 0.0
    for _ in range(8):
        pauses.note_end(now, now + 1)
        now += 1
        found.append(pauses.wait(now))
        now += found[-1]
    assert found == [0.0, 1.0, 2.0, 4.0, 8.0, 16.0, LONGEST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS]
    assert pauses.wait(now) == 0.0


def test_a_process_that_lived_long_is_begun_again_at_once() -> None:
    pauses = BackOff()
    pauses.note_end(0.0, 1.0)
    pauses.note_end(1.0, 2.0)
    assert pauses.wait(2.0) == FIRST_PAUSE_SECONDS
    pauses.note_end(3.0, 3.0 + STEADY_SECONDS)
    assert pauses.wait(3.0 + STEADY_SECONDS) == 0.0


@given(st.lists(st.tuples(st.floats(0, 1e6), st.floats(0, 1e6)), max_size=200))
def test_no_pause_is_longer_than_the_longest(lives: list[tuple[float, float]]) -> None:
    pauses, now = BackOff(), 0.0
    for lived, rested in lives:
        pauses.note_end(now, now + lived)
        now += lived
        assert 0.0 <= pauses.wait(now) <= LONGEST_PAUSE_SECONDS
        now += rested
