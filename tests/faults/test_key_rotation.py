"""`orchd keys rotate` is killed at any point while a daemon works: nothing is lost, and it goes on."""

from functools import partial
from pathlib import Path

import trio

from orchd.entity import Owner
from orchd.features.audit import Actor
from orchd.features.credential import queries
from orchd.features.credential.queries import NewSecret, find_sealed
from orchd.sealing import open_vault
from orchd.sealing.key_file import read_key_file
from orchd.sealing.rotation import take_census
from orchd.storage import Statement, Steps, open_database
from tests.fix_command import RunCommand, StartCommand, first_line
from tests.fix_daemon import StartDaemon
from tests.fix_simulator import StartSimulator
from tests.wire.client import Client

KEY = "orange-battery-staple-correct-horse"
COUNT, PER_USER = 700, 150
ACTOR = Actor(0, "local")


class Secrets:
    """The secrets of a database, as somebody sees them who has the file of the master key."""

    def __init__(self, url: str, directory: Path) -> None:
        self.url, self.directory = url, directory

    async def add(self) -> None:
        """Store many."""
        async with open_database(self.url, pool_size=1, timeout=10) as database:
            await database.wait_ready()
            vault = open_vault(str(self.directory), None, {}, database)
            await vault.prepare()
            for number in range(COUNT):
                secret = NewSecret(f"secret {number}".encode(), "")
                owner = Owner(number // PER_USER)
                await database.write_relaxed(queries.add, owner, f"n{number}", "other", secret, vault, 1, ACTOR)

    async def check(self) -> set[str]:
        """See that all can be opened; return the master keys that they are sealed under."""
        async with open_database(self.url, pool_size=1, timeout=10) as database:
            await database.wait_ready()
            vault = open_vault(str(self.directory), None, {}, database)
            census = await take_census(database)
            stored = [row for row in census.rows if row.table.name == "credential"]
            assert len(stored) >= COUNT
            for row in stored:
                owner = Owner(await database.read(user_of, int(row.row)))
                item, found = await database.read(find_sealed, owner, int(row.row))
                value = (await vault.open(found.place, found.sealed)).decode()
                assert item.key_id == row.key_id
                assert item.kind != "other" or value == f"secret {item.name.removeprefix('n')}"
            return set(census.counts)

    async def most_keys(self) -> int:
        """See that all can be opened; return how many keys the file may have after one more rotation."""
        return len(self.ids) + (await self.check() == {self.ids[0]})

    @property
    def ids(self) -> tuple[str, ...]:
        """The keys of the file."""
        ring = read_key_file(self.directory / "master.keys")
        assert ring is not None
        return ring.ids


def user_of(credential_id: int) -> Steps[int]:
    """Whose a credential is."""
    found = yield Statement("SELECT user_id FROM credential WHERE id = ?", (credential_id,))
    return int(found.rows[0][0])


async def kill_after(lines: int, start_command: StartCommand, *arguments: str) -> None:
    """Begin a rotation and kill it when it has said so much."""
    process = start_command("keys", "rotate", *arguments)
    for _ in range(lines):
        await trio.to_thread.run_sync(first_line, process)
    process.kill()
    await trio.to_thread.run_sync(process.wait)


async def check_works(client: Client, credential_id: int, name: str) -> None:
    """The daemon opens what there was, and seals what is new."""
    tested = await client.request("credential:test", {"credentialId": credential_id, "backend": "locked"})
    assert tested["data"].get("ok"), tested
    added = await client.request("credential:create", {"name": name, "secret": name})
    assert added["type"] == "credential:create", added


async def test_killed_at_any_point(
    daemon: StartDaemon,
    start_simulator: StartSimulator,
    start_command: StartCommand,
    run_command: RunCommand,
    database_url: str,
    tmp_path: Path,
) -> None:
    locked = await start_simulator(api_key=KEY)
    one = await daemon(settings={"[backends]": {"name": "locked", "url": locked.url}}, database=database_url)
    client = await one.connect()
    made = await client.request("credential:create", {"name": "box", "secret": KEY})
    secrets = Secrets(database_url, tmp_path / "data")
    (old,) = secrets.ids
    await secrets.add()
    where = ("--data-dir", str(tmp_path / "data"), "--database", database_url)

    for lines in (0, 1, 3, 5):
        most = await secrets.most_keys()
        await kill_after(lines, start_command, *where)
        await check_works(client, made["data"]["id"], f"after{lines}")
        assert len(secrets.ids) <= most, "no new key before everything is sealed under the last one"
    most = await secrets.most_keys()
    done = await trio.to_thread.run_sync(partial(run_command, "keys", "rotate", *where))
    assert done.returncode == 0, done.stderr
    assert len(secrets.ids) == most
    assert secrets.ids[-1] == old
    new = secrets.ids[0]
    assert await secrets.check() == {new}
    await check_works(client, made["data"]["id"], "rotated")
    done = await trio.to_thread.run_sync(partial(run_command, "keys", "prune", *where))
    assert done.returncode == 0, done.stderr
    assert secrets.ids == (new,)
    assert await secrets.check() == {new}
    await check_works(client, made["data"]["id"], "pruned")
    await one.restart()
    client = await one.connect()
    await check_works(client, made["data"]["id"], "restarted")
