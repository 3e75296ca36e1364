"""Where the bytes of files are: one content once, by its hash, whatever people call it.

    DIRECTORY/ab/abcd…     a content, by its SHA-256
    DIRECTORY/uploads/17   what has come of an upload
    DIRECTORY/lock         held while contents are put here or taken away

No name that a person chose is ever part of a path. Everything here is done in threads. What is told to be on the disk
has been synced. Daemons that share a database share the directory: locks of files keep them from each other.
"""

import errno
import fcntl
import hashlib
import os
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import NamedTuple, ParamSpec, Self, TypeVar

import structlog
import trio

from orchd.directories import make_directory, sync
from orchd.errors import Conflict, NotFound, OrchdError, Unavailable
from orchd.features.file.sniffing import TypeFinder

P = ParamSpec("P")
T = TypeVar("T")

THREADS = 8
"""So many of them read and write at once."""
PIECE_BYTES = 1024 * 1024
PIECES_AT_ONCE = 8
"""Read by one thread before it looks whether that is still wanted."""
LOCK_SECONDS = 30.0
LOCK_LOOK_SECONDS = 0.02
"""Between two looks whether another daemon has let go: nothing tells, and nobody could end a thread that waited."""
SPARE_PART, SPARE_BYTES = 20, 1024**3
"""One part in so many of the file system stays free, though no more than so many bytes: the database may stand there,
and without room it serves nobody."""
_FULL = (errno.ENOSPC, errno.EDQUOT)


class ContentFacts(NamedTuple):
    """What is found in a content."""

    sha256: str
    size: int
    type: str


class FileDisk:
    """A directory of contents, which need not exist yet; without one nothing can be kept."""

    def __init__(self, directory: str | None) -> None:
        self._has_place = directory is not None
        self._root = Path(directory or os.devnull)
        self._limiter = trio.CapacityLimiter(THREADS)
        self._turn = trio.Lock()

    async def open_upload(self, upload_id: int, offset: int) -> "OpenUpload":
        """Return what has come of an upload, to be written on from `offset`; nothing is changed yet.

        Raises `Conflict` when somebody else writes it, `NotFound` when it has less, `Unavailable`.
        """
        descriptor = await self.run(_open_upload, self._root / "uploads" / str(upload_id), offset)
        return OpenUpload(self, descriptor, offset)

    async def require_room(self, size: int) -> None:
        """Raise `Unavailable` unless so many bytes have room here, and enough is left for others."""
        await self.run(_require_room, self._root, size)

    @asynccontextmanager
    async def placing(self) -> AsyncIterator[None]:
        """Let nobody else put contents here or take some away while the block lasts. Raises `Unavailable`."""
        async with self._turn:
            descriptor = await self._lock()
            try:
                yield
            finally:
                os.close(descriptor)

    async def _lock(self) -> int:
        """Return the lock's descriptor. Another daemon holds it for one transaction, but may be stopped meanwhile."""
        with trio.move_on_after(LOCK_SECONDS):
            while (descriptor := await self.run(_try_lock, self._root)) is None:  # noqa: ASYNC110  # no event tells
                await trio.sleep(LOCK_LOOK_SECONDS)
            return descriptor
        raise Unavailable("another daemon keeps the directory of the files locked", reason="file_directory")

    async def place(self, upload_id: int, sha256: str, size: int) -> None:
        """Put what has come of an upload among the contents; it stays there, too. To be called within `placing`."""
        await self.run(_place, self._root, self._root / "uploads" / str(upload_id), sha256, size)

    async def drop_upload(self, upload_id: int) -> None:
        """Delete what has come of an upload. Idempotent."""
        await self.run((self._root / "uploads" / str(upload_id)).unlink, missing_ok=True)

    async def drop_content(self, sha256: str) -> None:
        """Delete a content. Idempotent. To be called within `placing`."""
        await self.run(self._path(sha256).unlink, missing_ok=True)

    async def uploads(self) -> list[int]:
        """Return the uploads of which something is here."""
        return await self.run(_list_uploads, self._root / "uploads")

    async def folders(self) -> list[str]:
        """Return the names of the folders that have contents."""
        return await self.run(_list_folders, self._root)

    async def contents(self, folder: str) -> list[str]:
        """Return the hashes of the contents in a folder."""
        return await self.run(_list_contents, self._root / folder)

    def read(self, sha256: str, start: int, length: int) -> "ContentReader":
        """Return what reads a part of a content."""
        return ContentReader(self, self._path(sha256), start, length)

    def path(self, sha256: str) -> str:
        """Return where a content is, for a process that reads it by itself."""
        return str(self._path(sha256))

    def _path(self, sha256: str) -> Path:
        return self._root / sha256[:2] / sha256

    async def run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do something in a thread. Raises an `OrchdError` for what the disk refuses."""
        if not self._has_place:
            raise Unavailable("no directory is set for files", reason="file_directory")
        try:
            return await trio.to_thread.run_sync(lambda: work(*args, **kwargs), limiter=self._limiter)
        except OSError as error:
            raise _refusal(error) from None


class OpenUpload:
    """What has come of an upload, open to be written on; nobody else can meanwhile."""

    def __init__(self, disk: FileDisk, descriptor: int, position: int) -> None:
        self._disk = disk
        self._descriptor = descriptor
        self.position = position
        """Behind what was written."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._descriptor)

    async def cut(self) -> None:
        """Drop what is behind the position. Only for whoever knows, since it is open, that nobody was told of more.
        Raises `Unavailable`."""
        await self._disk.run(os.ftruncate, self._descriptor, self.position)

    async def write(self, data: bytes) -> None:
        """Write what comes next. Raises `Unavailable`; then some of it may be there, and `position` says how much."""
        rest = memoryview(data)
        while rest:
            written = await self._disk.run(os.pwrite, self._descriptor, rest, self.position)
            self.position += written
            rest = rest[written:]

    async def sync(self) -> None:
        """Return once everything that was written is on the disk. Raises `Unavailable`."""
        await self._disk.run(os.fsync, self._descriptor)

    async def examine(self) -> ContentFacts:
        """Read all of it. Raises `Unavailable`."""
        digest, finder, position = hashlib.sha256(), TypeFinder(), 0

        def look() -> int:
            start = position
            for _ in range(PIECES_AT_ONCE):
                piece = os.pread(self._descriptor, PIECE_BYTES, start)
                digest.update(piece)
                finder.feed(piece)
                start += len(piece)
            return start

        while (reached := await self._disk.run(look)) > position:
            position = reached
        return ContentFacts(digest.hexdigest(), position, finder.finish())


