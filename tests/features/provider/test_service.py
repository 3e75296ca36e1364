"""The model servers that are asked follow what is stored: also what other daemons store, and whatever is wrong."""

import structlog
import trio

from orchd.errors import Unavailable
from orchd.features.credential import BackendKeys
from orchd.features.provider import ProviderServers
from orchd.features.provider.service import LOOK_SECONDS
from orchd.llm import Backends, BackendSpec
from orchd.protocol.identity import LOCAL
from orchd.storage import Database, Statement, Steps
from tests.fix_sealing import make_vault
from tests.fix_simulator import StartSimulator
from tests.fix_workspace import Desk, Json, open_desk


class Other:
    """What another daemon of the same database has."""

    def __init__(self, store: Database) -> None:
        self.backends = Backends([BackendSpec("http://127.0.0.1:9")], probe_seconds=60)
        self.vault = make_vault(store)
        self.servers = ProviderServers(store, self.backends, BackendKeys(store, self.vault, self.backends))

    def names(self) -> list[str]:
        return [health.name for health in self.backends.health()][1:]


async def add(desk: Desk, name: str, port: int) -> Json:
    return await desk.done(
        LOCAL, "provider:create", name=name, url=f"http://127.0.0.1:{port}", untested=True, models=["m"]
    )


def spoil(row_id: int) -> Steps[None]:
    yield Statement("UPDATE provider SET models_json = '{', version = version + 1 WHERE id = ?", (row_id,))


async def test_another_daemon_follows(store: Database) -> None:
    other = Other(store)
    async with open_desk(store) as desk:
        row = await add(desk, "one", 10)
        await other.servers.look()
        assert other.names() == ["one"]
        await desk.done(LOCAL, "provider:update", providerId=row["id"], name="two")
        await other.servers.look()
        assert other.names() == ["two"]
        await desk.done(LOCAL, "provider:delete", providerId=row["id"])
        await other.servers.look()
        assert other.names() == []
    again = Other(store)
    async with open_desk(store) as desk:
        await desk.done(LOCAL, "provider:restore", providerId=row["id"])
    await again.servers.look()
    assert again.names() == ["two"]


async def test_a_row_that_can_not_be_read_keeps_no_other_one_away(store: Database) -> None:
    other = Other(store)
    async with open_desk(store) as desk:
        bad = await add(desk, "bad", 10)
        await add(desk, "good", 11)
    await store.write(spoil, bad["id"])
    with structlog.testing.capture_logs() as logs:
        await other.servers.look()
    assert other.names() == ["good"]
    assert any(entry.get("what") == "provider" and entry.get("row") == bad["id"] for entry in logs)


async def test_what_the_configuration_has_by_now_is_not_asked_twice(store: Database) -> None:
    other = Other(store)
    async with open_desk(store) as desk:
        row = await add(desk, "good", 11)
        await store.write(move, row["id"])
        with structlog.testing.capture_logs() as logs:
            await other.servers.look()
        assert other.names() == []
        # The desk's own servers may look meanwhile, and tell of it, too.
        assert {entry["server"] for entry in logs if "can't be used" in entry["event"]} == {"good"}


def move(row_id: int) -> Steps[None]:
    yield Statement("UPDATE provider SET url = 'http://127.0.0.1:9', version = version + 1 WHERE id = ?", (row_id,))


class AwayDatabase:
    """A database that isn't there, and counts who asks."""

    def __init__(self) -> None:
        self.asked = 0

    async def commit_mark(self) -> None:
        self.asked += 1
        await trio.lowlevel.checkpoint()
        raise Unavailable("the database is away")


async def test_while_the_database_is_away_it_is_asked_again(autojump_clock: trio.abc.Clock) -> None:
    away = AwayDatabase()
    backends = Backends([BackendSpec("http://127.0.0.1:9")])
    servers = ProviderServers(away, backends, object())  # type: ignore[arg-type]  # as much of it as is used
    with trio.move_on_after(3.5 * LOOK_SECONDS):  # at once, and at three beats
        await servers.keep_looking()
    assert away.asked == 4
    assert [health.name for health in backends.health()] == ["127.0.0.1:9"]


async def test_its_key_is_read_by_its_id(
    store: Database, start_simulator: StartSimulator, nursery: trio.Nursery
) -> None:
    secret = "orange-battery-staple-correct-horse"
    server, other = await start_simulator(api_key=secret), Other(store)
    await nursery.start(other.backends.run)
    async with open_desk(store, vault=other.vault) as desk:
        key = (await desk.done(LOCAL, "credential:create", name="box", secret=secret))["id"]
        await desk.done(LOCAL, "provider:create", name="late", url=server.url, credentialId=key)
    await other.servers.look()
    await other.backends.refresh()
    assert [(health.name, health.ok) for health in other.backends.health()] == [("127.0.0.1:9", False), ("late", True)]
