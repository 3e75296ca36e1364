"""The whole daemon is killed while a task runs, and goes on with it by itself when it is back.

`test_task_crash.py` does so at every write, on both databases; here everything is real, models and sockets included.
"""

import pytest
import trio

from orchd.simulator.settings import ModelSpec
from tests.fix_daemon import Daemon, StartDaemon
from tests.fix_simulator import StartSimulator
from tests.wire.client import Client
from tests.wire.referee import Frame

UNBRAKED = {"task": {"brakeCpu": 100, "brakeMemory": 100, "brakeVram": 100, "brakeDisk": 100}}
MODELS = (ModelSpec("simulated-qwen"), ModelSpec("simulated-llama"))
MOMENTS = ("planning", "executing", "validating")
ASKS_A_PERSON = "it waits for a person's decision"


class Owner:
    """A daemon, a task of its, and a connection that is told of it."""

    def __init__(self, daemon: Daemon) -> None:
        self.daemon = daemon
        self.client: Client
        self.task_id = 0

    async def begin(self) -> None:
        """Create the task and have it run."""
        self.client = await self.daemon.connect()
        members = {"title": "Move house", "description": "From A to B.", "autoRun": True}
        self.task_id = (await self.client.request("task:create", members))["data"]["task"]["id"]
        await self.client.request("task:subscribe", {"taskId": self.task_id})
        await self.client.request("task:run", {"taskId": self.task_id})

    async def until(self, *statuses: str) -> Frame:
        """The task and its subtasks once it has one of these statuses."""
        with trio.fail_after(90):
            return dict((await self.client.until(lambda f: self._is(f, statuses)))["data"])

    async def survive(self) -> Frame:
        """Kill the daemon and start it again; the task as it is then."""
        await self.daemon.kill()
        await self.client.wait_closed()
        await self.daemon.restart()
        self.client = await self.daemon.connect()
        await self.client.request("task:subscribe", {"taskId": self.task_id})
        return dict((await self.client.request("task:get", {"taskId": self.task_id}))["data"])

    @staticmethod
    def _is(frame: Frame, statuses: tuple[str, ...]) -> bool:
        return frame["type"] == "task:update" and frame["data"]["task"]["status"] in statuses


@pytest.fixture
async def owner(daemon: StartDaemon, start_simulator: StartSimulator) -> Owner:
    """The task has begun; its models take their time."""
    simulator = await start_simulator(models=MODELS, token_interval=0.005)
    one = Owner(await daemon(simulator.url, settings=UNBRAKED))
    await one.begin()
    return one


def completed(task: Frame) -> dict[int, str]:
    return {part["id"]: part["result"] for part in task["subtasks"] if part["status"] == "completed"}


async def test_a_killed_daemon_goes_on_by_itself(owner: Owner) -> None:
    done: dict[int, str] = {}
    for moment in MOMENTS:
        await owner.until(moment, "completed")
        found = await owner.survive()
        assert done.items() <= completed(found).items(), "what is done stays as it is"
        done = completed(found)
    found = await owner.until("completed", "waiting", "failed")
    if found["task"]["status"] == "completed":
        assert found["task"]["result"]
        assert {part["status"] for part in found["subtasks"]} == {"completed"}
    else:  # two kills have met the same check
        assert found["task"]["reason"].startswith(ASKS_A_PERSON), found


async def test_a_cancelled_task_stays_cancelled(owner: Owner) -> None:
    await owner.until("executing")
    told = await owner.client.request("task:cancel", {"taskId": owner.task_id})
    assert told["data"]["task"]["status"] == "cancelled"
    found = await owner.survive()
    assert found["task"]["status"] == "cancelled"
    await trio.sleep(1)
    again = await owner.client.request("task:get", {"taskId": owner.task_id})
    assert again["data"] == found, "nobody goes on with it"
