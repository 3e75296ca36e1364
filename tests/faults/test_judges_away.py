"""A model server that dies while results are checked: the checks wait for it, and no person is asked meanwhile."""

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
import trio
from trio.testing import MockClock

from orchd.config import BackendSettings
from orchd.entity import LOCAL_OWNER
from orchd.features.task.core.rows import ENDED
from orchd.features.task.store import listing_queries, queries
from orchd.settings.task import TaskSettings
from orchd.simulator.server import Simulator
from orchd.simulator.settings import ModelSpec, SimulatorConfig
from tests.faults.counting_server import Asked, CountingServer, Said, daemon
from tests.features.chat.room import MemoryDatabase
from tests.features.task.hands import Works, create, steps_of
from tests.fix_daemon import StartApp, make_settings
from tests.fix_upstream import Upstream
from tests.wire.client import Client
from tests.wire.referee import Frame

PLAN = ("Name a river.", "Name a hill.")

MODELS = ("qwen2.5-7b", "gemma-3-4b")
HANG_SECONDS = 36_000.0
"""By the virtual clock: a server that fails is left alone for minutes."""


class MortalUpstream(Upstream):
    """A server in memory that can be stopped: it ends what it is at, and nobody answers at its address."""

    stopped = False

    async def connect(self, host: str, port: int) -> trio.abc.Stream:
        if self.stopped:
            raise ConnectionRefusedError
        return await super().connect(host, port)


@pytest.fixture
def mortal(nursery: trio.Nursery) -> MortalUpstream:
    return MortalUpstream(nursery)


async def until_over(works: Works, task_id: int) -> None:
    with trio.fail_after(HANG_SECONDS):
        while (await works.task(task_id)).status not in (*ENDED, "waiting"):  # noqa: ASYNC110 - by the virtual clock
            await trio.sleep(1)


async def messages(database: MemoryDatabase, task_id: int) -> list[tuple[str, str]]:
    """The task's log, oldest first: each line's level and words."""
    found = await database.read(listing_queries.logs, LOCAL_OWNER, task_id, None, 100, None)
    return [(line.level, line.message) for line in reversed(found)]


async def test_checks_wait_for_a_server_that_comes_back(
    autojump_clock: MockClock, mortal: MortalUpstream, nursery: trio.Nursery
) -> None:
    server, database = CountingServer(mortal, *MODELS, plan=PLAN), MemoryDatabase()
    waiting: list[tuple[str | None, set[str]]] = []
    task_id = await database.write(create)

    def dies(asked: Asked) -> Said | None:
        if asked.part == "validate" and not mortal.stopped and not waiting:
            mortal.stopped = True
            nursery.start_soon(start_again)
        return Said(status=503) if mortal.stopped else None

    async def start_again() -> None:
        await trio.sleep(3)
        task = await works.task(task_id)
        waiting.append((task.reason, {subtask.status for subtask in await works.subtasks(task_id)}))
        mortal.stopped = False

    server.script = dies
    async with daemon(server, mortal, database, probe_seconds=1) as works:
        await until_over(works, task_id)
        ((reason, statuses),) = waiting
        assert statuses == {"validating"}
        assert reason is not None
        assert reason.startswith("no model could be asked to check “Step Name a")
        task, subtasks = await works.task(task_id), await works.subtasks(task_id)
        assert (task.status, task.reason) == ("completed", None)
        assert all(subtask.verified for subtask in subtasks)
        assert await database.read(queries.approvals, task_id) == []
        told = await messages(database, task_id)
        assert any(level == "warning" and "could not ask any model" in message for level, message in told)
        assert (task.calls, task.tokens) == (len(server.asked), server.tokens)
    database.close()


