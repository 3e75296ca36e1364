"""Cursors of paged lists."""

from hypothesis import given
from hypothesis import strategies as st

from orchd.errors import Invalid
from orchd.protocol.cursor import one_number, two_numbers


@given(st.text(max_size=10))
def test_a_cursor_is_two_numbers_or_nothing(cursor: str) -> None:
    try:
        read = two_numbers(cursor)
    except Invalid:
        return
    assert read is not None
    assert one_number(cursor.partition(".")[0], 0) == read[0]


def test_no_cursor() -> None:
    assert (two_numbers(None), one_number(None, 4)) == (None, 4)
