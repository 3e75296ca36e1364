"""What the runner stores is what it reads back; two can't store, and the bounds hold."""

import msgspec
import pytest

from orchd.entity import LOCAL_OWNER
from orchd.features.task.core.actions import BeginStep, Conditions, StepEvent, StepFailed, StepFinished, StepLimits
from orchd.features.task.core.results import PartLink, Plan, StepOutput
from orchd.features.task.core.rows import BetterAttempt, QualityFigures, StepError, StepKey, StepResult
from orchd.features.task.core.state import TaskState
from orchd.features.task.core.task_log import LogEntry, LogFact
from orchd.features.task.core.transitions import absorb, advance
from orchd.features.task.store import lifecycle_queries, queries, saving_queries
from orchd.features.task.store.saving_queries import Change, OutdatedError, save
from orchd.llm import Cost
from orchd.storage import Database, Statement, Steps
from tests.features.task.hands import DIAMOND, create, depend, steps_of, verdict

ME = "me"


async def in_hand(store: Database) -> TaskState:
    """A task that was claimed."""
    task_id = await store.write(create)
    assert await store.write(lifecycle_queries.acquire, [task_id], ME) == [task_id]
    return await read(store, task_id)


async def read(store: Database, task_id: int) -> TaskState:
    state = await store.read(queries.load, task_id)
    assert state is not None
    return state


class Play:
    """Goes on with a task as the runner does, and compares what is stored with what it holds after each round."""

    def __init__(self, store: Database, state: TaskState, attempts: int = 3) -> None:
        self.attempts = attempts
        self.store = store
        self.state = state
        self.now = 1_000

    async def go_on(self, event: StepEvent | None = None) -> list[StepKey]:
        """Take in an event, decide, store; return what was begun."""
        self.now += 1_000_000
        state = self.state if event is None else absorb(self.state, event, self.now)
        new, actions, _ = advance(state, Conditions(self.now, StepLimits(attempts=self.attempts)), ME)
        self.state = await self.store.write(save, Change(self.state, new, ME, self.now))
        stored = await read(self.store, self.state.task.id)
        assert stored.with_running(self.state.running) == self.state
        return [action.key for action in actions if isinstance(action, BeginStep)]

    async def until_it_rests(self, results: dict[str, list[StepResult | StepError]]) -> None:
        """Let each step end as told, the last one for all further ones of its kind."""
        await self.go_on()
        while self.state.task.owner == ME:
            if not self.state.running:
                await self.go_on()
                continue
            key = min(self.state.running)
            step = self.state.step(key)
            assert step is not None
            told = results[step.kind]
            result = told.pop(0) if len(told) > 1 else told[0]
            if isinstance(result, StepError):
                await self.go_on(StepFailed(key, result, 1.5))
            else:
                await self.go_on(StepFinished(key, result, Cost(1, 2, 3, 4.0), 1.5))


def made(text: str) -> StepOutput:
    return StepOutput(text, "m@x", ["é", "it is 🦜"], Cost(1, 2, 3, 4.0), [PartLink("[part:1]", 1)], "noted")


async def test_every_state_is_stored_as_it_is(store: Database) -> None:
    play = Play(store, await in_hand(store))
    await play.until_it_rests(
        {
            "plan": [StepError("timeout", "slow", True, "m@x"), Plan(DIAMOND, "p@x")],
            "execute": [made("first"), StepError("upstream_error", "no"), made("further")],
            "check": [verdict("rejected", 20), verdict("self_checked"), verdict("verified")],
            "consolidate": [made("all")],
        }
    )
    task = play.state.task
    assert (task.status, task.result, task.links, task.result_notes) == ("completed", "all", made("").links, "noted")
    assert (task.plan_model, task.planned, task.owner) == ("p@x", True, None)
    assert [subtask.depends_on for subtask in play.state.subtasks.values()] == [
        tuple(place + min(play.state.subtasks) for place in subtask.depends_on) for subtask in DIAMOND
    ]


