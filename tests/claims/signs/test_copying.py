from orchd.claims.signs.copying import score_copying, score_replacement
from tests.claims.parts import paired

SOURCE = "The entrance of the nest is a tube of pale wax, closed at night. The workers sleep."


def test_a_copy_is_seen() -> None:
    assert score_copying(paired("The entrance of the nest is a tube of pale wax.", SOURCE)) == 1
    assert score_copying(paired("At night, wax closes it.", SOURCE)) == 0


def test_a_word_in_anothers_place() -> None:
    assert score_replacement(paired("The entrance of the nest is a tube of pale clay, closed at night.", SOURCE)) >= 0.7
    assert score_replacement(paired("The entrance of the nest is a tube of pale wax, shut at night.", SOURCE)) == 0
    assert score_replacement(paired("The entrance of the nest is a tube of pale wax, closed at night.", SOURCE)) == 0
