"""Queue, circuit and server together: against the simulator behaving as the worst servers do, and scripted servers."""

import pytest
import trio

from orchd.errors import Conflict, NotFound, OrchdError, Timeout, TooLarge, Unavailable, UpstreamError
from orchd.llm import Backends, BackendSpec, Deadlines, LoadNews, Prompt, Requester, Sampling, Target, Turn
from orchd.llm.scheduler.breaker import FAILURES
from orchd.simulator import SimulatorConfig
from orchd.simulator.settings import ModelSpec
from tests.fix_simulator import RunningSimulator, StartSimulator
from tests.fix_upstream import DONE, SSE_HEAD, Exchange, Recorder, Upstream, delta, finish, reply
from tests.llm.complete import complete

TWO = SimulatorConfig(models=(ModelSpec("simulated-a"), ModelSpec("simulated-b")))
PROMPT = Prompt((Turn("user", "hello"),), Sampling(max_tokens=40))
COMPLETE = "POST /v1/chat/completions"


async def opened(nursery: trio.Nursery, *specs: BackendSpec) -> Backends:
    backends = Backends(specs, probe_seconds=10.0)
    await nursery.start(backends.run)
    await backends.wait_first_probe()
    return backends


async def ask_all(backends: Backends, *models: str) -> list[str | OrchdError]:
    """Ask for all at once; return the texts, or the errors."""
    found: list[str | OrchdError] = []

    async def ask(model: str) -> None:
        try:
            found.append((await complete(backends, await backends.resolve(model, None, None), PROMPT)).content)
        except OrchdError as error:
            found.append(error)

    with trio.fail_after(30):
        async with trio.open_nursery() as nursery:
            for model in models:
                nursery.start_soon(ask, model)
    return found


def loads(simulator: RunningSimulator) -> dict[str, int]:
    return {name: model.loads for name, model in simulator.stats().models.items() if model.loads}


def whole(found: list[str | OrchdError]) -> int:
    return sum(isinstance(item, str) and bool(item) for item in found)


async def test_no_more_at_once_than_there_are_slots(start_simulator: StartSimulator, nursery: trio.Nursery) -> None:
    simulator = await start_simulator(parallel=3, token_interval=0.002)
    backends = await opened(nursery, BackendSpec(simulator.url))
    assert whole(await ask_all(backends, *["simulated-small"] * 12)) == 12
    assert simulator.stats().peak == 3


async def test_giving_up_a_queued_request_costs_the_server_nothing(
    start_simulator: StartSimulator, nursery: trio.Nursery
) -> None:
    simulator = await start_simulator(token_interval=0.05)
    backends = await opened(nursery, BackendSpec(simulator.url, slots=1))
    target = await backends.resolve("simulated-small", None, None)
    running, queued = Recorder(), Recorder()
    async with trio.open_nursery() as requests:
        requests.start_soon(backends.stream, target, PROMPT, running)
        await running.heard.wait()
        asked = simulator.stats().requests
        with trio.move_on_after(0.2):
            await backends.stream(target, PROMPT, queued)
        assert simulator.stats().requests == asked
        assert queued.events == [("queued", None), ("close", None)]
        assert [entry.state for entry in backends.queue()] == ["running"]
        requests.cancel_scope.cancel()


async def test_loading_and_unloading(start_simulator: StartSimulator, nursery: trio.Nursery) -> None:
    simulator = await start_simulator(TWO, load_seconds=0.02)
    backends = await opened(nursery, BackendSpec(simulator.url, name="box"))
    told: list[LoadNews] = []
    loaded = await backends.load("simulated-a@box", progress=told.append)
    assert (loaded.id, loaded.state, loaded.slots) == ("simulated-a", "loaded", 4)
    assert {news.eta_ms for news in told} == {None}, "nobody knows how long the first one takes"
    await backends.load("simulated-a", progress=told.append)
    assert loads(simulator) == {"simulated-a": 1}
    await backends.unload("simulated-a")
    assert [model.state for model in backends.models()] == ["not_loaded", "not_loaded"]
    await backends.load("simulated-a", progress=told.append)
    assert [news.phase for news in told if news.eta_ms is not None] == ["loading"]
    with pytest.raises(NotFound):
        await backends.load("simulated-x")
    await backends.unload("simulated-b")