async def test_an_undecided_end_and_a_comparison_are_stored(store: Database) -> None:
    play = Play(store, await in_hand(store), attempts=2)
    one = DIAMOND[0]
    await play.until_it_rests(
        {
            "plan": [Plan([one, one])],
            "execute": [made("x")],
            "check": [verdict("undecided", None), verdict("rejected", 1)],
            "better": [BetterAttempt(1, 2, 0)],
        }
    )
    assert (play.state.task.status, play.state.task.waits_for) == ("waiting", "approval")
    assert [(asked.id > 0, asked.kind) for asked in play.state.approvals] == [(True, "result")] * 2
    assert [subtask.status for subtask in play.state.subtasks.values()] == ["waiting"] * 2


async def test_two_can_not_store(store: Database) -> None:
    state = await in_hand(store)
    new, _, _ = advance(state, Conditions(0, StepLimits()), ME)
    with pytest.raises(OutdatedError):
        await store.write(save, Change(state, new, "somebody else", 0))
    await store.write(save, Change(state, new, ME, 0))
    with pytest.raises(OutdatedError):
        await store.write(save, Change(state, new, ME, 0))
    assert len(await store.read(steps_of, state.task.id)) == 1


async def test_nothing_is_stored_over_a_cancellation(store: Database) -> None:
    state = await in_hand(store)
    new, _, _ = advance(state, Conditions(0, StepLimits()), ME)
    await store.write(lifecycle_queries.cancel, LOCAL_OWNER, state.task.id, 5)
    with pytest.raises(OutdatedError):
        await store.write(save, Change(state, new, ME, 0, [LogEntry(None, "info", "never", LogFact("changed"))]))
    assert (await read(store, state.task.id)).task.status == "cancelled"
    assert "never" not in await store.read(log_of, state.task.id)


def log_of(task_id: int) -> Steps[list[str]]:
    found = yield Statement("SELECT message FROM task_log WHERE task_id = ? ORDER BY id", (task_id,))
    return [row[0] for row in found.rows]


async def test_a_log_is_bounded(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saving_queries, "MAX_LOG_ENTRIES", 10)
    task_id = await store.write(create)
    for number in range(12):
        await store.write(saving_queries.log, task_id, [LogEntry(None, "info", str(number), LogFact("changed"))], 0)
    await store.write(saving_queries.prune_log, task_id)
    assert await store.read(log_of, task_id) == [str(number) for number in range(2, 12)]


async def test_figures_of_models_add_up(store: Database) -> None:
    state = await in_hand(store)
    for number in range(2):
        gauged = [QualityFigures("b@x", "code", 1, 1, number, 1, 70, 10, 0.5), QualityFigures("a@x", "code", runs=1)]
        state = await store.write(save, Change(state, state, ME, 0, (), gauged))
    a, b = await store.read(queries.quality, "code")
    assert a == ("a@x", "code", 2, 0, 0, 0, 0, 0, 0.0)
    assert b == ("b@x", "code", 2, 2, 1, 2, 140, 20, 1.0)
    assert await store.read(queries.quality, "general") == []


async def test_the_end_of_a_task_wakes_those_that_wait_for_it(store: Database) -> None:
    state = await in_hand(store)
    waiting, held, paused = [await store.write(create, title, ready=False) for title in ("waits", "held", "paused")]
    for waiter, change in ((waiting, "waiting"), (held, "executing"), (paused, "paused")):
        await store.write(depend, waiter, state.task.id)
        await store.write(set_status, waiter, change, "other" if waiter == held else None)
    over = msgspec.structs.replace(state, task=msgspec.structs.replace(state.task, status="failed", owner=None))
    await store.write(save, Change(state, over, ME, 0))
    tasks = [(await read(store, item)).task for item in (waiting, held, paused)]
    assert [task.ready for task in tasks] == [True, False, False]
    assert [task.version for task in tasks] == [2, 2, 1]


def set_status(task_id: int, status: str, owner: str | None) -> Steps[None]:
    yield Statement(
        "UPDATE task SET status = ?, waits_for = 'dependencies', owner = ? WHERE id = ?", (status, owner, task_id)
    )
