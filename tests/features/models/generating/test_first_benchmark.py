"""What was never measured is, while nobody asks for anything; it is given up when somebody does."""

from collections.abc import Iterator, Sequence
from typing import Any

import pytest
import trio
from trio.testing import MockClock

from orchd.errors import UpstreamError
from orchd.features.models import queries
from orchd.features.models.generating.first_benchmark import LOOK_SECONDS, FirstBenchmarks, IdleMeasurement
from orchd.features.models.service import LoadedModel, Models
from orchd.features.monitoring import FreeMemory, MachineLoad
from orchd.llm import BackendHealth, ModelInfo, Requester, Target
from orchd.llm.types import Priority, Prompt, Turn
from orchd.settings.models import BenchmarkSettings
from tests.features.chat.room import MemoryDatabase
from tests.features.task.fake_models import FakeBackends, Reply
from tests.fix_upstream import Recorder

IDLE = 600.0
HELLO = Prompt((Turn("user", "hello"),))


@pytest.fixture
def memory() -> Iterator[MemoryDatabase]:
    database = MemoryDatabase()
    yield database
    database.close()


class Servers(FakeBackends):
    """Servers that are well; `here` is on this machine, `away` is not."""

    async def refresh(self) -> None:
        """Nothing has changed."""
        await trio.lowlevel.checkpoint()

    async def wait_first_probe(self) -> None:
        """It is over."""
        await trio.lowlevel.checkpoint()

    def health(self) -> list[BackendHealth]:
        """Both are well."""
        urls = {"here": "http://127.0.0.1:1", "away": "https://hub.example"}
        return [BackendHealth(name, url, "openai", ok=True, reason=None, models=1) for name, url in urls.items()]


class Machine:
    """A meter that shows what a test says."""

    cpu: float | None = 5.0

    async def read(self, path: str) -> MachineLoad:
        await trio.lowlevel.checkpoint()
        return MachineLoad(self.cpu, None, None, None)


async def free() -> FreeMemory:
    await trio.lowlevel.checkpoint()
    return FreeMemory(None, None, None)


class Scene:
    """A daemon's first benchmarks."""

    def __init__(
        self,
        memory: MemoryDatabase,
        *infos: ModelInfo,
        further: Sequence[IdleMeasurement] = (),
        **settings: Any,
    ) -> None:
        self.database, self.backends, self.machine = memory, Servers(*infos), Machine()
        models = Models(memory, self.backends, free)
        chosen = BenchmarkSettings(**{"idle_seconds": IDLE, **settings})
        self.first = FirstBenchmarks(memory, self.backends, models, self.machine, chosen, further)  # type: ignore[arg-type] # reads


LOADED = ModelInfo("fast-7b", "here", loaded=True)


async def test_a_loaded_model_that_was_never_measured_is_once_nobody_asks(
    memory: MemoryDatabase, autojump_clock: MockClock, nursery: trio.Nursery
) -> None:
    scene = Scene(memory, LOADED)
    nursery.start_soon(scene.first.run)
    await trio.sleep(IDLE - 1)
    assert scene.backends.asked == []
    await trio.sleep(3 * LOOK_SECONDS)
    assert scene.backends.names == ["fast-7b", "fast-7b"]
    assert [prompt.sampling.max_tokens for _, prompt in scene.backends.asked] == [64, 64]
    stored = await memory.read(queries.benchmarks, None, 10, None)
    assert [(done.model, done.backend, len(done.runs)) for done in stored] == [("fast-7b", "here", 2)]
    await trio.sleep(5 * IDLE)
    assert len(scene.backends.asked) == 2, "once"


@pytest.mark.parametrize(
    ("info", "settings"),
    [
        (ModelInfo("remote", "away", loaded=True), {}),
        (ModelInfo("asleep", "here", loaded=False), {}),
        (ModelInfo("whisper-1", "here", loaded=True, purpose="speech"), {}),
        (ModelInfo("made-up", "here", loaded=True, simulated=True), {}),
        (ModelInfo("base", "here", loaded=True, template=False), {}),
    ],
)
async def test_what_may_not_be_asked_is_not(
    memory: MemoryDatabase, autojump_clock: MockClock, nursery: trio.Nursery, info: ModelInfo, settings: Any
) -> None:
    scene = Scene(memory, info, **settings)
    nursery.start_soon(scene.first.run)
    await trio.sleep(3 * IDLE)
    assert scene.backends.asked == []