async def test_a_load_is_seen_while_it_is_under_way_and_ends_with_its_request(
    start_simulator: StartSimulator, nursery: trio.Nursery
) -> None:
    simulator = await start_simulator(TWO, load_seconds=60.0)
    backends = await opened(nursery, BackendSpec(simulator.url, name="box"))
    begun = trio.Event()
    async with trio.open_nursery() as requests:
        requests.start_soon(lambda: backends.load("simulated-a", progress=lambda _: begun.set()))
        await begun.wait()
        assert [model.state for model in backends.models()] == ["loading", "not_loaded"]
        assert [(entry.model, entry.loading) for entry in backends.queue()] == [("simulated-a", True)]
        requests.cancel_scope.cancel()
    assert [model.state for model in backends.models()] == ["not_loaded", "not_loaded"]
    assert backends.queue() == []


async def test_a_load_waits_for_the_answers_of_another_model_unless_forced(
    start_simulator: StartSimulator, nursery: trio.Nursery
) -> None:
    simulator = await start_simulator(TWO, token_interval=0.05)
    backends = await opened(nursery, BackendSpec(simulator.url))
    await backends.load("simulated-a")
    recorder = Recorder()
    async with trio.open_nursery() as requests:
        requests.start_soon(backends.stream, await backends.resolve("simulated-a", None, None), PROMPT, recorder)
        await recorder.heard.wait()
        with trio.move_on_after(0.1) as waiting:
            await backends.load("simulated-b")
        assert waiting.cancelled_caught
        assert (await backends.load("simulated-b", force=True)).state == "loaded"
        with pytest.raises(Conflict, match="generating"):
            await backends.unload("simulated-a")
        requests.cancel_scope.cancel()


class Scripted:
    """A server with the models `a` and `b` whose answers are scripted by model."""

    def __init__(self, upstream: Upstream, **answers: bytes | None) -> None:
        upstream.routes = {"GET /v1/models": reply(200, {"data": [{"id": "a"}, {"id": "b"}]})}
        upstream.script = self
        self.asked: list[str] = []
        self.answers = answers

    async def __call__(self, exchange: Exchange) -> None:
        if exchange.method != "POST":
            await exchange.send(reply(404, {}))
            return
        model = exchange.json()["model"]
        self.asked.append(model)
        answer = self.answers[model]
        if answer is None:
            await trio.sleep_forever()
        else:
            await exchange.send(answer)


GOOD = SSE_HEAD + delta(content="Hi") + finish() + DONE
BROKEN = reply(500, {"error": "boom"})
TOO_LONG = reply(400, {"error": {"message": "the context size is exceeded", "type": "exceed_context_size_error"}})
HALF = SSE_HEAD + delta(content="H")


async def target_of(backends: Backends, model: str = "a") -> Target:
    return await backends.resolve(model, None, None)


async def test_another_model_answers_when_one_fails_before_its_first_token(
    upstream: Upstream, nursery: trio.Nursery
) -> None:
    server = Scripted(upstream, a=BROKEN, b=GOOD)
    backends = await opened(nursery, BackendSpec(upstream.url, kind="openai"))
    recorder = Recorder()
    outcome = await backends.stream(await target_of(backends), PROMPT, recorder, fallbacks=("missing", "b"))
    assert (server.asked, recorder.text(), recorder.closes) == (["a", "b"], "Hi", 1)
    assert [(attempt.model, attempt.code, attempt.reason) for attempt in outcome.failures] == [
        ("a", "upstream_error", "server_error"),
        ("missing", "not_found", None),
    ]


@pytest.mark.parametrize(("answer", "error"), [(TOO_LONG, TooLarge), (HALF, UpstreamError)])
async def test_no_other_model_is_asked_for_a_bad_request_or_after_the_first_token(
    upstream: Upstream, nursery: trio.Nursery, answer: bytes, error: type[OrchdError]
) -> None:
    server = Scripted(upstream, a=answer, b=GOOD)
    backends = await opened(nursery, BackendSpec(upstream.url, kind="openai"))
    with pytest.raises(error):
        await complete(backends, await target_of(backends), PROMPT, fallbacks=("b",))
    assert server.asked == ["a"]


