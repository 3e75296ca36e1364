"""What a passage says only under a condition, as somebody's word, as a question or a plan is no fact."""

import pytest

from orchd.claims import SUPPORTED
from orchd.claims.signs.framing import score_frame
from tests.claims.parts import judged, paired, supported


@pytest.mark.parametrize(
    ("source", "claim"),
    [
        ("If it rains, the match is cancelled.", "The match is cancelled."),
        ("If it rains, the match is cancelled.", "It rains."),
        ("The contract is void unless both sign it.", "The contract is void."),
        ("Provided that the budget is approved, the school gets a new roof.", "The school gets a new roof."),
        ("Critics claim the bridge is unsafe.", "The bridge is unsafe."),
        ('"The bridge is unsafe", said the mayor, wrongly.', "The bridge is unsafe."),
        ("Ann believes that Bob stole the car.", "Bob stole the car."),
        ("The mayor allegedly took the money.", "The mayor took the money."),
        ("It is not true that the bridge opened in 1931.", "The bridge opened in 1931."),
        ("It is a myth that the wall is visible from the Moon.", "The wall is visible from the Moon."),
        ("There is no evidence that the drug cures cancer.", "The drug cures cancer."),
        ("Is the bridge open to cars?", "The bridge is open to cars."),
        ("They asked whether the mill was sold.", "The mill was sold."),
        ("She hopes that the law passes in May.", "The law passes in May."),
        ("The city plans to build a bridge in 2030.", "The city built a bridge in 2030."),
        ("He tried to climb the tower.", "He climbed the tower."),
        ("Se chover, o jogo será cancelado.", "O jogo será cancelado."),
        ("O contrato é anulado se o prazo terminar.", "O contrato é anulado."),
        ("Críticos alegam que a ponte é insegura.", "A ponte é insegura."),
        ("O prefeito teria recebido o dinheiro.", "O prefeito recebeu o dinheiro."),
        ("Não é verdade que a ponte foi aberta em 1931.", "A ponte foi aberta em 1931."),
        ("É falso que a ponte foi aberta em 1931.", "A ponte foi aberta em 1931."),
        ("Não há provas de que o remédio cura a doença.", "O remédio cura a doença."),
        ("A ponte está aberta aos carros?", "A ponte está aberta aos carros."),
        ("A prefeitura pretende construir uma ponte.", "A prefeitura construiu uma ponte."),
        ("Tomara que a ponte abra em maio.", "A ponte abre em maio."),
        ("Supposing Ann wins, Bob resigns.", "Bob resigns."),
        ("The match is cancelled in case it rains.", "The match is cancelled."),
        ("Only if it rains is the match cancelled.", "The match is cancelled."),
        ("It is said that the king was poisoned.", "The king was poisoned."),
        ("Rumour has it that the firm is bankrupt.", "The firm is bankrupt."),
        ("The Earth is flat, according to some.", "The Earth is flat."),
        ("The idea that the Earth is flat is wrong.", "The Earth is flat."),
        ("I doubt that the bridge is safe.", "The bridge is safe."),
        ("The bridge is safe, he lied.", "The bridge is safe."),
        ("Let's say the sky is green.", "The sky is green."),
        ("The bridge was almost finished.", "The bridge was finished."),
        ("He pretended to be a doctor.", "He was a doctor."),
        ("The plan is to open the museum in 2030.", "The museum opened in 2030."),
        ("The museum will open in 2030.", "The museum opened in 2030."),
        ("Coffee is thought to help.", "Coffee helps."),
        ("Porto is one of the largest cities.", "Porto is the largest city."),
        ("The second-largest city is Porto.", "The largest city is Porto."),
        ("O Porto é uma das maiores cidades.", "O Porto é a maior cidade."),
        ("Desde que chova, o jogo é cancelado.", "O jogo é cancelado."),
        ("A menos que chova, o jogo será disputado.", "O jogo será disputado."),
        ("Há quem diga que a ponte é insegura.", "A ponte é insegura."),
        ("Dizem que a ponte é insegura.", "A ponte é insegura."),
        ("A afirmação de que a Terra é plana é falsa.", "A Terra é plana."),
        ("Duvido que a ponte seja segura.", "A ponte é segura."),
        ("Ana negou que tivesse roubado o carro.", "Ana roubou o carro."),
        ("Ele fingiu ser médico.", "Ele era médico."),
        ("Prometeram construir uma escola.", "Construíram uma escola."),
        ("O museu vai abrir em 2030.", "O museu abriu em 2030."),
    ],
)
def test_a_frame_left_out(source: str, claim: str) -> None:
    assert supported(claim, source) < SUPPORTED


@pytest.mark.parametrize(
    ("source", "claim"),
    [
        ("Even if it rains, the match is played.", "The match is played."),
        ("The bridge opened in 1931, and if it rains, it closes.", "The bridge opened in 1931."),
        ("The contract is void if both sign it.", "The contract is void, if both sign it."),
        ("The storm claimed 40 lives in Lisbon.", "The storm killed 40 people in Lisbon."),
        ("Did you know that the bridge opened in 1931?", "The bridge opened in 1931."),
        ("The museum will open in 2030.", "The museum opens in 2030."),
        ("Although critics claim it is ugly, the tower draws many visitors.", "The tower draws many visitors."),
        ("The mayor, who wanted to build a tower, resigned in May.", "The mayor resigned in May."),
        ("He wanted to be a doctor and became one in 1950.", "He became a doctor in 1950."),
        ("The team tried to climb it and succeeded in 1953.", "The team succeeded in 1953."),
        ("The firm plans to hire 200 people and has opened a plant.", "The firm has opened a plant."),
        ("Porto is one of the largest cities.", "Porto is among the largest cities."),
        ("O governo informou que 40 pessoas morreram.", "40 pessoas morreram."),
        ("O contrato vale desde que foi assinado.", "O contrato vale."),
        ("The claim was paid in May.", "The claim was paid in May 2020."),
        ("Ela se tornou presidente em 1990.", "Ela tornou-se presidente em 1990."),
        ("Críticos alegam que a ponte é insegura.", "Críticos dizem que a ponte é insegura."),
        ("Não é verdade que a ponte foi aberta em 1931.", "A ponte não foi aberta em 1931."),
        ("It is false that the bridge opened in 1931.", "The bridge did not open in 1931."),
    ],
)
def test_no_frame_or_one_that_is_told_along(source: str, claim: str) -> None:
    assert score_frame(paired(claim, source)) < 0.5


def test_who_is_quoted_is_mostly_right_but_it_is_not_verbatim() -> None:
    (found,) = judged("The bridge is closed.", 'The mayor said that the bridge is closed."')
    assert found.method != "verbatim"
    assert 0 < score_frame(paired("The bridge is closed.", "The mayor said that the bridge is closed.")) < 0.5


def test_a_clause_keeps_the_frame_of_its_sentence() -> None:
    source = "Critics claim the bridge is unsafe and the mayor is corrupt."
    for found in judged("Critics also claim the bridge is unsafe and the mayor is corrupt.", source):
        assert found.support >= SUPPORTED
