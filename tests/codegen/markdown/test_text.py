"""Pieces of Markdown: what is written is read as it was meant."""

import json

from hypothesis import given
from hypothesis import strategies as st

from orchd.codegen.markdown.text import WIDTH, Anchors, cell, code, json_block, table

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


def test_columns_that_are_empty_in_every_row_are_left_out() -> None:
    told = table(("name", "unit", ""), [["a", "", "first"], ["b", "", "x | y"]])
    assert told == "| name |  |\n| --- | --- |\n| a | first |\n| b | x \\| y |\n"


def test_a_cell_is_one_line() -> None:
    assert cell("one\n\n two|three") == "one two\\|three"


def test_code_may_hold_a_backtick() -> None:
    assert code("a`b") == "`` a`b ``"


def test_headings_of_one_text_have_anchors_of_their_own() -> None:
    anchors = Anchors()
    told = [anchors.add(heading) for heading in ("`chat:send`", "Chat send!", "`chat:send`", "ChatSend", "A — b_c")]
    assert told == ["chatsend", "chat-send", "chatsend-1", "chatsend-2", "a--b_c"]


@given(VALUES)
def test_an_example_is_the_same_value_on_several_lines(value: object) -> None:
    block = json_block(value)
    assert json.loads(block.removeprefix("```json\n").removesuffix("```\n")) == value


def test_what_fits_stays_on_one_line() -> None:
    long = {"list": ["word" * 10] * 4, "short": {"a": [1, 2]}}
    lines = json_block(long).splitlines()
    assert '  "short": {"a": [1, 2]}' in lines
    assert all(len(line) <= WIDTH for line in lines)
