"""Four reports of what goes wrong when several callers share LM Studio, and that none of it happens behind the daemon.

Each is first provoked by asking the server directly, or the other half of the test would prove nothing: a second
model's load kills the first one's answer (lmstudio-bug-tracker#671), a model is evicted before it has answered (#1796),
the same model is loaded once for each request (#1751), and further requests queue in silence (#2061). The daemon's
model client has two ways to load: the native API, and where that is missing a request, as before LM Studio 0.4.
"""

from collections.abc import Sequence

import pytest
import trio

from orchd.errors import OrchdError
from orchd.llm import Backends, BackendSpec, Prompt, Sampling, Turn
from orchd.simulator import SimulatorConfig
from orchd.simulator.settings import ModelSpec
from tests.fix_simulator import RunningSimulator, StartSimulator, chat_body
from tests.fix_upstream import Exchange, Recorder, Upstream, reply
from tests.http_client import http_client
from tests.llm.complete import complete

A, B = "simulated-a", "simulated-b"
TWO = SimulatorConfig(models=(ModelSpec(A), ModelSpec(B)))
QUESTION = "hello"
PROMPT = Prompt((Turn("user", QUESTION),), Sampling(max_tokens=40))


class Bare:
    """The simulator as seen by a client that can't use the native API."""

    def __init__(self, simulator: RunningSimulator) -> None:
        self.simulator = simulator

    async def __call__(self, exchange: Exchange) -> None:
        if exchange.path.startswith("/api/v1/"):
            await exchange.send(reply(200, {"error": "Unexpected endpoint or method."}))
            return
        port = int(self.simulator.url.rpartition(":")[2])
        stream = await trio.open_tcp_stream("127.0.0.1", port)
        async with stream:
            await stream.send_all(exchange.head + b"\r\n\r\n" + exchange.body)
            while data := await stream.receive_some(65_536):
                await exchange.send(data)


@pytest.fixture(params=["native", "bare"])
def native(request: pytest.FixtureRequest) -> bool:
    return bool(request.param == "native")


async def serve(nursery: trio.Nursery, simulator: RunningSimulator, upstream: Upstream, native: bool) -> Backends:
    """Watch the simulator, with its native API or through a server that hides it."""
    url = simulator.url
    if not native:
        upstream.script, url = Bare(simulator), upstream.url
    backends = Backends([BackendSpec(url, kind="lmstudio")], probe_seconds=10.0)
    await nursery.start(backends.run)
    await backends.wait_first_probe()
    return backends


class Callers:
    """Several callers at once, and what became of them: texts and errors, in any order."""

    def __init__(self, backends: Backends) -> None:
        self._backends = backends
        self.found: list[str | OrchdError] = []

    async def ask(self, model: str) -> None:
        """Ask one."""
        try:
            target = await self._backends.resolve(model, None, None)
            self.found.append((await complete(self._backends, target, PROMPT)).content)
        except OrchdError as error:
            self.found.append(error)

    async def ask_all(self, models: Sequence[str]) -> None:
        """Ask them all; thirty seconds are a hang."""
        with trio.fail_after(30):
            async with trio.open_nursery() as nursery:
                for model in models:
                    nursery.start_soon(self.ask, model)

    @property
    def whole(self) -> int:
        """How many got an answer."""
        return sum(isinstance(item, str) and bool(item) for item in self.found)


def loads(simulator: RunningSimulator) -> dict[str, int]:
    return {name: model.loads for name, model in simulator.stats().models.items() if model.loads}


async def directly(simulator: RunningSimulator, fault: str, then: Sequence[str], *, loaded: bool = True) -> list[bool]:
    """Ask the server itself: for A with a fault, then further ones, once A is `loaded` or only asked for.

    Return of each, in the order of their ends, whether it got an answer.
    """
    ends: list[bool] = []

    async def ask(model: str, question: str = QUESTION) -> None:
        body = chat_body(question, model=model)
        answer = await client.post(f"{simulator.url}/v1/chat/completions", json=body)
        ends.append(answer.status_code == 200 and "error" not in answer.json())

    async with http_client(timeout=30) as client, trio.open_nursery() as nursery:
        nursery.start_soon(ask, A, f"{QUESTION} [[simulate: {fault}]]")
        await simulator.until(lambda stats: A in stats.models and (not loaded or bool(stats.models[A].loads)))
        for model in then:
            nursery.start_soon(ask, model)
    return ends


