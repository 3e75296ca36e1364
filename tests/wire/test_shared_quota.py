"""A quota that two daemon processes share, and one of a token of the background."""

from typing import Any

import trio

from tests.fix_daemon import StartDaemon
from tests.fix_simulator import RunningSimulator
from tests.wire.client import Client
from tests.wire.people import PASSWORD, ask, browser, first_user, program

QUESTION = {"messages": [{"role": "user", "content": "[[simulate: tokens=3]]"}], "model": "simulated-small"}


async def test_two_processes_let_through_what_one_would(daemon: StartDaemon, simulator: RunningSimulator) -> None:
    here, there = [await daemon(simulator.url) for _ in range(2)]
    maria = await first_user(here)
    await ask(maria, "user:create", name="ana", password=PASSWORD)
    await ask(maria, "quota:set", userName="ana", period="month", requests=5)
    pages = [await browser(process, "ana") for process in (here, there)]
    told: list[dict[str, Any]] = []

    async def once(page: Client) -> None:
        told.append(await page.request("model:complete", QUESTION))

    async with trio.open_nursery() as nursery:
        for _ in range(6):
            for page in pages:
                nursery.start_soon(once, page)
    refused = [frame["data"] for frame in told if frame["type"] == "error"]
    assert (len(told), len(refused)) == (12, 7)
    assert {(error["code"], error["details"]["reason"]) for error in refused} == {("rate_limited", "quota")}
    for page in pages:
        (quota,) = (await ask(page, "usage:get"))["quotas"]
        assert (quota["usedRequests"], quota["requests"]) == (5, 5)


async def test_a_background_token_waits_for_people_and_keeps_to_its_own_quota_at_both(
    daemon: StartDaemon, simulator: RunningSimulator
) -> None:
    here, there = [await daemon(simulator.url) for _ in range(2)]
    maria = await first_user(here)
    scopes = ["chat", "read", "models"]
    token = (await ask(maria, "token:create", name="night", scopes=scopes, background=True))["token"]
    await ask(maria, "quota:set", tokenName="night", period="month", requests=2)
    programs = [await program(process, token) for process in (here, there)]
    request_id, _ = await programs[0].started("[[simulate: stall_after=3]]", model="simulated-small")
    (running,) = (await ask(maria, "model:queue"))["items"]
    assert running["priority"] == "background"
    await programs[0].request("cancel", {"id": request_id})
    assert (await programs[1].request("model:complete", QUESTION))["type"] == "model:complete"
    for each in programs:
        error = (await each.request("model:complete", QUESTION))["data"]
        assert (error["code"], error["details"]["reason"]) == ("rate_limited", "quota")
    assert (await maria.request("model:complete", QUESTION))["type"] == "model:complete", "its user has no quota"
    quotas = (await ask(programs[1], "usage:get"))["quotas"]
    assert [(quota["subjectKind"], quota["usedRequests"]) for quota in quotas] == [("token", 2)]
