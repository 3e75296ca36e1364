"""What of an answer claims something."""

import pytest
from hypothesis import given

from orchd.claims.texts.segments import segments, without_code
from orchd.claims.texts.talk import claiming
from tests.claims.parts import TEXTS, judged


def kept(text: str) -> list[str]:
    return [text[start:end] for start, end in claiming(text)]


@pytest.mark.parametrize(
    "text",
    [
        "Sure!",
        "OK",
        "Of course.",
        "Great question!",
        "Hello! How can I help you today?",
        "Here is what the text says:",
        "Here's the answer to your question.",
        "N/A",
        "That's all I could find.",
        "Does that answer your question?",
        "Please see the details below.",
        "Disponha!",
        "Até logo!",
        "No further details are given.",
        "Here are the main facts about the bridge:",
        "**Key points:**",
        "Overview of the bridge:",
        "I hope this helps!",
        "Let me know if you need anything else!",
        "If you have more questions, feel free to ask. 😊",
        "Would you like more details?",
        "# The bridge",
        "## Summary",
        "**History**",
        "The bridge\n==========",
        "Claro!",
        "Olá! Como posso ajudar?",
        "Aqui está o que o texto diz:",
        "Seguem os pontos principais:",
        "Espero que isso ajude!",
        "Se precisar de mais alguma coisa, é só avisar.",
        "Gostaria de mais detalhes?",
        "# A ponte",
    ],
)
def test_talk_is_no_claim(text: str) -> None:
    assert judged(text, "The bridge opened in 1931.") == []


@pytest.mark.parametrize(
    "text",
    [
        "The sources don't say who painted it.",
        "The text does not mention the architect.",
        "The provided documents do not contain information about the cost.",
        "There is no information about the cost in the text.",
        "Based on the provided text, I cannot determine who built it.",
        "I couldn't find the architect's name in the sources.",
        "None of the sources mention the painter.",
        "The sources are silent on who painted it.",
        "Who painted it is not stated in the sources.",
        "It isn't mentioned in the text who painted it.",
        "Unfortunately, the text does not specify the date.",
        "As fontes não dizem quem pintou o quadro.",
        "O texto não menciona o arquiteto.",
        "Não há informações sobre o custo no texto.",
        "Não encontrei essa informação nas fontes.",
        "Nenhuma das fontes menciona o pintor.",
        "Infelizmente, o documento não informa o preço.",
        "Não sei.",
        "I'm sorry, but the text doesn't provide that information.",
        "It is unclear from the text who built it.",
        "The architect is not mentioned.",
        "There isn't enough information in the sources to say who built it.",
        "The question cannot be answered from the sources.",
        "O nome do arquiteto não é mencionado no texto.",
        "Não é possível responder com base nas fontes.",
        "Desculpe, mas as fontes não trazem essa informação.",
    ],
)
def test_that_the_texts_do_not_say_it_is_no_claim(text: str) -> None:
    assert kept(text) == []


@pytest.mark.parametrize(
    ("text", "claimed"),
    [
        ("Sure, it opened in 1931.", "it opened in 1931."),
        ("Okay, here's the summary: it opened in 1931.", "it opened in 1931."),
        ("No, it opened in 1931.", "it opened in 1931."),
        ("According to the text, it opened in 1931.", "it opened in 1931."),
        ("The text says that it opened in 1931.", "it opened in 1931."),
        ("In summary, it opened in 1931.", "it opened in 1931."),
        ("The text does not mention the cost, but it opened in 1931.", "it opened in 1931."),
        ("Please note that it opened in 1931.", "it opened in 1931."),
        ("It's worth noting that it opened in 1931.", "it opened in 1931."),
        ("To sum up: it opened in 1931.", "it opened in 1931."),
        ("Source 1: it opened in 1931.", "it opened in 1931."),
        ("Vale lembrar que abriu em 1931.", "abriu em 1931."),
        ("Claro, abriu em 1931.", "abriu em 1931."),
        ("Segundo o texto, abriu em 1931.", "abriu em 1931."),
        ("O texto diz que abriu em 1931.", "abriu em 1931."),
        ("O texto não diz o preço, mas abriu em 1931.", "abriu em 1931."),
    ],
)
def test_what_follows_talk_is_kept(text: str, claimed: str) -> None:
    assert kept(text) == [claimed]


