"""Texts of PDFs: read as they are, and whatever is wrong with one is said by a reason."""

import logging
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchd.errors import Invalid, NotFound, OrchdError, TooLarge, Unavailable
from orchd.pdf.text import MAX_PAGES, PdfText, pdf_text
from tests.pdfs import FONT, OPEN, encrypted, pdf, pdf_of, stream

MOST = 2 * 1024 * 1024
GOOD = pdf(["Green dries slowly.\nBlue does not.", "", "The end."])


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., PdfText]:
    """Reads bytes as a PDF."""
    path = tmp_path / "paper"

    def take(data: bytes, max_bytes: int = MOST) -> PdfText:
        path.write_bytes(data)
        return pdf_text(str(path), max_bytes)

    return take


def test_each_page_stands_under_its_number(read: Callable[..., PdfText]) -> None:
    text = "[page 1]\nGreen dries slowly.\nBlue does not.\n\n[page 2, without text]\n\n[page 3]\nThe end."
    assert read(GOOD) == PdfText(3, 1, text)


def test_one_that_only_its_owner_may_change_is_read(read: Callable[..., PdfText]) -> None:
    assert read(encrypted(GOOD, "")) == read(GOOD)


def nested(depth: int) -> bytes:
    """Arrays in arrays, where the pages should be."""
    return pdf_of([b"<< /Type /Catalog /Pages 2 0 R /X " + b"[" * depth + b"]" * depth + b" >>", b"[" * depth])


def nested_pages(depth: int) -> bytes:
    """Nodes of pages, each in the one before."""
    nodes = [b"<< /Type /Pages /Kids [%d 0 R] /Count 1 >>" % (number + 3) for number in range(depth)]
    return pdf_of([OPEN, *nodes])


def circle() -> bytes:
    """Pages that hold themselves."""
    return pdf_of([OPEN, b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 2 >>"])


def too_many_pages() -> bytes:
    """One page, so often."""
    kids = b"3 0 R " * (MAX_PAGES + 1)
    return pdf_of([OPEN, b"<< /Type /Pages /Kids [%b] /Count 1 >>" % kids, b"<< /Type /Page /Parent 2 0 R >>"])


def bomb() -> bytes:
    """A page whose content grows a thousandfold."""
    return pdf(["x"], zlib.compress(b"0 0 m " * 20_000_000, 9), b"/Filter /FlateDecode")


@pytest.mark.parametrize(
    ("data", "kind", "reason"),
    [
        (encrypted(GOOD, "secret"), Invalid, "pdf_password"),
        (pdf(["", ""]), Invalid, "pdf_no_text"),
        (b"%PDF-1.4 ...", Invalid, "pdf_damaged"),
        (b"%PDF-", Invalid, "pdf_damaged"),
        (b"", Invalid, "pdf_damaged"),
        (pdf([]), Invalid, "pdf_damaged"),
        (GOOD[: len(GOOD) // 3], Invalid, "pdf_damaged"),
        (nested(10_000), Invalid, "pdf_damaged"),
        (nested_pages(10_000), Invalid, "pdf_damaged"),
        (circle(), Invalid, "pdf_damaged"),
        (too_many_pages(), TooLarge, "pdf_too_long"),
        (bomb(), TooLarge, "pdf_too_long"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_can_not_be_read_says_why(
    read: Callable[..., PdfText], data: bytes, kind: type[OrchdError], reason: str
) -> None:
    with pytest.raises(kind) as caught:
        read(data)
    assert caught.value.reason == reason


def test_too_much_text_is_refused_to_the_byte(read: Callable[..., PdfText]) -> None:
    size = len(read(GOOD).text.encode())
    assert read(GOOD, size + 2).pages == 3
    with pytest.raises(TooLarge) as caught:
        read(GOOD, size - 1)
    assert caught.value.reason == "pdf_too_long"


def test_a_page_that_is_damaged_takes_no_other_along(read: Callable[..., PdfText]) -> None:
    page = b"<< /Type /Page /Parent 2 0 R /Contents %d 0 R /Resources << /Font << /F1 3 0 R >> >> >>"
    whole, broken = stream(b"BT /F1 12 Tf (Whole.) Tj ET"), stream(b"no zlib", b"/Filter /Nonsense")
    pages = b"<< /Type /Pages /Kids [4 0 R 6 0 R] /Count 2 >>"
    found = read(pdf_of([OPEN, pages, FONT, page % 5, broken, page % 7, whole]))
    assert (found.pages, found.blank_pages) == (2, 1)
    assert found.text == "[page 1, without text]\n\n[page 2]\nWhole."


def test_what_is_not_there_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        pdf_text(str(tmp_path / "none"), MOST)
    with pytest.raises(Unavailable):
        pdf_text(str(tmp_path), MOST)


def test_nothing_is_said_of_a_damaged_one(read: Callable[..., PdfText], capfd: pytest.CaptureFixture[str]) -> None:
    """A worker that says more than a pipe holds would wait for ever."""
    assert read(b"%PDF-1.7, or not" + GOOD).pages == 3
    assert capfd.readouterr() == ("", "")
    assert logging.getLogger("pypdf").level == logging.NOTSET


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, len(GOOD)), st.lists(st.tuples(st.integers(0, len(GOOD) - 1), st.integers(0, 255)), max_size=12))
def test_no_damage_gives_anything_but_text_or_a_reason(
    read: Callable[..., PdfText], end: int, flips: list[tuple[int, int]]
) -> None:
    data = bytearray(GOOD)
    for place, byte in flips:
        data[place] ^= byte
    found: PdfText | OrchdError
    try:
        found = read(bytes(data[:end]))
    except (Invalid, TooLarge) as error:
        found = error
    if isinstance(found, PdfText):
        assert found.text.startswith("[page 1")
        assert found.pages > found.blank_pages
    else:
        assert found.reason in ("pdf_password", "pdf_damaged", "pdf_no_text", "pdf_too_long")
