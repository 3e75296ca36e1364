"""A trial: scenarios run as tasks by the daemon's own features, on a database in a file, and what each ended as."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal, NamedTuple, TypeAlias, TypeVar, cast

import trio
from msgspec import Struct

from orchd.features import commands
from orchd.features.feature import Services
from orchd.features.opening import Features, Sections, open_features
from orchd.features.task.wire.live_messages import TaskFound
from orchd.features.task.wire.messages import TaskCreate, TaskGet, TaskReply, TaskRun
from orchd.features.task.wire.subtask_messages import SubtaskFound, SubtaskGet
from orchd.hub import Hub
from orchd.llm import Backends, BackendSpec
from orchd.protocol.identity import LOCAL
from orchd.protocol.router import Context
from orchd.protocol.types import ClientPayload
from orchd.settings.task import TaskSettings
from orchd.storage import open_database
from tests.answering import Answering
from tests.eval.tasks.judges import JUDGES
from tests.eval.tasks.scenarios import Scenario
from tests.eval.tasks.upstream import ScriptedModels
from tests.fix_chat import FakePeer
from tests.fix_sealing import make_vault
from tests.migrated import place_database

R = TypeVar("R", bound=Struct)

Ending: TypeAlias = Literal[
    "verified", "self-checked", "rejected", "asked", "failed", "replaced", "marked", "unreached"
]
"""How what is tried ended: a step or a joined text. `verified` and `self-checked` say so themselves; a joined text is
`verified` when it was taken without a word. `marked`: taken, with a word on what is wrong. `replaced`: the results as
they are took its place. `asked`: a person was. `unreached`: no text was joined, since some step was not approved."""

AUTHOR, OTHER = "qwen2.5-7b-instruct", "gemma-3-4b-it"
SETTINGS = TaskSettings(
    max_running=20, retry_seconds=0.05, brake_cpu=100, brake_memory=100, brake_vram=100, brake_disk=100
)
HANG_SECONDS = 9000.0
LOOK_SECONDS = 0.1


class Panel(NamedTuple):
    """Who is there to judge: how the judge is called in tables, what it says, and whether it is another model."""

    name: str
    judge: str
    models: tuple[str, ...] = (AUTHOR, OTHER)


PANELS = (*(Panel(name, name) for name in JUDGES), Panel("author alone", "lazy", (AUTHOR,)))


class StepResult(NamedTuple):
    """How a step ended, what was found, and what its judges said, as "approved", "rejected", "abstained"."""

    ending: Ending
    attempts: int
    confidence: int | None
    found: tuple[str, ...]
    opinions: tuple[str, ...]
    notes: str


class Result(NamedTuple):
    """How a scenario ended: its steps, and its joined text."""

    scenario: Scenario
    steps: tuple[StepResult, ...]
    joined: Ending
    notes: str
    calls: int

    @property
    def ending(self) -> Ending:
        """How the place of the fault ended."""
        fault = self.scenario.fault
        assert fault is not None
        return self.joined if fault.part is None else self.steps[fault.part].ending


class _Asking:
    """A request that nobody watches."""

    id = "trial"
    identity = LOCAL

    def __init__(self) -> None:
        self.peer = FakePeer()


class Desk:
    """The features' handlers, asked without a socket."""

    def __init__(self, features: Features) -> None:
        self._answering = Answering(commands(), features.serves)
        self._asking = cast("Context", _Asking())

    async def ask(self, payload: ClientPayload, kind: type[R]) -> R:
        """The reply to a frame, which must be of this kind."""
        return await self._answering.ask(self._asking, payload, kind)


async def tried(scenarios: Sequence[Scenario], panel: Panel) -> list[Result]:
    """Run scenarios as tasks, side by side, and return how they ended. Takes about 0.1 s a task."""
    with TemporaryDirectory() as directory, trio.fail_after(HANG_SECONDS):
        async with opened(Path(directory), scenarios, panel) as desk:
            tasks = [await _begun(desk, scenario) for scenario in scenarios]
            return [await _result(desk, task_id, scenario) for task_id, scenario in zip(tasks, scenarios, strict=True)]


@asynccontextmanager
async def served(directory: Path, scenarios: Sequence[Scenario], panel: Panel) -> AsyncIterator[Services]:
    """Open a database and scripted models."""
    url = place_database(directory / "trial.db")
    async with open_database(url, pool_size=2, timeout=60) as database, trio.open_nursery() as nursery:
        models = ScriptedModels(nursery, panel.models, scenarios, JUDGES[panel.judge])
        spec = BackendSpec("http://models:1", name="models", slots=20)
        backends = Backends([spec], probe_seconds=3600, connect=models.upstream.connect)
        await nursery.start(backends.run)
        await database.wait_ready()
        await backends.wait_first_probe()
        yield Services(database, Hub(), backends, "trial")
        nursery.cancel_scope.cancel()


@asynccontextmanager
async def opened(directory: Path, scenarios: Sequence[Scenario], panel: Panel) -> AsyncIterator[Desk]:
    """Open the daemon's features over scripted models."""
    async with (
        served(directory, scenarios, panel) as services,
        open_features(services, Sections(task=SETTINGS), lambda: 0, make_vault(services.database)) as features,
    ):
        for start in features.starts:
            await start()
        yield Desk(features)


async def _begun(desk: Desk, scenario: Scenario) -> int:
    created = await desk.ask(
        TaskCreate(title=scenario.title, description=scenario.description, auto_run=True), TaskReply
    )
    await desk.ask(TaskRun(task_id=created.task.id), TaskReply)
    return created.task.id


async def _result(desk: Desk, task_id: int, scenario: Scenario) -> Result:
    """Wait until nothing happens without a person, and return what there is then."""
    while True:
        found = await desk.ask(TaskGet(task_id=task_id), TaskFound)
        if found.task.status in ("completed", "failed", "cancelled") or found.task.waits_for == "approval":
            break
        await trio.sleep(LOOK_SECONDS)
    subtasks = [await desk.ask(SubtaskGet(subtask_id=item.id), SubtaskFound) for item in found.subtasks]
    return Result(
        scenario,
        tuple(map(step_result, subtasks)),
        joined_ending(found, scenario),
        found.task.result_notes,
        found.task.spent.calls,
    )


def step_result(found: SubtaskFound) -> StepResult:
    """Return how a subtask stands."""
    item, checks = found.subtask, [attempt.check for attempt in found.attempts if attempt.check is not None]
    ending: Ending = "verified" if item.verified else "self-checked" if item.self_checked else _unapproved(item.status)
    return StepResult(
        ending,
        item.attempts,
        None if found.ledger is None else found.ledger.confidence,
        () if found.ledger is None else tuple(finding.reason for finding in found.ledger.findings),
        tuple(verdict.opinion for verdict in checks[0].verdicts) if checks else (),
        item.notes,
    )


def _unapproved(status: str) -> Ending:
    return "rejected" if status == "rejected" else "failed" if status in ("failed", "skipped") else "asked"


def joined_ending(found: TaskFound, scenario: Scenario) -> Ending:
    """Return what became of the text that a model has joined."""
    if found.task.status != "completed" or found.task.result is None:
        return "unreached"
    written = scenario.joining.text.strip()
    if not written or not found.task.result.startswith(written):
        return "replaced"
    return "marked" if found.task.result_notes else "verified"
