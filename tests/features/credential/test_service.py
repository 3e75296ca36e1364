"""Keys of model servers that are stored: given at the start, when they change, and never to anybody else."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import structlog
import trio

from orchd.errors import Invalid, Unavailable
from orchd.features.credential.messages import (
    CredentialCreate,
    CredentialDelete,
    CredentialDeleted,
    CredentialItem,
    CredentialUpdate,
)
from orchd.features.credential.service import LOOK_SECONDS, check_secret, read_keys
from orchd.llm import BackendHealth, Backends, BackendSpec
from orchd.protocol.identity import LOCAL
from orchd.sealing.master_key import make_key
from orchd.sealing.resealing_queries import SealedTable, reseal
from orchd.storage import Database
from tests.features.credential.desk import Desk, add_user
from tests.fix_sealing import make_vault, ring_of
from tests.fix_simulator import RunningSimulator, StartSimulator

SECRET = "orange-battery-staple-correct-horse"


@pytest.fixture
async def locked(start_simulator: StartSimulator) -> RunningSimulator:
    return await start_simulator(api_key=SECRET)


@asynccontextmanager
async def serving(store: Database, server: RunningSimulator) -> AsyncIterator[Desk]:
    """A daemon's parts: the servers are watched, and so are their keys."""
    backends = Backends([BackendSpec(server.url, name="locked", credential="box")], probe_seconds=60)
    async with trio.open_nursery() as nursery:
        await nursery.start(backends.run)
        desk = Desk(store, make_vault(store, KEY), backends)
        nursery.start_soon(desk.keys.run)
        yield desk
        nursery.cancel_scope.cancel()


KEY = make_key()


def health(desk: Desk) -> BackendHealth:
    (found,) = desk.backends.health()
    return found


async def until(desk: Desk, *, ok: bool, reason: str = "") -> None:
    with trio.fail_after(60):
        while health(desk).ok is not ok or reason not in (health(desk).reason or ""):
            await desk.backends.refresh()
            await trio.sleep(0.01)


async def test_a_server_gets_its_key_when_there_is_one_and_is_unavailable_without(
    store: Database, locked: RunningSimulator
) -> None:
    async with serving(store, locked) as desk:
        await until(desk, ok=False, reason="no admin has a model server's key of that name")
        made = await desk.ask(CredentialCreate("box", SECRET), CredentialItem)
        await until(desk, ok=True)
        await desk.ask(CredentialUpdate(made.id, secret="wrong"), CredentialItem)
        await until(desk, ok=False, reason="refused the key")
        await desk.ask(CredentialUpdate(made.id, secret=SECRET), CredentialItem)
        await until(desk, ok=True)
        await desk.ask(CredentialUpdate(made.id, name="else"), CredentialItem)
        await until(desk, ok=False, reason="its key is the credential box")
        await desk.ask(CredentialUpdate(made.id, name="box"), CredentialItem)
        await until(desk, ok=True)
        await desk.ask(CredentialDelete(made.id), CredentialDeleted)
        await until(desk, ok=False)


async def test_what_is_only_sealed_anew_is_no_news(store: Database, locked: RunningSimulator) -> None:
    with structlog.testing.capture_logs() as lines:
        async with serving(store, locked) as desk:
            made = await desk.ask(CredentialCreate("box", SECRET), CredentialItem)
            await until(desk, ok=True)
            await store.write(reseal, SealedTable("credential", "id"), [made.id], ring_of(KEY), KEY)
            await desk.keys.look()
            await desk.ask(CredentialDelete(made.id), CredentialDeleted)
            await until(desk, ok=False)
    events = [line["event"] for line in lines if line["log_level"] != "debug"]
    assert events.count("a model server has the key of a credential") == 1
    assert events[-1] == "a model server has no key"
    assert not [event for event in events if "can't be used" in event or "lost" in event]
    assert SECRET not in str(lines)


async def test_what_another_daemon_changes_is_noticed(store: Database, locked: RunningSimulator) -> None:
    other = Desk(store, make_vault(store, KEY), Backends([]))
    async with serving(store, locked) as desk:
        await other.ask(CredentialCreate("box", SECRET), CredentialItem)
        with trio.fail_after(LOOK_SECONDS * 10):
            await until(desk, ok=True)


async def test_before_the_key_was_read_nothing_is_asked(locked: RunningSimulator) -> None:
    backends = Backends([BackendSpec(locked.url, name="locked", credential="box")])
    async with trio.open_nursery() as nursery:
        await nursery.start(backends.run)
        await backends.wait_first_probe()
        (found,) = backends.health()
        assert found.reason == "its key is the credential box, not read yet"
        assert locked.stats().requests == 0
        nursery.cancel_scope.cancel()


async def test_keys_and_reasons_are_told_by_name(store: Database) -> None:
    desk = Desk(store, make_vault(store, KEY), Backends([]))
    await desk.ask(CredentialCreate("one", SECRET), CredentialItem)
    for name in ("anna", "ben"):
        admin = LOCAL._replace(user_id=await store.write(add_user, name, "admin"))
        await desk.ask(CredentialCreate("two", name), CredentialItem, admin)
    found = await read_keys(store, desk.vault, ["one", "two", "none"])
    assert found["one"] == SECRET
    assert isinstance(found["none"], Unavailable)
    assert "more than one admin" in str(found["two"])
    assert await read_keys(store, desk.vault, []) == {}
    stranger = await read_keys(store, make_vault(store), ["one"])
    assert isinstance(stranger["one"], Unavailable)
    assert KEY.id in str(stranger["one"])
    assert SECRET not in str(stranger)


async def test_a_server_that_comes_later_has_its_key_by_an_id(store: Database, nursery: trio.Nursery) -> None:
    desk = Desk(store, make_vault(store), Backends([BackendSpec("http://127.0.0.1:9")]))
    await nursery.start(desk.backends.run)
    made = await desk.ask(CredentialCreate(name="box", secret=SECRET), CredentialItem)
    nursery.start_soon(desk.keys.run)
    spec = BackendSpec("http://127.0.0.1:10", name="late", credential=made.id)
    for _ in range(2):  # it has to be given anew to a server that is made anew
        assert not desk.backends.serve_more({"late": spec})
        assert desk.backends.credentials()["late"].awaited
        desk.keys.look_soon()
        with trio.fail_after(60):
            while desk.backends.credentials()["late"].awaited:
                await trio.lowlevel.checkpoint()
        await desk.backends.refresh()
        assert "key" not in (desk.backends.health()[-1].reason or "")
        desk.backends.serve_more({})


def test_a_keys_blanks_are_dropped() -> None:
    assert check_secret(" key\n", "model_server").value == b"key"
    assert check_secret(" key\n", "other").value == b" key\n"


@pytest.mark.parametrize("key", [" ", "two words", "chave-à-vista", "a\nb"])
def test_what_is_no_key_of_a_model_server(key: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_secret(key, "model_server")
    assert (refused.value.path, refused.value.reason) == ("$.data.secret", "key_format")
