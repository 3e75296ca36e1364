"""Sentences of texts with lines: wrapped, listed, logged."""

import pytest
from hypothesis import given

from orchd.claims.texts.segments import LONGEST, segments
from tests.claims.parts import TEXTS


def split(text: str) -> list[str]:
    return [text[start:end] for start, end in segments(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One is. Two are!\n\nThree", ["One is.", "Two are!", "Three"]),
        ("- item one\n- item two\n1. third\n# Head\nbody", ["item one", "item two", "third", "Head", "body"]),
        (
            "A line that was wrapped by hand goes on\nhere. So do the name of the lake and the\nTarn glacier.",
            [
                "A line that was wrapped by hand goes on\nhere.",
                "So do the name of the lake and the\nTarn glacier.",
            ],
        ),
        ("Short\nOther record that is longer\n", ["Short", "Other record that is longer"]),
        ("03:15:44 db-2: started\n03:15:58 db-2: ended", ["03:15:44 db-2: started", "03:15:58 db-2: ended"]),
        ("One.\r\n\r\nTwo.", ["One.", "Two."]),
        (" \n ", []),
    ],
)
def test_segments(text: str, expected: list[str]) -> None:
    assert split(text) == expected


def test_what_has_no_end_is_cut_at_a_space() -> None:
    parts = split("word " * 1000)
    assert max(map(len, parts)) <= LONGEST
    assert "".join(parts).replace(" ", "") == "word" * 1000


@given(TEXTS)
def test_segments_are_in_order_and_lose_no_letter(text: str) -> None:
    found = segments(text)
    last = 0
    for start, end in found:
        assert last <= start < end <= len(text)
        assert text[start:end] == text[start:end].strip()
        last = end
    assert sum(character.isalpha() for start, end in found for character in text[start:end]) == sum(
        map(str.isalpha, text)
    )
