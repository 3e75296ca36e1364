"""The files that an import is asked for: one of JSON, or those in the zip file that ChatGPT gives."""

from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO, NamedTuple
from zipfile import BadZipFile, ZipFile, is_zipfile

import trio

from orchd.errors import Invalid

READ_BYTES = 256 * 1024


class SourceFile(NamedTuple):
    """A file of conversations: what it is called, how long it is, and what opens it. Whoever does so closes it."""

    name: str
    length: int
    open: Callable[[], IO[bytes]]

    async def pieces(self) -> AsyncGenerator[bytes]:
        """Yield what is in it. Raises `OSError`, and `Invalid` for a zip file that is damaged."""
        with self.open() as file:
            try:
                while piece := await trio.to_thread.run_sync(file.read, READ_BYTES):
                    yield piece
            except BadZipFile as error:
                raise Invalid(f"{self.name} is damaged: {error}") from error


@contextmanager
def opened_sources(path: Path) -> Iterator[list[SourceFile]]:
    """A block with the files of conversations that a file is or holds. Raises `OSError`, `Invalid` for a zip file
    without any."""
    if not is_zipfile(path):
        yield [SourceFile(path.name, path.stat().st_size, lambda: path.open("rb"))]
        return
    with ZipFile(path) as archive:
        found = [member for member in archive.infolist() if _holds_conversations(member.filename)]
        if not found:
            raise Invalid(f"{path.name} is a zip file without a conversations.json")
        yield [
            SourceFile(member.filename, member.file_size, partial(archive.open, member))
            for member in sorted(found, key=lambda member: member.filename)
        ]


def _holds_conversations(name: str) -> bool:
    """Large exports have several such files, with a number each."""
    path = PurePosixPath(name)
    return path.suffix == ".json" and (path.stem == "conversations" or path.stem.startswith("conversations-"))
