import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchd.errors import Invalid
from orchd.features.text.cutting.borders import find
from orchd.features.text.cutting.chunks import MAX_CHUNKS, Span, chunks
from orchd.features.text.cutting.weights import Ruler, characters, running
from tests.features.text.texts import TEXTS


def cut(text: str, size: int, overlap: int = 0) -> list[str]:
    return [text[span.start : span.end] for span in chunks(text, find(text), characters(text), size, overlap)]


def check(text: str, ruler: Ruler, spans: list[Span], size: int, overlap: int) -> None:
    assert "".join(text[span.fresh : span.end] for span in spans) == text
    for before, span in zip([None, *spans], spans, strict=False):
        assert span.start <= span.fresh < span.end
        assert ruler.size(span.start, span.end) <= size
        assert ruler.size(span.start, span.fresh) <= overlap
        assert span.fresh == (before.end if before else 0)


@given(TEXTS, st.integers(1, 200), st.data())
def test_chunks_in_characters_lose_nothing_and_exceed_nothing(text: str, size: int, data: st.DataObject) -> None:
    overlap = data.draw(st.integers(0, size // 2))
    ruler = characters(text)
    check(text, ruler, chunks(text, find(text), ruler, size, overlap), size, overlap)


@given(TEXTS, st.integers(8, 100), st.data())
def test_chunks_in_tokens_lose_nothing_and_exceed_nothing(text: str, size: int, data: st.DataObject) -> None:
    overlap = data.draw(st.integers(0, size // 2))
    ruler = Ruler(running(text, "cautious"), 1000)
    check(text, ruler, chunks(text, find(text), ruler, size, overlap), size, overlap)


def test_chunks_end_with_sentences() -> None:
    assert cut("One two. Three four. Five six.", 22) == ["One two. Three four. ", "Five six."]


def test_overlaps_begin_with_sentences() -> None:
    text = "One two. Three. Four five. Seven. Eight nine ten."
    assert cut(text, 24, 12) == [
        "One two. Three. ",
        "Three. Four five. ",
        "Four five. Seven. ",
        "Seven. Eight nine ten.",
    ]


def test_an_empty_text_has_no_chunks() -> None:
    assert cut("", 5) == []


@pytest.mark.parametrize(
    ("size", "overlap", "field"), [(10, 6, "overlap"), (1, 1, "overlap"), (100, 1_000_000, "overlap")]
)
def test_an_overlap_that_makes_no_progress_is_refused(size: int, overlap: int, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        cut("some text", size, overlap)
    assert refused.value.details["field"] == field


def test_sizes_that_can_not_work_are_refused() -> None:
    with pytest.raises(Invalid, match="more than") as refused:
        cut("a" * (MAX_CHUNKS + 1), 1)
    assert refused.value.details["field"] == "size"
    text = "👍"
    with pytest.raises(Invalid, match="larger than a chunk") as refused:
        chunks(text, find(text), Ruler(running(text, "cautious"), 1000), 3, 0)
    assert refused.value.details["field"] == "size"
