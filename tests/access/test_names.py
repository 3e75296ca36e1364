"""Users' names: what is one, and that each has one spelling."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchd.access.names import user_name
from orchd.errors import Invalid
from tests.examples import examples


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Maria", "maria"),
        ("  jo.doe@example.com ", "jo.doe@example.com"),
        ("ＡＤＭＩＮ", "admin"),
        ("Straße", "strasse"),
        ("João", "joão"),
        ("x", "x"),
    ],
)
def test_a_name_has_one_spelling(text: str, name: str) -> None:
    assert user_name(text) == name


@pytest.mark.parametrize("text", ["", " ", "a b", "a\x00b", ".hidden", "a/b", "<b>", "a\u202eb", "x" * 65, "a\u200bb"])
def test_what_is_no_name(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        user_name(text)
    assert (refused.value.path, refused.value.reason) == ("$.data.name", "user_name")


def test_how_long_a_name_may_be_is_told_as_a_figure() -> None:
    with pytest.raises(Invalid) as blank:
        user_name(" ")
    with pytest.raises(Invalid) as long:
        user_name("x" * 65)
    assert (blank.value.details["minLength"], long.value.details["maxLength"]) == (1, 64)


@given(st.text(max_size=70))
@settings(max_examples=examples(500), deadline=None)
def test_a_name_stays_as_it_is(text: str) -> None:
    try:
        name = user_name(text)
    except Invalid:
        return
    assert user_name(name) == name
    assert user_name(name.upper()) == name or name.upper().lower() != name