@pytest.mark.parametrize(
    "text",
    [
        "The bridge has three parts:",
        "**Length:** 1,280 m",
        "# It opened in 1931",
        "This is not a park.",
        "The museum does not have a café.",
        "The documents were not found in 1931.",
        "The information desk does not open on Sundays.",
        "It is not known who built the bridge.",
        "Nothing was built in 1931.",
        "No information is lost.",
        "Sem documentos, ele ficou em Lisboa.",
        "Nenhum documento foi assinado.",
        "Yes.",
        "Joseph Strauss",
    ],
)
def test_what_says_something_is_kept(text: str) -> None:
    assert len(kept(text)) == 1


def test_the_head_of_a_table_is_left_out_and_its_rows_are_not() -> None:
    found = judged("| Fact | Value |\n|---|---|\n| Opened | 1931 |\n", "The bridge opened in 1931.")
    assert [finding.claim for finding in found] == ["| Opened | 1931 |"]


def test_code_is_left_out_and_what_stands_around_it_is_not() -> None:
    block = "```python\nspeed = 300  # metres a second\n\nprint(speed)\n```"
    assert kept(f"The bridge opened in 1931.\n{block}\nIt is 300 metres long.") == [
        "The bridge opened in 1931.",
        "It is 300 metres long.",
    ]
    assert kept("> ~~~~\n> It fell in 1940.\n> ~~~\n> It did.\n> ~~~~\n\nIt stands.") == ["It stands."]
    assert kept("It stands.\n\n```\nIt fell in 1940.") == ["It stands."]
    assert kept("```It fell``` in 1940.") == ["```It fell``` in 1940."], "code within a line is part of its sentence"


@given(TEXTS, TEXTS)
def test_what_is_no_code_keeps_its_place(before: str, code: str) -> None:
    text = f"{before}\n```\n{code}\n```"
    told = without_code(text)
    assert len(told) == len(text)
    assert all(kept in (sign, "\n") for kept, sign in zip(told, text, strict=True))


def test_a_list_of_references_is_left_out() -> None:
    listed = "It opened in 1931 [1].\n\nReferences\n[1] Smith, J. (2020). The bridge. Oxford.\n[2] https://x.org/1"
    assert kept(listed) == ["It opened in 1931 [1]."]
    assert kept("It opened.\n\n[^2]: report.txt\n") == ["It opened.", "[^2]: report.txt"]  # blanked before, in a ledger
    assert judged("It opened.\n\n[^2]: report.txt\n", "It opened.")[0].verdict == "supported"
    assert len(judged("It opened.\n\n[^2]: report.txt\n", "It opened.")) == 1
    assert kept("## Fontes\n- relatorio.txt, 2019\n\nEla abriu.") == ["Ela abriu."]


def test_a_right_answer_in_markdown_has_right_claims_only() -> None:
    source = "The bridge opened in 1931. It is 300 metres long and cost $5 million."
    answer = (
        "Sure! Here is what the text says:\n\n# The bridge\n\n| Fact | Value |\n|---|---|\n| Opened | 1931 |\n\n"
        "- **Length:** 300 metres [1]\n- It cost $5 million.\n\nThe text doesn't say who built it. I hope this helps!"
    )
    found = judged(answer, source)
    assert len(found) == 3
    assert all(finding.support >= 0.5 for finding in found)


@given(TEXTS)
def test_what_is_kept_lies_within_the_sentences(text: str) -> None:
    sentences = {end: start for start, end in segments(without_code(text))}
    last = 0
    for start, end in claiming(text):
        assert last <= start < end
        assert sentences[end] <= start
        last = end
