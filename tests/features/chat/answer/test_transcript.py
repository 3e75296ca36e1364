"""How the channels of an answer alternate, and what a closing mark makes of them."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchd.features.chat.answer.transcript import ReasoningClock, Transcript
from orchd.hub import Piece
from orchd.llm.types import Channel
from tests.growth import is_square

CHANNELS: list[Channel] = ["content", "reasoning"]
PIECES = st.lists(st.tuples(st.sampled_from(CHANNELS), st.text(min_size=1, max_size=9)), max_size=20)


def filled(pieces: list[tuple[Channel, str]]) -> Transcript:
    transcript = Transcript()
    for channel, text in pieces:
        transcript.add(channel, text)
    return transcript


def test_neighbours_of_one_channel_are_one_run() -> None:
    transcript = filled([("reasoning", "a"), ("reasoning", "b"), ("content", "c"), ("content", "d")])
    assert transcript.runs() == [("reasoning", 2), ("content", 2)]


@given(PIECES)
def test_an_answer_is_rebuilt_from_its_texts_and_runs(pieces: list[tuple[Channel, str]]) -> None:
    transcript = filled(pieces)
    rebuilt = Transcript.of(transcript.text("content"), transcript.text("reasoning"), transcript.runs())
    assert rebuilt is not None
    assert whole(rebuilt) == whole(transcript)


@pytest.mark.parametrize(
    "runs",
    [
        None,
        [("content", 2)],
        [("content", 4)],
        [("reasoning", 3)],
        [("content", 3), ("content", 1)],
        [("content", 3), ("reasoning", 0)],
    ],
)
def test_runs_that_do_not_fit_the_texts_rebuild_nothing(runs: list[tuple[Channel, int]] | None) -> None:
    assert Transcript.of("abc", "", runs) is None


def test_a_text_of_many_runs_is_rebuilt_in_linear_time() -> None:
    def work(size: int) -> Callable[[], object]:
        text, runs = "abcd" * 50 * size, [(channel, 200) for _ in range(size) for channel in CHANNELS]
        return lambda: Transcript.of(text, text, runs)

    assert not is_square(work, 2_000)


@given(PIECES, st.integers(1, 9))
def test_settling_moves_no_character(pieces: list[tuple[Channel, str]], limit: int) -> None:
    mark = "\n</think>\n\n"
    transcript = filled([("content", "Hm."), ("content", mark[:limit]), ("content", mark[limit:]), *pieces])
    settled = transcript.settle()
    assert settled.seq == transcript.seq
    assert "".join(piece.text for piece in whole(settled)) == "".join(piece.text for piece in whole(transcript))
    answer = transcript.text("content")[len("Hm." + mark) :].lstrip()
    if answer and pieces[0][0] == "content" and not any("`" in text for _, text in pieces):
        assert settled.text("reasoning").startswith("Hm." + mark)
    assert Transcript.of(settled.text("content"), settled.text("reasoning"), settled.runs()) is not None


def whole(transcript: Transcript) -> list[Piece[Channel]]:
    found, seq = [], 0
    while (piece := transcript.after(seq, 1000)) is not None:
        found.append(piece)
        seq = piece.seq
    return found


def test_reasoning_that_was_told_as_such_settles_nothing() -> None:
    for pieces in ([("reasoning", "a"), ("content", "b\n</think>\nc")], [("content", "plain")], []):
        transcript = filled(pieces)  # type: ignore[arg-type]  # literals of the module
        assert transcript.settle() is transcript


@pytest.mark.parametrize(
    ("before", "pieces", "at", "seconds"),
    [
        (0.0, [], 9.0, None),
        (0.0, [("content", 1.0)], 9.0, None),
        (0.0, [("reasoning", 1.0), ("reasoning", 2.0)], 4.0, 3.0),
        (0.0, [("reasoning", 1.0), ("content", 3.5), ("content", 5.0)], 9.0, 2.5),
        (0.0, [("reasoning", 1.0), ("content", 2.0), ("reasoning", 4.0), ("content", 6.0)], 9.0, 3.0),
        (0.0, [("reasoning", 1.0), ("content", 1.0)], 9.0, 0.0),
        (4.0, [("content", 1.0)], 9.0, 4.0),
        (4.0, [("reasoning", 1.0), ("content", 2.0)], 9.0, 5.0),
        (None, [("reasoning", 1.0), ("content", 2.0)], 9.0, None),
    ],
)
def test_reasoning_takes_until_something_else_follows(
    before: float | None, pieces: list[tuple[Channel, float]], at: float, seconds: float | None
) -> None:
    clock = ReasoningClock(before)
    for channel, now in pieces:
        clock.note(channel, now)
    assert clock.seconds(at) == seconds