@pytest.mark.parametrize(
    ("info", "settings"),
    [
        (ModelInfo("remote", "away", loaded=True), {"models": "all"}),
        (ModelInfo("only-one", "here"), {}),
    ],
)
async def test_settings_and_a_server_of_one_model_allow_it(
    memory: MemoryDatabase, autojump_clock: MockClock, nursery: trio.Nursery, info: ModelInfo, settings: Any
) -> None:
    scene = Scene(memory, info, **settings)
    nursery.start_soon(scene.first.run)
    await trio.sleep(2 * IDLE)
    assert len(scene.backends.asked) == 2


async def test_whoever_asks_ends_it_and_it_waits_anew(
    memory: MemoryDatabase, autojump_clock: MockClock, nursery: trio.Nursery
) -> None:
    scene, begun, cut = Scene(memory, LOADED), trio.Event(), trio.Event()

    async def slow(model: str, prompt: Prompt) -> Reply:
        if prompt is HELLO:
            return "Hello."
        begun.set()
        try:
            await trio.sleep(5)
        except trio.Cancelled:
            cut.set()
            raise
        return "A compiler reads."

    scene.backends.script = slow
    nursery.start_soon(scene.first.run)
    await begun.wait()
    await scene.backends.stream(Target(LOADED, "here"), HELLO, Recorder(), requester=Requester())
    await cut.wait()
    assert await memory.read(queries.benchmarks, None, 10, None) == []
    asked = len(scene.backends.asked)
    await trio.sleep(IDLE - 10)
    assert len(scene.backends.asked) == asked
    await trio.sleep(IDLE)
    assert len(await memory.read(queries.benchmarks, None, 10, None)) == 1


async def test_a_busy_machine_and_a_model_that_fails_are_left_alone(
    memory: MemoryDatabase, autojump_clock: MockClock, nursery: trio.Nursery
) -> None:
    scene = Scene(memory, LOADED)
    scene.machine.cpu = 90.0
    nursery.start_soon(scene.first.run)
    await trio.sleep(2 * IDLE)
    assert scene.backends.asked == []
    scene.machine.cpu = None
    scene.backends.script = lambda model, prompt: UpstreamError("broken", reason="server_error")
    await trio.sleep(3 * IDLE)
    assert scene.backends.names == ["fast-7b"], "not again and again"


class Trial:
    """Something else that is measured of a model once."""

    name = "trial"

    def __init__(self) -> None:
        self.done: list[str] = []
        self.error: UpstreamError | None = None
        self.requesters: list[Requester] = []

    async def names_measured(self, infos: Sequence[ModelInfo]) -> list[str]:
        await trio.lowlevel.checkpoint()
        return self.done

    async def measure(self, loaded: LoadedModel, requester: Requester) -> None:
        await trio.lowlevel.checkpoint()
        self.requesters.append(requester)
        if self.error is not None:
            raise self.error
        self.done.append(loaded.target.full_name)


async def test_what_others_measure_comes_after_the_speed_of_all(
    memory: MemoryDatabase, autojump_clock: MockClock, nursery: trio.Nursery
) -> None:
    trial = Trial()
    scene = Scene(memory, LOADED, ModelInfo("slow-7b", "here", loaded=True), further=(trial,))
    nursery.start_soon(scene.first.run)
    await trio.sleep(IDLE + 1.5 * LOOK_SECONDS)
    assert (len(scene.backends.asked), trial.done) == (4, [])
    await trio.sleep(5 * LOOK_SECONDS)
    assert trial.done == ["fast-7b@here", "slow-7b@here"]
    assert {requester.priority for requester in trial.requesters} == {Priority.BACKGROUND}


async def test_what_fails_for_one_kind_is_not_tried_again(
    memory: MemoryDatabase, autojump_clock: MockClock, nursery: trio.Nursery
) -> None:
    trial = Trial()
    trial.error = UpstreamError("broken", reason="server_error")
    scene = Scene(memory, LOADED, further=(trial,))
    nursery.start_soon(scene.first.run)
    await trio.sleep(3 * IDLE)
    assert (len(scene.backends.asked), len(trial.requesters)) == (2, 1)
