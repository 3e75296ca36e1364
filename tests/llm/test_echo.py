from hypothesis import given
from hypothesis import strategies as st

from orchd.llm.echo import EchoStripper
from orchd.llm.think import ThinkSplitter
from orchd.llm.types import Channel

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
