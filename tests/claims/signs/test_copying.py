from orchd.claims import SUPPORTED
from orchd.claims.signs.copying import score_copying, score_parallel, score_replacement
from tests.claims.parts import paired, supported

SOURCE = "The entrance of the nest is a tube of pale wax, closed at night. The workers sleep."


def test_a_copy_is_seen() -> None:
    assert score_copying(paired("The entrance of the nest is a tube of pale wax.", SOURCE)) == 1
    assert score_copying(paired("At night, wax closes it.", SOURCE)) == 0


def test_a_word_in_anothers_place() -> None:
    assert score_replacement(paired("The entrance of the nest is a tube of pale clay, closed at night.", SOURCE)) >= 0.7
    assert score_replacement(paired("The entrance of the nest is a tube of pale wax, shut at night.", SOURCE)) == 0
    assert score_replacement(paired("The entrance of the nest is a tube of pale wax, closed at night.", SOURCE)) == 0


def test_two_words_in_others_places() -> None:
    source = "A man is slicing butter. Elsewhere a woman is frying tofu."
    assert score_parallel(paired("A woman is slicing tofu.", source)) == 1
    assert score_parallel(paired("A man is slicing butter.", source)) == 0
    assert score_parallel(paired("In the kitchen, a man is slicing the last of the butter.", source)) == 0
    assert supported("A woman is slicing tofu.", "A man is slicing butter.") < SUPPORTED
