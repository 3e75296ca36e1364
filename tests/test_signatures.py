"""What files are by their first bytes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchd.signatures import AVIF, IMAGES, PDF, picture_type, type_of_head

AVIF_HEAD = b"\x00\x00\x00\x20ftypavif\x00\x00\x00\x00avifmif1miafMA1B"
AVIF_BY_BRAND = b"\x00\x00\x00\x1cftypmif1\x00\x00\x00\x00mif1avifmiaf"


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"GIF89a", "image/gif"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
        (AVIF_HEAD, AVIF),
        (AVIF_BY_BRAND, AVIF),
        (b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom", None),
        (b"\x00\x00\x00\x14ftypmif1\x00\x00\x00\x00mif1avif", None),
        (b"%PDF-1.7", None),
        (b"<svg xmlns='http://www.w3.org/2000/svg'>", None),
        (b"<html>", None),
        (b"", None),
    ],
)
def test_pictures_that_browsers_show(head: bytes, kind: str | None) -> None:
    assert picture_type(head) == kind


def test_a_pdf_is_known_and_no_picture() -> None:
    assert type_of_head(b"%PDF-1.7") == PDF


@given(st.binary(max_size=80))
def test_any_bytes_are_a_known_picture_or_none(head: bytes) -> None:
    assert picture_type(head) in (None, AVIF, *IMAGES)
