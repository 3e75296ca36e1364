import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchd.features.models.response.loops import loop_of

QUESTION = "Describe how the bridge was built."
SENTENCE = "The bridge was built by two brothers. "
VERSE = """\
The night is long, the road is white,
the wind has blown away the light.
    And home is far, so far from here.
The frost has bound the miller's wheel,
the bells are still, the roofs are steel.
    And home is far, so far from here.
We walk until the stars are gone,
and when they are we still walk on.
    And home is far, so far from here.
"""


@pytest.mark.parametrize(
    "text",
    [
        SENTENCE * 30,
        (SENTENCE + "It was very strong. It stood there. ") * 12,
        (SENTENCE + "It carries a road over the river. ") * 15,
        "\n".join(f"{number}. {SENTENCE}" for number in range(1, 31)),
        "bridge " * 60,
        "the bridge over the river " * 20,
        "The bridge: the bridge over the river and " * 12,
        "ponte sobre o rio " * 30 + "ponte sobre",
        "A good beginning. " + "and the bridge was built and " * 30,
        "hahahaha" * 60,
        "桥梁建于" * 90,
        "# your step: the first tea\n" * 110,
    ],
)
def test_what_is_only_a_loop(text: str) -> None:
    assert loop_of(text, QUESTION)
    assert loop_of(text, None)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "42",
        SENTENCE * 3,
        VERSE,
        VERSE * 2,
        "Happy birthday to you! Happy birthday to you! Happy birthday, dear Ann! Happy birthday to you!",
        "0 0 0 0 0\n" * 20,
        "C G Am F " * 20,
        "ha " * 40,
        "-" * 500,
        "```py\n" + "assert is_prime(next(numbers)) is True\n" * 40 + "```",
        "| Lisbon | Porto |\n" * 40,
        "\n".join(f"Day {number}: walk for {number} minutes." for number in range(1, 40)),
        "\n".join(f"{number} is a number that is followed by {number + 1}." for number in range(40)),
    ],
)
def test_what_repeats_itself_rightly(text: str) -> None:
    assert loop_of(text, QUESTION) is None


@pytest.mark.parametrize(
    "prompt",
    [
        "Write 'I shall not be late' 100 times.",
        "Repeat the sentence.",
        "Repete a frase.",
        "Escreve isto trinta vezes.",
        "Write a song with a long refrain.",
    ],
)
def test_who_was_asked_to_repeat_may(prompt: str) -> None:
    assert loop_of("I shall not be late. " * 100, prompt) is None
    assert loop_of("I shall not be late. " * 100, QUESTION) == "i shall not be late."


@given(st.lists(st.sampled_from(["The sea is wide. ", "\n", "```", "| x |", "one two three ", "é"]), max_size=60))
def test_any_text_is_looked_at(pieces: list[str]) -> None:
    found = loop_of("".join(pieces), None)
    assert found is None or found in " ".join("".join(pieces).lower().split())
