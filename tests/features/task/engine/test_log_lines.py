"""What the log says of tasks: each beginning and each end once, and nothing that people or models wrote."""

from collections.abc import Iterator
from typing import Any

import pytest
import trio
from structlog.testing import capture_logs
from trio.testing import MockClock

from orchd.entity import LOCAL_OWNER
from orchd.errors import UpstreamError
from orchd.features.task.core.results import PlannedSubtask
from tests.features.chat.room import MemoryDatabase
from tests.features.task.hands import Gate, Hands, create, failing, working


@pytest.fixture
def memory() -> Iterator[MemoryDatabase]:
    database = MemoryDatabase()
    yield database
    database.close()


async def logged(memory: MemoryDatabase, hands: Hands) -> list[Any]:
    """The log's lines of a task from its beginning to its end."""
    task_id = await memory.write(create)
    with capture_logs() as logs:
        async with working(memory, hands, epoch="me", now=lambda: round(trio.current_time() * 1000)) as works:
            await works.until(task_id)
            await trio.testing.wait_all_tasks_blocked()
    return logs


async def test_a_task_that_completes(memory: MemoryDatabase, autojump_clock: MockClock) -> None:
    begun, ended = await logged(memory, Hands([PlannedSubtask("secret plan", "Do it")]))
    assert (begun["event"], begun["log_level"], begun["task"], begun["round"]) == ("task started", "info", 1, 1)
    assert (ended["event"], ended["log_level"], ended["state"]) == ("task ended", "info", "completed")
    assert (ended["task"], ended["steps"], ended["subtasks"]) == (1, 4, {"completed": 1})
    assert "secret" not in str((begun, ended))


async def test_a_task_that_fails_is_a_warning_with_its_steps_errors(
    memory: MemoryDatabase, autojump_clock: MockClock
) -> None:
    error = UpstreamError("no sense in it")
    hands = Hands([PlannedSubtask("only", "Do it")], script=failing(error, *["execute only 1"] * 9))
    hands.script = failing(error, *(f"execute only {number}" for number in range(1, 4)))
    _, *steps, ended = await logged(memory, hands)
    assert {(step["event"], step["log_level"], step["error"], step["reason"]) for step in steps} == {
        ("task step failed", "warning", "upstream_error", "no sense in it")
    }
    assert [step["attempt"] for step in steps] == [1, 2, 3]
    assert (ended["event"], ended["log_level"], ended["state"]) == ("task ended", "warning", "failed")


async def test_a_cancelled_task(memory: MemoryDatabase, autojump_clock: MockClock) -> None:
    task_id = await memory.write(create)
    gate = Gate("plan")
    with capture_logs() as logs:
        async with working(memory, Hands(script=gate), epoch="me") as works:
            await gate.reached.wait()
            await works.lifecycle.cancel(LOCAL_OWNER, task_id)
    assert [line["event"] for line in logs] == ["task started", "task released", "task cancelled"]
