import pytest

from orchd.claims.signs.missing import has_rival, is_nowhere, score_missing
from tests.claims.parts import paired

SOURCE = "Marie Curie was born in Warsaw in 1867. In 1891 she moved to Paris. Later Ann Lee wrote 3 books."


def test_a_number_that_is_there_in_other_writing() -> None:
    assert score_missing(paired("Ann Lee wrote three books.", SOURCE, 2), "number") == 0
    assert score_missing(paired("Ann Lee wrote 4 books.", SOURCE, 2), "number") == 1


def test_figures_may_have_blanks_in_them() -> None:
    source = "He led 1, 056 matches. The teens earned $ 1. 7 million. Rooms 3, 40 and 5."
    assert score_missing(paired("He led 1,056 matches.", source, 0), "number") == 0
    assert score_missing(paired("The teens earned $ 1.7 million.", source, 1), "number") == 0
    assert score_missing(paired("The teens earned $ 2.7 million.", source, 1), "number") > 0.5
    assert score_missing(paired("He led 1,057 matches.", source, 0), "number") > 0.5
    assert score_missing(paired("He led forty-two matches.", source, 0), "number") > 0.5


def test_a_name_may_stand_before() -> None:
    assert score_missing(paired("Curie moved to Paris.", SOURCE, 1), "name") < 0.5
    assert score_missing(paired("Ann Lee moved to Paris.", SOURCE, 1), "name") > 0.5
    assert score_missing(paired("Then Bob moved to Paris.", SOURCE, 1), "name") == 1


def test_but_not_when_somebody_else_acts() -> None:
    assert score_missing(paired("Marie Curie wrote books.", SOURCE, 2), "name") > 0.5


def test_a_date_may_be_completed_from_before() -> None:
    source = "It happened in March 1941. The flood began on day 14."
    assert score_missing(paired("In March 1941 it happened.", source), "date") == 0
    pt = "Em março de 1941 o rio subiu. A cheia começou no dia 14."
    assert score_missing(paired("A cheia começou no dia 14 de março de 1941.", pt, 1), "date") < 0.5
    assert score_missing(paired("A cheia começou no dia 15 de março de 1941.", pt, 1), "date") == 1


@pytest.mark.parametrize(
    ("claim", "kind"),
    [
        ("Later Ann Lee wrote 4 books.", "number"),
        ("In 1892 she moved to Paris.", "date"),
        ("On 3 May 1892 she moved to Paris.", "date"),
        ("In 1891 she moved to Oslo.", "name"),
    ],
)
def test_another_stands_in_its_place(claim: str, kind: str) -> None:
    number = 2 if kind == "number" else 1
    assert has_rival(paired(claim, SOURCE, number), kind)
    assert is_nowhere(paired(claim, SOURCE, number), kind)


@pytest.mark.parametrize(
    ("claim", "kind"),
    [
        ("Later Ann Lee wrote 3 books in 40 weeks.", "number"),
        ("Later Ann Lee wrote 3 books for her 4th husband.", "number"),
        ("Later Ann Lee wrote 3 books in 1950.", "date"),
        ("Later Ann Lee wrote 3 books with Bo Lind.", "name"),
    ],
)
def test_nothing_stands_in_the_place_of_what_is_added(claim: str, kind: str) -> None:
    pair = paired(claim, SOURCE, 2)
    assert is_nowhere(pair, kind)
    assert not has_rival(pair, kind)


def test_what_the_sources_have_elsewhere_has_no_rival() -> None:
    pair = paired("In 1867 she moved to Paris.", SOURCE, 1)
    assert not has_rival(pair, "date")
    assert not is_nowhere(pair, "date")


def test_the_same_figures_with_another_unit_are_one_wherever_they_stand() -> None:
    source = "The tower is 42 metres high. It has 42 windows."
    assert has_rival(paired("The tower is 42 feet high.", source), "number")
    assert not has_rival(paired("The tower is 42 metres high.", source), "number")
