import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchd.llm.answers.think import ThinkSplitter


def split(*pieces: str) -> tuple[str, str]:
    splitter = ThinkSplitter()
    texts = [pair for piece in pieces for pair in splitter.feed(piece)] + splitter.close()
    assert all(text for _, text in texts)
    return tuple("".join(text for kind, text in texts if kind == channel) for channel in ("reasoning", "content"))  # type: ignore[return-value]  # two of them


@pytest.mark.parametrize(
    ("text", "reasoning", "content"),
    [
        ("<think>plan</think>\n\nHi", "plan", "Hi"),
        ("\n <think>\nplan\n</think>Hi", "\nplan\n", "Hi"),
        ("<think></think>Hi", "", "Hi"),
        ("<think>never closed", "never closed", ""),
        ("<think>a </thin b</think>c", "a </thin b", "c"),
        ("Hi <think>no</think>", "", "Hi <think>no</think>"),
        ("<thinking>plan</thinking>\nHi", "plan", "Hi"),
        ("<thinking>plan</think>", "plan</think>", ""),
        ("<THINK>plan</THINK>Hi", "plan", "Hi"),
        ("[THINK]plan[/THINK]Hi", "plan", "Hi"),
        ("<thought>plan</thought>Hi", "plan", "Hi"),
        ("<reasoning>plan</reasoning>Hi", "plan", "Hi"),
        ("<seed:think>plan</seed:think>Hi", "plan", "Hi"),
        ("<|begin_of_thought|>plan<|end_of_thought|>Hi", "plan", "Hi"),
        ("<|START_THINKING|>plan<|END_THINKING|>Hi", "plan", "Hi"),
        ("\u25c1think\u25b7plan\u25c1/think\u25b7Hi", "plan", "Hi"),
        ("<|channel|>analysis<|message|>plan<|end|><|start|>assistant<|channel|>final<|message|>Hi", "plan", "Hi"),
        ("<|channel|>analysis<|message|>plan<|channel|>final<|message|>Hi", "plan", "Hi"),
        ("<|start|>assistant<|channel|>final<|message|>Hi", "", "Hi"),
        ("<|channel|>analysis<|message|>a <|end|> b", "a <|end|> b", ""),
        ("<thinner>no", "", "<thinner>no"),
        ("<thinkers>no</thinkers>", "", "<thinkers>no</thinkers>"),
        ("[thin] no", "", "[thin] no"),
        ("<b>no</b>", "", "<b>no</b>"),
        ("<th", "", "<th"),
        ("  \n", "", "  \n"),
        ("", "", ""),
        ("<think>a</think>b<think>c</think>", "a", "b<think>c</think>"),
        ("<think>a</th", "a</th", ""),
    ],
)
def test_only_a_leading_tag_is_reasoning_wherever_texts_are_cut(text: str, reasoning: str, content: str) -> None:
    assert split(text) == (reasoning, content)
    assert split(*text) == (reasoning, content)
    for cut in range(len(text)):
        assert split(text[:cut], text[cut:]) == (reasoning, content)


def test_nothing_is_held_back_once_it_is_content() -> None:
    splitter = ThinkSplitter()
    assert splitter.feed("Hi") == [("content", "Hi")]
    assert splitter.passing
    assert splitter.feed("<think>") == [("content", "<think>")]


def test_endless_blanks_are_not_held_back_for_ever() -> None:
    splitter = ThinkSplitter()
    assert next(pair for _ in range(100) for pair in splitter.feed(" ")) == ("content", " " * 65)
    after = ThinkSplitter()
    assert [pair for piece in ["<think></think>", *["\n"] * 100] for pair in after.feed(piece)] == [
        ("content", "\n")
    ] * 35


@given(st.lists(st.sampled_from(["<think>", "</think>", "<", "th", "x", "\n", " ", ">", "/"]), max_size=10))
def test_any_split_gives_the_same_texts(pieces: list[str]) -> None:
    text = "".join(pieces)
    assert split(*pieces) == split(text) == split(*text)
