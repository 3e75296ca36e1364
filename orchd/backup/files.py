"""The contents of users' files in a backup: where they lie on the disk, and how they get there again.

    DIRECTORY/ab/abcd…     a content, by its SHA-256
    DIRECTORY/restoring    one that is just being written

It is the place of the feature `file`, which says more of it. Everything here blocks, and is called in threads.
"""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from orchd.backup.contents import BackupError, FileHead
from orchd.backup.records import PIECE_BYTES
from orchd.directories import make_directory, sync


def content_path(directory: Path, sha256: str) -> Path:
    """Return where the content with this hash, of hexadecimal digits, is."""
    return directory / sha256[:2] / sha256


def pieces(path: Path) -> Iterator[bytes]:
    """Yield a content's bytes. Raises `OSError`."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    with os.fdopen(descriptor, "rb") as file:
        while piece := file.read(PIECE_BYTES):
            yield piece


class ContentWriter:
    """Takes one content after the other from a backup, and looks whether each is what it is called. `directory` None:
    nothing is written."""

    def __init__(self, directory: Path | None) -> None:
        self._directory = directory
        self._head: FileHead | None = None
        self._digest = hashlib.sha256()
        self._size = 0
        self._descriptor: int | None = None
        self.files = 0
        self.file_bytes = 0

    def begin(self, head: FileHead) -> None:
        """Take a content. Raises `OSError`."""
        self._head, self._digest, self._size = head, hashlib.sha256(), 0
        if self._directory is not None:
            make_directory(self._directory)
            flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC | os.O_NOFOLLOW
            self._descriptor = os.open(self._directory / "restoring", flags, 0o600)

    def add(self, data: bytes) -> None:
        """Take some bytes of it. Raises `BackupError`, `OSError`."""
        if self._head is None:
            raise BackupError("the backup is damaged: bytes stand where no file has begun")
        self._digest.update(data)
        self._size += len(data)
        if self._size > self._head.size:
            raise BackupError("the backup is damaged: a file is longer than it says")
        rest = memoryview(data)
        while rest and self._descriptor is not None:
            rest = rest[os.write(self._descriptor, rest) :]

    def end(self) -> None:
        """Put the content in its place, if one was begun. Raises `BackupError`, `OSError`."""
        head, self._head = self._head, None
        if head is None:
            return
        if self._size != head.size or self._digest.hexdigest() != head.sha256:
            raise BackupError(f"the backup is damaged: the file {head.sha256} is not what its hash says")
        self.files += 1
        self.file_bytes += head.size
        if self._directory is not None and self._descriptor is not None:
            os.fsync(self._descriptor)
            self.close()
            path = content_path(self._directory, head.sha256)
            make_directory(path.parent)
            (self._directory / "restoring").rename(path)
            sync(path.parent)

    def close(self) -> None:
        """Leave what was begun. Idempotent."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
