"""Sentences found again by their words."""

from hypothesis import given
from hypothesis import strategies as st

from orchd.claims.reading.library import CANDIDATES, Library
from orchd.claims.types import Source
from tests.claims.parts import TEXTS, reading

TEXT = "The tower stands above the rock. A keeper lit the lamp. The council sold the tower."


def test_candidates_share_words_or_meanings() -> None:
    library = Library([Source("s", TEXT)])
    assert library.candidates(reading("the lamp was lit"))[0] == 1
    assert library.candidates(reading("who purchased or sold towers"))[0] == 2
    assert library.candidates(reading("zebra crossing")) == []


def test_rare_words_weigh_more() -> None:
    library = Library([Source("s", TEXT)])
    assert library.weight("lamp") > library.weight("tower")
    assert library.weight("zebra") == 1.0
    assert library.knows("tower")
    assert not library.knows("zebra")


def test_a_sentence_is_known_by_its_text() -> None:
    library = Library([Source("s", TEXT)])
    assert library.same("a keeper  LIT the\nlamp") == 1
    assert library.same("a keeper lit") is None


def test_sources_are_kept_apart() -> None:
    library = Library([Source("a", "Ann left."), Source("b", "Bob came. Bob left.")])
    assert [place.source for place in library.places] == [0, 1, 1]
    assert library.firsts == [0, 1]
    assert library.words(2) == {"bob", "leav"} | (library.words(2) & {""})


@given(st.lists(TEXTS, max_size=3), TEXTS)
def test_never_more_candidates_than_allowed(texts: list[str], claim: str) -> None:
    library = Library([Source(str(number), text) for number, text in enumerate(texts)])
    found = library.candidates(reading(claim))
    assert len(found) == len(set(found)) <= CANDIDATES
    assert all(0 <= number < len(library.places) for number in found)
