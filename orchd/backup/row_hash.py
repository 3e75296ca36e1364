"""Rows as bytes that are the same on every database, and a hash of many of them that no order changes.

A row is MessagePack: an array of its columns' values in the order of their names, each in its shortest form. The hash
of a table is the sum of the SHA-256 of its rows, modulo 2^256: databases give rows in orders of their own, and parts
may be added up. It is there to find what got lost or was changed by accident; against somebody who forges a backup,
keep it where nobody else writes, or sign the file.
"""

import hashlib
import sys
from typing import Annotated, TypeAlias

import msgspec
from msgspec import Meta

from orchd.backup.contents import BackupError, TableFigures
from orchd.storage.whole import Rows

_Cell: TypeAlias = (
    Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)]
    | Annotated[float, Meta(ge=-sys.float_info.max, le=sys.float_info.max)]
    | str
    | None
)
"""No table has a column of bytes."""
_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(list[tuple[_Cell, ...]])
_MODULUS = 2**256


def encode_rows(rows: Rows) -> list[bytes]:
    """Return each row's bytes."""
    return [_ENCODER.encode(row) for row in rows]


def join_rows(encoded: list[bytes]) -> bytes:
    """Return encoded rows as one array."""
    return b"\xdd" + len(encoded).to_bytes(4, "big") + b"".join(encoded)


def decode_rows(data: bytes, columns: int) -> Rows:
    """Return the rows of an array, which must have so many columns. Raises `BackupError`."""
    try:
        rows = _DECODER.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BackupError(f"the backup is damaged: a row can't be read ({error})") from None
    if any(len(row) != columns for row in rows):
        raise BackupError("the backup is damaged: a row has not as many values as its table has columns")
    return rows


class RowsHash:
    """Of rows that come one after the other."""

    def __init__(self) -> None:
        self.rows = 0
        self._sum = 0

    def count(self, rows: int) -> None:
        """Add so many rows, whose bytes are of no interest."""
        self.rows += rows

    def add(self, encoded: list[bytes]) -> None:
        """Add the bytes of some rows."""
        self.rows += len(encoded)
        digests = (int.from_bytes(hashlib.sha256(row).digest(), "big") for row in encoded)
        self._sum = sum(digests, self._sum) % _MODULUS

    def merge(self, other: "RowsHash") -> None:
        """Add the rows of another one."""
        self.rows += other.rows
        self._sum = (self._sum + other._sum) % _MODULUS

    def figures(self) -> TableFigures:
        """Return what a manifest says of them."""
        return TableFigures(self.rows, f"{self._sum:064x}")
