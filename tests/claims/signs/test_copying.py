from orchd.claims.signs.copying import copied, replaced
from tests.claims.parts import paired

SOURCE = "The entrance of the nest is a tube of pale wax, closed at night. The workers sleep."


def test_a_copy_is_seen() -> None:
    assert copied(paired("The entrance of the nest is a tube of pale wax.", SOURCE)) == 1
    assert copied(paired("At night, wax closes it.", SOURCE)) == 0


def test_a_word_in_anothers_place() -> None:
    assert replaced(paired("The entrance of the nest is a tube of pale clay, closed at night.", SOURCE)) >= 0.7
    assert replaced(paired("The entrance of the nest is a tube of pale wax, shut at night.", SOURCE)) == 0
    assert replaced(paired("The entrance of the nest is a tube of pale wax, closed at night.", SOURCE)) == 0
