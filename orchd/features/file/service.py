"""The doors of files: for the pages by which they come and go, and for what is shown to models."""

from collections.abc import AsyncGenerator

from msgspec import to_builtins

from orchd.entity import owner_of
from orchd.errors import Invalid
from orchd.features.file.disk import FileDisk
from orchd.features.file.item import FILE, NAME_CHARACTERS, FileItem, file_name
from orchd.features.file.queries import UploadDraft, UploadRow
from orchd.features.file.transfers import Transfers
from orchd.features.file.uploads import ByteSource, Uploads
from orchd.protocol.identity import Identity
from orchd.storage import Database


class FileService:
    """What the pages of files ask for, each thing on behalf of somebody.

    Satisfies `orchd.pages.contents.files.Files`.
    """

    def __init__(self, database: Database, disk: FileDisk, transfers: Transfers, uploads: Uploads) -> None:
        self._database = database
        self._disk = disk
        self._transfers = transfers
        self._uploads = uploads

    async def begin(self, who: Identity, name: str, size: int, sha256: str | None) -> UploadRow:
        """Begin an upload. Raises an `OrchdError`."""
        try:
            checked = file_name(name, "name")
            if len(checked) > NAME_CHARACTERS:
                raise Invalid(f"a file's name may have {NAME_CHARACTERS} characters", reason="file_name", field="name")
        except Invalid as refused:
            refused.path = "$.name"
            raise
        return await self._uploads.begin(owner_of(who), UploadDraft(checked, size, sha256))

    async def find(self, who: Identity, upload_id: int) -> UploadRow:
        """Return how far one has come; one that is whole becomes a file. Raises an `OrchdError`."""
        return await self._uploads.find(owner_of(who), upload_id)

    async def append(self, who: Identity, upload_id: int, offset: int, source: ByteSource) -> UploadRow:
        """Take what comes next. Raises an `OrchdError`."""
        return await self._uploads.append(owner_of(who), upload_id, offset, source)

    async def abandon(self, who: Identity, upload_id: int) -> None:
        """Forget one. Raises an `OrchdError`."""
        await self._uploads.abandon(owner_of(who), upload_id)

    async def show(self, who: Identity, file_id: int) -> dict[str, object]:
        """Return a file as frames show it. Raises `NotFound`."""
        told: dict[str, object] = to_builtins(await self.get(who, file_id))
        return told

    async def get(self, who: Identity, file_id: int) -> FileItem:
        """Return a file. Raises `NotFound`."""
        return await self._database.read(FILE.rows.seen_by(owner_of(who)).get, file_id)

    async def read(self, who: Identity, sha256: str, start: int, length: int) -> AsyncGenerator[bytes]:
        """Yield a part of a file that was got; it has its place among the transfers meanwhile. Raises `Busy`, and as
        `ContentReader.read` does."""
        with self._transfers.place(who.user_id), self._disk.read(sha256, start, length) as reader:
            while some := await reader.read():
                yield some
