"""Rows as bytes, and the hash of many rows, which no order changes and any other value does."""

import msgspec
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from orchd.backup.contents import BackupError
from orchd.backup.row_hash import RowsHash, decode_rows, encode_rows, join_rows

CELLS = (
    st.none()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5)
)
ROWS = st.lists(st.tuples(CELLS, CELLS), max_size=5)


def hash_of(rows: list[tuple[object, ...]]) -> str:
    total = RowsHash()
    for row in rows:
        total.add(encode_rows([row]))  # type: ignore[list-item]
    return total.figures().sha256


@given(ROWS)
def test_rows_come_back(rows: list[tuple[object, ...]]) -> None:
    found = decode_rows(join_rows(encode_rows(rows)), 2)  # type: ignore[arg-type]
    assert [tuple(map(repr, row)) for row in found] == [tuple(map(repr, row)) for row in rows]


@given(ROWS, st.randoms())
def test_no_order_changes_the_hash(rows: list[tuple[object, ...]], random: object) -> None:
    shuffled = rows.copy()
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert hash_of(rows) == hash_of(shuffled)


@given(ROWS, ROWS)
def test_other_rows_have_another_hash(one: list[tuple[object, ...]], other: list[tuple[object, ...]]) -> None:
    assume(sorted(map(repr, one)) != sorted(map(repr, other)))
    assert hash_of(one) != hash_of(other)


@pytest.mark.parametrize(
    "rows",
    [
        [[1]],
        [[1, 2, 3]],
        [[1, True]],
        [[1, b"x"]],
        [[1, [2]]],
        [[1, 2**63]],
        [[1, float("inf")]],
        [[1, float("nan")]],
        7,
    ],
)
def test_values_that_no_database_keeps_are_refused(rows: object) -> None:
    with pytest.raises(BackupError):
        decode_rows(msgspec.msgpack.encode(rows), 2)
