"""What a file is, by its content alone."""

from collections.abc import Iterable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchd.features.file.sniffing import BYTES, TEXT, TypeFinder
from orchd.signatures import IMAGES, PDF, type_of_head

CASES: list[tuple[bytes, str]] = [
    (b"\x89PNG\r\n\x1a\n\x00\x00", "image/png"),
    (b"\xff\xd8\xff\xe0\x00\x10JFIF", "image/jpeg"),
    (b"GIF87a\x01\x00", "image/gif"),
    (b"GIF89a\x01\x00", "image/gif"),
    (b"RIFF\x24\x00\x00\x00WEBPVP8 ", "image/webp"),
    (b"RIFF\x24\x00\x00\x00WAVEfmt ", BYTES),
    (b"%PDF-1.7\n%\xe2\xe3", PDF),
    (b"\xef\xbb\xbf%PDF-1.4\n%\xe2\xe3", PDF),
    (b"\r\n \t\n%PDF-1.4\n%\xe2\xe3", PDF),
    (b"see %PDF-1.4", TEXT),
    (b"", TEXT),
    (b"hello", TEXT),
    ("é — 漢字 😀\tx\r\n".encode(), TEXT),
    (b"\xef\xbb\xbfwith a mark", TEXT),
    (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", TEXT),
    (b"<!doctype html><script>alert(1)</script>", TEXT),
    (b"a\x00b", BYTES),
    (b"a\x07b", BYTES),
    (b"\xff\xfeh\x00i\x00", BYTES),
    (b"caf\xe9", BYTES),
    (b"half of a character \xe2\x82", BYTES),
    (b"PK\x03\x04", BYTES),
    (b"\x7fELF", BYTES),
]


def type_of(pieces: Iterable[bytes]) -> str:
    """The type of a file that is given in pieces."""
    finder = TypeFinder()
    for piece in pieces:
        finder.feed(piece)
    return finder.finish()


@pytest.mark.parametrize(("content", "kind"), CASES)
def test_the_types(content: bytes, kind: str) -> None:
    assert type_of([content]) == kind


@given(st.sampled_from(CASES), st.lists(st.integers(0, 60), max_size=5))
def test_however_it_comes_in_pieces_it_is_the_same(case: tuple[bytes, str], cuts: list[int]) -> None:
    content, kind = case
    edges = [0, *sorted(cuts), len(content)]
    assert type_of(content[start:end] for start, end in pairwise(edges)) == kind


def test_an_image_is_told_by_its_beginning() -> None:
    assert {type_of_head(content) for content, kind in CASES if kind in IMAGES} == set(IMAGES)
    assert type_of_head(b"\x89PN") is None
