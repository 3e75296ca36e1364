import pytest

from orchd.claims.signs.denial import score_denial
from tests.claims.parts import paired


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("The museum is open on Mondays.", "The museum is not open on Mondays."),
        ("The museum is not open on Mondays.", "The museum is open on Mondays."),
        ("Profit rose in May.", "Profit fell in May."),
        ("The tap water is safe.", "The tap water is unsafe."),
        ("The archive survived the fire.", "The fire destroyed the archive."),
        ("As mais velhas foram as que mais sofreram.", "As mais velhas foram as que menos sofreram."),
        ("A vaga foi aceita por Ana.", "A vaga foi recusada por Ana."),
        ("O contador pode abrir a caixa.", "O contador nunca pode abrir a caixa."),
    ],
)
def test_contradictions(claim: str, source: str) -> None:
    assert score_denial(paired(claim, source)) > 0.6


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("The museum is not open on Mondays.", "On Mondays the museum is never open."),
        ("The museum is closed on Mondays.", "The museum is not open on Mondays."),
        ("Corvex bought the division.", "The company sold the division to Corvex."),
        ("O museu não abre às segundas.", "Às segundas o museu nunca abre."),
        ("No dividend is paid.", "Dividends are not paid."),
    ],
)
def test_agreement_in_other_words(claim: str, source: str) -> None:
    assert score_denial(paired(claim, source)) < 0.4