async def test_a_person_is_asked_about_what_no_judge_could_be_asked_for_long(
    autojump_clock: MockClock, mortal: MortalUpstream
) -> None:
    server, database = CountingServer(mortal, *MODELS, plan=PLAN[:1]), MemoryDatabase()
    task_id = await database.write(create)

    def dies(asked: Asked) -> Said | None:
        mortal.stopped = mortal.stopped or asked.part == "validate"
        return Said(status=503) if mortal.stopped else None

    server.script = dies
    async with daemon(server, mortal, database) as works:
        await until_over(works, task_id)
        task, (subtask,) = await works.task(task_id), await works.subtasks(task_id)
        assert (task.status, task.waits_for, subtask.status, subtask.attempts) == ("waiting", "approval", "waiting", 1)
        assert "No model could settle it" in subtask.notes
        checks = [step for step in await database.read(steps_of, task_id) if step.kind == "check"]
        assert [step.key.attempt for step in checks] == [1, 2, 3]
    database.close()


async def test_a_judge_that_answers_nonsense_is_asked_once(autojump_clock: MockClock, mortal: MortalUpstream) -> None:
    server, database = CountingServer(mortal, *MODELS, plan=PLAN[:1]), MemoryDatabase()
    server.script = lambda asked: "I like it." if asked.part == "validate" else None
    task_id = await database.write(create)
    async with daemon(server, mortal, database) as works:
        await until_over(works, task_id)
        assert (await works.task(task_id)).waits_for == "approval"
        assert server.calls["validate"] == 1
    database.close()


class Restarted:
    """A real simulated server that is stopped and started again at the same address."""

    def __init__(self, nursery: trio.Nursery, config: SimulatorConfig) -> None:
        self._nursery = nursery
        self._config = config
        self._scope = trio.CancelScope()
        self.url = ""

    async def start(self) -> None:
        self._scope = trio.CancelScope()
        self.url = await self._nursery.start(self._serve)
        self._config = msgspec.structs.replace(self._config, port=int(self.url.rpartition(":")[2]))

    def stop(self) -> None:
        self._scope.cancel()

    async def _serve(self, *, task_status: trio.TaskStatus[str]) -> None:
        with self._scope:
            await Simulator(self._config).serve(task_status=task_status)


async def test_a_real_server_that_is_stopped_while_it_judges_and_started_again(
    app: StartApp, nursery: trio.Nursery, tmp_path: Path
) -> None:
    models = (ModelSpec("simulated-qwen", loaded=True), ModelSpec("simulated-llama", loaded=True))
    server = Restarted(nursery, SimulatorConfig(port=0, models=models, token_interval=0.03))
    await server.start()
    settings = make_settings(tmp_path, BackendSettings(url=server.url, name="one"))
    patient = TaskSettings(
        brake_cpu=100, brake_memory=100, brake_vram=100, brake_disk=100, retry_seconds=0.2, max_attempts=8
    )
    often = msgspec.structs.replace(settings.models, probe_seconds=0.2)
    place = await app.start(msgspec.structs.replace(settings, task=patient, models=often))
    client = await place.connect()
    assert len((await client.request("model:list", {"refresh": True}))["data"]["models"]) == 2
    created = await client.request("task:create", {"title": "Move", "description": "From A to B.", "autoRun": True})
    task_id = created["data"]["task"]["id"]
    await client.request("subtask:create", {"taskId": task_id, "title": "Carry", "prompt": "Carry the boxes."})
    await client.request("task:subscribe", {"taskId": task_id})
    await client.request("task:run", {"taskId": task_id})
    await until(client, lambda task, subtask: subtask["status"] == "validating")
    server.stop()
    task, subtask = await until(client, lambda task, subtask: task["reason"] is not None)
    assert (task["status"], subtask["status"]) == ("validating", "validating")
    assert "no model could be asked to check “Carry”" in task["reason"]
    await server.start()
    task, subtask = await until(client, lambda task, subtask: task["status"] in ("completed", "waiting", "failed"))
    assert (task["status"], subtask["status"], subtask["attempts"]) == ("completed", "completed", 1)
    assert not [frame for frame in client.frames if frame["type"] == "task:approval"]


async def until(client: Client, wanted: Callable[[Frame, Frame], bool]) -> tuple[Frame, Frame]:
    """The next task and its one subtask that are as wanted."""
    frame = await client.until(
        lambda frame: frame["type"] == "task:update" and wanted(frame["data"]["task"], frame["data"]["subtasks"][0])
    )
    return frame["data"]["task"], frame["data"]["subtasks"][0]
