"""Reading the body of an HTTP request: one JSON object of a closed type, refused as a frame would be."""

from typing import TypeVar

import msgspec

from orchd.errors import Invalid
from orchd.protocol.codec import as_invalid
from orchd.protocol.reading import broken
from orchd.protocol.types import ClientPayload

B = TypeVar("B", bound=ClientPayload)


def read_body(text: bytes, kind: type[B]) -> B:
    """Read a body. Raises `Invalid`, which names the member at fault and its JSON path."""
    try:
        return msgspec.json.decode(text, type=kind)
    except (msgspec.MsgspecError, RecursionError, UnicodeError) as refusal:
        raise _unreadable(text, refusal, kind) from None


def _unreadable(text: bytes, refusal: Exception, kind: type[ClientPayload]) -> Invalid:
    written = text.decode(errors="surrogateescape")
    return broken.unpaired_surrogate(written, str(refusal)) or as_invalid(refusal, kind)
