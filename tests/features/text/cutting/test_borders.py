import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchd.features.text.cutting.borders import SEARCHED, find, first, last
from orchd.features.text.cutting.graphemes import is_border
from tests.features.text.texts import TEXTS

PROSE = "One two three. Four five six. Seven.\n\nEight nine ten. Eleven twelve."


def until(text: str, limit: int, start: int = 0) -> str:
    return text[start : last(text, find(text), start, limit)]


def since(text: str, limit: int) -> str:
    return text[first(text, find(text), limit, len(text)) :]


@pytest.mark.parametrize(
    ("limit", "expected"),
    [
        (3, "One"),
        (10, "One two "),
        (14, "One two "),
        (20, "One two three. "),
        (37, "One two three. Four five six. "),
        (50, "One two three. Four five six. Seven.\n\n"),
        (60, "One two three. Four five six. Seven.\n\n"),
        (99, PROSE),
    ],
)
def test_the_best_border_that_fits(limit: int, expected: str) -> None:
    assert until(PROSE, limit) == expected


@pytest.mark.parametrize(
    ("limit", "expected"),
    [(64, "lve."), (60, "twelve."), (50, "Eleven twelve."), (38, "Eight nine ten. Eleven twelve."), (0, PROSE)],
)
def test_the_mirror(limit: int, expected: str) -> None:
    assert since(PROSE, limit) == expected


def test_code_is_not_torn_while_there_is_something_before_it() -> None:
    text = "Intro here.\n```\na = 1. \nb = 2\n```\nEnd."
    assert until(text, 20) == "Intro here.\n"
    assert until(text, 26, start=12) == "```\na = 1. \n"


def test_a_table_is_torn_between_rows_when_it_must_be() -> None:
    text = "| a. B | b |\n|---|---|\n| 1 | 2 |\n"
    assert until(text, 25) == "| a. B | b |\n|---|---|\n"


def test_list_items_and_headings_are_places_to_cut() -> None:
    assert until("- one two\n- three four\n", 15) == "- one two\n"
    assert until("# Title\nsome more words\nand more", 30) == "# Title\n"


def test_wide_scripts_are_cut_between_characters_and_emoji_are_not_torn() -> None:
    assert until("今天天气很好", 3) == "今天天"
    assert until("👩‍👩‍👧‍👦👩‍👩‍👧‍👦", 9) == "👩‍👩‍👧‍👦"
    assert until("👩‍👩‍👧‍👦👩‍👩‍👧‍👦", 5) == "👩‍👩‍👧‍👦"[:5]


def test_what_never_ends_is_cut_anywhere() -> None:
    assert until("a" * 10_000, 5_000) == "a" * 5_000
    assert until("e" + "\u0301" * (3 * SEARCHED), 2 * SEARCHED + 5) == "e" + "\u0301" * (2 * SEARCHED + 4)


@given(TEXTS, st.data())
def test_borders_are_within_reach(text: str, data: st.DataObject) -> None:
    borders = find(text)
    assert borders.paragraphs == sorted(set(borders.paragraphs))
    assert set(borders.paragraphs) <= set(borders.sentences) <= set(borders.lines)
    assert not {0, len(text)} & set(borders.lines)
    start = data.draw(st.integers(0, len(text)))
    limit = data.draw(st.integers(start, len(text)))
    end = last(text, borders, start, limit)
    assert (start < end <= limit) or start == limit == end
    begin = first(text, borders, start, limit)
    assert start <= begin <= limit
    if begin == limit:
        assert start == limit


@given(TEXTS, st.data())
def test_clusters_are_torn_only_when_longer_than_the_room(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    limit = data.draw(st.integers(start, len(text)))
    end = last(text, find(text), start, limit)
    if not is_border(text, end):
        assert not any(is_border(text, index) for index in range(start + 1, limit + 1))
