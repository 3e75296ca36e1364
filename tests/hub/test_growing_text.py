"""Positions in a growing text."""

from collections.abc import Callable
from typing import Literal, TypeAlias

from hypothesis import given
from hypothesis import strategies as st

from orchd.hub import GrowingText
from tests.growth import is_square

Channel: TypeAlias = Literal["content", "reasoning"]
CHANNELS: list[Channel] = ["content", "reasoning"]
PIECES = st.lists(st.tuples(st.sampled_from(CHANNELS), st.text(min_size=1, max_size=9)), max_size=20)


def filled(pieces: list[tuple[Channel, str]]) -> GrowingText[Channel]:
    growing: GrowingText[Channel] = GrowingText()
    for channel, text in pieces:
        growing.add(channel, text)
    return growing


@given(PIECES, st.integers(1, 30))
def test_reading_on_from_each_position_gives_every_character_once_in_order(
    pieces: list[tuple[Channel, str]], limit: int
) -> None:
    growing = filled(pieces)
    seen: list[tuple[str, str]] = []
    seq = 0
    while (piece := growing.after(seq, limit)) is not None:
        assert piece.seq == seq + len(piece.text)
        assert 0 < len(piece.text) <= limit
        seen += [(piece.channel, character) for character in piece.text]
        seq = piece.seq
    assert seen == [(channel, character) for channel, text in pieces for character in text]
    assert seq == growing.seq


@given(PIECES, st.data())
def test_a_reader_at_any_position_sees_exactly_the_rest(pieces: list[tuple[Channel, str]], data: st.DataObject) -> None:
    growing = filled(pieces)
    start = data.draw(st.integers(0, growing.seq))
    rest = []
    seq = start
    while (piece := growing.after(seq, 10**6)) is not None:
        rest.append(piece.text)
        seq = piece.seq
    assert "".join(rest) == "".join(text for _, text in pieces)[start:]


def test_neighbours_of_one_channel_are_merged_and_channels_are_not() -> None:
    growing = filled([("reasoning", "a"), ("reasoning", "b"), ("content", "c"), ("content", "d")])
    assert growing.after(0, 100) == ("reasoning", "ab", 2)
    assert growing.after(2, 100) == ("content", "cd", 4)
    assert growing.after(4, 100) is None


def test_a_reader_gets_as_much_as_it_takes_at_once() -> None:
    growing = filled([("content", letter) for letter in "abcdefgh"])
    assert growing.after(4, 3) == ("content", "efg", 7)
    assert growing.after(6, 3) == ("content", "gh", 8)


@given(PIECES)
def test_texts_and_sizes_are_those_of_the_channels(pieces: list[tuple[Channel, str]]) -> None:
    growing = filled(pieces)
    for channel in CHANNELS:
        assert growing.text(channel) == "".join(text for name, text in pieces if name == channel)
    assert growing.bytes == sum(len(text.encode()) for _, text in pieces)


def test_reading_on_from_the_beginning_takes_linear_time() -> None:
    def work(size: int) -> Callable[[], object]:
        growing = filled([("content", "abcd")] * size)

        def read() -> None:
            seq = 0
            while (piece := growing.after(seq, 64)) is not None:
                seq = piece.seq

        return read

    assert not is_square(work, 2_000)
