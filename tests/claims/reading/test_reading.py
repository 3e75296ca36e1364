from orchd.claims.reading.reading import MOST_VALUES, STRONG_BORDER
from tests.claims.parts import reading, words


def test_indexes() -> None:
    read = reading("The tower is unsafe, 42 metres high")
    assert words(read, read.keys["tower"]) == ["tower"]
    assert words(read, read.plains["saf"]) == ["unsafe"]
    assert read.measures("length")
    assert not read.measures("mass")


def test_clauses_hold_words_apart() -> None:
    read = reading("Ann sold pears; Bob bought plums")
    assert read.clauses[0] != read.clauses[-1]
    assert read.places[-1] - read.places[0] >= len(read.tokens) - 1 + STRONG_BORDER


def test_values_are_bounded() -> None:
    assert len(reading("5 and " * 100).values) == MOST_VALUES
