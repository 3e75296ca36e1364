"""Sealing in a database: by whom, under which key, and what is told when it can't be."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import structlog
import trio

from orchd.errors import ConfigurationError, Unavailable
from orchd.sealing import MissingKeyError, Place, UnreadableSecretError, Vault, open_vault, queries
from orchd.sealing.key_file import create, replace
from orchd.sealing.master_key import make_key
from orchd.sealing.sealed_value import key_id_of
from orchd.sealing.sources import FILE_NAME, KeySource
from orchd.sealing.vault import ANCHOR, REREAD_SECONDS
from orchd.storage import Database
from tests.fix_sealing import make_vault, ring_of

PLACE = Place("credential", 1)


@pytest.fixture
async def log() -> AsyncIterator[list[structlog.typing.EventDict]]:
    with structlog.testing.capture_logs() as lines:
        yield lines


async def seal(vault: Vault, store: Database, value: bytes = b"secret") -> str:
    await vault.prepare()
    return await store.write(vault.seal, PLACE, value)


async def test_what_is_sealed_is_opened_by_another_daemon_with_the_same_key(store: Database) -> None:
    key = make_key()
    sealed = await seal(make_vault(store, key), store)
    assert await make_vault(store, key).open(PLACE, sealed) == b"secret"


async def test_no_key_is_made_before_one_is_needed(store: Database, tmp_path: Path) -> None:
    vault = open_vault(str(tmp_path), None, {}, store)
    with pytest.raises(MissingKeyError, match="12345678"):
        await vault.open(PLACE, "v1.12345678.a.b")
    assert not (tmp_path / FILE_NAME).exists()
    sealed = await seal(vault, store)
    assert (tmp_path / FILE_NAME).exists()
    assert await open_vault(str(tmp_path), None, {}, store).open(PLACE, sealed) == b"secret"


async def test_the_log_tells_of_a_key_that_was_made(
    store: Database, tmp_path: Path, log: list[structlog.typing.EventDict]
) -> None:
    await seal(open_vault(str(tmp_path), None, {}, store), store)
    (line,) = (line for line in log if "master key was made" in line["event"])
    assert line["file"] == str(tmp_path / FILE_NAME)
    text = (tmp_path / FILE_NAME).read_text().splitlines()[-1].split()[0]
    assert text not in str(log)


async def test_a_daemon_with_another_key_seals_nothing_and_makes_none(store: Database, tmp_path: Path) -> None:
    key = make_key()
    await seal(make_vault(store, key), store)
    for other in (make_vault(store), open_vault(str(tmp_path), None, {}, store)):
        with pytest.raises(UnreadableSecretError, match=f"master key {key.id}") as error:
            await other.prepare()
        assert error.value.code == "unavailable"
        assert error.value.reason == "master_key"
        with pytest.raises(MissingKeyError):
            await store.write(other.seal, PLACE, b"x")
    assert not (tmp_path / FILE_NAME).exists()


async def test_of_two_daemons_with_keys_of_their_own_one_is_refused(store: Database) -> None:
    outcomes: list[str] = []

    async def try_it() -> None:
        try:
            outcomes.append(key_id_of(await seal(make_vault(store), store)))
        except UnreadableSecretError as error:
            outcomes.append(str(error.key_id))

    async with trio.open_nursery() as nursery:
        for _ in range(5):
            nursery.start_soon(try_it)
    assert len(outcomes) == 5
    assert len(set(outcomes)) == 1, "all know the one key of this database"


async def test_the_anchors_key_seals_whatever_comes_first_in_the_file(store: Database) -> None:
    old, new = make_key(), make_key()
    first = await seal(make_vault(store, old, new), store)
    assert key_id_of(first) == old.id
    turned = make_vault(store, new, old)
    assert key_id_of(await seal(turned, store)) == old.id
    assert await turned.open(PLACE, first) == b"secret"


async def test_a_key_that_comes_later_is_found(store: Database, tmp_path: Path) -> None:
    path, old, new = tmp_path / "keys", make_key(), make_key()
    create(path, ring_of(old))
    vault = open_vault("/nowhere", str(path), {}, store)
    await seal(vault, store)
    sealed = await seal(make_vault(store, old), store)
    replace(path, ring_of(new))
    assert await vault.open(PLACE, sealed) == b"secret", "a key that is known is not looked for"
    other = Vault(KeySource("setting", path), store)
    with pytest.raises(MissingKeyError):
        await other.open(PLACE, sealed)
    replace(path, ring_of(new, old))
    await trio.sleep(REREAD_SECONDS)
    assert await other.open(PLACE, sealed) == b"secret"


async def test_keys_that_can_not_be_read_any_more_are_told_and_the_known_ones_stay(
    store: Database, tmp_path: Path, log: list[structlog.typing.EventDict]
) -> None:
    path, key = tmp_path / "keys", make_key()
    create(path, ring_of(key))
    vault = open_vault("/nowhere", str(path), {}, store)
    sealed = await seal(vault, store)
    path.chmod(0o644)
    with pytest.raises(Unavailable, match="its log says why") as error:
        await vault.open(PLACE, "v1.12345678.a.b")
    assert str(path) not in str(error.value)
    assert any(str(path) in str(line) for line in log)
    assert await vault.open(PLACE, sealed) == b"secret"
    with pytest.raises(ConfigurationError, match="chmod 600"):
        open_vault("/nowhere", str(path), {}, store)


async def test_the_start_says_when_the_keys_are_anothers(
    store: Database, log: list[structlog.typing.EventDict]
) -> None:
    key = make_key()
    await make_vault(store).look()
    assert not log, "nothing is sealed yet"
    await make_vault(store, key).prepare()
    await make_vault(store, key).look()
    assert not log
    await make_vault(store).look()
    (line,) = log
    assert line["event"] == "the secrets of this database can't be opened"
    assert key.id in line["reason"]


async def test_a_damaged_anchor_lets_nobody_seal(store: Database) -> None:
    key = make_key()
    await store.write(queries.add_server_key, ANCHOR, f"v1.{key.id}.AAAA.AAAA", 1)
    with pytest.raises(UnreadableSecretError, match="damaged"):
        await make_vault(store, key).prepare()
