"""Files as models are shown them: found under whoever asks, and read whole."""

from base64 import b64decode, b64encode
from collections.abc import Sequence

from orchd.entity import Owner
from orchd.errors import Invalid, TooLarge
from orchd.features.file import queries
from orchd.features.file.disk import FileDisk
from orchd.features.file.item import FileItem
from orchd.features.file.messages import FileTextFacts
from orchd.features.file.pdf_texts import MAX_TEXT_BYTES, PdfTexts
from orchd.features.file.sniffing import TEXT, TypeFinder
from orchd.signatures import PDF, type_of_head
from orchd.storage import Database

PIECE_BYTES = 3 * 128 * 1024
"""Encoded at once: three bytes are four characters."""
HEAD_CHARACTERS = 4 * 1024
"""So much of a content in base64 is looked at before the rest of it is decoded."""


class FileContents:
    """What is known of files, and their contents."""

    def __init__(self, database: Database, disk: FileDisk, pdf_texts: PdfTexts) -> None:
        self._database = database
        self._disk = disk
        self._pdf_texts = pdf_texts

    async def find(self, owner: Owner, file_ids: Sequence[int], field: str) -> list[FileItem]:
        """Return these files, in their order. Raises `NotFound`, naming the place in the member `field`, for one that
        they don't see."""
        return await self._database.read(queries.find_seen, owner, file_ids, field)

    async def find_for(self, readers: Sequence[Owner], file_ids: Sequence[int]) -> dict[int, FileItem]:
        """Return those of these files that are there and that one of some readers sees."""
        return await self._database.read(queries.find_for, readers, file_ids)

    async def text(self, item: FileItem, asker: Owner) -> str:
        """Return the content of a file that is text, or the text of a PDF. Raises `NotFound` where it isn't on this
        disk, `Unavailable`, and for a PDF as `PdfTexts.get` does."""
        if item.type == PDF:
            return (await self._pdf_texts.get(item, asker)).text
        with self._disk.read(item.sha256, 0, item.size) as reader:
            whole = bytearray()
            while piece := await reader.read(PIECE_BYTES):
                whole += piece
        return whole.decode("utf-8", "replace")

    async def text_facts(self, item: FileItem, asker: Owner) -> FileTextFacts:
        """Return how much text there is in a file. Raises `Invalid` for one that is neither text nor PDF, and as `text`
        does."""
        if item.type == PDF:
            found = await self._pdf_texts.get(item, asker)
            return FileTextFacts(item.id, len(found.text.encode()), found.pages, found.blank_pages)
        if item.type == TEXT:
            return FileTextFacts(item.id, item.size)
        raise Invalid(f"“{item.name}” can't be sent: no model takes files of the type {item.type}", reason="no_text")

    async def data_url(self, item: FileItem) -> str:
        """Return the content of a file as a data URL. Raises as `text` does for a text."""
        parts = [f"data:{item.type};base64,"]
        with self._disk.read(item.sha256, 0, item.size) as reader:
            while piece := await reader.read(PIECE_BYTES):
                parts.append(b64encode(piece).decode("ascii"))
        return "".join(parts)

    async def text_of_data(self, data: str, asker: Owner) -> str | None:
        """Return the text of a content that is given in base64, None for what is neither text nor PDF. Raises
        `Invalid` for what is no base64, `TooLarge`, and as `text` does."""
        finder, head = TypeFinder(), _bytes_of(data[:HEAD_CHARACTERS])
        finder.feed(head)
        kind = type_of_head(head)
        if kind == PDF:
            return (await self._pdf_texts.of_data(data, asker)).text
        if kind is not None or not finder.may_be_text:
            return None
        if len(data) * 3 // 4 > MAX_TEXT_BYTES:
            raise TooLarge(f"a text may have {MAX_TEXT_BYTES} bytes", reason="attachments", maxBytes=MAX_TEXT_BYTES)
        rest = _bytes_of(data[HEAD_CHARACTERS:])
        finder.feed(rest)
        return (head + rest).decode() if finder.finish() == TEXT else None


def _bytes_of(data: str) -> bytes:
    try:
        return b64decode(data, validate=True)
    except ValueError:
        raise Invalid("the file is not in base64", reason="malformed") from None
