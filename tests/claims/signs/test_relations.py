import pytest

from orchd.claims.signs.relations import is_swapped, score_subject
from tests.claims.parts import paired

TOWERS = "The north tower is 120 metres high, and the south tower has 95 metres."
LOSSES = "Bolivia lost four ships and many men; Brazil lost one ship and 104 men."


def test_the_subject_of_another_clause() -> None:
    assert score_subject(paired("Brazil lost four ships.", LOSSES)) > 0.5
    assert score_subject(paired("The south tower has 120 metres.", TOWERS)) > 0.3
    assert score_subject(paired("The north tower has 120 metres.", TOWERS)) == 0
    assert score_subject(paired("Bolivia lost four ships.", LOSSES)) == 0


def test_who_acts_is_not_who_the_first_act_is_done_to() -> None:
    called, rain = "Tom called the police and left the house.", "A chuva inundou a estrada e bloqueou o trânsito."
    assert score_subject(paired("The police left the house.", called)) == 1
    assert score_subject(paired("Tom left the house.", called)) == 0
    assert score_subject(paired("A estrada bloqueou o trânsito.", rain)) == 1
    assert score_subject(paired("A chuva bloqueou o trânsito.", rain)) == 0
    assert score_subject(paired("The police left the house.", "Tom called the police, who left the house.")) == 0
    assert score_subject(paired("Ann left the house.", "Tom said Ann came and left the house.")) == 0
    assert score_subject(paired("The wind closed the port.", "Rain and wind hit the town and closed the port.")) == 0


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("The watchdog was restarted by the server.", "The watchdog restarted the server."),
        ("The server restarted the watchdog.", "The watchdog restarted the server."),
        ("Brazil beat Germany.", "Germany beat Brazil."),
        ("Rita is the uncle of Paul.", "Paul is the uncle of Rita."),
        ("Bia é mãe de Ana.", "Ana é mãe de Bia."),
        ("A letter was sent from Paris to Rome.", "A letter was sent from Rome to Paris."),
        ("The loan was given by Bruno to Anna.", "The loan was given by Anna to Bruno."),
        ("A carta foi levada para Lisboa do Porto.", "A carta foi levada de Lisboa para o Porto."),
        ("Os bairros isolados levaram comida aos barqueiros.", "Os barqueiros levaram comida aos bairros isolados."),
        ("Profit fell to 5.1 million euros.", "Profit fell from 5.1 to 4.3 million euros."),
        ("The trial enrolled 14 patients.", "The trial enrolled 312 patients in 14 hospitals."),
        ("The rate was 87 percent in seniors.", "The rate was 87 percent in adults and 61 percent in seniors."),
        ("It destroyed five villages.", "It destroyed two of the five villages."),
        ("In 2021 sales were 248 million.", "Sales rose from 210 million in 2021 to 248 million in 2022."),
    ],
)
def test_swapped(claim: str, source: str) -> None:
    assert is_swapped(paired(claim, source))


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("The capital of France is Paris.", "Paris is the capital of France."),
        ("Rui Alves é o diretor do museu.", "O diretor do museu é Rui Alves."),
        ("Eva is a friend of Ana.", "Ana is a friend of Eva."),
        ("To Paris a letter was sent from Rome.", "A letter was sent from Rome to Paris."),
        ("The loan to Bruno was given by Anna.", "The loan was given by Anna to Bruno."),
        ("The server was restarted by the watchdog.", "The watchdog restarted the server."),
        ("The mayor of Porto opened the tower.", "The tower was opened by the mayor of Porto."),
        ("The tower was opened by the new mayor of Porto.", "The new mayor of Porto opened the tower."),
        ("Profit fell to 4.3 million euros.", "Profit fell from 5.1 to 4.3 million euros."),
        ("The tablets are made in Aarhus by Nordhaven.", "The tablets are made by Nordhaven in Aarhus."),
        ("The trial enrolled 312 patients.", "The trial enrolled 312 patients in 14 hospitals."),
        ("It destroyed two villages.", "It destroyed two of the five villages."),
        ("In 1998 the company was founded.", "The company was founded in 1998."),
    ],
)
def test_not_swapped(claim: str, source: str) -> None:
    assert not is_swapped(paired(claim, source))
