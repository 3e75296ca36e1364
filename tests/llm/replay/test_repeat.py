"""What is heard again is compared, and told once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchd.errors import NotFound
from orchd.llm.replay.repeat import RepeatListener
from orchd.llm.types import Channel
from tests.fix_upstream import Recorder

CHANNELS: tuple[Channel, ...] = ("content", "reasoning")
RUNS = st.lists(st.tuples(st.sampled_from(CHANNELS), st.text(min_size=1, max_size=6)), max_size=8)


def characters(texts: list[tuple[Channel, str]]) -> list[tuple[Channel, str]]:
    return [(channel, character) for channel, text in texts for character in text]


def cut(told: list[tuple[Channel, str]], size: int) -> list[tuple[Channel, str]]:
    """The same texts in pieces of at most `size` characters."""
    return [(channel, text[at : at + size]) for channel, text in told for at in range(0, len(text), size)]


@given(RUNS, st.integers(0, 40), st.integers(1, 7), st.integers(1, 7))
def test_only_what_follows_is_told(texts: list[tuple[Channel, str]], known: int, ours: int, theirs: int) -> None:
    whole, heard = characters(texts), Recorder()
    known = min(known, len(whole))
    before = cut(join(whole[:known]), ours)
    listener = RepeatListener(heard, before, "box")
    for channel, text in cut(join(whole), theirs):
        listener.on_delta(channel, text)
    assert characters(heard.texts) == whole[known:]
    assert listener.caught_up


def join(found: list[tuple[Channel, str]]) -> list[tuple[Channel, str]]:
    joined: list[tuple[Channel, str]] = []
    for channel, text in found:
        if joined and joined[-1][0] == channel:
            joined[-1] = channel, joined[-1][1] + text
        else:
            joined.append((channel, text))
    return joined


@pytest.mark.parametrize(
    "other", [[("content", "abX")], [("reasoning", "abc")], [("content", "ab"), ("reasoning", "c")]], ids=str
)
def test_of_another_answer_nothing_is_told(other: list[tuple[Channel, str]]) -> None:
    heard = Recorder()
    listener = RepeatListener(heard, [("content", "abc")], "box")
    for channel, text in other[:-1]:
        listener.on_delta(channel, text)
    with pytest.raises(NotFound):
        listener.on_delta(*other[-1])
    listener.on_delta("content", "more")
    assert (heard.texts, listener.caught_up) == ([], False)
