"""Queries of pages: what is asked for, and everything else refused."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from orchd.errors import Invalid
from orchd.pages.query import read_query, row_number
from orchd.protocol.types import MAX_INTEGER


def test_what_is_known_is_read() -> None:
    assert read_query("name=a%20b&sha256=", "name", "sha256") == {"name": "a b", "sha256": ""}
    assert read_query("", "name") == {}


@pytest.mark.parametrize("query", ["nmae=a", "name=a&name=b", "name=%ff", "name=%ed%a0%80", "&".join(["name=a"] * 11)])
def test_anything_else_is_refused(query: str) -> None:
    with pytest.raises(Invalid):
        read_query(query, "name")


@given(st.text("0123456789", min_size=1, max_size=40))
@example("0" * 19 + "1" + "9" * 30)
@example("9" * 5_000)
@example(str(MAX_INTEGER))
@example(str(MAX_INTEGER + 1))
def test_numbers_of_rows_are_those_that_there_are(text: str) -> None:
    try:
        number = row_number(text, "ids")
    except Invalid:
        assert text.strip("0") == "" or len(text) > 16 or int(text) > MAX_INTEGER
        return
    assert 1 <= number <= MAX_INTEGER
    assert number == int(text)


@pytest.mark.parametrize("text", ["", "-1", "1.0", " 1", "\u0663", "0"])
def test_what_is_no_number_of_a_row(text: str) -> None:
    with pytest.raises(Invalid, match="ids"):
        row_number(text, "ids")
