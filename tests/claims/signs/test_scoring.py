"""From signs to support."""

from hypothesis import given
from hypothesis import strategies as st

from orchd.claims.signs.scoring import WEIGHTS, Signs, decisive, signs, support, verdict
from tests.claims.parts import paired

NONE = Signs(*(0.0 for _ in WEIGHTS))


def test_all_there_and_nothing_against_it_is_support() -> None:
    assert support(NONE._replace(covered=1, told=1)) > 0.9
    assert support(NONE) < 0.2


@given(st.lists(st.floats(min_value=0, max_value=1), min_size=len(WEIGHTS), max_size=len(WEIGHTS)))
def test_support_stays_within_its_bounds_and_falls_with_what_speaks_against(values: list[float]) -> None:
    found = Signs(*values)
    assert 0 <= support(found) <= 1
    for name in Signs._fields[3:]:
        assert support(found) <= support(found._replace(**{name: 0.0}))


def test_what_decides_is_named() -> None:
    assert decisive(NONE._replace(covered=1, date=1)) == "date"
    assert decisive(NONE._replace(covered=1, denied_close=1)) == "negation"
    assert decisive(NONE._replace(covered=0.3)) == "lexical"


def test_signs_of_a_copy() -> None:
    found = signs(paired("The tower was built in 1874.", "The tower was built in 1874."))
    assert (found.covered, found.told, found.copied) == (1, 1, 1)
    assert set(found[3:]) == {0}


def test_a_word_for_what_the_sources_say() -> None:
    assert verdict(0.9, "date") == "supported"
    assert verdict(0.05, "date") == "contradicted"
    assert verdict(0.02, "none") == verdict(0.05, "lexical") == "not_found"
    assert verdict(0.5, "none") == verdict(0.5, "date") == "unclear"
