import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchd.features.models.response.repetition import Repetition, repetition

ESSAY = "The river rises in the hills. It crosses three towns. Each has a bridge of its own. Then it meets the sea."


@pytest.mark.parametrize(
    "text",
    [
        "",
        "42",
        "Paris.",
        ESSAY,
        "Yes. Yes. Yes. Yes. Yes. Yes.",
        "```py\n" + "return self.value or None\n" * 8 + "```",
        "| a long cell | another cell |\n" * 8,
        "1. Open the door.\n2. Close the door.\n3. Lock the door.",
        "ha " * 10,
    ],
)
def test_what_is_no_repetition(text: str) -> None:
    assert repetition(text) is None


@pytest.mark.parametrize(
    "text",
    [
        ESSAY + " The river rises in the hills. It is long. THE RIVER  rises in the hills.",
        "- The river rises in the hills.\n* the river rises in the hills.\n1. The river rises in the hills.",
        f"{ESSAY} {ESSAY}",
        ESSAY + " and so on and so on" * 20,
        "word " * 30,
    ],
)
def test_what_is_said_again_and_again(text: str) -> None:
    assert repetition(text) is not None


def test_what_is_repeated_is_named_with_how_often() -> None:
    assert repetition("The sea is wide. " * 4) == Repetition("the sea is wide.", 4)
    assert repetition("over and " * 30) == Repetition("over and", None)


@given(st.lists(st.sampled_from(["The sea is wide. ", "\n", "```", "| x |", "one two three ", ". ", "é"]), max_size=60))
def test_any_text_is_looked_at(pieces: list[str]) -> None:
    found = repetition("".join(pieces))
    assert found is None or found.quote


def test_a_long_text_takes_no_time() -> None:
    assert repetition("a b. " * 100_000) is not None
    assert repetition("```\n" * 50_000) is None
