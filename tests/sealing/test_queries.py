"""The table of server keys, on both databases."""

import pytest

from orchd.errors import Conflict
from orchd.sealing import queries
from orchd.storage import Database


async def test_a_key_is_stored_once(store: Database) -> None:
    assert await store.read(queries.find_server_key, "token") is None
    await store.write(queries.add_server_key, "token", "v1.12345678.a.b", 5)
    with pytest.raises(Conflict):
        await store.write(queries.add_server_key, "token", "v1.other678.a.b", 6)
    assert await store.read(queries.find_server_key, "token") == "v1.12345678.a.b"
    assert await store.read(queries.find_server_key, "Token") is None
