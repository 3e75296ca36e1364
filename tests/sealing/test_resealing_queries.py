"""Sealed values by their master keys, on both databases."""

import re

from orchd.sealing import Place, queries
from orchd.sealing.master_key import make_key
from orchd.sealing.resealing_queries import SEALED_TABLES, SERVER_KEYS, SealedRow, page, reseal
from orchd.sealing.sealed_value import key_id_of, seal, unseal
from orchd.storage import Database
from tests.fix_sealing import ring_of
from tests.house.test_sql import tables

OLD, NEW = make_key(), make_key()


async def add(store: Database, *names: str) -> None:
    for name in names:
        sealed = seal(OLD, Place("server_key", name), name.encode())
        await store.write(queries.add_server_key, name, sealed, 1)


def test_every_table_with_sealed_values_is_known() -> None:
    sealed = {name for name, (columns, _) in tables("sqlite").items() if re.search(r"^\s+sealed\b", columns, re.M)}
    assert sealed == {table.name for table in SEALED_TABLES}
    for table in SEALED_TABLES:
        assert re.search(rf"^\s+{table.key}\b.*PRIMARY KEY", tables("sqlite")[table.name][0], re.M)


async def test_pages_hold_every_row_once(store: Database) -> None:
    names = [f"key-{number}" for number in range(7)]
    await add(store, *names)
    found: list[SealedRow] = []
    while rows := await store.read(page, SERVER_KEYS, found[-1].row if found else None, 3):
        found += rows
    assert [row.row for row in found] == names
    assert {row.key_id for row in found} == {OLD.id}
    assert str(found[0]) == "server_key key-0"


async def test_what_can_be_opened_is_sealed_anew(store: Database) -> None:
    await add(store, "one", "two", "other")
    stranger, ring = make_key(), ring_of(NEW, OLD)
    await store.write(queries.add_server_key, "three", seal(stranger, Place("server_key", "three"), b"x"), 1)
    await store.write(queries.add_server_key, "four", seal(OLD, Place("server_key", "elsewhere"), b"x"), 1)
    assert await store.write(reseal, SERVER_KEYS, ["one", "two", "three", "four", "none"], ring, NEW) == 2
    for name, key in (("one", NEW), ("two", NEW), ("other", OLD), ("three", stranger), ("four", OLD)):
        sealed = await store.read(queries.find_server_key, name)
        assert sealed is not None
        assert key_id_of(sealed) == key.id, name
        if name in ("one", "two"):
            assert unseal(ring_of(NEW), Place("server_key", name), sealed) == name.encode()
