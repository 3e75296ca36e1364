"""A growing text is cut where no later text can change it, however it arrives."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchd.cli.chat.terminal.blocks import LONGEST_BLOCK, Blocks, MarkdownBlock

TEXTS = st.lists(
    st.sampled_from(
        ["word ", "**b**", "\n", "\n\n", "```", "~~~~", "# ", "- ", "1. ", "    ", "| a | b |\n", "\t", "=="]
    )
).map("".join)


def cut(*pieces: str) -> list[MarkdownBlock]:
    blocks = Blocks()
    return [block for piece in pieces for block in blocks.feed(piece)] + blocks.end()


@given(TEXTS, st.data())
def test_pieces_do_not_matter(text: str, data: st.DataObject) -> None:
    at = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=8)))
    pieces = [text[start:end] for start, end in zip([0, *at], [*at, len(text)], strict=True)]
    assert cut(*pieces) == cut(text)


@given(TEXTS)
def test_no_line_is_lost(text: str) -> None:
    lines = [line for block in cut(text) for line in block.text.split("\n") if line.strip()]
    assert lines == [line for line in text.split("\n") if line.strip()]


@given(TEXTS)
def test_what_is_finished_and_what_grows_is_the_text(text: str) -> None:
    blocks = Blocks()
    found = blocks.feed(text)
    shown = [line for block in found for line in block.text.split("\n")] + blocks.growing.split("\n")
    assert [line for line in shown if line.strip()] == [line for line in text.split("\n") if line.strip()]


def test_a_document() -> None:
    text = "# Title\nIntro\nmore\n\n- one\n- two\n  - nested\n\n  still two\n\nEnd\n```py\nx = 1\n\n  ``\n```\nafter"
    assert cut(text) == [
        MarkdownBlock("markdown", "# Title"),
        MarkdownBlock("markdown", "Intro\nmore"),
        MarkdownBlock("blank", ""),
        MarkdownBlock("markdown", "- one"),
        MarkdownBlock("markdown", "- two\n  - nested\n\n  still two"),
        MarkdownBlock("blank", ""),
        MarkdownBlock("markdown", "End"),
        MarkdownBlock("fence", "```py"),
        MarkdownBlock("code", "x = 1"),
        MarkdownBlock("code", ""),
        MarkdownBlock("code", "  ``"),
        MarkdownBlock("fence", "```"),
        MarkdownBlock("markdown", "after"),
    ]


@pytest.mark.parametrize("opening", ["```", "~~~", "````", "   ```c++", "\t~~~~ text ```"])
def test_code_is_given_line_by_line(opening: str) -> None:
    blocks = Blocks()
    assert blocks.feed(f"{opening}\ncode\nmo") == [MarkdownBlock("fence", opening), MarkdownBlock("code", "code")]
    assert (blocks.in_code, blocks.growing) == (True, "mo")


@pytest.mark.parametrize("line", ["```code``` in a line", "``", "a ```"])
def test_what_is_no_fence(line: str) -> None:
    blocks = Blocks()
    blocks.feed(line + "\n")
    assert not blocks.in_code


def test_what_grows_has_a_bound() -> None:
    blocks = Blocks()
    for _ in range(100):
        blocks.feed("word " * 300)
        assert len(blocks.growing) <= LONGEST_BLOCK + 1_500
    for _ in range(100):
        blocks.feed("word " * 300 + "\n")
        assert len(blocks.growing) <= 2 * LONGEST_BLOCK
