"""Files without HTTP: bytes as they come, a directory of their own, and a desk whose files are there."""

from collections.abc import AsyncIterator, Iterable
from contextlib import aclosing
from pathlib import Path

import pytest

from orchd.errors import Invalid
from orchd.features.file import FileItem
from orchd.protocol.identity import Identity
from orchd.settings.kept.file import FileSettings
from orchd.storage import Database
from tests.fix_workspace import Desk, open_desk

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(56))
"""What is a PNG by its beginning."""


class Pieces:
    """A body that comes in these pieces, and may break off after them. Satisfies `ByteSource`."""

    def __init__(self, pieces: Iterable[bytes], *, cut: bool = False) -> None:
        self._pieces = list(pieces)
        self._cut = cut

    async def read(self) -> bytes:
        """The next one."""
        if self._pieces:
            return self._pieces.pop(0)
        if self._cut:
            raise Invalid("the body ended too early")
        return b""


async def upload(desk: Desk, who: Identity, content: bytes, name: str = "a.txt") -> FileItem:
    """Have somebody upload a file."""
    begun = await desk.files.begin(who, name, len(content), None)
    ended = await desk.files.append(who, begun.id, 0, Pieces([content])) if content else begun
    assert ended.file_id is not None
    return await desk.files.get(who, ended.file_id)


async def content_of(desk: Desk, who: Identity, item: FileItem) -> bytes:
    """What somebody downloads."""
    async with aclosing(desk.files.read(who, item.sha256, 0, item.size)) as pieces:
        return b"".join([piece async for piece in pieces])


@pytest.fixture
def file_directory(tmp_path: Path) -> Path:
    """Where files are kept."""
    return tmp_path / "files"


@pytest.fixture
async def file_desk(store: Database, file_directory: Path) -> AsyncIterator[Desk]:
    """All features, with files, on SQLite and on MariaDB; one file may have 4 MB, and one user 10 MB."""
    settings = FileSettings(directory=str(file_directory), max_bytes=4_000_000, user_bytes=10_000_000)
    async with open_desk(store, files=settings) as desk:
        yield desk
