"""Marks that mean something, and those that don't."""

import pytest

from orchd.claims import SUPPORTED
from orchd.claims.signs.symbols import score_symbols, stands_there
from tests.claims.parts import judged, paired, supported


@pytest.mark.parametrize(
    ("source", "claim"),
    [
        ("The price is $40.", "The price is £40."),
        ("The price is $40.", "The price is 40 euros."),
        ("It raised $53,193,914 in 2019.", "It raised €53,193,914 in 2019."),
        ("O preço é R$ 40.", "O preço é US$ 40."),
        ("It costs ¥40.", "It costs $40."),
        ("The price is A$40.", "The price is C$40."),
        ("The balance was -$40 in May.", "The balance was $40 in May."),
        ("It was -5 °C at night.", "It was 5 °C at night."),
        ("It was -5 °C at night.", "It was -5 °F at night."),
        ("Fez -5 °C à noite.", "Fez 5 °C à noite."),
        ("Growth was -3 % in 2019.", "Growth was 3 % in 2019."),
        ("Choose x > 3 for this.", "Choose x < 3 for this."),
        ("Choose x > 3 for this.", "Choose x >= 3 for this."),
        ("The value is ≥ 5.", "The value is at most 5."),
        ("Add 5 ± 2 g.", "Add 5 + 2 g."),
        ("The program is written in C++.", "The program is written in C#."),
        ("The program is written in C++.", "The program is written in C."),
        ("The film is rated A+.", "The film is rated A-."),
        ("The blood group is O+.", "The blood group is O-."),
        ("The team won 3-1.", "The team won 1-3."),
        ("The ratio is 2:3.", "The ratio is 3:2."),
        ("The tank holds 40 l.", "The tank holds 40 ml."),
        ("The rate rose 3 %.", "The rate rose 3 ‰."),
        ("if a < b then swap a and b.", "if a > b then swap a and b."),
        ("The value is ±5.", "The value is 5."),
        ("O placar foi 2 a 1.", "O placar foi 1 a 2."),
        ("The area is 5 m².", "The area is 5 m³."),
        ("Dose: 5 mg.", "Dose: 5 µg."),
        ("It grew 10%.", "It grew 10 percentage points."),
        ("The price is 40 dollars.", "The price is 40 cents."),
        ("Temperatures of 20–25 °C are ideal.", "Temperatures of 20–25 °F are ideal."),
    ],
)
def test_another_mark_is_another_claim(source: str, claim: str) -> None:
    assert supported(claim, source) < SUPPORTED


@pytest.mark.parametrize(
    ("source", "claim"),
    [
        ("The price is $40.", "The price is 40 dollars."),
        ("It was -5 °C at night.", "It was minus 5 degrees Celsius at night."),
        ("It was 14 °F at night.", "It was -10 °C at night."),
        ("Caiu para -5 °C.", "Caiu para 5 graus abaixo de zero."),
        ("Sales changed by -3 % in 2019.", "Sales fell by 3 % in 2019."),
        ("It costs $30-$40 in May.", "It costs $30 to $40 in May."),
        ("Bob lost 1-3 to Ann.", "Ann beat Bob 3-1."),
        ("The value is ≥ 5.", "The value is at least 5."),
        ("Temperatures of 20–25 °C are ideal.", "Temperatures of 20-25 °C are ideal."),
        ("The password needs >= 8 characters.", "The password needs at least 8 characters."),
        ("It costs $0.40.", "It costs 40 cents."),
        ("They won 222 - 0 there.", "They won 222-0."),
        ("The tower – built of stone – stands.", "The tower, built of stone, stands."),
        ('The **tower** stands "alone".', "The tower stands alone."),
    ],
)
def test_what_differs_by_looks_only(source: str, claim: str) -> None:
    assert supported(claim, source) >= SUPPORTED


def test_part_of_a_sum_is_not_verbatim() -> None:
    (found,) = judged("It costs 40 euros.", "It costs up to 40 euros in May.")
    assert found.method != "verbatim"
    assert not stands_there(paired("take 3", "take 3 > 2"))
    assert stands_there(paired("take 3", "please take 3 now"))


def test_marks_count_only_between_words_that_both_have() -> None:
    assert score_symbols(paired("x > 3", "x < 3")) == 1
    assert score_symbols(paired("y > 4", "x < 3")) == 0
    assert score_symbols(paired("a tower", "a tower")) == 0
