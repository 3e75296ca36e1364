"""Answers verified over a real socket, by judges that a test's own model server plays or the simulator makes up."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
import trio

from orchd.config import BackendSettings
from orchd.settings.verification import VerificationSettings
from tests.checking import choice
from tests.fix_daemon import StartApp, make_settings
from tests.fix_simulator import RunningSimulator
from tests.fix_upstream import DONE, SSE_HEAD, Exchange, Upstream, delta, finish, reply, usage
from tests.fix_verification import examination, refusal, verdict
from tests.wire.client import Client

MODELS = ("author-a", "judge-b", "judge-c")
SAID = "The Tejo rises in Spain. It meets the sea at Lisbon."
SOURCES = [{"name": "atlas", "text": "The river Tejo rises in Spain. It meets the sea at Lisbon."}]


class Panel:
    """A model server with an author, two judges and whoever else; `says` holds the judges' verdicts.

    Whoever is asked for a word finds borne out what is said of Lisbon.
    """

    def __init__(self, upstream: Upstream, *others: str) -> None:
        self.says = {"judge-b": verdict(), "judge-c": verdict()}
        self.silent = trio.Event()
        self.bodies: list[dict[str, Any]] = []
        listing = {"object": "list", "data": [{"id": name, "object": "model"} for name in (*MODELS, *others)]}
        upstream.routes["GET /v1/models"] = reply(200, listing)
        upstream.script = self.answer

    async def answer(self, exchange: Exchange) -> None:
        """Say what was written."""
        body = exchange.json()
        self.bodies.append(body)
        if body["stream"] is False:
            asked_about = body["messages"][-1]["content"].partition("Claim: ")[2]
            await exchange.send(reply(200, choice(0.9 if "Lisbon" in asked_about or "two" in asked_about else 0.1)))
            return
        asked = body.get("response_format", {}).get("json_schema", {}).get("schema", {}).get("properties", {})
        if body["model"] == "author-a":
            text = SAID
        else:
            text = self.says[body["model"]] if "approved" in asked else examination()
        if text == "":
            await exchange.send(SSE_HEAD)
            self.silent.set()
            await exchange.closed.wait()
            return
        named = (delta(content=text) + finish() + usage()).replace(
            b'"model": "m"', f'"model": "{body["model"]}"'.encode()
        )
        await exchange.send(SSE_HEAD + named + DONE)


@pytest.fixture
def panel(upstream: Upstream) -> Panel:
    """The models that are there."""
    return Panel(upstream)


@pytest.fixture
async def client(app: StartApp, upstream: Upstream, panel: Panel) -> Client:
    """A connection to a daemon with these models."""
    return await (await app(BackendSettings(url=upstream.url, name="own", kind="openai"))).connect()


async def answered(client: Client) -> int:
    """Have a question answered; the answer's id."""
    message: int = (await client.chat("Where does the Tejo go?", model="author-a"))["id"]
    return message


async def test_an_answer_is_verified_by_another_model(client: Client, panel: Panel) -> None:
    message = await answered(client)
    *frames, final = await client.answer(
        await client.send("verify:message", {"messageId": message, "sources": SOURCES, "samples": 1})
    )
    assert {frame["type"] for frame in frames} == {"verify:claim"}
    latest = {frame["data"]["claim"]["index"]: frame["data"]["claim"] for frame in frames}
    made = final["data"]
    assert (final["type"], made["outcome"], made["messageId"]) == ("verify:message", "verified", message)
    assert made["claims"] == list(latest.values())
    assert (made["reviewer"], made["score"], made["authors"]) == ("judge-b@own", 90, ["author-a"])
    for claim in made["claims"]:
        where = claim["evidence"]
        assert SAID[claim["start"] : claim["end"]] == claim["claim"]
        assert SOURCES[0]["text"][where["start"] : where["end"]].startswith(where["text"][:20])
        assert (where["source"], claim["support"] >= 0.5, claim["agreement"] is not None) == ("atlas", True, True)
    assert all("author-a" not in json.dumps(body["messages"]) for body in panel.bodies)
    stored = await client.request("verify:get", {"messageId": message})
    assert (stored["type"], stored["data"]) == ("verify:get", made)


async def test_a_checker_is_asked_about_each_claim(app: StartApp, upstream: Upstream) -> None:
    panel = Panel(upstream, "bespoke-minicheck")
    client = await (await app(BackendSettings(url=upstream.url, name="own", kind="openai"))).connect()
    message = await answered(client)
    source = {"name": "atlas", "text": "Spain is where the Tejo has its spring. It reaches the Atlantic by Lisbon."}
    made = (await client.request("verify:message", {"messageId": message, "sources": [source], "samples": 0}))["data"]
    opinions = [[said for said in claim["opinions"] if said["kind"] != "judge"] for claim in made["claims"]]
    assert [[(said["by"], said["kind"], said["opinion"]) for said in each] for each in opinions] == [
        [("bespoke-minicheck@own", "minicheck", "unsupported")],
        [("bespoke-minicheck@own", "minicheck", "supported")],
    ]
    assert [each[0]["value"] for each in opinions] == [0.1, 0.9]
    asked = [body for body in panel.bodies if body["model"] == "bespoke-minicheck"]
    assert len(asked) == 4, "the control's two, and the claims"
    assert made["cost"]["calls"] == len(panel.bodies) - 1, "all but the answer itself"
    assert (await client.request("verify:get", {"messageId": message}))["data"] == made


