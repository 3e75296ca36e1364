"""PDFs, made by hand."""

from collections.abc import Iterable, Sequence
from io import BytesIO

from pypdf import PdfReader, PdfWriter

FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
OPEN = b"<< /Type /Catalog /Pages 2 0 R >>"


def pdf_of(objects: Iterable[bytes]) -> bytes:
    """A PDF of these objects, numbered from 1, the first of which is its catalog."""
    data, places = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"), list[int]()
    for number, each in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj\n%b\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start, count = len(data), len(places) + 1
    data += b"xref\n0 %d\n0000000000 65535 f \n%b" % (count, table)
    return bytes(data + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (count, start))


def stream(content: bytes, more: bytes = b"") -> bytes:
    """A stream as an object."""
    return b"<< /Length %d %b >>\nstream\n%b\nendstream" % (len(content), more, content)


def pdf(pages: Sequence[str], content: bytes | None = None, more: bytes = b"") -> bytes:
    """A PDF whose pages have these lines of ASCII, or all of them one content."""
    kids = b" ".join(b"%d 0 R" % (4 + 2 * index) for index in range(len(pages)))
    objects = [OPEN, b"<< /Type /Pages /Kids [%b] /Count %d >>" % (kids, len(pages)), FONT]
    for index, text in enumerate(pages):
        lines = b" ".join(b"(%b) Tj T*" % line.encode() for line in text.splitlines())
        drawn = b"BT /F1 12 Tf 14 TL 72 720 Td %b ET" % lines if text else b"0 0 100 100 re f"
        objects += [
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents %d 0 R"
            b" /Resources << /Font << /F1 3 0 R >> >> >>" % (5 + 2 * index),
            stream(drawn if content is None else content, more),
        ]
    return pdf_of(objects)


def encrypted(data: bytes, password: str) -> bytes:
    """The same PDF, that opens with a password; with none, it only tells programs what they should refuse."""
    writer, made = PdfWriter(clone_from=PdfReader(BytesIO(data))), BytesIO()
    writer.encrypt(password, "the owner's", algorithm="AES-256")
    writer.write(made)
    return made.getvalue()
