"""The parts together: settings, brakes by the machine's load, quality fed back into suggestions, start and end."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import trio

from orchd.features.feature import Services
from orchd.features.models import Models
from orchd.features.monitoring import FreeMemory, LoadMeter
from orchd.features.monitoring.counters import Counters
from orchd.features.monitoring.messages import MonitoringMemory
from orchd.features.presence import Presence
from orchd.features.task.core.results import PlannedSubtask
from orchd.features.task.core.rows import ENDED, TaskRow
from orchd.features.task.engine import load_shedding
from orchd.features.task.engine.runner import Runner
from orchd.features.task.service import running_tasks
from orchd.features.task.store import queries
from orchd.hub import Hub
from orchd.llm.types import BackendHealth, ModelInfo
from orchd.settings.task import TaskSettings
from orchd.storage import Database
from tests.features.task.fake_models import FakeBackends, well
from tests.features.task.hands import Ears, Hands, Purse, create


class Probed(FakeBackends):
    """Model servers that are known."""

    async def wait_first_probe(self) -> None:
        """They are."""

    def health(self) -> list[BackendHealth]:
        """They are well."""
        return [well(info) for info in self.infos]


class Machine:
    """Whose memory is in use as a test says."""

    def __init__(self) -> None:
        self.memory = 10.0

    def __call__(self) -> Counters:
        used = MonitoringMemory(100, None, None, self.memory, None, None)
        return Counters(0.0, None, None, used, None, None, None)


class Daemon:
    """What tasks need of a daemon, with a machine and model servers of the test's."""

    def __init__(self, database: Database, machine: Machine, **settings: Any) -> None:
        self.services = Services(database, Hub(), Probed(ModelInfo("m1", "x"), ModelInfo("m2", "x")), "me")
        self.settings = TaskSettings(watched_path="/", **settings)
        self.presence = Presence(database, "me")
        self.meter = LoadMeter(machine, list, list)

    @asynccontextmanager
    async def running(self, hands: Hands) -> AsyncIterator[Runner]:
        """Run tasks while the block lasts, as from the daemon's start on."""
        told = self.services, self.settings, self.presence, self.meter
        async with running_tasks(*told, lambda: hands, Ears(), Purse()) as (runner, _):
            await self.presence.renew()
            await runner.owned.take_over()
            yield runner


async def until(daemon: Daemon, task_id: int, *statuses: str) -> TaskRow:
    with trio.fail_after(90):
        while True:
            task = await daemon.services.database.read(queries.find, task_id)
            assert task is not None
            if task.status in statuses:
                return task
            await trio.sleep(0.02)


async def test_a_busy_machine_holds_tasks_back_until_it_is_not(
    store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine = Machine()
    machine.memory = 60.0
    daemon = Daemon(store, machine, brake_memory=50)
    task_id = await store.write(create)
    monkeypatch.setattr(load_shedding, "SAMPLE_SECONDS", 0.05)
    async with daemon.running(Hands()):
        task = await until(daemon, task_id, "waiting")
        assert (task.waits_for, task.reason) == (
            "brakes",
            "the machine is busy: memory 60 % in use, limit 50 % (task.brakeMemory)",
        )
        machine.memory = 20.0
        assert (await until(daemon, task_id, *ENDED)).status == "completed"


async def test_what_was_judged_here_counts_in_suggestions(store: Database) -> None:
    daemon = Daemon(store, Machine())

    async def memory() -> FreeMemory:
        return FreeMemory(None, None, None)

    models = Models(store, daemon.services.backends, memory)
    models.add_quality(lambda task_type: store.read(queries.model_quality, task_type))
    task_id = await store.write(create)
    plan = [PlannedSubtask(f"p{n}", "Do it", task_type="code") for n in range(4)]
    async with daemon.running(Hands(plan)):
        await until(daemon, task_id, "completed")
        best, other = await models.suggest("code", 5)
        assert (best.model.id, "4 of 4 checked results were approved here" in best.reasons) == ("m1", True)
        assert best.score > other.score
        assert [suggestion.score for suggestion in await models.suggest("chat", 5)] == [0.0, 0.0]


async def test_an_end_in_order_leaves_nothing_in_hand(store: Database) -> None:
    async with Daemon(store, Machine()).running(Hands()) as runner:
        await runner.drain(trio.Event())
        task_id = await store.write(create)
        await trio.sleep(0.1)
        assert not runner.owned.work
    task = await store.read(queries.find, task_id)
    assert task is not None
    assert (task.status, task.owner, task.ready) == ("pending", None, True)
