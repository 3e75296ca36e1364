"""What belongs to one number, by its tokens."""

from orchd.claims.numbers.numbers import Quantity
from orchd.claims.reading.tokens import tokens
from tests.claims.parts import NO_WORDS


def test_scale_unit_and_half_are_taken_and_nothing_else() -> None:
    text = "about 2 million metres and a half of road"
    number, *rest = (token for token in tokens(text, 0, len(text), "en", NO_WORDS) if token.telling)
    assert text[number.start : number.end] == "2 million metres and a half"
    assert number.value == Quantity((2_000_000.5,), "length", 1.0, "about", scale=1e6)
    assert [token.lower for token in rest] == ["road"]


def test_a_year_with_a_unit_is_no_year() -> None:
    kinds = [token.kind for token in tokens("in 1999 or 1999 kg", 0, 18, "en", NO_WORDS) if token.telling]
    assert kinds == ["date", "number"]


def test_one_letter_is_a_unit_only_behind_figures() -> None:
    text = "5 m of five mm, 7 A"
    units = [token.value for token in tokens(text, 0, len(text), "en", NO_WORDS) if isinstance(token.value, Quantity)]
    assert [unit.dimension for unit in units] == ["length", "length", None]
    (year,) = (token for token in tokens("a year", 0, 6, "en", NO_WORDS) if token.telling)
    assert year.kind == "word"


def test_an_hour_and_a_half() -> None:
    (number,) = (token for token in tokens("an hour and a half", 0, 18, "en", NO_WORDS) if token.telling)
    assert number.value == Quantity((1.5,), "time", 3600.0)


def test_over_a_time_is_during_it() -> None:
    text = "over nine years, over nine trees"
    units = [token.value for token in tokens(text, 0, len(text), "en", NO_WORDS) if isinstance(token.value, Quantity)]
    assert [unit.bound for unit in units] == ["exact", "over"]


def test_segundo_is_a_place_only_behind_an_article() -> None:
    text = "segundo Rui, o segundo lugar"
    kinds = [token.kind for token in tokens(text, 0, len(text), "pt", NO_WORDS) if token.lower == "segundo"]
    assert kinds == ["small", "number"]