class ContentReader:
    """A part of a content, read once from its beginning. It is opened when it is first read."""

    def __init__(self, disk: FileDisk, path: Path, start: int, length: int) -> None:
        self.length = length
        self._disk = disk
        self._path = path
        self._position = start
        self._end = start + length
        self._descriptor: int | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)

    async def read(self, most: int = 64 * 1024) -> bytes:
        """Return some more, nothing at the end. Raises `NotFound` when it isn't there, `Unavailable`."""
        if self._position >= self._end:
            return b""
        if self._descriptor is None:
            self._descriptor = await self._disk.run(os.open, self._path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
        count = min(most, self._end - self._position)
        data = await self._disk.run(os.pread, self._descriptor, count, self._position)
        if not data:
            raise _missing_error()
        self._position += len(data)
        return data


def _open_upload(path: Path, offset: int) -> int:
    make_directory(path.parent)
    create = os.O_CREAT if offset == 0 else 0
    descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW | create, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Conflict("this upload is being written; try again in a moment", reason="being_written") from None
        if os.fstat(descriptor).st_size < offset:
            raise _missing_error()
        if create:
            sync(path.parent)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def _try_lock(root: Path) -> int | None:
    make_directory(root)
    descriptor = os.open(root / "lock", os.O_RDWR | os.O_CLOEXEC | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def _place(root: Path, upload: Path, sha256: str, size: int) -> None:
    folder = root / sha256[:2]
    make_directory(folder)
    path = folder / sha256
    with suppress(FileNotFoundError):
        if path.stat().st_size == size:
            return
        path.unlink()  # somebody has cut it
    try:
        os.link(upload, path)
    except OSError as error:
        if error.errno not in (errno.EPERM, errno.ENOTSUP, errno.EMLINK):
            raise
        upload.rename(path)  # a file system without links
    sync(folder)


def _list_uploads(directory: Path) -> list[int]:
    return sorted(int(name) for name in _names(directory) if name.isdecimal() and name.isascii())


def _list_folders(root: Path) -> list[str]:
    return sorted(name for name in _names(root) if len(name) == 2 and (root / name).is_dir())


def _list_contents(folder: Path) -> list[str]:
    return sorted(name for name in _names(folder) if len(name) == 64)


def _names(directory: Path) -> Iterator[str]:
    with suppress(FileNotFoundError), os.scandir(directory) as entries:
        yield from (entry.name for entry in entries)


def _require_room(root: Path, size: int) -> None:
    found = os.statvfs(root)
    spare = min(SPARE_BYTES, found.f_blocks * found.f_frsize // SPARE_PART)
    if found.f_bavail * found.f_frsize < size + spare:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _missing_error() -> NotFound:
    return NotFound("its content is not on this machine's disk", reason="file_missing")


def _refusal(error: OSError) -> OrchdError:
    """Return what clients are told; the log has the path."""
    if isinstance(error, FileNotFoundError):
        return _missing_error()
    structlog.get_logger().error("a file can't be kept or read", reason=str(error))
    if error.errno in _FULL:
        return Unavailable("the disk for files is full", reason="disk_full")
    return Unavailable("the directory of the files can't be used", reason="file_directory")
