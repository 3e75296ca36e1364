"""Files of conversations for whoever carries them: the daemon's pages."""

from collections.abc import AsyncGenerator, Sequence

import msgspec

from orchd.entity import owner_of
from orchd.features.transfer import exporting
from orchd.features.transfer.import_queries import ImportStart
from orchd.features.transfer.importing import Importer
from orchd.features.transfer.messages import ExportFormat
from orchd.protocol.identity import Identity
from orchd.storage import Database


class ConversationFiles:
    """Gives files of any length, and takes those of `max_bytes`."""

    def __init__(self, database: Database, importer: Importer, max_bytes: int) -> None:
        self.max_bytes = max_bytes
        self._database = database
        self._importer = importer

    async def export(self, who: Identity, form: ExportFormat, wanted: Sequence[int] | None) -> AsyncGenerator[bytes]:
        """Return the pieces of a file of somebody's conversations. Raises `NotFound` before there is one."""
        first = await self._database.read(exporting.export_piece, owner_of(who), wanted, form, None)

        async def pieces() -> AsyncGenerator[bytes]:
            piece = first
            yield piece.text.encode()
            while piece.place is not None:
                piece = await self._database.read(exporting.export_piece, owner_of(who), wanted, form, piece.place)
                yield piece.text.encode()

        return pieces()

    async def take(
        self, who: Identity, pieces: AsyncGenerator[bytes], name: str, project_id: int | None, length: int | None
    ) -> bytes:
        """Import a file that comes in pieces; return what `conversation:import` answers with. Raises as that does."""
        await self._database.require_space()
        start = ImportStart(name, project_id, length)
        return msgspec.json.encode(await self._importer.take(owner_of(who), pieces, start))
