"""Server keys: made once, the same for all, and read once."""

import pytest
import trio

from orchd.errors import Unavailable
from orchd.sealing import ServerKeys, UnreadableSecretError, queries
from orchd.sealing.master_key import KEY_BYTES, make_key
from orchd.sealing.sealed_value import Place, seal
from orchd.storage import Database
from tests.fix_sealing import make_vault


async def test_a_key_is_made_once_and_is_another_one_for_each_purpose(store: Database) -> None:
    master = make_key()
    keys = ServerKeys(store, make_vault(store, master))
    token = await keys.get("token")
    assert len(token) == KEY_BYTES
    assert await keys.get("token") is token, "from memory"
    assert await keys.get("session") != token
    assert await ServerKeys(store, make_vault(store, master)).get("token") == token


async def test_all_who_ask_first_get_the_same(store: Database) -> None:
    master = make_key()
    found: set[bytes] = set()

    async def ask(keys: ServerKeys) -> None:
        found.add(await keys.get("token"))

    daemons = [ServerKeys(store, make_vault(store, master)) for _ in range(4)]
    async with trio.open_nursery() as nursery:
        for keys in daemons * 2:
            nursery.start_soon(ask, keys)
    assert len(found) == 1


async def test_a_daemon_without_the_master_key_says_which(store: Database) -> None:
    master = make_key()
    await ServerKeys(store, make_vault(store, master)).get("token")
    for name in ("token", "session"):
        with pytest.raises(UnreadableSecretError, match=master.id) as error:
            await ServerKeys(store, make_vault(store)).get(name)
        assert isinstance(error.value, Unavailable)


async def test_a_key_that_was_put_under_another_name_is_refused(store: Database) -> None:
    master = make_key()
    keys = ServerKeys(store, make_vault(store, master))
    await keys.get("token")
    stored = await store.read(queries.find_server_key, "token")
    assert stored is not None
    await store.write(queries.add_server_key, "session", stored, 1)
    with pytest.raises(UnreadableSecretError, match="session can't be opened"):
        await keys.get("session")


async def test_what_others_stored_meanwhile_is_taken(store: Database) -> None:
    master = make_key()
    vault = make_vault(store, master)
    await vault.prepare()
    await store.write(queries.add_server_key, "token", seal(master, Place("server_key", "token"), b"k" * 32), 1)
    assert await ServerKeys(store, vault).get("token") == b"k" * 32
