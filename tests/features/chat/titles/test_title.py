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
        ("Título: “Green paint”", "Green paint"),
        ("Paint, and more...", "Paint, and more..."),
        (f"{QUESTION}", QUESTION),
        ("\n\nGreen\n", "Green"),
        ("Green" + "x" * (MAX_TITLE - 5), "Green" + "x" * (MAX_TITLE - 5)),
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
        "Green" + "x" * (MAX_TITLE - 4),
        "Tinta verde",
        "Cookers and pans",
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


@pytest.mark.parametrize(
    ("question", "answer", "title"),
    [
        ("How do I reverse a list in Python?", "Use `reversed`.", "Reversing lists in Python"),
        ("What should I cook with chicken tonight?", "# Chicken stir fry with broccoli and rice\n\nCut it.",
         "Chicken stir fry with broccoli and rice"),
        ("Why is the sky blue?", "That is Rayleigh scattering.", "Rayleigh Scattering"),
        ("What is the capital of Australia?", "The capital of Australia is Canberra.", "Capital of Australia"),
        ("I get permission denied", "Use sudo.", "I get permission denied"),
        ("Como faço para remover uma mancha de vinho do sofá?", "Use bicarbonato.", "Remoção de manchas de vinho"),
        ("Explica a fotossíntese a uma criança", "As plantas comem luz.", "A FOTOSSINTESE para crianças"),
        ("Translate this poem into English: O mar no inverno", "The sea in winter.", "O mar no inverno"),
        ("Wie backe ich Brot?", "Mit Mehl.", "Brot backen"),
        ("请解释光合作用", "光合作用是植物的。", "光合作用"),
    ],
)  # fmt: skip
def test_titles_of_what_was_asked(question: str, answer: str, title: str) -> None:
    assert read_title(title, question, answer) == title


@pytest.mark.parametrize(
    ("question", "answer", "title"),
    [
        ("What is the capital of Australia?", "**Canberra.**", "Canberra"),
        ("What is the capital of Australia?", "The capital of Australia is Canberra. It lies inland.",
         "The capital of Australia is Canberra"),
        ("Why is the sky blue?", "Light is scattered.", "How many times can you say the sky is blue?"),
        ("Why is the sky blue?", "Light is scattered.", "Sure, the blue sky"),
        ("Why is the sky blue?", "Light is scattered.", "This conversation is about the blue sky"),
        ("Porque é o céu azul?", "A luz dispersa-se.", "Claro! O céu azul"),
        ("Why is the sky blue?", "Light is scattered.", "The sky is blue <|im_end|>"),
        ("My bread is always dense.", "Let it rise longer.", "A client who is a great customer of mine"),
        ("Como faço para remover uma mancha de vinho do sofá?", "Use bicarbonato.", "The wine on the sofa"),
        ("Explain how a loan on a house works.", "A bank lends.", "O empréstimo para uma house e o banco"),
        ("Plan a trip to Lisbon.", "See Belém.", "A trip to Lisbon and to Belém and to Sintra and Porto and Faro"),
    ],
)  # fmt: skip
def test_titles_that_small_models_gave_and_nobody_should_see(question: str, answer: str, title: str) -> None:
    assert read_title(title, question, answer) is None
