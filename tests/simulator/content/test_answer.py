"""What the simulator says."""

import itertools

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchd.simulator.content.answer import ENDLESS, AnswerSpec, SimulatedAnswer, after, compose, count_tokens, tokenize
from orchd.simulator.faults import Faults

PLAIN = AnswerSpec("What is a river?", "simulated-small", 0, room=8_000)


def text_of(answer: SimulatedAnswer) -> str:
    return "".join(answer.content)


@given(st.text())
def test_tokens_join_to_the_text(text: str) -> None:
    assert "".join(tokenize(text)) == text
    assert count_tokens(text) == len(tokenize(text))


def test_it_says_what_it_is_and_quotes_the_question() -> None:
    text = text_of(compose(PLAIN, Faults()))
    assert text.startswith("Simulated answer")
    assert "“What is a river?”" in text
    assert text.endswith(".")


def test_a_long_question_is_quoted_in_part() -> None:
    text = text_of(compose(PLAIN._replace(text="word " * 500), Faults()))
    assert "word…”" in text or "wor…”" in text or " …”" in text
    assert len(text) < 3_000


def test_seed_model_and_question_decide_and_nothing_else() -> None:
    first = text_of(compose(PLAIN, Faults()))
    assert text_of(compose(PLAIN._replace(room=9_000, endless=True), Faults(silence=3, interval=1))) == first
    others = [PLAIN._replace(seed=1), PLAIN._replace(model="simulated-large"), PLAIN._replace(text="What else?")]
    assert len({first, *(text_of(compose(other, Faults())) for other in others)}) == 4


def test_max_tokens_cuts_the_same_text() -> None:
    whole = text_of(compose(PLAIN, Faults()))
    answer = compose(PLAIN._replace(limit=7), Faults())
    text = text_of(answer)
    assert (answer.tokens, count_tokens(text), answer.finish_reason) == (7, 7, "length")
    assert answer.cause == "maxPredictedTokensReached"
    assert whole.startswith(text)


def test_the_context_cuts_too() -> None:
    answer = compose(PLAIN._replace(room=9), Faults())
    assert (answer.tokens, answer.cause, answer.finish_reason) == (9, "contextLengthReached", "length")


def test_reasoning_counts_against_max_tokens_first() -> None:
    answer = compose(PLAIN._replace(thinks=True, limit=4), Faults())
    assert (len(answer.reasoning), answer.tokens, answer.finish_reason) == (4, 0, "length")


def test_an_answer_that_fits_exactly_ends_by_itself() -> None:
    size = compose(PLAIN, Faults()).tokens
    assert compose(PLAIN._replace(limit=size), Faults()).finish_reason == "stop"


@given(st.lists(st.sampled_from(["model", " has", "You wrote", "~", "."]), min_size=1, max_size=3))
def test_stop_strings_are_never_sent(stop: list[str]) -> None:
    whole = text_of(compose(PLAIN, Faults()))
    answer = compose(PLAIN._replace(stop=tuple(stop)), Faults())
    text = text_of(answer)
    assert whole.startswith(text)
    assert not any(string in text for string in stop)
    assert answer.cause == ("stopStringFound" if any(s in whole for s in stop) else "eosFound")
    assert answer.tokens == count_tokens(text)


@pytest.mark.parametrize("wanted", [0, 1, 2_000])
def test_a_number_of_tokens_goes_over_all_limits(wanted: int) -> None:
    answer = compose(PLAIN._replace(limit=5, room=10), Faults(tokens=wanted))
    assert (answer.tokens, len(list(answer.content)), answer.finish_reason) == (wanted, wanted, "stop")


def test_repetition_has_no_end_where_it_is_streamed() -> None:
    answer = compose(PLAIN._replace(endless=True), Faults(repeat=True))
    assert answer.tokens == ENDLESS
    tail = list(itertools.islice(answer.content, 1_000, 1_400))
    assert any(tail[:200] == tail[shift : shift + 200] for shift in range(1, 200))


def test_repetition_ends_with_max_tokens_or_the_context() -> None:
    assert compose(PLAIN._replace(endless=True, limit=50), Faults(repeat=True)).tokens == 50
    assert compose(PLAIN, Faults(repeat=True)).tokens == PLAIN.room


def test_empty_reasoning_only_and_a_big_token() -> None:
    assert compose(PLAIN, Faults(empty=True)).tokens == 0
    thought = compose(PLAIN, Faults(reasoning_only=True))
    assert (thought.tokens, bool(thought.reasoning), thought.finish_reason) == (0, True, "stop")
    assert max(len(token) for token in compose(PLAIN, Faults(big=5_000)).content) == 5_000


def test_tricky_text_is_in_it() -> None:
    text = text_of(compose(PLAIN, Faults(unicode=True)))
    assert all(character in text for character in "\u2028\u2029\u0085\U0001f9ea\u0301\ufffd")


def test_a_schema_is_answered_with_json() -> None:
    schema = {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]}
    text = text_of(compose(PLAIN._replace(schema=schema), Faults()))
    assert isinstance(msgspec.json.decode(text)["a"], int)


def test_markdown_has_one_of_each_and_goes_on_as_long_as_is_asked() -> None:
    text = text_of(compose(PLAIN, Faults(markdown=True)))
    assert text.startswith("Simulated answer")
    for sign in ("\n\n## ", "\n1. ", "| --- |", "\n```python\n", "\n> ", "$$", "\n* "):
        assert text.count(sign) == 1 + (sign == "$$") + (sign == "\n* "), sign
    long = compose(PLAIN, Faults(markdown=True, tokens=1_000))
    assert count_tokens(text_of(long)) == long.tokens == 1_000


@given(st.integers(0, 400), st.sampled_from([Faults(), Faults(tokens=60), Faults(unicode=True, reasoning=5)]))
def test_a_continued_answer_is_the_rest_of_the_whole_one(cut: int, faults: Faults) -> None:
    whole = text_of(compose(PLAIN, faults))
    rest = compose(PLAIN._replace(begun=whole[:cut]), faults)
    assert not (rest.reasoning and whole[:cut])
    tokens = list(rest.content)
    assert (whole[:cut] + "".join(tokens), rest.tokens) == (whole, len(tokens))


def test_what_the_question_asks_to_write_is_continued() -> None:
    question = PLAIN._replace(text="Write: one two three four", begun="one two thr")
    assert text_of(compose(question, Faults())) == "ee four"
    assert compose(question, Faults(tokens=50)).tokens == 50


def test_anything_else_is_continued_with_prose() -> None:
    question = PLAIN._replace(begun="Quite another answer")
    first = text_of(compose(question, Faults()))
    assert first == text_of(compose(question, Faults()))
    assert first.endswith(".")
    assert not first.startswith("Simulated")


def test_an_endless_answer_is_continued_endlessly() -> None:
    faults, endless = Faults(repeat=True), PLAIN._replace(endless=True)
    begun = "".join(itertools.islice(compose(endless, faults).content, 30))
    assert compose(endless._replace(begun=begun), faults).tokens == ENDLESS


def test_after() -> None:
    assert after(iter(["a", " b"]), 2, "ax") is None
    assert after(iter(["a", " b"]), 2, "a bc") is None
    for begun, rest in (("a", [" b"]), ("a ", ["b"]), ("a b", [])):
        found = after(iter(["a", " b"]), 2, begun)
        assert found is not None
        assert (list(found[0]), found[1]) == (rest, len(rest))
