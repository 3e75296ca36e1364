"""Answers to the frames of files. There is no `file:create`: bytes come by HTTP."""

from typing import NamedTuple

from orchd.entity import owner_of
from orchd.entity.wire import EntityHandlers, EntityRooms
from orchd.errors import NotFound
from orchd.features.file.contents import FileContents
from orchd.features.file.item import FILE, FileItem
from orchd.features.file.messages import FileSpace, FileSpaceUse, FileText, FileTextFacts
from orchd.features.file.queries import used_bytes
from orchd.protocol.command import TEXT_WORK, Command, Commands
from orchd.protocol.router import Context


class FileSizes(NamedTuple):
    """Bytes that one file may have, and all of one user together."""

    one: int
    all: int


class FileHandlers(EntityHandlers[FileItem]):
    """Those of the entity, how much room there is, and how much text there is in one."""

    def __init__(self, rooms: EntityRooms, sizes: FileSizes, contents: FileContents) -> None:
        super().__init__(FILE, rooms)
        self._sizes = sizes
        self._contents = contents

    async def space(self, context: Context, data: FileSpace) -> FileSpaceUse:
        """Of one's own files: those of a project count for whoever has uploaded them."""
        del data
        used = await self._database.read(used_bytes, owner_of(context.identity))
        left = max(0, self._sizes.all - used)
        return FileSpaceUse(self._sizes.all, used, left, min(self._sizes.one, left))

    async def text(self, context: Context, data: FileText) -> FileTextFacts:
        """Whatever speaks against showing a model this file is said here as it would be with a question."""
        asker = owner_of(context.identity)
        item = await self._database.read(FILE.rows.seen_by(asker).get, data.file_id)
        return await self._contents.text_facts(item, asker)


_ASKS = FILE.commands
COMMANDS: Commands[EntityHandlers[FileItem]] = Commands(
    _ASKS.get.by(EntityHandlers.get),
    _ASKS.list.by(EntityHandlers.list),
    _ASKS.update.by(EntityHandlers.update),
    _ASKS.delete.by(EntityHandlers.delete),
    _ASKS.restore.by(EntityHandlers.restore),
    _ASKS.subscribe.by(EntityHandlers.subscribe),
    _ASKS.unsubscribe.by(EntityHandlers.unsubscribe),
)
MORE = Commands(
    Command("file:space", FileSpace, FileSpaceUse, right="read", scope="chat").by(FileHandlers.space),
    Command("file:text", FileText, FileTextFacts, right="read", scope="chat", errors=(NotFound, *TEXT_WORK)).by(
        FileHandlers.text
    ),
)