async def test_671_directly(start_simulator: StartSimulator) -> None:
    simulator = await start_simulator(TWO, evict=True, load_seconds=0.02)
    assert await directly(simulator, "stall_after=2", [B]) == [False, True]
    assert simulator.stats().faulted == 1


async def test_671_a_second_models_load_does_not_kill_the_first_ones_answers(
    start_simulator: StartSimulator, upstream: Upstream, nursery: trio.Nursery, native: bool
) -> None:
    simulator = await start_simulator(TWO, evict=True, load_seconds=0.02, token_interval=0.005)
    backends = await serve(nursery, simulator, upstream, native)
    first, callers = Recorder(), Callers(backends)

    async def others() -> None:
        await first.heard.wait()
        await callers.ask_all([B, A] * 3)

    async with trio.open_nursery() as requests:
        requests.start_soon(others)
        outcome = await backends.stream(await backends.resolve(A, None, None), PROMPT, first)
    assert outcome.finish_reason in ("length", "stop")
    assert callers.whole == 6, callers.found
    assert simulator.stats().faulted == 0
    assert loads(simulator) == {A: 1, B: 1}, "A B A B became A A B B"


async def test_1796_directly(start_simulator: StartSimulator) -> None:
    simulator = await start_simulator(TWO, evict=True, load_seconds=0.02)
    assert await directly(simulator, "silence=60", [B]) == [False, True]


async def test_1796_a_model_is_not_evicted_before_it_has_answered(
    start_simulator: StartSimulator, upstream: Upstream, nursery: trio.Nursery, native: bool
) -> None:
    simulator = await start_simulator(TWO, evict=True, load_seconds=0.05, fault="silence=0.05")
    callers = Callers(await serve(nursery, simulator, upstream, native))
    await callers.ask_all([A, B, B, A])
    assert callers.whole == 4, callers.found
    assert simulator.stats().faulted == 0
    assert sum(loads(simulator).values()) == 2


async def test_1751_directly(start_simulator: StartSimulator) -> None:
    simulator = await start_simulator(TWO, duplicate_loads=True, load_seconds=1.0)
    await directly(simulator, "tokens=1", [A] * 3, loaded=False)
    assert loads(simulator) == {A: 4}


async def test_1751_a_model_that_many_want_is_loaded_once(
    start_simulator: StartSimulator, upstream: Upstream, nursery: trio.Nursery, native: bool
) -> None:
    simulator = await start_simulator(TWO, duplicate_loads=True, load_seconds=0.1)
    callers = Callers(await serve(nursery, simulator, upstream, native))
    await callers.ask_all([A] * 6)
    assert callers.whole == 6, callers.found
    assert loads(simulator) == {A: 1}


class Waiting(Recorder):
    """A caller that hears its place."""

    def __init__(self) -> None:
        super().__init__()
        self.places: list[int] = []
        self.told = trio.Event()

    def on_queue(self, position: int | None, eta_ms: int | None) -> None:
        self.places.append(position or 0)
        self.told.set()


async def test_2061_directly(start_simulator: StartSimulator) -> None:
    simulator = await start_simulator(TWO, parallel=1)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(directly, simulator, "stall_after=2", [A] * 2)
        await simulator.until(lambda stats: (stats.running, stats.waiting) == (3, 2))
        nursery.cancel_scope.cancel()


async def test_2061_nobody_waits_in_silence(
    start_simulator: StartSimulator, nursery: trio.Nursery, upstream: Upstream
) -> None:
    """The native API tells how many answers a model generates at once; further requests wait here and hear of it."""
    simulator = await start_simulator(TWO, parallel=2, token_interval=0.05)
    backends = await serve(nursery, simulator, upstream, native=True)
    await backends.load(A)
    target = await backends.resolve(A, None, None)
    callers = [Waiting() for _ in range(5)]
    async with trio.open_nursery() as requests:
        for caller in callers:
            requests.start_soon(backends.stream, target, PROMPT, caller)
        with trio.fail_after(30):
            await simulator.until(lambda stats: (stats.running, stats.waiting) == (2, 0))
            silent = [caller for caller in callers if ("queued", None) in caller.phases]
            for caller in silent:
                await caller.told.wait()
        assert sorted(caller.places[0] for caller in silent) == [1, 2, 3]
        assert simulator.stats().waiting == 0
        requests.cancel_scope.cancel()
