import pytest

from orchd.features.models.response.placeholders import is_placeholder, open_slot

QUESTION = "Describe how the bridge was built, in three sentences."


@pytest.mark.parametrize(
    "text",
    [
        "TODO",
        "TODO: write this later.",
        "<answer></answer>",
        "<answer>\n</answer>",
        "To be continued...",
        "(content omitted for brevity)",
        "[The rest of the text is omitted for brevity.]",
        "Rest omitted.",
        "Conteúdo omitido por brevidade.",
        "TODO - write this later",
        "TODO (later)",
        "TBD",
        "TBD.",
        "**TBD**",
        "To be determined.",
        "FIXME",
        "XXX",
        "to-do",
        "todo: everything",
        "TODO write the summary",
        "- TODO",
        "# Report\n\nTODO",
        "## Introduction\nTBD\n\n## Methods\nTBD",
        "Introduction: TBD\nMethods: to be written",
        "```python\n# TODO: implement\n```",
        "// TODO: finish this",
        "<!-- TODO -->",
        "...",
        "…",
        "______",
        "[insert answer here]",
        "[Insert a detailed description of the bridge here]",
        "[your answer here]",
        "[Answer]",
        "[The three sentences about the bridge]",
        "<your answer here>",
        "<insert text>",
        "{{answer}}",
        "{{ insert answer }}",
        "(to be written)",
        "(insert text here)",
        "Insert the description here.",
        "Your answer here.",
        "Answer goes here",
        "The text of the answer goes here.",
        "Placeholder",
        "Placeholder text for the answer.",
        "This is a placeholder.",
        "Sample text",
        "To be completed",
        "Will be added later.",
        "I'll write this later.",
        "Content coming soon.",
        "Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor.",
        "Lorem ipsum",
        "# Title\n\nLorem ipsum dolor sit amet.",
        "The bridge was built by [insert builder here].",
        "[inserir resposta aqui]",
        "[Inserir texto]",
        "[preencher]",
        "[a preencher pelo autor]",
        "Texto a inserir",
        "Insert summary",
        "(coming soon)",
        "Inserir a resposta aqui.",
        "Insira o texto aqui",
        "A definir.",
        "Por preencher",
        "A ser preenchido",
        "A fazer",
        "TODO: escrever isto depois.",
        "Texto de exemplo",
        "Resposta aqui",
        "A resposta vai aqui.",
        "Escrever depois.",
    ],
)
def test_what_stands_for_an_answer(text: str) -> None:
    assert is_placeholder(text, QUESTION)
    assert is_placeholder(text, None)


@pytest.mark.parametrize(
    "text",
    [
        "42",
        "Yes.",
        "None",
        "N/A",
        "[]",
        "[1, 2, 3]",
        "['a', 'b']",
        "[a, b]",
        "[0, 1)",
        "(a, b)",
        "<br>",
        "<title>",
        "{x}",
        "{{ user.name }}",
        "[link](https://example.org)",
        "[x]",
        "🙂",
        "+",
        "Todo dia ele corre no parque.",
        "Todos os anos.",
        "Todo",
        "In code, TODO marks what is still to be done.",
        "TODO marks unfinished work in code.",
        "<answer>42</answer>",
        "He omitted the date.",
        "Omitted.",
        "It was shortened.",
        "Skipped",
        "Continua.",
        "(42)",
        "The second clause was omitted.",
        "A placeholder stands for a value that comes later.",
        "Placeholders are replaced when the query runs.",
        "Lorem ipsum is dummy text that printers have used since the 1500s.",
        'The word "TBD" means "to be determined".',
        "# TODO: handle errors\ndef area(r):\n    return 3.14159 * r * r",
        "```python\ndef f(x):\n    # TODO: cache this\n    return x + 1\n```",
        "The date is to be announced by the city in May.",
        "O prazo ainda está por definir pelo município de Braga, diz a ata.",
        "Add the flour, then the eggs, and stir.",
        "Write the name in the box, then sign below and send it to the town hall.",
        "Your answer was right.",
        "The water goes here and there, but never back.",
        "A fazer as contas, são 42.",
        "Dear Ms Silva,\n\nthank you for the visit. We look forward to another one.\n\nBest regards,\n[Your Name]",
        "- [x] buy milk\n- [ ] call Ann",
        "Neque porro quisquam est, qui dolorem ipsum quia dolor sit amet, quaerat voluptatem inventore.",
    ],
)
def test_what_is_an_answer(text: str) -> None:
    assert not is_placeholder(text, QUESTION)
    assert not is_placeholder(text, None)


@pytest.mark.parametrize(
    ("text", "prompt"),
    [
        ("TODO", "Which tag marks unfinished work in code?"),
        ("TBD", "What is the abbreviation of to be determined?"),
        ("A definir", "Qual é a expressão para algo que ainda não se sabe?"),
        ("[your answer here]", "Give me a placeholder for a form."),
        ("Lorem ipsum dolor sit amet.", "I need filler text for a layout."),
        ("...", "What is the spread operator of JavaScript?"),
        ("Dear [insert name], you won.", "Write a template of a letter."),
    ],
)
def test_what_was_asked_for_is_an_answer(text: str, prompt: str) -> None:
    assert is_placeholder(text, QUESTION)
    assert not is_placeholder(text, prompt)
    assert open_slot(text, prompt) is None


def test_a_part_that_was_never_written_is_named() -> None:
    long = "The bridge was begun in 1929 by two brothers, and took eight years of work in all weathers."
    assert open_slot(f"{long} It cost [insert amount] in the end.", QUESTION) == "[insert amount]"
    assert open_slot(f"# Building\n\n{long}\n\n# Cost\n\nTODO", QUESTION) == "TODO"
    assert open_slot(long, QUESTION) is None
    assert open_slot(f"{long}\n```py\n# TODO: more\n```", QUESTION) is None
    assert not is_placeholder(f"{long} It cost [insert amount] in the end.", QUESTION)


def test_a_long_text_says_something_besides() -> None:
    assert not is_placeholder("TODO. " * 1_000, QUESTION)
    assert is_placeholder("Lorem ipsum dolor sit amet. " * 1_000, QUESTION)
