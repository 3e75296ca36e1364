"""Markdown on a terminal: formatted, and nothing of it left out."""

import pytest
import wcwidth
from hypothesis import given, settings
from hypothesis import strategies as st

from orchd.cli.chat.terminal.markdown import Formatter
from tests.examples import examples

FORMATTER = Formatter()


def plain(text: str, columns: int = 60) -> list[str]:
    return [wcwidth.strip_sequences(line) for line in FORMATTER.lines(text, columns)]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("a **b** `c` *d* ~~e~~", ["a b c d e"]),
        ("one\ntwo", ["one", "two"]),
        ("# Head", ["Head"]),
        ("List<str> and <b>x</b>", ["List<str> and <b>x</b>"]),
        ("<think>\nhm\n</think>", ["<think>", "hm", "</think>"]),
        ("[text](http://a.b)", ["text (http://a.b)"]),
        ("![alt](http://a.b)", ["!alt (http://a.b)"]),
        ("[1]: http://a.b", ["[1]: http://a.b"]),
        ("3. three", [" 3 three"]),
        ("- a\n  - b", [" • a", "    • b"]),
        ("> quoted", ["▌ quoted"]),
        ("    code\n      more", ["code", "  more"]),
        (":smile: [bold]x[/bold]", [":smile: [bold]x[/bold]"]),
        ("", []),
    ],
)
def test_how_it_looks(text: str, lines: list[str]) -> None:
    assert plain(text) == lines


def test_a_table_breaks_long_words_instead_of_cutting_them() -> None:
    lines = plain("| a | b |\n|---|--:|\n| " + "x" * 50 + " | 1 |", 30)
    assert "".join(lines).count("x") == 50
    assert all(wcwidth.width(line) <= 30 for line in lines)


def test_colours_are_the_terminals_own() -> None:
    assert FORMATTER.lines("**b** `c`", 20) == ["\x1b[1mb\x1b[0m \x1b[36mc\x1b[0m"]
    assert FORMATTER.code("x = [1]", 20) == ["\x1b[36mx = [1]\x1b[0m"]
    assert FORMATTER.dim("a [b]", 20) == ["\x1b[2ma [b]\x1b[0m"]


@settings(max_examples=examples(40))
@given(st.text(st.characters(exclude_categories=["Cc", "Cs"]) | st.sampled_from("\n*_`#->|[]()! 1."), max_size=200))
def test_no_line_is_wider_than_the_terminal(text: str) -> None:
    for columns in (4, 20):
        for line in FORMATTER.lines(text, columns):
            assert wcwidth.width(line) <= columns + 1
