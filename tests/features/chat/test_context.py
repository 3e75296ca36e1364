"""Cutting a conversation to a model's context."""

from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchd.entity import Belonging
from orchd.features.chat.answer.transcript import Transcript
from orchd.features.chat.context import GO_ON, build, estimate_tokens, prompt, reprompt
from orchd.features.chat.messages import ChatMessage
from orchd.features.chat.rows import StoredExchange
from orchd.features.models import Instructions
from orchd.llm.types import ModelInfo, Sampling, Target, Turn
from tests.growth import is_square

U, A, S = "user", "assistant", "system"


def turns(*pairs: tuple[str, str]) -> list[Turn]:
    return [Turn(role, content) for role, content in pairs]  # type: ignore[arg-type]  # literals of the module


@st.composite
def branches(draw: st.DrawFn) -> list[Turn]:
    count = draw(st.integers(0, 8))
    texts = draw(st.lists(st.text(max_size=60), min_size=2 * count, max_size=2 * count))
    pairs = [(U if index % 2 == 0 else A, text) for index, text in enumerate(texts)]
    return turns(*pairs, (U, draw(st.text(min_size=1, max_size=60))))


@given(branches(), st.none() | st.text(max_size=40), st.none() | st.integers(1, 400), st.none() | st.integers(1, 500))
def test_whatever_is_cut_the_system_prompt_and_the_question_stay_and_roles_alternate(
    branch: list[Turn], system: str | None, context: int | None, max_tokens: int | None
) -> None:
    built = build(branch, system, context, max_tokens)
    assert built[-1].role == U
    assert built[-1].content.endswith(branch[-1].content)
    assert [turn.content for turn in built if turn.role == S] == ([system] if system else [])
    body = [turn for turn in built if turn.role != S]
    assert all(first.role != second.role for first, second in pairwise(body))
    assert body[0].role == U or context is None


@given(branches(), st.none() | st.text(max_size=40), st.integers(1, 2000), st.none() | st.integers(1, 500))
def test_what_is_sent_fits_unless_the_question_alone_does_not(
    branch: list[Turn], system: str | None, context: int, max_tokens: int | None
) -> None:
    built = build(branch, system, context, max_tokens)
    reserved = min(context // 4, max_tokens or context)
    size = sum(estimate_tokens(turn.content) for turn in built)
    must = sum(estimate_tokens(turn.content) for turn in built if turn.role == S or turn is built[-1])
    assert size <= context - reserved or size == must


def test_instructions_follow_the_system_prompt_as_far_as_a_quarter_of_the_context_holds_them() -> None:
    question, told = turns((U, "e")), ("one", "x" * 600, "three")
    whole = build(question, "s", None, None, instructions=told)
    assert whole[0] == Turn("system", "\n\n".join(("s", *told)))
    assert build(question, None, None, None, instructions=told[:1])[0] == Turn("system", "one")
    fitting = 4 * sum(map(estimate_tokens, told[:2]))
    assert build(question, "s", fitting, None, instructions=told)[0].content == "\n\n".join(("s", *told[:2]))
    assert build(question, "s", fitting - 1, None, instructions=told)[0].content == "s\n\none"
    assert build(question, "s", 8, None, instructions=told)[0].content == "s"


def test_instructions_take_their_room_from_older_messages() -> None:
    branch = turns((U, "a" * 30), (A, "b" * 30), (U, "c"))
    assert len(build(branch, "s", 72, 10)) == 4
    assert [turn.content for turn in build(branch, "s", 72, 10, instructions=["y" * 30])] == ["s\n\n" + "y" * 30, "c"]


def test_older_messages_go_first() -> None:
    branch = turns((U, "a" * 300), (A, "b" * 300), (U, "c" * 30), (A, "d" * 30), (U, "e"))
    assert [turn.content[0] for turn in build(branch, "s", 150, None)] == ["s", "c", "d", "e"]


def test_an_unknown_context_is_not_cut() -> None:
    branch = turns((U, "a" * 10**6), (A, "b"), (U, "c"))
    assert list(build(branch, None, None, None)) == branch


@pytest.mark.parametrize(("max_tokens", "kept"), [(1, 3), (None, 1)])
def test_room_for_the_answer_is_kept_free(max_tokens: int | None, kept: int) -> None:
    branch = turns((U, "a" * 30), (A, "b" * 30), (U, "c" * 30))  # 18 tokens each
    assert len(build(branch, None, 56, max_tokens)) == kept


def test_answers_without_text_leave_no_hole() -> None:
    branch = turns((U, "first"), (A, ""), (U, "second"))
    assert list(build(branch, None, None, None)) == turns((U, "first\n\nsecond"))


def test_the_estimate_counts_bytes_not_characters() -> None:
    assert estimate_tokens("日本") == 8 + 2
    assert estimate_tokens("") == 8


def test_a_fallback_gets_what_fits_its_own_context_and_is_asked_to_go_on() -> None:
    question = ChatMessage(1, 1, None, "user", "why?", None, "complete", None, "t", None, None, None, None)
    begun = Transcript()
    begun.add("content", "Since")
    branch = turns((U, "x" * 3_000), (A, "y" * 3_000), (U, "why?"))
    exchange = StoredExchange(
        1, question, 2, branch, "be brief", 0, Belonging(0), Instructions(), begun, [], prefilled=True
    )
    sampling = Sampling(max_tokens=50)
    first = prompt(exchange, 8_192, sampling)
    assert (first.prefill, [turn.role for turn in first.turns]) == (True, [S, U, A, U, A])
    second = reprompt(exchange, sampling, Target(ModelInfo("small", "box", context=1_024), "box"))
    assert (second.prefill, second.sampling) == (False, sampling)
    assert second.turns == tuple(turns((S, "be brief"), (U, "why?"), (A, "Since"), (U, GO_ON)))


def test_messages_of_one_role_are_joined_in_linear_time() -> None:
    def work(size: int) -> Callable[[], object]:
        branch = [Turn("user", "abcd" * 500)] * size
        return lambda: build(branch, None, None, None)

    assert not is_square(work, 500)


def test_reasoning_in_an_answer_is_not_shown_to_a_model_again() -> None:
    branch = turns((U, "a</think>\nb"), (A, "Hm.\n</think>\n\nHi"), (U, "b"), (A, "[THINK]only this"), (U, "c"))
    assert [turn.content for turn in build(branch, None, None, None)] == [
        "a</think>\nb",
        "Hi",
        "b",
        "[THINK]only this",
        "c",
    ]
