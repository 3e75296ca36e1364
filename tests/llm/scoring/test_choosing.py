import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchd.llm.scoring.choosing import MAX_TOKENS, TOP, Choice, read_choice, request_choice
from tests.examples import examples

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["content", "top_logprobs", "tokens", "token", "logprob", "message", "text", "x"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)
MESSAGES = [{"role": "user", "content": "Well?"}]


def said(text: Any, logprobs: Any = None) -> dict[str, Any]:
    """A reply as servers write it."""
    return {"choices": [{"index": 0, "message": {"role": "assistant", "content": text}, "logprobs": logprobs}]}


def tokens(*positions: dict[str, float]) -> dict[str, Any]:
    """Log-probabilities in OpenAI's shape, from the probabilities of each position, the written token first."""
    tables = [[{"token": token, "logprob": math.log(share)} for token, share in at.items()] for at in positions]
    return {"content": [table[0] | {"top_logprobs": table} for table in tables]}


def test_what_is_asked() -> None:
    likely = request_choice(MESSAGES, {"documents": []}, likely=True)
    assert likely == {
        "messages": MESSAGES,
        "stream": False,
        "temperature": 0,
        "max_tokens": MAX_TOKENS,
        "logprobs": True,
        "top_logprobs": TOP,
        "documents": [],
    }
    assert not {"logprobs", "top_logprobs"} & set(request_choice(MESSAGES, {}, likely=False))


@pytest.mark.parametrize(
    ("text", "yes"),
    [
        ("Yes", True),
        ("no.", False),
        ("**Yes**, it does.", True),
        ("<score> no </score>", False),
        ("\n\nYES", True),
        ("Não", False),
        ("The answer is no", False),
        ("<think>No, wait. Yes?</think>\nYes", True),
        ("Yes or No", None),
        ("Answer Yes or No.", None),
        ("The document is about a library and says nothing of it. No", None),
        ("Nothing", None),
        ("Yesterday", None),
        ("", None),
        (None, None),
        (["Yes"], None),
    ],
)
def test_the_word_alone(text: Any, yes: bool | None) -> None:
    choice = read_choice(said(text))
    assert (choice.yes, choice.value) == (yes, None)


def test_the_share_of_yes_is_what_both_words_had() -> None:
    choice = read_choice(said("Yes", tokens({"Yes": 0.6, " yes": 0.1, "No": 0.2, "\u0120NO": 0.1, "Maybe": 0.0001})))
    assert choice.value == pytest.approx(0.7)
    assert choice.yes is True


def test_a_mark_before_the_word_is_passed_over() -> None:
    marked = tokens({"<": 1.0}, {"score": 1.0}, {">": 1.0}, {" no": 0.9, " yes": 0.1})
    assert read_choice(said("<score> no </score>", marked)).value == pytest.approx(0.1)


def test_the_older_shape() -> None:
    older = {"tokens": [" Yes"], "token_logprobs": [-0.1], "top_logprobs": [{" Yes": -0.105, " No": -2.3}]}
    choice = read_choice({"choices": [{"text": " Yes", "logprobs": older}]})
    assert choice.value == pytest.approx(0.9, abs=0.01)


def test_where_neither_word_is_likely_there_is_no_choice() -> None:
    assert read_choice(said("Document", tokens({"Document": 0.9, "Yes": 0.05, "No": 0.01}))).value is None
    assert read_choice(said("It says so", tokens({"It": 0.5, "Yes": 0.4, "No": 0.1}))).value == pytest.approx(0.8)
    assert read_choice(said("", tokens({"Yes": 0.9, "No": 0.1}))) == Choice(None, None, "")


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 5, "-0.1", None, True, 10**400])
def test_a_log_probability_that_can_not_be_one_is_passed_over(value: Any) -> None:
    broken = {"content": [{"token": "Yes", "logprob": value, "top_logprobs": [{"token": "Yes", "logprob": value}]}]}
    assert read_choice(said("Yes", broken)) == Choice(None, True, "Yes")


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 5, None])
def test_without_the_log_probability_of_what_was_written_that_of_another_word_says_nothing(value: Any) -> None:
    tops = [{"token": "Yes", "logprob": value}, {"token": "No", "logprob": -1.0}]
    broken = {"content": [{"token": "Yes", "logprob": value, "top_logprobs": tops}]}
    assert read_choice(said("Yes", broken)) == Choice(None, True, "Yes")


def test_a_token_that_is_no_text_is_passed_over() -> None:
    broken = {"content": [{"token": ["Yes"], "logprob": -0.1, "top_logprobs": [{"token": "No", "logprob": -1.0}]}]}
    assert read_choice(said("Yes", broken)) == Choice(None, True, "Yes")


def test_certainly_never_is_a_share_of_nothing() -> None:
    never = {"content": [{"token": "Yes", "logprob": 0.0, "top_logprobs": [{"token": "No", "logprob": -9999.0}]}]}
    assert read_choice(said("Yes", never)).value == 1.0


@settings(max_examples=examples(60))
@given(JSON)
def test_any_reply_can_be_read(reply: Any) -> None:
    for found in (reply, {"choices": reply}, {"choices": [reply]}, said("Yes", reply), said("Yes", {"content": reply})):
        value = read_choice(found).value
        assert value is None or 0 <= value <= 1
