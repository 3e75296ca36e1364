"""Tasks over a real socket, done by the simulated models; the client judges every frame by the schema."""

from pathlib import Path

import msgspec
import pytest

from orchd.config import BackendSettings
from orchd.settings.task import TaskSettings
from orchd.simulator.settings import ModelSpec
from tests.fix_daemon import App, StartApp, make_settings
from tests.fix_simulator import StartSimulator
from tests.wire.client import Client
from tests.wire.referee import Frame

UNBRAKED = TaskSettings(brake_cpu=100, brake_memory=100, brake_vram=100, brake_disk=100, retry_seconds=1.0)


@pytest.fixture
async def place(app: StartApp, start_simulator: StartSimulator, tmp_path: Path) -> App:
    """A daemon with two models of different families."""
    models = (ModelSpec("simulated-qwen"), ModelSpec("simulated-llama"))
    simulator = await start_simulator(models=models)
    settings = make_settings(tmp_path, BackendSettings(url=simulator.url, name="one"))
    return await app.start(msgspec.structs.replace(settings, task=UNBRAKED))


@pytest.fixture
async def client(place: App) -> Client:
    """A connection to that daemon, which knows its models."""
    client = await place.connect()
    assert len((await client.request("model:list", {"refresh": True}))["data"]["models"]) == 2
    return client


async def create(client: Client, **members: object) -> int:
    """A task's id."""
    reply = await client.request("task:create", {"title": "Move house", "description": "From A to B.", **members})
    assert reply["type"] == "task:create", reply
    return int(reply["data"]["task"]["id"])


async def until_status(client: Client, status: str) -> Frame:
    """The first `task:update` with this status; a task that fails instead says why."""
    frame = await client.until(
        lambda f: f["type"] == "task:update" and "id" not in f and f["data"]["task"]["status"] in (status, "failed")
    )
    assert frame["data"]["task"]["status"] == status, frame["data"]
    return dict(frame["data"])


async def test_a_task_from_plan_to_result(client: Client) -> None:
    task_id = await create(client, autoRun=True)
    assert (await client.request("task:subscribe", {"taskId": task_id, "streaming": True}))["type"] == "task:subscribed"
    assert (await until_status(client, "pending"))["subtasks"] == []
    assert (await client.request("task:run", {"taskId": task_id}))["data"]["task"]["started"]
    done = await until_status(client, "completed")
    assert {subtask["status"] for subtask in done["subtasks"]} == {"completed"}
    assert all(subtask["verified"] and subtask["reviewer"] != subtask["resultModel"] for subtask in done["subtasks"])
    assert done["task"]["result"]
    streamed = [f["data"] for f in client.frames if f["type"] == "task:streaming"]
    for subtask in done["subtasks"]:
        texts = [f for f in streamed if f["subtaskId"] == subtask["id"]]
        assert "".join(f["chunk"] for f in texts) == subtask["result"]
        assert [f["done"] for f in texts] == [False] * (len(texts) - 1) + [True]
    found = await client.request("subtask:get", {"subtaskId": done["subtasks"][0]["id"]})
    assert found["data"]["attempts"][0]["check"]["outcome"] == "verified"
    assert found["data"]["ledger"]["outcome"] == "verified"
    stats = (await client.request("task:stats"))["data"]
    assert (stats["byStatus"]["completed"], stats["successRate"]) == (1, 1.0)
    log = (await client.request("task:logs", {"taskId": task_id, "limit": 5}))["data"]
    assert log["items"][0]["message"] == "the task is completed"
    older = (await client.request("task:logs", {"taskId": task_id, "cursor": log["nextCursor"]}))["data"]
    assert older["items"][-1]["message"] == "created"


async def test_a_plan_that_a_person_edits_and_approves(client: Client) -> None:
    task_id = await create(client)
    await client.request("task:subscribe", {"taskId": task_id})
    await client.request("task:plan", {"taskId": task_id})
    asked = (await client.until_type("task:approval"))["data"]
    waiting = await until_status(client, "waiting")
    assert (asked["kind"], waiting["task"]["waitsFor"]) == ("plan", "approval")
    first, second, last = (subtask["id"] for subtask in waiting["subtasks"])
    circle = await client.request("subtask:update", {"subtaskId": first, "dependsOn": [last]})
    assert (circle["data"]["code"], circle["data"]["details"]["field"]) == ("conflict", "dependsOn")
    assert (await client.request("subtask:delete", {"subtaskId": second}))["data"]["taskId"] == task_id
    answer = {"approvalId": asked["approvalId"], "hash": asked["hash"], "approve": True}
    stale = await client.request("task:approve", answer)
    assert stale["data"]["code"] == "conflict"
    answer["hash"] = stale["data"]["details"]["hash"]
    approved = await client.request("task:approve", answer)
    assert approved["data"]["approval"]["status"] == "approved"
    done = await until_status(client, "completed")
    assert [subtask["id"] for subtask in done["subtasks"]] == [first, last]


async def test_every_connection_hears_of_a_cancellation(place: App, client: Client) -> None:
    other = await place.connect()
    task_id = await create(client, autoRun=True)
    await client.request(
        "subtask:create", {"taskId": task_id, "title": "Wait", "prompt": "[[simulate: stall_after=2]]"}
    )
    for item in (client, other):
        await item.request("task:subscribe", {"taskId": task_id, "streaming": item is other})
    await client.request("task:run", {"taskId": task_id})
    assert (await other.until_type("task:streaming"))["data"]["begin"]
    refused = await client.request("task:delete", {"taskId": task_id})
    assert (refused["data"]["code"], refused["data"]["details"]["field"]) == ("conflict", "force")
    cancelled = await other.request("task:cancel", {"taskId": task_id})
    assert cancelled["data"]["task"]["status"] == "cancelled"
    for item in (client, other):
        update = await until_status(item, "cancelled")
        assert [subtask["status"] for subtask in update["subtasks"]] == ["cancelled"]
    assert not [frame for frame in client.frames if frame["type"] == "task:streaming"]
    again = await client.request("task:cancel", {"taskId": task_id})
    details = again["data"]["details"]
    assert (again["data"]["code"], details["status"], details["wanted"]) == ("conflict", "cancelled", "cancelled")
    await client.request("task:delete", {"taskId": task_id})
    await other.until_type("task:unsubscribed")


async def test_a_task_goes_on_after_a_restart(place: App, client: Client) -> None:
    task_id = await create(client, autoRun=True)
    prompt = "[[simulate: interval=0.01,tokens=30]]"
    await client.request("subtask:create", {"taskId": task_id, "title": "Slow", "prompt": prompt})
    await client.request("task:subscribe", {"taskId": task_id, "streaming": True})
    await client.request("task:run", {"taskId": task_id})
    await client.until_type("task:streaming")
    await place.stop()
    await place.start()
    again = await place.connect()
    await again.request("task:subscribe", {"taskId": task_id})
    asked = (await again.until_type("task:approval"))["data"]  # the judge was shown the directive and talked, too
    assert (asked["kind"], asked["status"]) == ("result", "open")
    answer = {"approvalId": asked["approvalId"], "hash": asked["hash"], "approve": True}
    assert (await again.request("task:approve", answer))["type"] == "task:approve"
    done = await until_status(again, "completed")
    assert [(subtask["attempts"], subtask["reviewer"]) for subtask in done["subtasks"]] == [(1, "person")]
