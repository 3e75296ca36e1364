from itertools import pairwise

import pytest
from hypothesis import given

from orchd.features.text.cutting.graphemes import is_border
from tests.features.text.texts import TEXTS


def clusters(text: str) -> list[str]:
    cuts = [index for index in range(len(text) + 1) if is_border(text, index)]
    return [text[start:end] for start, end in pairwise(cuts)]


@pytest.mark.parametrize(
    "expected",
    [
        ["a", "b"],
        ["\r\n", "x"],
        ["\n", "\r"],
        ["e\u0301", "o"],
        ["a\u0308\u0304", "b"],
        ["👩‍👩‍👧‍👦", "👍🏽", "!"],
        ["❤️", "x"],
        ["🇧🇷", "🇵🇹", "🇺🇸"],
        ["a", "🇧🇷", "🇵"],
        ["\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f", "a"],
        ["\u1112\u1161\u11ab", "각", "글"],
        ["가\u11a8", "가"],
        ["क्षि", "न"],
        ["1️⃣", "2"],
        ["中", "文"],
        ["\n", "\u0301a"],
    ],
)
def test_clusters_stay_whole(expected: list[str]) -> None:
    found = clusters("".join(expected))
    if expected[-1] == "\u0301a":  # an accent without a letter, at the start of a line
        expected = ["\n", "\u0301", "a"]
    assert found == expected


@given(TEXTS)
def test_nothing_is_lost_between_borders(text: str) -> None:
    assert "".join(clusters(text)) == text
    assert is_border(text, 0)
    assert is_border(text, len(text))
