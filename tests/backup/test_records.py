"""Records come back as they were written, however long they are, and nothing that anybody makes up does harm."""

import gzip
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchd.backup.contents import BackupError, BackupHead, FileHead, Manifest
from orchd.backup.records import (
    DATA,
    FILE,
    HEAD,
    MAGIC,
    MANIFEST,
    PIECE_BYTES,
    ROWS,
    Record,
    RecordReader,
    RecordWriter,
    decode_struct,
)
from tests.examples import examples

KINDS = st.sampled_from((HEAD, ROWS, FILE, DATA))


def written(records: list[Record]) -> bytes:
    out = io.BytesIO()
    writer = RecordWriter(out)
    for record in records:
        writer.write(*record)
    writer.write(MANIFEST, b"{}")
    writer.finish()
    return out.getvalue()


def read(data: bytes) -> list[Record]:
    return list(RecordReader(io.BytesIO(data)).records())


@given(st.lists(st.tuples(KINDS, st.binary(max_size=300)), max_size=8))
def test_what_was_written_is_read(pairs: list[tuple[bytes, bytes]]) -> None:
    records = [Record(*pair) for pair in pairs]
    assert read(written(records)) == [*records, Record(MANIFEST, b"{}")]


@settings(max_examples=examples(200))
@given(st.binary(max_size=60), st.booleans())
def test_bytes_that_anybody_makes_up_are_refused(data: bytes, begins_well: bool) -> None:
    with pytest.raises(BackupError):
        read(gzip.compress((MAGIC if begins_well else b"") + data))
    with pytest.raises(BackupError):
        read(data)


def test_a_length_that_is_a_lie_takes_no_memory() -> None:
    for kind, length in ((ROWS, 1_000_000_000), (DATA, PIECE_BYTES)):
        with pytest.raises(BackupError, match="cut off"):
            read(gzip.compress(MAGIC + kind + length.to_bytes(4, "big") + b"x"))
    with pytest.raises(BackupError, match="too long"):
        read(gzip.compress(MAGIC + DATA + (PIECE_BYTES + 1).to_bytes(4, "big")))


@pytest.mark.parametrize("kind", [BackupHead, FileHead, Manifest])
@pytest.mark.parametrize("text", [b"", b"{}", b"[1]", b'{"sha256": "../../etc/passwd", "size": 1}', b"\xff"])
def test_a_struct_that_is_none_is_refused(kind: type[FileHead], text: bytes) -> None:
    with pytest.raises(BackupError, match="damaged"):
        decode_struct(text, kind)
