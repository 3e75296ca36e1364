import pytest
from hypothesis import given

from orchd.features.text.cutting.blocks import blocks, lines
from tests.features.text.texts import TEXTS


@pytest.mark.parametrize(
    "parts",
    [
        ["text\n", "*```py\na\n\nb\n```\n", "more"],
        ["*~~~\n```\n~~~"],
        ["*````\n```\n````\n", "x"],
        ["never closed\n", "*```\na\nb"],
        ["a | b\n", "*| a | b |\n|---|---|\n| 1 | 2 |\n", "\nend"],
        ["| one row is no table |\nx"],
        ["- item\n", "*  ```\n  code\n  ```\n", "- item"],
        [],
    ],
)
def test_code_and_tables_are_found(parts: list[str]) -> None:
    text = "".join(part.removeprefix("*") for part in parts)
    found = [("*" if block.whole else "") + text[block.start : block.end] for block in blocks(text)]
    assert found == parts


@given(TEXTS)
def test_blocks_and_lines_cover_the_text(text: str) -> None:
    assert "".join(text[block.start : block.end] for block in blocks(text)) == text
    assert "".join(text[start:end] for start, end in lines(text, 0, len(text))) == text
