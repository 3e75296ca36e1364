from orchd.claims.signs.missing import missing
from tests.claims.parts import paired

SOURCE = "Marie Curie was born in Warsaw in 1867. In 1891 she moved to Paris. Later Ann Lee wrote 3 books."


def test_a_number_that_is_there_in_other_writing() -> None:
    assert missing(paired("Ann Lee wrote three books.", SOURCE, 2), "number") == 0
    assert missing(paired("Ann Lee wrote 4 books.", SOURCE, 2), "number") == 1


def test_figures_may_have_blanks_in_them() -> None:
    source = "He led 1, 056 matches. The teens earned $ 1. 7 million. Rooms 3, 40 and 5."
    assert missing(paired("He led 1,056 matches.", source, 0), "number") == 0
    assert missing(paired("The teens earned $ 1.7 million.", source, 1), "number") == 0
    assert missing(paired("The teens earned $ 2.7 million.", source, 1), "number") > 0.5
    assert missing(paired("He led 1,057 matches.", source, 0), "number") > 0.5
    assert missing(paired("He led forty-two matches.", source, 0), "number") > 0.5


def test_a_name_may_stand_before() -> None:
    assert missing(paired("Curie moved to Paris.", SOURCE, 1), "name") < 0.5
    assert missing(paired("Ann Lee moved to Paris.", SOURCE, 1), "name") > 0.5
    assert missing(paired("Then Bob moved to Paris.", SOURCE, 1), "name") == 1


def test_but_not_when_somebody_else_acts() -> None:
    assert missing(paired("Marie Curie wrote books.", SOURCE, 2), "name") > 0.5


def test_a_date_may_be_completed_from_before() -> None:
    source = "It happened in March 1941. The flood began on day 14."
    assert missing(paired("In March 1941 it happened.", source), "date") == 0
    pt = "Em março de 1941 o rio subiu. A cheia começou no dia 14."
    assert missing(paired("A cheia começou no dia 14 de março de 1941.", pt, 1), "date") < 0.5
    assert missing(paired("A cheia começou no dia 15 de março de 1941.", pt, 1), "date") == 1
