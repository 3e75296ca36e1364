"""Cursors of paged lists."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchd.errors import Invalid
from orchd.protocol.cursor import number_and_text, one_number, two_numbers


@given(st.text(max_size=10))
def test_a_cursor_is_two_numbers_or_nothing(cursor: str) -> None:
    try:
        read = two_numbers(cursor)
    except Invalid:
        return
    assert read is not None
    assert one_number(cursor.partition(".")[0], 0) == read[0]


@pytest.mark.parametrize(
    ("cursor", "read"), [("7.a.b", (7, "a.b")), ("7.", (7, "")), ("7", None), ("x.a", None), ("", None)]
)
def test_a_cursor_is_a_number_and_a_text(cursor: str, read: tuple[int, str] | None) -> None:
    if read is not None:
        assert number_and_text(cursor) == read
        return
    with pytest.raises(Invalid) as error:
        number_and_text(cursor)
    assert error.value.path == "$.data.cursor"


def test_no_cursor() -> None:
    assert (two_numbers(None), number_and_text(None), one_number(None, 4)) == (None, None, 4)
