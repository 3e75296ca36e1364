"""Model servers that an admin has added, when the daemon or the database goes, or they hang; and with two daemons."""

from functools import partial

import pytest
import trio

from tests.fix_daemon import Daemon, StartDaemon
from tests.fix_mariadb import MariaServer
from tests.fix_simulator import StartSimulator
from tests.wire.client import PAUSE_SECONDS, Client
from tests.wire.referee import Frame

SMALL = "simulated-small"
LATE = f"{SMALL}@late"
BACK_SECONDS = 120.0
QUICK = {"database": {"timeoutSeconds": 1.0}}


async def done(client: Client, kind: str, **data: object) -> Frame:
    reply = await client.request(kind, data)
    assert reply["type"] == kind, reply
    told: Frame = reply["data"]
    return told


async def status_of(client: Client, model: str) -> str:
    """What becomes of a question: the answer's status, or the code of an error."""
    *_, final = await client.answer(
        await client.send("chat:send", {"message": "[[simulate: tokens=5]] Hi", "model": model})
    )
    data = final["data"]
    return str(data.get("status") or data["code"])


async def names_of(client: Client) -> list[str]:
    """What the model servers are called that a daemon knows."""
    return [server["name"] for server in (await done(client, "backend:list"))["backends"]]


async def until_there(client: Client, names: list[str]) -> None:
    with trio.fail_after(BACK_SECONDS):
        while await names_of(client) != names:  # noqa: ASYNC110 - it tells nobody
            await trio.sleep(PAUSE_SECONDS)


async def until_answered(client: Client, model: str) -> None:
    with trio.fail_after(BACK_SECONDS):
        while (status := await status_of(client, model)) != "complete":
            assert status in ("unavailable", "not_found", "error")
            await trio.sleep(PAUSE_SECONDS)


async def test_a_killed_daemon_has_them_again(daemon: StartDaemon, start_simulator: StartSimulator) -> None:
    fixed, late = await start_simulator(), await start_simulator()
    one = await daemon(fixed.url)
    client = await one.connect()
    await done(client, "provider:create", name="late", url=late.url)
    sent = await client.send("chat:send", {"message": "[[simulate: tokens=200,interval=0.05]] Hi", "model": LATE})
    await client.until_type("chat:streaming", sent)
    await one.kill()
    await one.start()
    again = await one.connect()
    await until_answered(again, LATE)
    assert (await done(again, "provider:list"))["items"][-1]["name"] == "late"


@pytest.mark.parametrize("death", ["kill", "pause"])
async def test_while_the_database_is_away_they_stay(
    daemon: StartDaemon, mariadb: MariaServer, start_simulator: StartSimulator, death: str
) -> None:
    fixed, late = await start_simulator(), await start_simulator()
    one = await daemon(fixed.url, database=mariadb.new_url(), settings=QUICK)
    client = await one.connect()
    row = await done(client, "provider:create", name="late", url=late.url)
    names = [server["name"] for server in (await done(client, "backend:list"))["backends"]]
    await trio.to_thread.run_sync(mariadb.kill) if death == "kill" else mariadb.pause()
    refused = await client.request("provider:update", {"providerId": row["id"], "slots": 2})
    assert refused["data"]["code"] == "unavailable"
    servers = (await one.get("/readyz")).json()["backends"]
    assert [(server["name"], server["ok"]) for server in servers] == [(name, True) for name in names]
    if death == "kill":
        await trio.to_thread.run_sync(mariadb.start)
    else:
        mariadb.resume()
    await until_answered(client, LATE)
    await done(client, "provider:delete", providerId=row["id"])
    await until_there(client, names[:1])


async def silent(stream: trio.SocketStream) -> None:
    await trio.sleep_forever()


async def test_one_that_hangs_delays_nobody(
    daemon: StartDaemon, start_simulator: StartSimulator, nursery: trio.Nursery
) -> None:
    fixed = await start_simulator()
    listener, *_ = await nursery.start(partial(trio.serve_tcp, silent, 0, host="127.0.0.1"))
    url = f"http://127.0.0.1:{listener.socket.getsockname()[1]}"
    one = await daemon(fixed.url)
    client, other = await one.connect(), await one.connect()
    sent = await client.send("provider:create", {"name": "hanging", "url": url})
    assert await status_of(other, SMALL) == "complete"
    *_, final = await client.answer(sent)
    assert (final["data"]["code"], final["data"]["details"]["path"]) == ("timeout", "$.data.url")
    await done(client, "provider:create", name="hanging", url=url, untested=True)
    assert await status_of(other, SMALL) == "complete"


async def test_two_daemons_of_a_database_have_the_same(
    daemon: StartDaemon, mariadb: MariaServer, start_simulator: StartSimulator
) -> None:
    fixed, late = await start_simulator(), await start_simulator()
    url = mariadb.new_url()
    daemons: list[Daemon] = [await daemon(fixed.url, database=url, data=f"data-{place}") for place in range(2)]
    first, second = [await each.connect() for each in daemons]
    names = await names_of(first)
    prices = [{"promptPerMillion": 1_000_000_000, "completionPerMillion": 1_000_000_000}]
    account = await done(first, "account:create", name="work", service="far", prices=prices, creditLimit=1)
    row = await done(first, "provider:create", name="late", url=late.url, accountId=account["id"])
    await until_there(second, [*names, "late"])
    await until_answered(second, LATE)
    with trio.fail_after(BACK_SECONDS):  # what the second has spent the first one knows
        asked = partial(done, first, "account:get", accountId=account["id"])
        while (await asked())["usageThisMonth"] == 0:  # noqa: ASYNC110 - it tells nobody
            await trio.sleep(PAUSE_SECONDS)
    assert await status_of(first, LATE) == "rate_limited"
    assert await status_of(first, SMALL) == "complete"
    await done(first, "provider:update", providerId=row["id"], active=False)
    await until_there(second, names)
