import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchd.features.text.cutting.weights import KINDS, Guess, Ruler, characters, running, tokens, total
from tests.features.text.texts import TEXTS

GUESSES: list[Guess] = ["expected", "cautious"]


@given(TEXTS, st.sampled_from(GUESSES))
def test_running_sums_end_at_the_total(text: str, guess: Guess) -> None:
    sums = running(text, guess)
    assert len(sums) == len(text) + 1
    assert sums[-1] == total(text, guess)
    assert sums == sorted(sums)
    assert total(text, "expected") <= total(text, "cautious")


@given(TEXTS, TEXTS, st.sampled_from(GUESSES))
def test_totals_add_up(one: str, two: str, guess: Guess) -> None:
    assert total(one + two, guess) == total(one, guess) + total(two, guess)


@given(TEXTS, st.integers(0, 200), st.integers(1, 3000), st.data())
def test_what_is_within_reach_fits_and_nothing_more(text: str, amount: int, unit: int, data: st.DataObject) -> None:
    ruler = Ruler(running(text, "cautious"), unit)
    position = data.draw(st.integers(0, len(text)))
    reach, back = ruler.reach(position, amount), ruler.back(position, amount)
    assert ruler.size(position, reach) <= amount
    assert ruler.size(back, position) <= amount
    assert reach == len(text) or ruler.size(position, reach + 1) > amount
    assert back == 0 or ruler.size(back - 1, position) > amount


def test_characters_are_code_points() -> None:
    ruler = characters("aé👍x")
    assert (ruler.size(0, 4), ruler.reach(1, 2), ruler.back(4, 3)) == (4, 3, 1)


def test_every_first_byte_has_one_kind() -> None:
    firsts = [byte for kind in KINDS for byte in kind.bytes]
    assert sorted(firsts) == [*range(128), *range(0xC0, 0xF8)]


@pytest.mark.parametrize(
    ("text", "expected", "cautious"),
    [
        ("", 0, 0),
        ("abcd", 860, 1200),
        ("12 ", 1050, 2250),
        ("x;\n", 1215, 2300),
        ("é", 500, 1000),
        ("漢字", 1600, 4000),
        ("👍", 2000, 4000),
    ],
)
def test_each_kind_of_character_has_its_weight(text: str, expected: int, cautious: int) -> None:
    assert (total(text, "expected"), total(text, "cautious")) == (expected, cautious)
    assert tokens(text, "expected") == -(-expected // 1000)
