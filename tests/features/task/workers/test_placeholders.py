"""Whether a text of a plan only says what should stand there."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchd.features.task.workers.placeholders import is_placeholder
from orchd.features.task.workers.planning import _FORM, RULES

COPIES = (
    "what is to be done, completely",
    "What is to be done, completely.",
    "a short name",
    "A brief title for the subtask",
    "the prompt of the first subtask",
    "Full description of what the model must do",
    "everything that whoever does it must know and do, in full sentences, in the language of the task",
    "Instructions for the task, in full sentences",
    "<PROMPT>",
    "[describe the step here]",
    "{{prompt}}",
    "${title}",
    "...",
    "TODO",
    "string",
    "prompt text goes here",
    "o que deve ser feito, completamente",
    "Um nome curto",
    "Descrição completa da subtarefa.",
    "was zu tun ist, vollständig",
    "lo que se debe hacer, completamente",
)
PROMPTS = (
    "Do the task.",
    "Complete the whole task in full sentences.",
    "Write what is known of rivers.",
    "Explain the first law of thermodynamics.",
    "Summarise the text about tea.",
    "What is the capital of France?",
    "Faça a tarefa completa.",
    "Translate it into German.",
    "List 3 examples.",
    "a",
    "Do a.",
    "1 + 1",
    "[1] and [2] are to be compared",
    "Descreva o chá verde.",
    "名前を三つ書いてください",
)


@pytest.mark.parametrize("text", COPIES)
def test_a_copy_or_a_paraphrase_of_the_form_is_one(text: str) -> None:
    assert is_placeholder(text)


@pytest.mark.parametrize("text", PROMPTS)
def test_what_says_what_is_to_be_done_is_none(text: str) -> None:
    assert not is_placeholder(text)


@pytest.mark.parametrize("member", ["title", "prompt"])
def test_the_form_that_planners_are_shown_is_one(member: str) -> None:
    assert is_placeholder(str(_FORM[member]))


def test_no_line_of_the_rules_can_be_a_prompt() -> None:
    [told] = [line for line in RULES.splitlines() if line.startswith("* prompt: ")]
    assert is_placeholder(told.removeprefix("* prompt: "))


@given(st.text())
def test_no_text_crashes_it(text: str) -> None:
    assert is_placeholder(text) in (True, False)
