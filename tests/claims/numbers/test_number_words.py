from orchd.claims.numbers.number_words import COUNTS, FRACTIONS, ORDINALS, SCALES, UNITS
from orchd.claims.words.stems import fold


def test_all_are_written_as_they_are_looked_up() -> None:
    tables = [*COUNTS.values(), *SCALES.values(), *FRACTIONS.values(), *ORDINALS.values()]
    assert all(word == fold(word) for table in tables for word in table)


def test_units() -> None:
    assert UNITS["km"] == UNITS["quilometros"] == ("length", 1000.0)
    assert UNITS["%"] == UNITS["percent"]
    assert UNITS["g"][0] == UNITS["mg"][0] == "mass"
