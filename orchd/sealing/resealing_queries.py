"""SQL of every column that holds sealed values: which there are, under which master key, and sealing them anew."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from orchd.sealing.master_key import KeyRing, MasterKey
from orchd.sealing.sealed_value import Place, UnreadableSecretError, key_id_of, seal, unseal
from orchd.storage import Statement, Steps


class SealedTable(NamedTuple):
    """A table with the columns `sealed` and `key_id`, and the name of its primary key."""

    name: str
    key: str


SERVER_KEYS: Final = SealedTable("server_key", "name")
SEALED_TABLES: Final = (SERVER_KEYS, SealedTable("credential", "id"))
"""All of them; `tests/sealing/test_resealing_queries.py` looks for more in the migrations."""


class SealedRow(NamedTuple):
    """A row with a sealed value, and the master key that this is sealed under: what it says itself, whatever stands in
    the column beside it."""

    table: SealedTable
    row: int | str
    key_id: str

    def __str__(self) -> str:
        return f"{self.table.name} {self.row}"


def page(table: SealedTable, after: int | str | None, limit: int) -> Steps[list[SealedRow]]:
    """Return up to `limit` rows of a table, those after one, in the order of the primary key."""
    name, key = table
    where = "" if after is None else f"WHERE {key} > ?"
    found = yield Statement(
        f"SELECT {key}, sealed FROM {name} {where} ORDER BY {key} LIMIT ?",
        (limit,) if after is None else (after, limit),
    )
    return [SealedRow(table, row, key_id_of(sealed)) for row, sealed in found.rows]


def reseal(table: SealedTable, rows: Sequence[int | str], ring: KeyRing, target: MasterKey) -> Steps[int]:
    """Seal the values of these rows under `target`, as far as they can be opened with `ring`; return how many were."""
    name, key = table
    marks, done = ", ".join("?" * len(rows)), 0
    found = yield Statement(f"SELECT {key}, sealed FROM {name} WHERE {key} IN ({marks})", tuple(rows))
    for row, sealed in found.rows:
        place = Place(name, row)
        try:
            value = unseal(ring, place, sealed)
        except UnreadableSecretError:
            continue
        yield Statement(
            f"UPDATE {name} SET sealed = ?, key_id = ? WHERE {key} = ?", (seal(target, place, value), target.id, row)
        )
        done += 1
    return done
