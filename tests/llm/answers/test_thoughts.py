import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchd.llm.answers.think import PAIRS
from orchd.llm.answers.thoughts import MAX_CHARACTERS, MAX_MARKS, answer_of, closing_mark, split_thoughts


@pytest.mark.parametrize(
    ("text", "thoughts", "answer"),
    [
        (
            "Let me think\u2026 2+2 is 4.\n</think>\n\nThe answer is 4.",
            "Let me think\u2026 2+2 is 4.",
            "The answer is 4.",
        ),
        ("2+2 is 4.</think>The answer is 4.", "2+2 is 4.", "The answer is 4."),
        ("2+2 is 4.\n</think> The answer is 4.", "2+2 is 4.", "The answer is 4."),
        ('Hm.</think>{"a": 1}', "Hm.", '{"a": 1}'),
        ("Hm.</think>\r\n\r\n    code()", "Hm.", "    code()"),
        ("\n</think>\n\nHi", "", "Hi"),
        ("</think>Hi", "", "Hi"),
        ("Hm. [/THINK]\nHi", "Hm.", "Hi"),
        ("Hm.</thinking>\nHi", "Hm.", "Hi"),
        ("Hm.\n</seed:think>Hi", "Hm.", "Hi"),
        ("Hm.<|end_of_thought|>\n\nHi", "Hm.", "Hi"),
        ("Hm.<|end|><|start|>assistant<|channel|>final<|message|>Hi", "Hm.", "Hi"),
        ("analysisWe need 4.assistantfinalFour.", "We need 4.", "Four."),
        ("```\ncode\n``` I see.\n</think>\nHi", "```\ncode\n``` I see.", "Hi"),
        ("He said `</think>` ends it.\n</think>\nHi", "He said `</think>` ends it.", "Hi"),
        ("<think>plan</think>\nHi", "plan", "Hi"),
        ("[THINK]plan[/THINK]Hi", "plan", "Hi"),
        ("<think>never closed", "never closed", ""),
    ],
)
def test_reasoning_and_answer_come_apart(text: str, thoughts: str, answer: str) -> None:
    assert split_thoughts(text) == (thoughts, answer)
    assert answer_of(text) == answer


@pytest.mark.parametrize(
    "text",
    [
        "Hi",
        "",
        "The tag `</think>` closes the reasoning.\nIt has no blanks.",
        "The tag </think> closes the reasoning.",
        "It ends with </think>, and then comes the answer.",
        "It ends with </think>.\nThe answer follows.",
        "Write it so:\n```\nreasoning\n</think>\nanswer\n```\nThat is all.",
        "Write it so:\n```xml\n</think>\nanswer",
        "Use <think> and </think>\nand put your reasoning between them.",
        "Open with <think>\nand close with\n</think>\nalways.",
        "text.replace('</think>', '')",
        '"</think>"\n',
        "All of it is reasoning.\n</think>\n",
        "I am thinking> about it",
        "<thinkers>no</thinkers>",
        "analysis of the assistantfinal word",
        "An analysisThing assistantfinal",
        "A <b>bold</b> word",
    ],
)
def test_what_is_about_such_marks_is_not_torn(text: str) -> None:
    assert split_thoughts(text) == ("", text)
    assert closing_mark(text) is None


@given(st.sampled_from(sorted({mark for marks in PAIRS.values() for mark in marks})), st.text(max_size=20))
def test_any_closing_mark_that_stands_alone_ends_reasoning(mark: str, thoughts: str) -> None:
    thoughts = "Hm. " + thoughts.replace("`", "").replace("<", "").replace("[", "").replace("\u25c1", "")
    assert split_thoughts(f"{thoughts}\n{mark}\n\nThe answer.") == ((thoughts + "\n").rstrip(), "The answer.")


@given(st.lists(st.sampled_from(["<think>", "</think>", "[/THINK]", "`", "```", "\n", " ", "x", "."]), max_size=12))
def test_nothing_is_lost_and_the_answer_is_what_a_text_ends_with(pieces: list[str]) -> None:
    text = "".join(pieces)
    thoughts, answer = split_thoughts(text)
    assert text.endswith(answer)
    assert text.count("x") == thoughts.count("x") + answer.count("x")
    mark = closing_mark(text)
    assert mark is None or 0 <= mark.start < mark.end < len(text)


def test_how_far_and_how_often_is_bounded() -> None:
    assert closing_mark("x" * MAX_CHARACTERS + "\n</think>\nHi") is None
    assert closing_mark("`</think>` " * MAX_MARKS + "\n</think>\nHi") is None


@pytest.mark.parametrize(
    "text",
    [
        "[THINK] is the mark of one maker.",
        "[think], [/think] and others",
        "[/THINK] ends it, says the manual.",
        "    </think>\n\nis what it printed",
        "~~~\nfoo\n</think>\n~~~\nend",
        "Before\n~~~\nfoo\n</think>\n~~~\nend",
        "> quoted\n> </think>\n> more",
    ],
)
def test_an_answer_about_marks_in_sentences_quotes_and_code_stays_whole(text: str) -> None:
    assert split_thoughts(text) == ("", text)


@pytest.mark.parametrize(
    "text",
    [
        "<Think>a</Think>b",
        "[THINK] A[/THINK]b",
        "[THINK]a[/THINK]b",
        "<|thought_start|>a<|thought_end|>b",
        "~~~\n~~~\na\n</think>\nb",
    ],
)
def test_more_marks(text: str) -> None:
    thought, answer = split_thoughts(text)
    assert answer == "b"
    assert thought.lower().strip().endswith("a")
