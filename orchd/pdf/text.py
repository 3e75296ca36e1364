"""The text of a PDF, page by page: a function for worker processes, as a file can be made to take any time and memory.

Only the text is taken: no picture, no form's value, no attachment. Nothing in a file is run or fetched.
"""

import logging
import warnings
import zlib
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from msgspec import Struct

from orchd.errors import Invalid, NotFound, TooLarge, Unavailable

if TYPE_CHECKING:
    from pypdf import PageObject, PdfReader

MAX_PAGES = 10_000

_NOT_IN_TEXT = dict.fromkeys((*range(9), *range(11, 32), 127))
"""Control characters but for tabs and the ends of lines."""

_DAMAGE = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    OSError,
    RuntimeError,  # too deep a recursion among them
    TypeError,
    ValueError,
    zlib.error,
)
"""What a reader of PDFs runs into besides its own errors."""


class PdfText(Struct, frozen=True):
    """What is found in a PDF."""

    pages: int
    blank_pages: int
    """Pages without any text that can be read: pictures, as a rule."""
    text: str
    """Each page under a line with its number."""


def pdf_text(path: str, max_bytes: int) -> PdfText:
    """Return the text of a PDF. `max_bytes`: how many its UTF-8 may have.

    Raises `Invalid` for one that needs a password (`pdf_password`), is damaged (`pdf_damaged`) or has no text
    (`pdf_no_text`), `TooLarge` for too many pages or too much text (`pdf_too_long`), `NotFound`, `Unavailable`.
    """
    with _open(path) as file:
        return _text_in(file, max_bytes)


def pdf_text_of_data(data: str, max_bytes: int) -> PdfText:
    """Return the text of a PDF that is given in base64. Raises as `pdf_text`, and `Invalid` for what is no base64."""
    try:
        content = b64decode(data, validate=True)
    except ValueError:
        raise Invalid("the file is not in base64", reason="malformed") from None
    return _text_in(BytesIO(content), max_bytes)


def _text_in(file: BinaryIO, max_bytes: int) -> PdfText:
    from pypdf import PdfReader  # 80 ms, and the daemon itself never needs it
    from pypdf.errors import FileNotDecryptedError, LimitReachedError, PyPdfError

    damage = (PyPdfError, *_DAMAGE)
    with _silence():
        try:
            reader = PdfReader(file)
            count = len(reader.pages)
        except FileNotDecryptedError:
            raise Invalid(
                "the PDF opens only with a password; attach a copy without one", reason="pdf_password"
            ) from None
        except damage as error:
            raise _damaged_error() from error
        if count == 0:
            raise _damaged_error()
        if count > MAX_PAGES:
            raise TooLarge(
                f"a PDF may have {MAX_PAGES} pages, and this one has {count}", reason="pdf_too_long", maxPages=MAX_PAGES
            )
        return _text_of(reader, count, max_bytes, damage, LimitReachedError)


def _open(path: str) -> BinaryIO:
    try:
        return Path(path).open("rb")
    except FileNotFoundError:
        raise NotFound("its content is not on this machine's disk", reason="file_missing") from None
    except OSError:
        raise Unavailable("the directory of the files can't be used", reason="file_directory") from None


def _text_of(
    reader: "PdfReader", count: int, max_bytes: int, damage: tuple[type[Exception], ...], limit: type[Exception]
) -> PdfText:
    """Return the text of a reader's pages. `damage` and `limit`: what is raised for a page that is damaged, and for one
    that grows too large."""
    parts, size, blank, broken, bursting = list[str](), 0, 0, 0, 0
    for number in range(count):
        try:
            text = _text_of_page(reader.pages[number])
        except damage as error:
            text, broken, bursting = "", broken + 1, bursting + isinstance(error, limit)
        blank += not text
        part = f"[page {number + 1}]\n{text}" if text else f"[page {number + 1}, without text]"
        size += len(part.encode()) + 2
        if size > max_bytes:
            raise TooLarge(
                f"there is too much text in the PDF: more than {max_bytes} bytes by page {number + 1} of {count}",
                reason="pdf_too_long",
                maxBytes=max_bytes,
                pages=count,
            )
        parts.append(part)
    if blank == count:
        if bursting:
            raise TooLarge("the pages of the PDF grow too large when they are read", reason="pdf_too_long", pages=count)
        if broken:
            raise _damaged_error()
        raise Invalid("the PDF holds pictures of text only, which can't be read", reason="pdf_no_text", pages=count)
    return PdfText(count, blank, "\n\n".join(parts))


def _text_of_page(page: "PageObject") -> str:
    """Return what UTF-8 can hold of a page's text."""
    text = page.extract_text().translate(_NOT_IN_TEXT).encode("utf-8", "replace").decode("utf-8")
    return "\n".join(line.rstrip() for line in text.splitlines()).strip("\n")


@contextmanager
def _silence() -> Iterator[None]:
    """Let nothing be said of a file: nobody reads it, and a worker that says much would wait for ever."""
    log = logging.getLogger("pypdf")
    before = log.level
    log.setLevel(logging.CRITICAL + 1)  # those below it have its level
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        log.setLevel(before)


def _damaged_error() -> Invalid:
    return Invalid("the PDF is damaged and can't be read", reason="pdf_damaged")
