"""What stands behind the `?` of a page's address."""

from urllib.parse import parse_qs

from orchd.errors import Invalid
from orchd.protocol.types import MAX_INTEGER

MAX_MEMBERS = 10
_LONGEST = len(str(MAX_INTEGER))


def read_query(query: str, *known: str) -> dict[str, str]:
    """Return what a query asks for. Raises `Invalid` for what is not known here, is there twice, or is no UTF-8."""
    try:
        found = parse_qs(query, keep_blank_values=True, max_num_fields=MAX_MEMBERS, errors="strict")
    except (ValueError, UnicodeError):
        raise Invalid("what stands behind the `?` can't be read") from None
    for name, values in found.items():
        if name not in known:
            raise Invalid(f"`{name[:64]}` is not known here; there are {', '.join(known)}", field=name[:64])
        if len(values) > 1:
            raise Invalid(f"`{name}` is there twice", field=name)
    return {name: values[0] for name, values in found.items()}


def row_number(text: str, name: str) -> int:
    """Return the number of a row. Raises `Invalid`; longer ones than there are aren't read at all."""
    plain = text.isascii() and text.isdecimal() and len(text) <= _LONGEST
    if not plain or not 1 <= int(text) <= MAX_INTEGER:
        raise Invalid(f"`{name}` must be a number from 1 on", field=name)
    return int(text)
