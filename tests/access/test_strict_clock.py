"""A clock that never goes back, however the machine's are set."""

from hypothesis import given, settings
from hypothesis import strategies as st

from orchd.access.strict_clock import StrictClock
from tests.examples import examples


class Clocks:
    """A wall clock that can be set, and one that only runs."""

    def __init__(self) -> None:
        self.wall, self.steady = 1_000_000, 50.0

    def clock(self) -> StrictClock:
        return StrictClock(lambda: self.wall, lambda: self.steady)

    def run(self, seconds: int) -> None:
        self.wall, self.steady = self.wall + seconds * 1000, self.steady + seconds


def test_it_is_the_wall_clock_while_that_runs() -> None:
    clocks = Clocks()
    clock = clocks.clock()
    clocks.run(7)
    assert clock.now() == 1_007_000


def test_a_wall_clock_that_is_set_back_brings_nothing_back() -> None:
    clocks = Clocks()
    clock = clocks.clock()
    clocks.run(10)
    assert clock.now() == 1_010_000
    clocks.wall -= 3_600_000
    clocks.run(5)
    assert clock.now() == 1_015_000


def test_a_jump_forward_counts() -> None:
    clocks = Clocks()
    clock = clocks.clock()
    clocks.wall += 3_600_000
    assert clock.now() == 4_600_000
    clocks.wall -= 3_600_000
    clocks.run(1)
    assert clock.now() == 4_601_000


@given(st.lists(st.tuples(st.integers(-10_000_000, 10_000_000), st.integers(0, 1000))))
@settings(max_examples=examples(300), deadline=None)
def test_no_sequence_of_jumps_makes_it_go_back(jumps: list[tuple[int, int]]) -> None:
    clocks = Clocks()
    clock = clocks.clock()
    before = clock.now()
    for jump, seconds in jumps:
        clocks.wall += jump
        clocks.run(seconds)
        assert clock.now() >= before + seconds * 1000
        before = clock.now()