async def test_a_stalled_server_gets_no_second_request(upstream: Upstream, nursery: trio.Nursery) -> None:
    server = Scripted(upstream, a=None, b=GOOD)
    spec = BackendSpec(upstream.url, kind="openai", deadlines=Deadlines(first_event=0.5))
    backends = await opened(nursery, spec)
    with pytest.raises(Timeout, match="no output") as caught:
        await complete(backends, await target_of(backends), PROMPT, fallbacks=("b",))
    assert server.asked == ["a"]
    assert [attempt["reason"] for attempt in caught.value.details["attempts"]] == ["first_event", "stalled_before"]


async def test_a_model_that_fails_again_and_again_is_left_alone_for_a_while(
    upstream: Upstream, nursery: trio.Nursery
) -> None:
    server = Scripted(upstream, a=BROKEN, b=GOOD)
    backends = await opened(nursery, BackendSpec(upstream.url, kind="openai"))
    found = await ask_all(backends, *["a"] * (FAILURES * 4))
    assert whole(found) == 0
    with pytest.raises(Unavailable) as caught:
        await complete(backends, await target_of(backends), PROMPT)
    assert caught.value.details["retryAfterMs"] > 0
    before = len(server.asked)
    assert (await complete(backends, await target_of(backends), PROMPT, fallbacks=("b",))).content == "Hi"
    assert server.asked[before:] == ["b"]
    assert backends.health()[0].last_error == "boom"


async def test_of_two_servers_the_less_loaded_one_and_the_same_one_for_a_conversation(
    start_simulator: StartSimulator, nursery: trio.Nursery
) -> None:
    config = SimulatorConfig(models=(ModelSpec("simulated-a", loaded=True),), token_interval=0.05)
    specs = [BackendSpec((await start_simulator(config)).url, name=name, slots=1) for name in ("one", "two")]
    backends = await opened(nursery, *specs)
    mine = Requester(conversation=7)

    async def choose(requester: Requester = mine) -> str:
        return (await backends.resolve("simulated-a", None, None, requester=requester)).backend

    assert await choose() == "one"
    recorder = Recorder()
    async with trio.open_nursery() as requests:
        requests.start_soon(backends.stream, await backends.resolve("simulated-a@one", None, None), PROMPT, recorder)
        await recorder.heard.wait()
        assert await choose(Requester()) == "two"
        assert await choose() == "two", "the conversation leaves a server that is busy for long"
        requests.cancel_scope.cancel()
    assert await choose() == "two", "and stays where its prompt is now"
    assert (await backends.resolve("simulated-a@one", None, None)).backend == "one"


async def test_a_loaded_model_before_one_that_must_be_loaded(
    start_simulator: StartSimulator, nursery: trio.Nursery
) -> None:
    away = await start_simulator(SimulatorConfig(models=(ModelSpec("simulated-a"),)))
    there = await start_simulator(SimulatorConfig(models=(ModelSpec("simulated-a", loaded=True),)))
    backends = await opened(nursery, BackendSpec(away.url, name="away"), BackendSpec(there.url, name="there"))
    assert (await backends.resolve("simulated-a", None, None)).backend == "there"


async def test_the_silence_of_a_model_counts_as_a_failure_of_it(upstream: Upstream, nursery: trio.Nursery) -> None:
    Scripted(upstream, a=None, b=GOOD)
    spec = BackendSpec(upstream.url, kind="openai", deadlines=Deadlines(first_event=0.5))
    backends = await opened(nursery, spec)
    for _ in range(FAILURES):
        with pytest.raises(Timeout):
            await complete(backends, await target_of(backends), PROMPT)
    with pytest.raises(Unavailable, match="left alone"):
        await complete(backends, await target_of(backends), PROMPT)
    assert (await complete(backends, await target_of(backends, "b"), PROMPT)).content == "Hi"
