"""Answers to the frames of files. There is no `file:create`: bytes come by HTTP."""

from orchd.entity.wire import EntityHandlers, EntityRooms
from orchd.features.file.item import FILE, FileItem
from orchd.protocol.command import Commands


class FileHandlers(EntityHandlers[FileItem]):
    """Those of the entity."""

    def __init__(self, rooms: EntityRooms) -> None:
        super().__init__(FILE, rooms)


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
