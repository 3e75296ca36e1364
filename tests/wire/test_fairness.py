"""Quotas, turns and the audit log over real sockets, with real users."""

import pytest

from orchd.config import BackendSettings
from tests.fix_daemon import App, StartApp
from tests.fix_simulator import RunningSimulator
from tests.wire.client import Client
from tests.wire.people import PASSWORD, ask, browser, first_user, refused

SMALL = "simulated-small"
COMPLETIONS = "/v1/chat/completions"


@pytest.fixture
async def daemon(app: StartApp, simulator: RunningSimulator) -> App:
    """A daemon whose only model server answers one request at a time."""
    return await app(BackendSettings(url=simulator.url, name="box", slots=1))


async def member(daemon: App, admin: Client, name: str) -> tuple[int, Client]:
    made = await ask(admin, "user:create", name=name, password=PASSWORD)
    return made["id"], await browser(daemon, name)


async def test_a_quota_holds_at_every_door_and_nothing_is_sent(daemon: App, simulator: RunningSimulator) -> None:
    admin = await first_user(daemon)
    user_id, ana = await member(daemon, admin, "ana")
    await ask(admin, "quota:set", userId=user_id, period="day", requests=1)
    await ana.chat("Hello", model=SMALL)
    seen = simulator.stats().paths.get(COMPLETIONS, 0)
    for kind, data in (
        ("chat:send", {"message": "Hello?", "model": SMALL}),
        ("model:complete", {"messages": [{"role": "user", "content": "Hello?"}], "model": SMALL}),
    ):
        error = (await ana.request(kind, data))["data"]
        assert (error["code"], error["details"]["reason"]) == ("rate_limited", "quota")
        assert error["details"]["retryAfterMs"] > 0
    assert simulator.stats().paths.get(COMPLETIONS, 0) == seen
    report = await ask(ana, "usage:get")
    assert [(item["model"], item["requests"]) for item in report["items"]] == [(SMALL, 1)]
    assert report["quotas"][0]["usedRequests"] == 1
    assert await refused(ana, "usage:get", userId=1) == "forbidden"
    assert await refused(ana, "quota:list") == "forbidden"
    assert await refused(ana, "audit:list") == "forbidden"
    changes = (await ask(admin, "audit:list", action="quota:set"))["items"]
    assert [(row["name"], row["ownerId"], row["after"]["requests"]) for row in changes] == [("maria", user_id, 1)]


async def test_who_asks_many_times_keeps_nobody_else_waiting_for_all_of_them(daemon: App) -> None:
    admin = await first_user(daemon)
    _, ana = await member(daemon, admin, "ana")
    _, ben = await member(daemon, admin, "ben")
    await ana.started("[[simulate: tokens=3,stall_after=2]]", model=SMALL)
    many = [await ana.send("chat:send", {"message": f"No. {number}", "model": SMALL}) for number in range(25)]
    await ana.until(lambda f: f.get("id") == many[-1] and f["data"].get("position") == len(many))
    mine = await ben.send("chat:send", {"message": "And I?", "model": SMALL})
    place = await ben.until(lambda f: f.get("id") == mine and f["data"].get("position") is not None)
    assert place["data"]["position"] <= 2, "users take turns, however many each of them waits with"
