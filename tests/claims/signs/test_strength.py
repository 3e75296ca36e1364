import pytest

from orchd.claims import SUPPORTED
from orchd.claims.signs.strength import score_strength
from tests.claims.parts import paired, supported


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("It always rains.", "It often rains."),
        ("It rains.", "It might rain."),
        ("Aspirin reduces fever.", "Aspirin may reduce fever."),
        ("The match is cancelled.", "The match might be cancelled."),
        ("Twelve patients improved.", "Some of the 12 patients improved."),
        ("All patients improved.", "Some patients improved."),
        ("Most patients improved.", "Some of the patients improved."),
        ("All villages were flooded.", "Most villages were flooded."),
        ("Patients improved.", "Some patients improved."),
        ("O remédio reduz a febre.", "O remédio talvez reduza a febre."),
        ("Todos os alunos passaram de ano.", "Alguns dos alunos passaram de ano."),
        ("It rains.", "Does it rain?"),
        ("All pupils passed.", "Almost all pupils passed."),
        ("Todos os alunos passaram.", "Quase todos os alunos passaram."),
    ],
)
def test_more_certain_or_more_general_than_the_source(claim: str, source: str) -> None:
    assert score_strength(paired(claim, source)) > 0.4


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("It might rain.", "It rains."),
        ("Some patients improved.", "All patients improved."),
        ("Most patients improved.", "All patients improved."),
        ("Aspirin may reduce fever.", "Aspirin might reduce fever."),
        ("Almost all pupils passed.", "Nearly all pupils passed."),
        ("Patients improved.", "Patients improved, and most of them went home."),
    ],
)
def test_as_certain_or_less(claim: str, source: str) -> None:
    assert score_strength(paired(claim, source)) == 0


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("Aspirin reduces fever.", "Aspirin may reduce fever."),
        ("The match on Sunday is cancelled.", "The match on Sunday might be cancelled."),
        ("All patients improved.", "Some of the 12 patients improved."),
        ("Twelve patients improved.", "Some of the 12 patients improved."),
    ],
)
def test_a_hedge_left_out_is_not_supported(claim: str, source: str) -> None:
    assert supported(claim, source) < SUPPORTED
