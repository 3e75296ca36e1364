import pytest

from orchd.features.models.response.thinking import is_thinking

QUESTION = "Describe how the bridge was built, in three sentences."


@pytest.mark.parametrize(
    "text",
    [
        "Okay, the user wants a text about the bridge. Let me think about what to include.",
        "The user is asking for three sentences. I should keep it short.",
        "First I need to read the material, then I will write down what it says about the bridge.",
        "Let me think. I need to find the year first. Then I will write it down.",
        "Certo, o usuário quer um texto sobre a ponte. Vou pensar no que incluir.",
        "Primeiro preciso ler o material, depois vou escrever o que ele diz sobre a ponte.",
        "O utilizador pede três frases. Vou começar pelo ano.",
    ],
)
def test_thoughts_without_an_answer(text: str) -> None:
    assert is_thinking(text, QUESTION)
    assert not is_thinking(text, None)


@pytest.mark.parametrize(
    "text",
    [
        "Okay, the user wants a text about the bridge. It was built in 1931 by two engineers.",
        "I need more money, said the engineer.",
        "The user wants are listed in section 2.1 of the report.",
        "Let me tell you how it was built: in 1931, of steel.",
        "First the piers were built, then the deck.",
        "Vamos construir a ponte, disse o prefeito.",
        "",
    ],
)
def test_what_says_more(text: str) -> None:
    assert not is_thinking(text, QUESTION)


def test_what_was_asked_for() -> None:
    assert not is_thinking("I need to think about it.", "Write the thoughts of a shy man who is invited.")
    assert not is_thinking("Vou pensar.", "Escreva um monólogo de uma palavra.")
