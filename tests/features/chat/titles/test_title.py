"""What of an answer is a title, and what isn't."""

import pytest

from orchd.features.chat.titles.title import ASK, MAX_TITLE, read_title

QUESTION = "Why does green paint dry so slowly on my door?"


@pytest.mark.parametrize(
    ("answer", "title"),
    [
        ("Slow drying of green paint", "Slow drying of green paint"),
        ('"Slow drying of green paint."\n', "Slow drying of green paint"),
        ("**Title: Slow Drying Paint**", "Slow Drying Paint"),
        ("# Slow  drying paint", "Slow drying paint"),
        ("Título: “Tinta verde”", "Tinta verde"),
        ("Paint, and more...", "Paint, and more..."),
        (f"{QUESTION}", QUESTION),
        ("\n\nGreen\n", "Green"),
        ("x" * MAX_TITLE, "x" * MAX_TITLE),
    ],
)
def test_a_title(answer: str, title: str) -> None:
    assert read_title(answer, QUESTION) == title


def test_a_title_is_in_the_language_of_the_question() -> None:
    assert read_title("标题：绿色油漆", "为什么绿色油漆干得这么慢？") == "绿色油漆"
    assert read_title("Porque é que a tinta verde demora tanto tempo a secar na porta", QUESTION) is None


@pytest.mark.parametrize(
    "answer",
    [
        "",
        " \n ",
        '""',
        "...",
        "Here is a title:\nSlow drying paint",
        "Here is a title:",
        "x" * (MAX_TITLE + 1),
        "Green paint\x1b[31m",
        'The "green paint',
        ASK,
        "Answer with the title alone",
        "I'm sorry, but I can't help with that request.",
        "[insert title here]",
        "Title\n" * 500,
        "green green green green green green green green green green green green green",
        "Error: 500 Internal Server Error",
        "<|im_start|>assistant",
        "null",
    ],
)
def test_what_is_no_title(answer: str) -> None:
    assert read_title(answer, QUESTION) is None
