"""The fault matrix: every fault at every moment, and what the client sees and the database holds of it.

The cells are in `matrix.py`, which also writes them into docs/reliability.md; here each one is played and compared.
"""

import signal
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import TypeAlias

import pytest
import trio

from tests.faults.matrix import DOCUMENT, EXPECTED, Moment, replaced
from tests.faults.play import LATE, Found, Scene, Take, cells, end, final, resumed
from tests.faults.scene import Act, Stage, row_locked, until_journalled
from tests.faults.small_disk import SmallDisk, small_disk_at
from tests.fix_daemon import StartDaemon
from tests.fix_mariadb import MariaServer
from tests.fix_upstream import Upstream, finish
from tests.wire.client import HANG_SECONDS

BIG = "x" * 6_000_000
"""More than the kernel keeps for a client that does not read."""

Strike: TypeAlias = Callable[[Scene], Awaitable[Found]]
Sections: TypeAlias = dict[str, dict[str, object]]

STORE: dict[str, object] = {"storeSeconds": HANG_SECONDS}
PATIENT: Sections = {"chat": STORE, "database": {"timeoutSeconds": HANG_SECONDS}}
IMPATIENT: Sections = {"chat": {"storeSeconds": 1.0}, "database": {"timeoutSeconds": 1.0}}
SETTINGS: dict[str, Sections] = {
    # The stalled ones must be told from the one that reads on, however long the machine stands still in between.
    "client stalls": PATIENT | {"server": {"stallSeconds": 10}, "chat": STORE | {"loopCharacters": 0}},
    "daemon: SIGTERM": PATIENT | {"server": {"graceSeconds": 0.3}},
    "database dies": IMPATIENT,
    "disk full": IMPATIENT,
}
BACKEND = {"kind": "openai", "firstEventSeconds": 2.0, "gapSeconds": 2.0}
"""Of the rows where the model server falls silent; elsewhere it may be as slow as the machine."""


async def cut(scene: Scene) -> Found:
    takes = await scene.takes()
    sees: dict[Moment, str] = {}

    async def resume(take: Take) -> None:
        sees[take.moment] = f"connection lost; {await resumed(take, await scene.connect())}"

    async with trio.open_nursery() as nursery:
        async with scene.held(takes):
            for take in takes:
                take.client.cut()
                nursery.start_soon(resume, take)
        for take in takes:
            await take.go_on()
    return cells(takes, sees, await scene.stored(takes))


async def stall(scene: Scene) -> Found:
    watcher = await scene.connect()
    takes = await scene.takes(BIG, receive_buffer=4096)
    async with scene.held(takes):
        for take in takes:
            take.client.stall()
    for take in takes:
        await take.go_on()
    await watcher.until_connections(1)
    sees = {}
    for take in takes:
        take.client.read_on()
        assert await take.client.wait_closed() in (4000, 1006, None)
        sees[take.moment] = f"closed with 4000, or reset; {await resumed(take, await scene.connect())}"
    return cells(takes, sees, await scene.stored(takes))


async def crash(scene: Scene) -> Found:
    takes = await scene.takes()
    for take in takes:
        await until_journalled(scene.path, take.message_id, len(take.said))
    async with scene.held(takes):
        await scene.daemon.kill()
    sees = {}
    await scene.daemon.start()
    again = await scene.connect()
    for take in takes:
        assert await take.client.wait_closed() in (1006, None)
        if take.moment != LATE:
            await take.act.left()
        sees[take.moment] = f"connection lost; {await resumed(take, again)}"
    return cells(takes, sees, await scene.stored(takes))


async def terminate(scene: Scene) -> Found:
    takes = await scene.takes()
    async with scene.held(takes):
        scene.daemon.send_signal(signal.SIGTERM)
        for take in takes:
            await take.client.until_type("session:closing")
    for take in takes:
        await take.client.wait_closed()
    sees = {take.moment: await final(take) for take in takes}
    assert await scene.daemon.ended() == 0
    await scene.daemon.start()
    return cells(takes, sees, await scene.stored(takes))