async def test_a_third_model_decides(client: Client, panel: Panel) -> None:
    panel.says["judge-b"] = refusal()
    made = (await client.request("verify:message", {"messageId": await answered(client)}))["data"]
    assert [(verdict["role"], verdict["model"], verdict["approved"]) for verdict in made["verdicts"]] == [
        ("validator", "judge-b@own", False),
        ("decider", "judge-c@own", True),
    ]
    assert made["outcome"] == "verified"


async def test_what_judges_mumble_approves_nothing(client: Client, panel: Panel) -> None:
    panel.says = {"judge-b": "Looks good to me, approved!", "judge-c": verdict(score=1000)}
    made = (await client.request("verify:message", {"messageId": await answered(client)}))["data"]
    assert (made["outcome"], made["score"], made["reviewer"]) == ("undecided", None, None)
    assert all(verdict["abstained"] for verdict in made["verdicts"])


async def test_cancelling_lets_the_judge_go(client: Client, panel: Panel, upstream: Upstream) -> None:
    message = await answered(client)
    panel.says["judge-b"] = ""
    request = await client.send("verify:message", {"messageId": message, "samples": 0})
    with trio.fail_after(90):
        await panel.silent.wait()
        await client.request("cancel", {"id": request})
        (judge,) = [
            request
            for request in upstream.requests
            if request.path.endswith("/completions") and b'"approved":' in request.body
        ]
        await judge.closed.wait()
    *_, final = await client.answer(request)
    assert (final["type"], final["data"]["code"]) == ("error", "cancelled")
    assert (await client.request("verify:get", {"messageId": message}))["data"]["code"] == "not_found"


async def test_refusals(client: Client) -> None:
    message = await answered(client)
    for data, code, path in (
        ({"messageId": 4711}, "not_found", "$.data.messageId"),
        ({"messageId": message - 1}, "invalid", "$.data.messageId"),
        ({"messageId": message, "sources": []}, "invalid", "$.data.sources"),
        ({"messageId": message, "sources": [*SOURCES, *SOURCES]}, "invalid", "$.data.sources[1].name"),
        ({"messageId": message, "samples": 6}, "invalid", "$.data.samples"),
        ({}, "invalid", "$.data"),
    ):
        refused = await client.request("verify:message", data)
        assert (refused["type"], refused["data"]["code"]) == ("error", code)
        assert refused["data"]["details"]["path"].startswith(path)


async def test_the_simulator_plays_all_parts(app: StartApp, simulator: RunningSimulator) -> None:
    client = await (await app(BackendSettings(url=simulator.url, name="simulator"))).connect()
    message = (await client.chat("Where does the Tejo go?", model="simulated-small"))["id"]
    made = (await client.request("verify:message", {"messageId": message}))["data"]
    assert made["reviewer"] not in (None, "simulated-small@simulator")
    assert [(verdict["abstained"], verdict["approved"]) for verdict in made["verdicts"]] == [(None, True)]
    assert made["outcome"] == "verified"
    assert made["claimCount"] == len(made["claims"]) > 0


async def test_without_a_model_server_the_ledger_is_there(app: StartApp, upstream: Upstream, panel: Panel) -> None:
    one = await app(BackendSettings(url=upstream.url, name="own", kind="openai"))
    client = await one.connect()
    message = await answered(client)
    upstream.routes["GET /v1/models"] = reply(500, {"error": "gone"})
    await client.request("backend:list")
    made = (await client.request("verify:message", {"messageId": message, "sources": SOURCES}))["data"]
    assert (made["outcome"], made["cost"]["calls"]) == ("undecided", 0)
    assert "no model is there" in made["notes"]
    assert [claim["support"] >= 0.5 for claim in made["claims"]] == [True, True]


async def test_a_judge_is_tried_before_its_approval_counts(app: StartApp, upstream: Upstream, tmp_path: Path) -> None:
    panel = Panel(upstream)
    settings = make_settings(tmp_path, BackendSettings(url=upstream.url, name="own", kind="openai"))
    tried = msgspec.structs.replace(settings, verification=VerificationSettings(checkers=False))
    client = await (await app.start(tried)).connect()
    assert (await client.request("verify:trials"))["data"] == {"trials": []}
    message = await answered(client)
    made = (await client.request("verify:message", {"messageId": message, "samples": 0}))["data"]
    assert made["outcome"] == "self_checked"
    assert made["verdicts"][0]["discounted"] == "approved 6 of 6 wrong results in its trial as a judge"
    assert made["cost"]["calls"] < 9 < len(panel.bodies)
    trials = (await client.request("verify:trials"))["data"]["trials"]
    assert [(trial["model"], trial["passed"], trial["failure"]) for trial in trials] == [
        (name, False, "approved 6 of 6 wrong results") for name in ("judge-b", "judge-c")
    ]
    assert trials[0] | {"claimsRight": 8, "claimsWrong": 8, "right": 2, "wrong": 6} == trials[0]
