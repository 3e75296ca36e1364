"""What a file is, as its first bytes tell."""

PDF = "application/pdf"
IMAGES = ("image/png", "image/jpeg", "image/gif", "image/webp")
"""What models can be shown."""
AVIF = "image/avif"

HEAD_BYTES = 16
"""As much of a file's beginning tells its type."""
MOST_BRANDS_BYTES = 64
"""As much of one tells an AVIF from other files of its family, whose brands stand first."""

_BEGINNINGS = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
)
_BEFORE_PDF = b"\xef\xbb\xbf \t\r\n"
"""What some programs write before a PDF, and all that show one pass over: ends of lines, and a mark of UTF-8."""
_AVIF_BRANDS = (b"avif", b"avis")


def type_of_head(head: bytes) -> str | None:
    """Return the type that the beginning of a file tells, None where it tells none."""
    for beginning, kind in _BEGINNINGS:
        if head.startswith(beginning):
            return kind
    if head.lstrip(_BEFORE_PDF).startswith(b"%PDF-"):
        return PDF
    return "image/webp" if head[:4] == b"RIFF" and head[8:12] == b"WEBP" else None


def picture_type(head: bytes) -> str | None:
    """Return which picture that browsers show this is the beginning of; None for anything else, SVG among it."""
    found = type_of_head(head)
    return found if found in IMAGES else AVIF if _is_avif(head) else None


def _is_avif(head: bytes) -> bool:
    size = min(int.from_bytes(head[:4]), MOST_BRANDS_BYTES)
    brands = (head[8:12], *(head[at : at + 4] for at in range(16, size, 4)))
    return head[4:8] == b"ftyp" and any(brand in _AVIF_BRANDS for brand in brands)
