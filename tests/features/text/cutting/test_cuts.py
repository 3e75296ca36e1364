"""Cuts as workers make them: they agree with the parts that they are made of."""

from hypothesis import given
from hypothesis import strategies as st

from orchd.features.text.cutting.counting import Basis
from orchd.features.text.cutting.cuts import cut_chunks, cut_text, cut_turns
from orchd.llm.types import Turn
from tests.features.text.texts import TEXTS

BASIS = Basis("heuristic", "cautious", 1.0, 1.0)


@given(TEXTS, st.integers(1, 40), st.sampled_from(["start", "end", "both"]))
def test_what_is_left_is_no_more_than_the_limit(text: str, limit: int, keep: str) -> None:
    gap = cut_text(text, BASIS.guess, BASIS.unit, limit, keep)  # type: ignore[arg-type]
    assert BASIS.at_most(gap.without(text)) <= limit


@given(TEXTS)
def test_chunks_make_the_text_by_characters_and_by_tokens(text: str) -> None:
    for basis in (None, BASIS):
        spans, sizes = cut_chunks(text, basis, 50, 0)
        assert "".join(text[span.fresh : span.end] for span in spans) == text
        assert all(size <= 50 for size in sizes)


def test_older_turns_go_before_the_last_one_is_cut() -> None:
    turns = [Turn("user", "one " * 50), Turn("assistant", "two " * 50), Turn("user", "three " * 5)]
    cut = cut_turns(turns, BASIS, 40, 1, "start")
    assert cut.kept == (2,)
    assert cut.gap.start == cut.gap.end
