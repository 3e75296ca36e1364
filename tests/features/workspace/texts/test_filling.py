from collections.abc import Callable
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchd.errors import Invalid, TooLarge
from orchd.features.workspace.texts.filling import MAX_FILLED, MAX_PLACES, check_places, fill
from tests.growth import is_square

TEXTS = {"a": "{{b}}", "b": "B", "ç": "C"}


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("", ""),
        ("no place }} {", "no place }} {"),
        ("{{a}}{{ b }}{{\tç\n}}", "{{b}}BC"),
        ("{{{b}}}", "{B}"),
        ("{{{{b}}", "{{b}}"),
        ("{{{{{b}}", "{{{b}}"),
        ("{{{{{{b}}", "{{B"),
        ("{{{{{{{b}}}", "{{{B}"),
        ('{"x": "{{b}}"}', '{"x": "B"}'),
    ],
)
def test_what_becomes_of_a_text(text: str, filled: str) -> None:
    assert fill(text, TEXTS, "text") == filled


@pytest.mark.parametrize(
    "text", ["{{", "x {{b", "{{b}", "{{b}} {{", "{{}}", "{{c}}", "{{a b}}", "{{a {{b}}", "{{a.b}}", "{{b|x}}"]
)
def test_a_place_is_closed_and_known(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_places(text, TEXTS, "userText")
    assert (refused.value.field, refused.value.path) == ("userText", "$.data.userText")
    with pytest.raises(Invalid):
        fill(text, TEXTS, "userText")


def test_the_error_says_what_to_write() -> None:
    with pytest.raises(Invalid, match=r"there is no variable `c`; two braces themselves are written `\{\{\{\{`"):
        check_places("{{c}}", TEXTS, "text")
    with pytest.raises(Invalid, match=r"the `\{\{` at character 2 is not closed"):
        check_places("x {{c", TEXTS, "text")


def test_there_are_only_so_many_places_and_characters() -> None:
    assert fill("{{b}}" * MAX_PLACES, TEXTS, "text") == "B" * MAX_PLACES
    with pytest.raises(Invalid):
        check_places("{{b}}" * (MAX_PLACES + 1), TEXTS, "text")
    long = {"b": "x" * (MAX_FILLED // 2)}
    assert len(fill("{{b}}{{b}}", long, "text")) == MAX_FILLED
    with pytest.raises(TooLarge):
        fill("{{b}}.{{b}}", long, "text")


@given(st.text(alphabet="{} ab\n", max_size=60))
def test_a_text_is_filled_or_refused(text: str) -> None:
    try:
        filled = fill(text, {"a": "1", "b": "2"}, "text")
    except Invalid:
        return
    assert "{{" in text or filled == text


@given(st.text(max_size=60))
def test_any_text_can_be_written(text: str) -> None:
    doubled = text.replace("{", " {").replace("}", " }")
    assert fill(doubled, {}, "text") == doubled


def test_long_texts_take_no_more_than_their_length() -> None:
    for part in ("{{{{", "{{{{}}", "a"):
        assert not is_square(partial(_checking, part), 5_000)


def _checking(part: str, size: int) -> Callable[[], None]:
    return partial(check_places, part * size, (), "text")
