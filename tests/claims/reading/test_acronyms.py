"""Names, what they are shortened to, titles before them, names in their midst."""

import pytest

from orchd.claims import SUPPORTED
from orchd.claims.reading.acronyms import one_for_all, shortenings
from tests.claims.parts import reading, supported


def test_shortenings_are_those_of_runs_of_capital_words() -> None:
    found = {letters for letters, _ in shortenings(reading("the World Health Organization of Rome met").tokens)}
    assert {"who", "wh", "ho", "whor"} <= found
    assert [letters for letters, _ in shortenings(reading("in the city of Rome").tokens)] == []


def test_one_stands_for_all() -> None:
    assert one_for_all("eua") == one_for_all("usa") == one_for_all("us")
    assert one_for_all("pf") == "pf"


@pytest.mark.parametrize(
    ("source", "claim"),
    [
        ("A PF prendeu dois homens em Recife.", "A Polícia Federal prendeu dois homens em Recife."),
        ("A Polícia Federal prendeu dois homens em Recife.", "A PF prendeu dois homens em Recife."),
        ("She moved to New York in 1990.", "She moved to NY in 1990."),
        ("The UN sent aid in 1999.", "The United Nations sent aid in 1999."),
        ("A ONU enviou ajuda em 1999.", "As Nações Unidas enviaram ajuda em 1999."),
        ("A Organização das Nações Unidas enviou ajuda em 1999.", "A ONU enviou ajuda em 1999."),
        ("Os EUA assinaram o tratado.", "Os Estados Unidos assinaram o tratado."),
        ("The U.S. signed the treaty.", "The United States signed the treaty."),
        ("The USA signed the treaty.", "The U.S. signed the treaty."),
        ("A União Europeia assinou o tratado.", "A UE assinou o tratado."),
        ("The World Health Organization sent aid.", "The WHO sent aid."),
        ("O Supremo Tribunal Federal decidiu o caso.", "O STF decidiu o caso."),
        ("Dr. Ana Silva leads the clinic.", "Doctor Silva leads the clinic."),
        ("Ana Silva leads the clinic.", "Dr. Ana Silva leads the clinic."),
        ("O Dr. João Prado assinou o contrato.", "O doutor João Prado assinou o contrato."),
        ("A Sra. Lima assinou o contrato.", "A senhora Lima assinou o contrato."),
        ("Ana Silva leads the clinic.", "Ana Maria Silva leads the clinic."),
        ("Ana Maria Silva leads the clinic.", "Ana Silva leads the clinic."),
        ("William Gates founded the firm.", "Bill Gates founded the firm."),
        ("O senador José Prado abriu a loja em maio.", "O senador Zé Prado abriu a loja em maio."),
    ],
)
def test_one_name_in_two_ways(source: str, claim: str) -> None:
    assert supported(claim, source) >= SUPPORTED


@pytest.mark.parametrize(
    ("source", "claim"),
    [
        ("A Polícia Federal prendeu dois homens em Recife.", "A PRF prendeu dois homens em Recife."),
        ("She moved to New York in 1990.", "She moved to LA in 1990."),
        ("The UK signed the treaty.", "The US signed the treaty."),
        ("The European Union signed the treaty.", "The UN signed the treaty."),
        ("Ana Silva leads the clinic.", "Eva Silva leads the clinic."),
        ("Ana Silva leads the clinic.", "Ana Lima leads the clinic."),
        ("Dr. Ana Silva leads the clinic.", "Doctor Lima leads the clinic."),
        ("William Gates founded the firm.", "Bob Gates founded the firm."),
    ],
)
def test_another_name(source: str, claim: str) -> None:
    assert supported(claim, source) < SUPPORTED
