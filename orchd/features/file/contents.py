"""Files as models are shown them: found under whoever asks, and read whole."""

from base64 import b64encode
from collections.abc import Sequence

from orchd.entity import Owner
from orchd.features.file import queries
from orchd.features.file.disk import FileDisk
from orchd.features.file.item import FileItem
from orchd.storage import Database

PIECE_BYTES = 3 * 128 * 1024
"""Encoded at once: three bytes are four characters."""


class FileContents:
    """What is known of files, and their contents."""

    def __init__(self, database: Database, disk: FileDisk) -> None:
        self._database = database
        self._disk = disk

    async def find(self, owner: Owner, file_ids: Sequence[int], field: str) -> list[FileItem]:
        """Return these files, in their order. Raises `NotFound`, naming the place in the member `field`, for one that
        they don't see."""
        return await self._database.read(queries.find_seen, owner, file_ids, field)

    async def find_for(self, readers: Sequence[Owner], file_ids: Sequence[int]) -> dict[int, FileItem]:
        """Return those of these files that are there and that one of some readers sees."""
        return await self._database.read(queries.find_for, readers, file_ids)

    async def text(self, item: FileItem) -> str:
        """Return the content of a file that is text. Raises `NotFound` where it isn't on this disk, `Unavailable`."""
        with self._disk.read(item.sha256, 0, item.size) as reader:
            whole = bytearray()
            while piece := await reader.read(PIECE_BYTES):
                whole += piece
        return whole.decode("utf-8", "replace")

    async def data_url(self, item: FileItem) -> str:
        """Return the content of a file as a data URL. Raises as `text` does."""
        parts = [f"data:{item.type};base64,"]
        with self._disk.read(item.sha256, 0, item.size) as reader:
            while piece := await reader.read(PIECE_BYTES):
                parts.append(b64encode(piece).decode("ascii"))
        return "".join(parts)
