import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchd.errors import OrchdError, UpstreamError
from orchd.llm.answers.echo import EchoStripper
from orchd.llm.answers.reply import ReplyParser
from orchd.llm.answers.think import ThinkSplitter
from orchd.llm.types import Channel, Outcome, Usage
from tests.fix_upstream import DONE, Recorder, delta, finish, usage

SMALL = st.text(st.sampled_from("ab <think>/"), max_size=12)


def stripped(echo: str, texts: list[str]) -> list[tuple[Channel, str]]:
    stripper = EchoStripper(echo, ThinkSplitter())
    return [piece for text in texts for piece in stripper.feed(text)] + stripper.close()


def plain(text: str) -> list[tuple[Channel, str]]:
    splitter = ThinkSplitter()
    return splitter.feed(text) + splitter.close()


def joined(pieces: list[tuple[Channel, str]]) -> list[str]:
    return ["".join(text for channel, text in pieces if channel == wanted) for wanted in ("content", "reasoning")]


@st.composite
def split_texts(draw: st.DrawFn) -> tuple[str, list[str]]:
    """An echo, and an answer that may begin with it or a part of it, in pieces."""
    echo = draw(SMALL)
    answer = echo[: draw(st.integers(0, len(echo)))] + draw(SMALL)
    cuts = sorted(draw(st.lists(st.integers(0, len(answer)), max_size=5)))
    return echo, [answer[start:end] for start, end in zip([0, *cuts], [*cuts, len(answer)], strict=True)]


@given(split_texts())
def test_exactly_a_whole_echo_is_taken_off_at_every_split(case: tuple[str, list[str]]) -> None:
    echo, texts = case
    found = stripped(echo, texts)
    assert joined(found) == joined(plain("".join(texts).removeprefix(echo)))
    assert all(text for _, text in found)


@given(st.text(max_size=20), st.text(max_size=20))
def test_one_character_at_a_time(echo: str, rest: str) -> None:
    assert joined(stripped(echo, list(echo + rest))) == joined(plain(rest))


def test_it_holds_back_only_while_it_matches() -> None:
    stripper = EchoStripper("one two", ThinkSplitter())
    assert stripper.feed("one t") == []
    assert not stripper.passing
    assert stripper.feed("en") == [("content", "one ten")]
    assert stripper.passing
    assert stripper.feed("one two") == [("content", "one two")]


def test_only_the_first_echo_is_one() -> None:
    assert stripped("ab", ["abab"]) == [("content", "ab")]


def test_what_is_held_at_the_end_comes_out() -> None:
    assert stripped("one two", ["one t"]) == [("content", "one t")]
    assert stripped("one two", ["one two"]) == []


def test_thoughts_after_an_echo() -> None:
    assert stripped("one", ["one<thi", "nk>hm</think>", "two"]) == [("reasoning", "hm"), ("content", "two")]


def continued(*pieces: bytes, echo: str = "") -> tuple[str, OrchdError | Outcome]:
    recorder = Recorder()
    reply = ReplyParser("box:1", "asked", recorder, "text/event-stream", 1000, continued=True, echo=echo)
    for piece in pieces:
        reply.feed(piece)
    try:
        return recorder.text(), reply.outcome()
    except OrchdError as error:
        return recorder.text(), error


def test_an_echo_is_taken_off() -> None:
    text, outcome = continued(delta(content="one t"), delta(content="wo three"), finish(), DONE, echo="one two")
    assert (text, outcome) == (" three", Outcome("stop", "m", None))
    assert continued(delta(content="one two"), finish(), DONE)[0] == "one two"


def test_half_an_echo_at_the_end_of_a_cut_answer_is_text() -> None:
    recorder = Recorder()
    reply = ReplyParser("box:1", "asked", recorder, "text/event-stream", 1000, continued=True, echo="one two")
    reply.feed(delta(content="one t"))
    assert recorder.text() == ""
    reply.flush()
    reply.flush()
    assert recorder.text() == "one t"


@pytest.mark.parametrize("pieces", [(finish(), usage(), DONE), (delta(content="one two"), finish(), usage(), DONE)])
def test_a_continued_answer_may_have_nothing_to_add(pieces: tuple[bytes, ...]) -> None:
    assert continued(*pieces, echo="one two") == ("", Outcome("stop", "m", Usage(9, 3, 12)))


@pytest.mark.parametrize("pieces", [(finish(), DONE), (finish("length"), usage(), DONE)])
def test_an_empty_continuation_that_nothing_vouches_for_is_an_error(pieces: tuple[bytes, ...]) -> None:
    _, error = continued(*pieces)
    assert isinstance(error, UpstreamError)
    assert error.details["reason"] == "empty_response"
