"""A backup as a row of records, compressed as one gzip stream: written to a file, and read from one that anybody made.

A record is a letter, a length in four bytes (the first one the highest), and so many bytes. All of it blocks, and is
called in threads. Why gzip: on a database of chats zlib's first level makes 119 MB/s and leaves 37 %; zstandard makes
180 MB/s and leaves 35 %, and would be 12 MB more in the one file.
"""

import hashlib
import zlib
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple, TypeVar

import msgspec

from orchd.backup.contents import BackupError

MAGIC = b"orchd-backup\n"
GZIP = b"\x1f\x8b"
LEVEL = 1
WBITS = 31
"""zlib's number for the form of gzip."""
PIECE_BYTES = 1024 * 1024
SMALL_BYTES = 16 * 1024 * 1024
ROWS_BYTES = 1_100_000_000
"""A value has up to 10^9 bytes on SQLite, and a record of rows at least one row."""

HEAD, TABLE, ROWS, FILE, DATA, MANIFEST = b"H", b"T", b"R", b"F", b"D", b"M"
_MOST = {HEAD: SMALL_BYTES, TABLE: SMALL_BYTES, ROWS: ROWS_BYTES, FILE: SMALL_BYTES, DATA: PIECE_BYTES}
_MOST[MANIFEST] = SMALL_BYTES

S = TypeVar("S", bound=msgspec.Struct)


class Record(NamedTuple):
    """One record of a backup."""

    kind: bytes
    payload: bytes


class RecordWriter:
    """Compresses records into a file, which it does not close."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._zlib = zlib.compressobj(LEVEL, zlib.DEFLATED, WBITS)
        self._digest = hashlib.sha256()
        self.written = 0
        """Bytes of records so far, before they were compressed."""
        self._put(MAGIC)

    @property
    def sha256(self) -> str:
        """Of what was written so far."""
        return self._digest.hexdigest()

    def write(self, kind: bytes, payload: bytes) -> None:
        """Add one record. Raises `OSError`."""
        self._put(kind + len(payload).to_bytes(4, "big"))
        self._put(payload)

    def write_struct(self, kind: bytes, struct: msgspec.Struct) -> None:
        """Add a record that is JSON. Raises `OSError`."""
        self.write(kind, msgspec.json.encode(struct))

    def finish(self) -> None:
        """Write what is left. Raises `OSError`."""
        self._out.write(self._zlib.flush())

    def _put(self, data: bytes) -> None:
        self.written += len(data)
        self._digest.update(data)
        self._out.write(self._zlib.compress(data))


class RecordReader:
    """Reads records. Whatever the file holds, no more is kept in memory than one record that was really sent."""

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self._zlib = zlib.decompressobj(WBITS)
        self._buffer = bytearray()
        self._digest = hashlib.sha256()
        self.read_bytes = 0
        """Of records so far, after they were expanded."""
        self.manifest_digest = ""
        """SHA-256 of all that came before the last record that was read."""
        if self._take(len(MAGIC)) != MAGIC:
            raise BackupError("this is no backup of orchd's")

    def records(self) -> Iterator[Record]:
        """Yield all records; the manifest must be the last one. Raises `BackupError`, `OSError`."""
        while True:
            self.manifest_digest = self._digest.hexdigest()
            head = self._take(5)
            kind, length = head[:1], int.from_bytes(head[1:], "big")
            if length > _MOST.get(kind, -1):
                raise BackupError("the backup is damaged: a record is of no kind that there is, or too long")
            yield Record(kind, self._take(length))
            if kind == MANIFEST:
                return self._demand_end()

    def _take(self, count: int) -> bytes:
        while len(self._buffer) < count:
            if not self._expand():
                raise BackupError("the backup is cut off: its end is missing")
        taken = bytes(memoryview(self._buffer)[:count])
        del self._buffer[:count]
        self._digest.update(taken)
        self.read_bytes += count
        return taken

    def _expand(self) -> bool:
        """Get some more bytes; return whether there are any."""
        if self._zlib.eof:
            return False
        data = self._zlib.unconsumed_tail or self._source.read(64 * 1024)
        if not data:
            return False
        try:
            self._buffer += self._zlib.decompress(data, PIECE_BYTES)
        except zlib.error:
            raise BackupError("the backup is damaged: it can't be expanded") from None
        return True

    def _demand_end(self) -> None:
        """Raise `BackupError` unless nothing follows and the compression's own sum is right."""
        while not self._buffer and self._expand():
            pass
        if self._buffer or not self._zlib.eof or self._zlib.unused_data or self._source.read(1):
            raise BackupError("the backup is damaged: something stands behind its end, or its last bytes are missing")


def decode_struct(payload: bytes, kind: type[S]) -> S:
    """Return what a record of JSON says. Raises `BackupError`."""
    try:
        return msgspec.json.decode(payload, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BackupError(f"the backup is damaged: {error}") from None
