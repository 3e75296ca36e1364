from hypothesis import example, given, settings
from hypothesis import strategies as st

from orchd.claims import Source
from orchd.features.verification.judging.excerpts import (
    FRAME_TOKENS,
    GAP,
    NOTE,
    Coverage,
    SourceSpan,
    parts_of,
    unread_sources,
    unshown,
    whole,
)
from orchd.features.verification.judging.prompts import PromptSection
from orchd.features.verification.messages import VerifyClaimItem, VerifyEvidence
from orchd.features.verification.wording import words
from tests.examples import examples

FILLING = "Nothing of note happened on that day either, and nobody wrote it down. " * 40
LATE = "The bridge was opened on 3 May 1974."


def measure(text: str) -> int:
    """Tokens of four bytes."""
    return -(-len(text.encode()) // 4)


def claim(source: str, start: int, end: int, verdict: str = "unclear") -> VerifyClaimItem:
    evidence = VerifyEvidence(source, start, end, "")
    rest = (None, None, None, None, None)
    return VerifyClaimItem(0, "c", 0, 1, 0.5, "lexical", evidence, *rest, verdict)  # type: ignore[arg-type]


def tokens(sections: list[PromptSection]) -> int:
    return sum(measure(text) + FRAME_TOKENS for _, text in sections)


def test_what_fits_is_shown_as_it_is() -> None:
    sources = [Source("a", "One."), Source("b", "Two.")]
    (part,) = parts_of(sources, [], 1_000, measure, 4)
    assert part.sections == [("SOURCE 1", "One."), ("SOURCE 2", "Two.")]
    assert unshown(whole(sources), part.spans) == []


def test_the_evidence_comes_first_and_that_of_open_claims_before_all() -> None:
    text = FILLING + LATE + FILLING
    sources = [Source("early", FILLING), Source("late", text)]
    place = text.index(LATE)
    open_claim = claim("late", place, place + len(LATE))
    settled = claim("early", 0, 20, "supported")
    (part,) = parts_of(sources, [settled, open_claim], 400, measure, 1)
    assert LATE in part.sections[-1].text
    assert part.sections[-1].text.startswith(NOTE)
    assert tokens(part.sections) <= 400 + measure(NOTE + GAP) * 2


def test_the_rest_follows_in_parts() -> None:
    sources = [Source("a", FILLING), Source("b", FILLING + LATE)]
    parts = parts_of(sources, [], 600, measure, 50)
    assert len(parts) > 3
    assert unshown(whole(sources), [span for part in parts for span in part.spans]) == []
    assert any(LATE in section.text for part in parts for section in part.sections)
    assert len(parts_of(sources, [], 600, measure, 2)) == 2


def test_evidence_in_an_unknown_source_is_passed_over() -> None:
    (part,) = parts_of([Source("a", FILLING)], [claim("request", 0, 5)], 300, measure, 1)
    assert part.spans[0][:2] == (0, 0)


def test_without_room_nothing_is_shown() -> None:
    (part,) = parts_of([Source("a", FILLING)], [], 50, measure, 4)
    assert (part.sections, part.spans) == ([], [])


@settings(max_examples=examples(60))
@given(
    st.lists(st.integers(0, 4_000), max_size=5),
    st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4_000), st.integers(0, 80)), max_size=6),
    st.integers(-10, 2_500),
    st.integers(1, 5),
)
@example([0, 1], [(0, 0, 0)], 0, 1)  # nothing is in the source that a claim names
def test_no_part_is_too_large_and_nothing_is_shown_twice(
    lengths: list[int], evidence: list[tuple[int, int, int]], room: int, most: int
) -> None:
    sources = [Source(str(place), (FILLING * 2)[:length]) for place, length in enumerate(lengths)]
    claims = [
        claim(str(place), start, start + length)
        for place, start, length in evidence
        if place < len(lengths) and start + length <= lengths[place]
    ]
    parts = parts_of(sources, claims, room, measure, most)
    assert 1 <= len(parts) <= most
    shown = [span for part in parts for span in part.spans]
    assert sum(end - start for _, start, end in shown) + sum(
        end - start for _, start, end in unshown(whole(sources), shown)
    ) == sum(lengths)
    for part in parts:
        notes = sum(measure(NOTE) for _ in part.sections)
        assert tokens(part.sections) - notes <= max(room, 0)


def told(sources: list[Source], spans: list[SourceSpan]) -> str:
    found = unread_sources(sources, spans)
    return "" if found is None else words(found)


def test_what_was_not_shown_is_told_by_its_place() -> None:
    sources = [Source("a", "x" * 100), Source("b", "y" * 100), Source("c", "z" * 100)]
    left: list[SourceSpan] = [(0, 0, 100), (1, 10, 20), (1, 90, 100)]
    assert told(sources, left).endswith(": “a”; characters 10-20, 90-100 of “b”")
    many: list[SourceSpan] = [(2, start, start + 1) for start in range(0, 16, 2)]
    assert "and 3 more passages of “c”" in told(sources, many)
    crowd = [Source(str(number), "x") for number in range(54)]
    assert told(crowd, whole(crowd)).endswith("; and 4 more sources")


def test_coverage_is_of_what_judges_answered() -> None:
    sources = [Source("a", FILLING), Source("blank", "  ")]
    coverage = Coverage()
    assert coverage.unread(sources) is None
    first, *rest = parts_of(sources, [], 600, measure, 50)
    coverage.add(first)
    left = coverage.unread(sources)
    assert left is not None
    assert "“a”" in words(left)
    for part in rest:
        coverage.add(part)
    assert coverage.unread(sources) is None
