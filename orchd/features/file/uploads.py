"""Uploads: bytes that come in as many requests as it takes, each from where the one before got to.

How far an upload has come stands in the database, and is told only once it is on the disk. Whatever ends a request,
what came until then is kept; whoever goes on asks how much that is. A whole upload becomes a file in one step, which
can be done again: after a crash, whoever asks how far it has come has it done.
"""

from collections.abc import Callable
from contextlib import suppress
from typing import Protocol

import trio
from msgspec import Struct

from orchd.clock import unix_now
from orchd.entity import Owner
from orchd.errors import Conflict, Invalid, NotFound, OrchdError, TooLarge
from orchd.features.file import queries
from orchd.features.file.disk import ContentFacts, FileDisk, OpenUpload
from orchd.features.file.item import FileItem
from orchd.features.file.queries import UPLOADS, FileDraft, UploadDraft, UploadRow, UserLimits
from orchd.features.file.transfers import Transfers
from orchd.storage import Database, Steps

WRITE_BYTES = 256 * 1024
"""So many are written at once."""
CONFIRM_BYTES = 8 * 1024 * 1024
"""After so many the disk is waited for: as much may have to be sent again after a crash."""
KEEP_SECONDS = 10.0
"""How long it may take to keep what has come when a request has broken off."""


class ByteSource(Protocol):
    """Bytes as they come."""

    async def read(self) -> bytes:
        """Return some more, nothing at the end. Raises an `OrchdError` when there will be no more."""


class Uploads:
    """Takes files in. `store` are the steps that store a row, `look` is called once there is one."""

    def __init__(
        self,
        database: Database,
        disk: FileDisk,
        transfers: Transfers,
        limits: UserLimits,
        max_bytes: int,
        store: Callable[[Owner, Struct, int], Steps[FileItem]],
        look: Callable[[], None],
    ) -> None:
        self._database = database
        self._disk = disk
        self._transfers = transfers
        self._limits = limits
        self._max_bytes = max_bytes
        self._store = store
        self._look = look

    async def begin(self, owner: Owner, draft: UploadDraft) -> UploadRow:
        """Begin one; what is empty is whole at once. Raises `TooLarge`, `Conflict`."""
        if draft.size > self._max_bytes:
            raise TooLarge(
                f"a file may have {self._max_bytes} bytes (`file.maxBytes`)",
                reason="file_size",
                field="size",
                path="$.size",
                maxBytes=self._max_bytes,
            )
        row = await self._database.write(queries.begin, owner, draft, self._limits, unix_now())
        return row if row.size else await self._finish(owner, row)

    async def find(self, owner: Owner, upload_id: int) -> UploadRow:
        """Return how far one has come, and make a file of one that is whole. Raises `NotFound`; `Invalid` for one that
        has another hash than it should."""
        row = await self._get(owner, upload_id)
        whole = row.file_id is None and row.received == row.size
        return await self._finish(owner, row) if whole else row

    async def append(self, owner: Owner, upload_id: int, offset: int, source: ByteSource) -> UploadRow:
        """Take what comes next. Raises `Conflict` for another offset than where it has got to, or when somebody else
        writes it, `TooLarge` for more than was said, `Busy`, what `source` raises, and as `find` does."""
        _check_offset(await self._get(owner, upload_id), offset)
        with self._transfers.place(owner.user_id), await self._disk.open_upload(upload_id, offset) as part:
            row = await self._get(owner, upload_id)  # nobody else writes from here on
            _check_offset(row, offset)
            await part.cut()
            await self._disk.require_room(row.size - offset)
            try:
                await self._take(part, row, source)
            except BaseException:
                with trio.move_on_after(KEEP_SECONDS, shield=True), suppress(OrchdError):
                    await self._confirm(part, row)
                raise
            await self._confirm(part, row)
        return await self.find(owner, upload_id)

    async def abandon(self, owner: Owner, upload_id: int) -> None:
        """Forget one and what has come of it. Raises `NotFound`."""
        await self._get(owner, upload_id)
        await self._drop(upload_id)

    async def _get(self, owner: Owner, upload_id: int) -> UploadRow:
        return await self._database.read(UPLOADS.changed_by(owner).get, upload_id)

    async def _take(self, part: OpenUpload, row: UploadRow, source: ByteSource) -> None:
        waiting, confirmed = bytearray(), part.position
        try:
            while data := await source.read():
                if part.position + len(waiting) + len(data) > row.size:
                    raise TooLarge(
                        f"more came than the {row.size} bytes that were announced",
                        reason="malformed",
                        maxBytes=row.size,
                    )
                waiting += data
                if len(waiting) >= WRITE_BYTES:
                    data, waiting = bytes(waiting), bytearray()
                    await part.write(data)
                if part.position - confirmed >= CONFIRM_BYTES:
                    await self._confirm(part, row)
                    confirmed = part.position
                    await self._disk.require_room(min(CONFIRM_BYTES, row.size - confirmed))  # others write, too
        finally:
            with trio.move_on_after(KEEP_SECONDS, shield=True):
                await part.write(bytes(waiting))

    async def _confirm(self, part: OpenUpload, row: UploadRow) -> None:
        """Note how far it has come. Raises `NotFound` when it was abandoned meanwhile."""
        await part.sync()
        if not await self._database.write(queries.confirm, row.id, part.position, unix_now()):
            raise NotFound("there is no such upload")

    async def _finish(self, owner: Owner, row: UploadRow) -> UploadRow:
        """Make a file of an upload that is whole; return the row as it is, where somebody else is about to."""
        try:
            part = await self._disk.open_upload(row.id, row.received)
        except Conflict:
            return row
        with part:
            row = await self._get(owner, row.id)
            if row.file_id is None:
                await part.cut()
                facts = await part.examine()
                if row.sha256 not in (None, facts.sha256):
                    await self._drop(row.id)
                    raise Invalid("the bytes that came have another hash than was said", reason="wrong_hash")
                async with self._disk.placing():
                    await self._disk.place(row.id, facts.sha256, facts.size)
                    row = await self._database.write(self._become_file, owner, row.id, facts, unix_now())
                self._look()
            await self._disk.drop_upload(row.id)
        return row

    def _become_file(self, owner: Owner, upload_id: int, facts: ContentFacts, now: int) -> Steps[UploadRow]:
        row = yield from UPLOADS.changed_by(owner).get(upload_id)
        if row.file_id is None:
            draft = FileDraft(row.name, facts.type, facts.size, facts.sha256)
            yield from queries.keep_content(draft, now)
            item = yield from self._store(owner, draft, now)
            yield from queries.end_upload(upload_id, item.id, now)
        return (yield from UPLOADS.changed_by(owner).get(upload_id))

    async def _drop(self, upload_id: int) -> None:
        await self._database.write(queries.remove_upload, upload_id)
        await self._disk.drop_upload(upload_id)


def _check_offset(row: UploadRow, offset: int) -> None:
    if row.file_id is not None or offset != row.received:
        raise Conflict(
            f"the upload has come to {row.received}, not to {offset}", reason="wrong_offset", offset=row.received
        )
