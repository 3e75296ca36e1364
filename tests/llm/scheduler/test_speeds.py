from hypothesis import given
from hypothesis import strategies as st

from orchd.llm.scheduler.speeds import MAX_MODELS, Speeds


def test_nothing_is_guessed_before_it_was_measured() -> None:
    speeds = Speeds()
    speeds.note_generation("a", 3.0)
    assert (speeds.generation("a"), speeds.generation("b"), speeds.load("a")) == (3.0, None, None)


def test_what_was_measured_last_counts_more() -> None:
    speeds = Speeds()
    for _ in range(20):
        speeds.note_load("a", 10.0)
    for _ in range(5):
        speeds.note_load("a", 20.0)
    found = speeds.load("a")
    assert found is not None
    assert 15.0 < found < 20.0


@given(st.lists(st.floats(0, 1e6), min_size=1))
def test_an_average_lies_between_what_was_measured(seconds: list[float]) -> None:
    speeds = Speeds()
    for second in seconds:
        speeds.note_generation("a", second)
    found = speeds.generation("a")
    assert found is not None
    assert min(seconds) - 1e-3 <= found <= max(seconds) + 1e-3


def test_what_is_known_is_bounded_and_the_longest_unused_goes() -> None:
    speeds = Speeds()
    for number in range(MAX_MODELS + 10):
        speeds.note_generation(str(number), 1.0)
        speeds.note_generation("0", 1.0)
    assert len(speeds._generations) == MAX_MODELS
    assert speeds.generation("0") is not None
    assert speeds.generation("1") is None