async def upstream_fault(scene: Scene, strike: Callable[[Act], Awaitable[None]]) -> Found:
    takes = []
    for take in await scene.takes():
        if take.moment == LATE:
            await take.act.send(finish())
        await strike(take.act)
        takes.append(take)
    sees = {take.moment: await final(take) for take in takes}
    return cells(takes, sees, await scene.stored(takes))


async def upstream_dies(scene: Scene) -> Found:
    async def strike(act: Act) -> None:
        act.die()

    return await upstream_fault(scene, strike)


async def upstream_stalls(scene: Scene) -> Found:
    async def strike(act: Act) -> None:
        await trio.lowlevel.checkpoint()  # nothing more comes, which is the fault

    return await upstream_fault(scene, strike)


async def upstream_raves(scene: Scene) -> Found:
    async def strike(act: Act) -> None:
        await act.send(b"data: {no JSON}\n\n", bytes(range(256)), b"\n\n")
        act.over.set()

    return await upstream_fault(scene, strike)


async def database_dies(scene: Scene) -> Found:
    mariadb = scene.mariadb
    assert mariadb is not None
    takes = await scene.takes()
    async with row_locked(mariadb, scene.database, takes[-1].message_id):
        await end(takes[-1])
        await trio.to_thread.run_sync(mariadb.kill)
    for take in takes:
        await take.go_on()
    sees = {take.moment: await final(take) for take in takes}
    await trio.to_thread.run_sync(mariadb.start)
    return cells(takes, sees, await scene.stored(takes, "once it is back: "))


async def disk_full(scene: Scene) -> Found:
    disk = scene.disk
    assert disk is not None
    takes = await scene.takes()
    async with scene.held(takes):
        disk.fill(scene.daemon.pid)
    for take in takes:
        await take.go_on()
    sees = {take.moment: await final(take) for take in takes}
    disk.make_room(scene.daemon.pid)
    return cells(takes, sees, await scene.stored(takes, "once there is room: "))


STRIKES: dict[str, Strike] = {
    "client is cut": cut,
    "client stalls": stall,
    "daemon: kill -9": crash,
    "daemon: SIGTERM": terminate,
    "upstream dies": upstream_dies,
    "upstream stalls": upstream_stalls,
    "upstream sends garbage": upstream_raves,
    "database dies": database_dies,
    "disk full": disk_full,
}


@pytest.fixture
def disk(tmp_path: Path, fault: str) -> Iterator[SmallDisk | None]:
    """A disk that can be filled, for the row that does it."""
    if fault != "disk full":
        yield None
        return
    with small_disk_at(tmp_path / "disk") as made:
        yield made


@pytest.fixture
def server(request: pytest.FixtureRequest, fault: str) -> MariaServer | None:
    """A database server, for the row that kills it."""
    return request.getfixturevalue("mariadb") if fault == "database dies" else None


@pytest.fixture
async def scene(
    disk: SmallDisk | None,
    server: MariaServer | None,
    nursery: trio.Nursery,
    daemon: StartDaemon,
    upstream: Upstream,
    tmp_path: Path,
    fault: str,
) -> Scene:
    """A daemon with the row's settings."""
    stage = Stage(upstream)
    path = (tmp_path if disk is None else disk.directory) / "orchd.db"
    backend = {"url": upstream.url} | (BACKEND if fault == "upstream stalls" else {"kind": "openai"})
    url = f"sqlite://{path}" if server is None else server.new_url()
    one = await daemon(settings=SETTINGS.get(fault, PATIENT) | {"[backends]": backend}, database=url)
    return Scene(nursery, one, stage, url, server, disk)


@pytest.mark.parametrize("fault", EXPECTED)
async def test_what_comes_of_it(fault: str, scene: Scene) -> None:
    assert await STRIKES[fault](scene) == EXPECTED[fault]


def test_the_documentation_tells_it() -> None:
    document = DOCUMENT.read_text(encoding="utf-8")
    assert replaced(document) == document, "run `python -m tests.faults.matrix`"
