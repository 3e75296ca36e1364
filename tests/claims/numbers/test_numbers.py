"""What figures and words mean, and which number follows from which."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchd.claims.numbers.numbers import (
    Quantity,
    agreement,
    begins,
    fraction,
    read_bound,
    read_number,
    readings,
)
from orchd.claims.words.language import Language


@pytest.mark.parametrize(
    ("figures", "language", "first", "count"),
    [
        ("1,234", "en", 1234, 2),
        ("1,234", "pt", 1.234, 2),
        ("1.234", "pt", 1234, 2),
        ("1.234", "en", 1.234, 2),
        ("1,234.5", "en", 1234.5, 1),
        ("1.234,5", "pt", 1234.5, 1),
        ("1.234.567", "en", 1234567, 1),
        ("12,5", "en", 12.5, 1),
        ("0.25", "pt", 0.25, 1),
        ("12 345", "en", 12345, 1),
        ("007", "en", 7, 1),
    ],
)
def test_points_and_commas(figures: str, language: Language, first: float, count: int) -> None:
    found = readings(figures, language)
    assert found[0] == first
    assert len(found) == count


@pytest.mark.parametrize(
    ("words", "language", "value", "used"),
    [
        ("forty two", "en", 42, 2),
        ("one hundred and five people", "en", 105, 4),
        ("two thousand three hundred", "en", 2300, 4),
        ("three million", "en", 3e6, 2),
        ("a dozen", "en", 0, 0),
        ("two dozen eggs", "en", 24, 2),
        ("vinte e dois", "pt", 22, 3),
        ("dois e tres", "pt", 2, 1),
        ("cento e vinte e dois", "pt", 122, 5),
        ("mil e quinhentos", "pt", 1500, 3),
        ("trinta e cinco mil", "pt", 35000, 4),
        ("house", "en", 0, 0),
    ],
)
def test_numbers_in_words(words: str, language: Language, value: float, used: int) -> None:
    assert read_number(words.split(), language) == (value, used)


@given(st.integers(min_value=1, max_value=99))
def test_every_number_below_a_hundred_is_read_back(number: int) -> None:
    tens = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
    ones = [
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "thirteen",
        "fourteen",
        "fifteen",
        "sixteen",
    ]
    ones += ["seventeen", "eighteen", "nineteen"]
    words = (
        [ones[number - 1]]
        if number < 20
        else [tens[number // 10 - 2], *([ones[number % 10 - 1]] if number % 10 else [])]
    )
    assert read_number(words, "en") == (number, len(words))
    assert begins(words[0], "en")


def test_fractions_and_places() -> None:
    value, used = fraction(["two", "thirds"], "en")
    assert (round(value, 3), used) == (0.667, 2)
    assert fraction(["half"], "en") == (0.5, 1)
    assert fraction(["quarter", "of"], "en") == (0.25, 1)
    assert fraction(["quarto"], "pt") == (0.0, 0)  # a room
    assert fraction(["um", "quarto"], "pt") == (0.25, 2)


@pytest.mark.parametrize(
    ("before", "kind", "words"),
    [
        ("it has more than", "over", " more than"),
        ("at least", "least", "at least"),
        ("sem ultrapassar", "most", "sem ultrapassar"),
        ("cerca de", "about", "cerca de"),
        ("menos de", "under", "menos de"),
        ("it has", "exact", ""),
    ],
)
def test_what_limits_a_number(before: str, kind: str, words: str) -> None:
    assert read_bound(before) == (kind, words)


def number(value: float, *, kind: str = "exact", dimension: str | None = None, factor: float = 1.0) -> Quantity:
    return Quantity((value,), dimension, factor, kind)  # type: ignore[arg-type]  # the cases below are all bounds


@pytest.mark.parametrize(
    ("claimed", "found", "follows"),
    [
        (number(42), number(42), True),
        (number(42), number(24), False),
        (number(40, kind="over"), number(42), True),
        (number(40, kind="over"), number(38), False),
        (number(40, kind="under"), number(42), False),
        (number(40, kind="over"), number(40, kind="under"), False),
        (number(0.5, kind="over"), number(0.5, kind="about"), False),
        (number(0.5, kind="about"), number(0.5, kind="about"), True),
        (number(35, kind="about"), number(35.4), True),
        (number(35, kind="about"), number(42), False),
        (number(8400), number(8412), True),
        (number(8421), number(8412), False),
        (number(1.28, dimension="length", factor=1000), number(1280, dimension="length"), True),
        (number(4, dimension="data", factor=1e6), number(4, dimension="data", factor=1e9), False),
        (number(5, dimension="usd"), number(5, dimension="eur"), False),
        (number(5, dimension="usd"), number(5), True),
        (Quantity((3,), ordinal=True), number(3), False),
    ],
)
def test_agreement(claimed: Quantity, found: Quantity, follows: bool) -> None:
    assert (agreement(claimed, found) >= 0.5) is follows


@given(st.floats(min_value=0, max_value=1e12), st.sampled_from(["exact", "about", "over", "least", "under", "most"]))
def test_a_number_follows_from_itself(value: float, kind: str) -> None:
    assert agreement(number(value, kind=kind), number(value, kind=kind)) == 1
