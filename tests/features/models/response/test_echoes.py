import pytest

from orchd.features.models.response.echoes import is_echo, is_short_echo

QUESTION = "Describe how the bridge over the river was built, in three sentences."


@pytest.mark.parametrize(
    "text",
    [
        QUESTION,
        QUESTION.upper(),
        f"Question: {QUESTION}",
        f"# Your step\n\n{QUESTION}",
        f"{QUESTION}\n{QUESTION}\n{QUESTION}",
        f"**Pedido:** {QUESTION} Resposta:",
    ],
)
def test_the_question_again_is_no_answer(text: str) -> None:
    assert is_echo(text, QUESTION)


@pytest.mark.parametrize(
    "text", ["Two brothers built it.", f"{QUESTION} Two brothers built it.", "Describe how", f"{QUESTION} 1929."]
)
def test_what_says_more_is_an_answer(text: str) -> None:
    assert not is_echo(text, QUESTION)


def test_a_few_words_may_be_an_answer_to_themselves() -> None:
    assert not is_echo("Good morning!", "Good morning!")
    assert is_short_echo("Good morning!", " Good morning! ")
    assert not is_short_echo("yes", "yes")
