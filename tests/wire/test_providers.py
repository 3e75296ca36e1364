"""Model servers that an admin adds to a running daemon, and the account that pays for them, over real sockets."""

import trio

from orchd.config import BackendSettings
from tests.fix_daemon import StartApp
from tests.fix_simulator import RunningSimulator, StartSimulator
from tests.wire.client import Client
from tests.wire.referee import Frame

SMALL = "simulated-small"
PRICES = [{"promptPerMillion": 1_000_000_000, "completionPerMillion": 1_000_000_000}]


async def done(client: Client, kind: str, **data: object) -> Frame:
    reply = await client.request(kind, data)
    assert reply["type"] == kind, reply
    told: Frame = reply["data"]
    return told


async def ask(client: Client, model: str) -> Frame:
    """A question's last frame."""
    *_, final = await client.answer(
        await client.send("chat:send", {"message": "[[simulate: tokens=5]] Hi", "model": model})
    )
    return final


async def until_away(client: Client, name: str, *, ok: bool) -> None:
    with trio.fail_after(60):
        while True:
            await client.request("model:list", {"refresh": True})
            servers = {server["name"]: server["ok"] for server in (await done(client, "backend:list"))["backends"]}
            if servers.get(name) is ok:
                return


async def test_one_is_added_asked_goes_away_and_is_disabled(app: StartApp, start_simulator: StartSimulator) -> None:
    fixed, late = await start_simulator(), await start_simulator()
    client = await (await app(BackendSettings(url=fixed.url, name="fixed"))).connect()
    row = await done(client, "provider:create", name="late", url=late.url)
    assert (await ask(client, f"{SMALL}@late"))["data"]["status"] == "complete"
    assert [each["name"] for each in (await done(client, "backend:list"))["backends"]] == ["fixed", "late"]
    await done(client, "provider:update", providerId=row["id"], url="http://127.0.0.1:9", untested=True)
    await until_away(client, "late", ok=False)
    assert (await ask(client, f"{SMALL}@late"))["data"]["code"] == "unavailable"
    assert (await ask(client, SMALL))["data"]["status"] == "complete"
    await done(client, "provider:update", providerId=row["id"], active=False)
    assert [each["name"] for each in (await done(client, "backend:list"))["backends"]] == ["fixed"]
    assert (await ask(client, f"{SMALL}@late"))["data"]["code"] == "not_found"


async def test_an_answer_goes_on_when_its_server_is_removed(app: StartApp, start_simulator: StartSimulator) -> None:
    late: RunningSimulator = await start_simulator()
    client = await (await app(BackendSettings(url="http://127.0.0.1:9", name="fixed"))).connect()
    row = await done(client, "provider:create", name="late", url=late.url)
    sent = await client.send("chat:send", {"message": "[[simulate: tokens=40,interval=0.02]] Hi", "model": SMALL})
    await client.until_type("chat:streaming", sent)
    await done(client, "provider:delete", providerId=row["id"])
    *_, final = await client.answer(sent)
    assert final["data"]["status"] == "complete", final["data"]["error"]


async def test_an_account_pays_and_refuses(app: StartApp, start_simulator: StartSimulator) -> None:
    late = await start_simulator()
    client = await (await app(BackendSettings(url="http://127.0.0.1:9", name="fixed"))).connect()
    paid = await done(client, "account:create", name="work", service="far", prices=PRICES, alertThreshold=1)
    await done(client, "provider:create", name="late", url=late.url, accountId=paid["id"])
    usage = (await ask(client, SMALL))["data"]["usage"]
    assert usage["costMicros"] == 1_000 * (usage["promptTokens"] + usage["completionTokens"])
    assert usage["currency"] == "USD"
    report = await done(client, "account:usage", accountId=paid["id"])
    assert sum(item["costMicros"] for item in report["items"]) >= usage["costMicros"]
    [told] = await notifications(client)
    assert (told["kind"], "work" in told["title"], "USD" in told["text"]) == ("account", True, True)
    await done(client, "account:update", accountId=paid["id"], creditLimit=1)
    refused = (await ask(client, SMALL))["data"]
    assert (refused["code"], refused["details"]["reason"]) == ("rate_limited", "account")
    await done(client, "account:update", accountId=paid["id"], creditLimit=None, active=False)
    assert (await ask(client, SMALL))["data"]["details"]["reason"] == "account"


async def notifications(client: Client) -> list[Frame]:
    with trio.fail_after(60):
        while True:
            found: list[Frame] = (await done(client, "notification:list"))["items"]
            if found:
                return found
            await trio.sleep(0.05)
