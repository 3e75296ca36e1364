import pytest

from orchd.claims.signs.exclusive import score_exclusion
from tests.claims.parts import paired


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("The shop opens on Sunday.", "The shop opens on Saturday."),
        ("Her uncle built the brick house.", "Her father built the brick house."),
        ("O jogo foi no domingo.", "A partida foi no sábado."),
        ("A porta era verde.", "A porta era azul."),
    ],
)
def test_another_of_the_same_class(claim: str, source: str) -> None:
    assert score_exclusion(paired(claim, source)) == 1


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("The shop opens on Saturday.", "The shop opens on Saturday."),
        ("The shop opens on Saturday and Sunday.", "The shop opens on Sunday and Saturday."),
        ("The shop opens on Sunday.", "The shop opens late."),
        ("The northern road is closed.", "The road in the north is closed."),
    ],
)
def test_nothing_of_that_class_or_the_same(claim: str, source: str) -> None:
    assert score_exclusion(paired(claim, source)) == 0


def test_a_word_that_stands_nearby_counts_less() -> None:
    source = "The shop opens on Saturday. It was open on Sunday too."
    assert 0 < score_exclusion(paired("The shop opens on Sunday.", source)) < 1
