"""Files that people upload, by HTTP: kept once by content, shown and shared like any entity.

Frames: those of the entity `file` but for `create`, `file:space` and `file:text`. Tables:
`file` (somebody's name for a content), `file_content`
(what is on the disk) and `file_upload`. Contents are in a directory of their own (`disk.py`).
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import NamedTuple

import trio

from orchd.entity.wire import EntityRooms
from orchd.features.feature import OpenFeatures, Services
from orchd.features.file import handlers
from orchd.features.file.contents import FileContents
from orchd.features.file.disk import FileDisk
from orchd.features.file.handlers import FileHandlers, FileSizes
from orchd.features.file.item import FILE, FileItem
from orchd.features.file.pdf_texts import MAX_TEXT_BYTES, PdfLimits, PdfTexts
from orchd.features.file.queries import UserLimits
from orchd.features.file.service import FileService
from orchd.features.file.sniffing import TEXT
from orchd.features.file.transfers import Transfers
from orchd.features.file.upkeep import Upkeep
from orchd.features.file.uploads import Uploads
from orchd.guard import Supervisor
from orchd.protocol.command import AnyCommand
from orchd.settings.kept.file import FileSettings
from orchd.signatures import IMAGES, PDF

__all__ = [
    "COMMANDS",
    "FILE",
    "IMAGES",
    "MAX_TEXT_BYTES",
    "PDF",
    "TEXT",
    "FileContents",
    "FileItem",
    "FileService",
    "OpenFiles",
    "open_files",
]


COMMANDS: tuple[AnyCommand, ...] = (*handlers.COMMANDS, *handlers.MORE)


class OpenFiles(NamedTuple):
    """Files, at work."""

    service: FileService
    """What the pages are given."""
    contents: FileContents
    """What models are shown of files."""


@asynccontextmanager
async def open_files(
    services: Services, settings: FileSettings, rooms: EntityRooms
) -> AsyncIterator[OpenFeatures[OpenFiles]]:
    """Keep the directory in order while the block lasts. It need not be there yet."""
    disk, transfers = FileDisk(settings.directory), Transfers(settings.transfers)
    pdf_limits = PdfLimits(settings.max_pdf_bytes, settings.pdf_seconds)
    contents = FileContents(services.database, disk, PdfTexts(services.database, disk, services.workers, pdf_limits))
    answers = FileHandlers(rooms, FileSizes(settings.max_bytes, settings.user_bytes), contents)
    limits = UserLimits(settings.user_bytes, rooms.max_rows)
    uploads = Uploads(services.database, disk, transfers, limits, settings.max_bytes, answers.add, rooms.feed.look)
    service = FileService(services.database, disk, transfers, uploads)
    async with trio.open_nursery() as nursery:
        Supervisor(nursery, services.troubles).keep("files", Upkeep(services.database, disk).keep)
        yield OpenFeatures(
            OpenFiles(service, contents),
            {**handlers.COMMANDS.bind(answers), **handlers.MORE.bind(answers)},
        )
        nursery.cancel_scope.cancel()
