from hypothesis import given
from hypothesis import strategies as st

from orchd.claims import Source
from orchd.features.verification.checking.passages import (
    AROUND_CHARACTERS,
    PASSAGE_CHARACTERS,
    WHOLE_CHARACTERS,
    passages,
)
from orchd.features.verification.messages import VerifyClaimItem, VerifyEvidence


def claim(index: int, source: str | None = None, start: int = 0, end: int = 0) -> VerifyClaimItem:
    evidence = None if source is None else VerifyEvidence(source, start, end, "")
    return VerifyClaimItem(index, "c", 0, 1, 0.4, "lexical", evidence, None, None, None, None, None, "unclear")


def test_short_sources_are_shown_whole_and_for_every_claim() -> None:
    shown = passages([claim(0), claim(1, "a", 0, 3)], [Source("a", "One."), Source("b", "Two.")])
    assert shown == {0: "One.\nTwo.", 1: "One.\nTwo."}
    assert passages([claim(0)], []) == {}
    assert passages([claim(0)], [Source("a", " ")]) == {}


def test_of_long_ones_the_evidence_with_what_stands_around_it() -> None:
    before, evidence, after = "word " * 400, "Ann was born in Oslo. ", "more " * 400
    text = before + evidence + after
    shown = passages([claim(0, "a", len(before), len(before + evidence)), claim(1)], [Source("a", text)])
    assert list(shown) == [0], "nothing can be shown for a claim without evidence"
    assert evidence.strip() in shown[0]
    assert shown[0].startswith("word ")
    assert shown[0].endswith("more")
    assert len(shown[0]) <= 2 * AROUND_CHARACTERS + len(evidence)


@given(st.text(min_size=WHOLE_CHARACTERS + 1, max_size=3 * WHOLE_CHARACTERS), st.data())
def test_any_place_can_be_shown(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    shown = passages([claim(0, "a", start, end), claim(1, "gone", start, end)], [Source("a", text)])
    assert 1 not in shown
    assert all(len(passage) <= PASSAGE_CHARACTERS and passage in text for passage in shown.values())
