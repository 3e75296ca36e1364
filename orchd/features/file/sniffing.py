"""What a file is, by its content: what a client says of its type is never believed.

Few types are known: images that models can be shown, PDF, and text. Everything else is bytes. HTML and SVG are text
here: nothing in the daemon may ever serve them as what a browser runs.
"""

import codecs

from orchd.signatures import HEAD_BYTES, type_of_head

BYTES = "application/octet-stream"
TEXT = "text/plain"

_NOT_IN_TEXT = bytes({*range(32), 127} - {*b"\t\n\f\r\x1b"})


class TypeFinder:
    """Finds the type of a file that is fed to it in pieces, from its beginning."""

    def __init__(self) -> None:
        self._head = b""
        self._decoder: codecs.IncrementalDecoder | None = codecs.getincrementaldecoder("utf-8")()

    def feed(self, data: bytes) -> None:
        """Look at the next piece."""
        if len(self._head) < HEAD_BYTES:
            self._head += data[: HEAD_BYTES - len(self._head)]
        self._decode(data, final=False)

    @property
    def may_be_text(self) -> bool:
        """Whether nothing has come yet that is in no text."""
        return self._decoder is not None

    def finish(self) -> str:
        """Return the type, after the last piece."""
        self._decode(b"", final=True)
        return type_of_head(self._head) or (BYTES if self._decoder is None else TEXT)

    def _decode(self, data: bytes, *, final: bool) -> None:
        """Text is UTF-8 without control characters."""
        if self._decoder is None:
            return
        try:
            self._decoder.decode(data, final)
        except UnicodeDecodeError:
            self._decoder = None
            return
        if len(data.translate(None, _NOT_IN_TEXT)) != len(data):
            self._decoder = None
