"""The database is away while somebody logs in, or from the start: nobody is let in, and nobody becomes the owner."""

import pytest
import trio

from orchd.protocol.codes import PROOF_NEEDED
from tests.faults.test_mariadb_away import until_listening
from tests.fix_daemon import Daemon, StartDaemon
from tests.fix_mariadb import MariaServer
from tests.http_client import http_client
from tests.wire.client import HANG_SECONDS, PAUSE_SECONDS
from tests.wire.people import PASSWORD, ask, browser, first_user, program, refused, status_of

BACK_SECONDS = 120.0
"""Until the daemon has found its database again: its pauses between attempts grow to ten seconds."""
QUICK = {"database": {"timeoutSeconds": 1.0}, "server": {"handshakeSeconds": 3.0}}


async def log_in(daemon: Daemon, password: str = PASSWORD) -> int:
    """The status of a log-in."""
    body = {"name": "maria", "password": password}
    async with http_client(timeout=HANG_SECONDS) as client:
        return (await client.post(f"{daemon.url}/login", json=body, headers={"Origin": daemon.url})).status_code


async def until_known(daemon: Daemon, token: str) -> None:
    """Ask until a token is taken again."""
    with trio.fail_after(BACK_SECONDS):
        while (status := await status_of(daemon, token)) != 200:
            assert status == 503
            await trio.sleep(PAUSE_SECONDS)


@pytest.mark.parametrize("death", ["kill", "pause"])
async def test_away_during_a_log_in(daemon: StartDaemon, mariadb: MariaServer, death: str) -> None:
    one = await daemon(database=mariadb.new_url(), settings=QUICK)
    maria = await first_user(one)
    token = (await ask(maria, "token:create", name="bot", scopes=["read"]))["token"]
    assert await status_of(one, token) == 200
    bot = await program(one, token)
    statuses: list[int] = []

    async def keep_logging_in() -> None:
        statuses.extend([await log_in(one, password) for password in (PASSWORD, "a wrong password") * 2])

    async with trio.open_nursery() as nursery:
        nursery.start_soon(keep_logging_in)
        await trio.to_thread.run_sync(mariadb.kill) if death == "kill" else mariadb.pause()
    assert set(statuses[1:]) <= {503, 429}
    assert await status_of(one, token) == 503
    assert (await ask(maria, "user:me"))["name"] == "maria"
    assert (await ask(bot, "user:me"))["name"] == "maria"
    assert await refused(maria, "user:list") == "unavailable"
    assert (await one.get("/session")).status_code == 401  # who shows nothing is nobody
    if death == "kill":
        await trio.to_thread.run_sync(mariadb.start)
    else:
        mariadb.resume()
    await until_known(one, token)
    assert (await ask(await browser(one, "maria"), "user:me"))["role"] == "admin"
    assert await one.terminate() == 0


async def test_away_from_the_start(daemon: StartDaemon, mariadb: MariaServer, free_port: int) -> None:
    url = mariadb.new_url()
    before = await daemon(database=url)
    maria = await first_user(before)
    token = (await ask(maria, "token:create", name="bot", scopes=["read"]))["token"]
    await before.terminate()
    await trio.to_thread.run_sync(mariadb.kill)
    one = await daemon(database=url, port=free_port, launch=False, settings=QUICK)
    await one.launch()
    one.url = f"http://127.0.0.1:{free_port}"
    await until_listening(free_port)
    assert await status_of(one, token) == 503
    undecided = await one.connect()
    assert await refused(undecided, "user:me") == "unavailable"
    assert await refused(undecided, "assistant:list") == "unavailable"
    assert await refused(undecided, "user:create", name="x", role="admin", password=PASSWORD) == "unavailable"
    await trio.to_thread.run_sync(mariadb.start)
    assert await undecided.wait_closed() == PROOF_NEEDED.code
    await one.ready()
    assert await status_of(one, token) == 200
