"""Somebody else in place of a pronoun, of a subject left out, or of another name."""

import pytest

from orchd.claims import SUPPORTED
from orchd.claims.signs.strangers import score_stranger
from tests.claims.parts import paired, supported


@pytest.mark.parametrize(
    ("source", "claim"),
    [
        ("Ann came in at ten. She took the book.", "Bob took the book."),
        ("Ann came in at ten. Then she took the book.", "Carlos took the book."),
        ("Ann came in at ten. She took the book and left.", "James took the book."),
        ("Ann took the book.", "Bob took the book."),
        ("The firm was founded in 1990. It makes pumps.", "Siemens makes pumps."),
        ("Ann met Bob in the hall. She took the book and left the room at noon.", "Carl left the room at noon."),
        ("Ana nasceu em Lisboa. Mudou-se para o Porto em 1990.", "João mudou-se para o Porto em 1990."),
        ("Marta nasceu em Évora. Estudou direito em Coimbra.", "Pedro estudou direito em Coimbra."),
        ("Ana nasceu em Lisboa. Mudou-se para o Porto em 1990.", "Maria mudou-se para o Porto em 1990."),
        ("Ana nasceu em Lisboa. Ela mudou-se para o Porto em 1990.", "João mudou-se para o Porto em 1990."),
        ("Ana nasceu em Lisboa. Em 1990, mudou-se para o Porto.", "João mudou-se para o Porto em 1990."),
    ],
)
def test_a_stranger(source: str, claim: str) -> None:
    assert supported(claim, source) < SUPPORTED


@pytest.mark.parametrize(
    ("source", "claim"),
    [
        ("Ann came in at ten. She took the book.", "Ann took the book."),
        ("Ana nasceu em Lisboa. Mudou-se para o Porto em 1990.", "Ana mudou-se para o Porto em 1990."),
        ("The scientists met in May. They found a cure.", "Researchers found a cure."),
        ("Voters went home. They were tired.", "People were tired."),
        ("The firm was founded in 1990. It makes pumps.", "The firm makes pumps."),
        ("Ann met Bob in the hall. She took the book and left the room at noon.", "Ann left the room at noon."),
        ("Marie Curie was born in Warsaw. She moved to Paris and studied physics.", "Marie Curie studied physics."),
        (
            "Ana nasceu em Lisboa. Estudou direito e mudou-se para o Porto em 1990.",
            "Ana mudou-se para o Porto em 1990.",
        ),
        (
            "Ana nasceu em Lisboa. Ela estudou direito e abriu um escritório no Porto.",
            "Ana abriu um escritório no Porto.",
        ),
        ("Ann arrived at ten and left the room at noon.", "Ann left the room at noon."),
        ("Ann opened the window, closed the book and left the room at noon.", "Ann left the room at noon."),
        ("Ann told Bob the news and, after lunch, left the room at noon.", "Ann left the room at noon."),
        ("Marie Curie was born in Warsaw and studied physics in Paris.", "Marie Curie studied physics."),
        ("Marie Curie moved to Paris in 1891, where she studied physics.", "Marie Curie studied physics."),
        ("Ana entrou às dez, cumprimentou Bruno e saiu da sala ao meio-dia.", "Ana saiu da sala ao meio-dia."),
    ],
)
def test_who_it_was(source: str, claim: str) -> None:
    assert supported(claim, source) >= SUPPORTED


def test_a_name_elsewhere_in_the_sources_counts_half() -> None:
    far = "It was hot. Bob is a judge. " + "It rained for days. " * 8 + "Ann came in. She took the book."
    assert score_stranger(paired("Bob took the book.", "Ann came in. She took the book.", 1)) == 1
    assert score_stranger(paired("Bob took the book.", far, 11)) == 0.5
