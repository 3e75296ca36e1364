from orchd.claims.numbers.numbers import Quantity
from orchd.claims.reading.token import Token, with_unit


def test_a_unit_gives_dimension_and_factor() -> None:
    token = Token(0, 1, "number", "5", "5", Quantity((5,)))
    assert with_unit(token, "km").value == Quantity((5,), "length", 1000.0)
    assert with_unit(token, "horses") == token


def test_what_tells() -> None:
    assert Token(0, 1, "name", "ann", "ann").telling
    assert not Token(0, 1, "small", "the", "the").telling
    assert not Token(0, 1, "mark", ",", ",").telling
