import json
from typing import Any

import pytest
import trio

from orchd.errors import Timeout, UpstreamError
from orchd.guard import Supervisor
from orchd.llm.backend import Backend
from orchd.llm.types import BackendSpec, Deadlines, ModelInfo, Prompt, ServerKind, Turn
from tests.fix_upstream import DONE, SSE_HEAD, Exchange, Recorder, Upstream, delta, finish, reply

PROMPT = Prompt((Turn("user", "hello"),))
ANSWER = SSE_HEAD + delta(content="Hi") + finish() + DONE
LOAD, COMPLETE = "POST /api/v1/models/load", "POST /v1/chat/completions"


async def watched(nursery: trio.Nursery, upstream: Upstream, kind: ServerKind | None = None, **more: Any) -> Backend:
    spec = BackendSpec(upstream.url, kind=kind, deadlines=Deadlines(first_event=20.0), **more)
    backend = Backend(spec, explicit=True, connect=upstream.connect)
    nursery.start_soon(backend.watch, Supervisor(nursery), 10.0)
    await backend.probed.wait()
    return backend


class LMStudio:
    """Enough of LM Studio for its loading: `instances` are loaded, a load adds one after `go`."""

    def __init__(self, *instances: str, loads_as: str = "a") -> None:
        self.instances = list(instances)
        self.loads = 0
        self.go = trio.Event()
        self.go.set()
        self.aborted = trio.Event()
        self._loads_as = loads_as

    async def __call__(self, exchange: Exchange) -> None:
        if exchange.path == "/lmstudio-greeting":
            await exchange.send(reply(200, {"lmstudio": True}))
        elif exchange.path == "/api/v1/models":
            loaded = [{"id": instance, "config": {"context_length": 64}} for instance in self.instances]
            await exchange.send(reply(200, {"models": [{"type": "llm", "key": "a", "loaded_instances": loaded}]}))
        elif exchange.path == "/api/v1/models/load":
            await self._load(exchange)
        elif exchange.path == "/v1/chat/completions":
            await exchange.send(ANSWER)
        else:
            await exchange.send(reply(200, {"error": f"Unexpected endpoint or method. (GET {exchange.path})"}))

    async def _load(self, exchange: Exchange) -> None:
        self.loads += 1
        async with trio.open_nursery() as nursery:

            async def notice() -> None:
                await exchange.closed.wait()
                self.aborted.set()
                nursery.cancel_scope.cancel()

            nursery.start_soon(notice)
            await self.go.wait()
            self.instances.append(self._loads_as)
            await exchange.send(reply(200, {"instance_id": self._loads_as, "status": "loaded"}))
            nursery.cancel_scope.cancel()


async def test_lmstudio_loads_a_model_before_it_is_asked(upstream: Upstream, nursery: trio.Nursery) -> None:
    upstream.script = server = LMStudio()
    backend = await watched(nursery, upstream)
    [model] = backend.models()
    assert (model.loaded, backend.kind) == (False, "lmstudio")
    recorder = Recorder()
    await backend.stream(model, PROMPT, recorder, 1000)
    assert recorder.phases == [("loading", None), ("prompt", None), ("generating", None)]
    assert server.loads == 1
    assert upstream.paths()[-1] in (COMPLETE, "GET /api/v1/models")


async def test_the_instance_is_asked_not_the_model(upstream: Upstream, nursery: trio.Nursery) -> None:
    upstream.script = LMStudio(loads_as="a:2")
    backend = await watched(nursery, upstream)
    await backend.stream(backend.models()[0], PROMPT, Recorder(), 1000)
    [asked] = [exchange for exchange in upstream.requests if exchange.path == "/v1/chat/completions"]
    assert asked.json()["model"] == "a:2"


async def test_a_loaded_model_is_asked_without_further_ado(upstream: Upstream, nursery: trio.Nursery) -> None:
    upstream.script = server = LMStudio("a")
    backend = await watched(nursery, upstream)
    before = len(upstream.requests)
    recorder = Recorder()
    await backend.stream(backend.models()[0], PROMPT, recorder, 1000)
    assert upstream.paths()[before:] == [COMPLETE]
    assert recorder.phases == [("prompt", None), ("generating", None)]
    assert server.loads == 0
    assert backend.models()[0].context == 64


async def test_an_instance_asked_for_by_its_id_is_asked_as_it_is(upstream: Upstream, nursery: trio.Nursery) -> None:
    upstream.script = LMStudio("a", "a:2")
    backend = await watched(nursery, upstream)
    await backend.stream(ModelInfo("a:2", backend.name), PROMPT, Recorder(), 1000)
    assert json.loads(upstream.requests[-1].body)["model"] == "a:2"


async def test_many_requests_load_a_model_once(upstream: Upstream, nursery: trio.Nursery) -> None:
    upstream.script = server = LMStudio()
    server.go = trio.Event()
    backend = await watched(nursery, upstream)
    recorders = [Recorder() for _ in range(5)]
    async with trio.open_nursery() as requests:
        for recorder in recorders:
            requests.start_soon(backend.stream, backend.models()[0], PROMPT, recorder, 1000)
        while not server.loads:  # noqa: ASYNC110 (the server has no event for it)
            await trio.sleep(0.01)
        assert all(recorder.phases == [("loading", None)] for recorder in recorders)
        server.go.set()
    assert server.loads == 1
    assert [recorder.text() for recorder in recorders] == ["Hi"] * 5


async def test_cancelling_one_waiter_spares_the_load_and_cancelling_all_ends_it(
    upstream: Upstream, nursery: trio.Nursery
) -> None:
    upstream.script = server = LMStudio()
    server.go = trio.Event()
    backend = await watched(nursery, upstream)
    scopes = [trio.CancelScope(), trio.CancelScope()]

    async def ask(scope: trio.CancelScope) -> None:
        with scope:
            await backend.stream(backend.models()[0], PROMPT, Recorder(), 1000)

    async with trio.open_nursery() as requests:
        for scope in scopes:
            requests.start_soon(ask, scope)
        while not server.loads:  # noqa: ASYNC110 (the server has no event for it)
            await trio.sleep(0.01)
        scopes[0].cancel()
        await trio.sleep(0.05)
        assert not server.aborted.is_set()
        scopes[1].cancel()
        with trio.fail_after(90):
            await server.aborted.wait()
    assert COMPLETE not in upstream.paths()


async def test_a_load_that_fails_is_not_tried_by_asking_anyway(upstream: Upstream, nursery: trio.Nursery) -> None:
    upstream.script = LMStudio()
    upstream.routes = {LOAD: reply(500, {"error": {"type": "internal_error", "message": "insufficient memory"}})}
    backend = await watched(nursery, upstream)
    with pytest.raises(UpstreamError, match="insufficient memory"):
        await backend.stream(backend.models()[0], PROMPT, Recorder(), 1000)
    assert COMPLETE not in upstream.paths()


async def test_a_server_without_loading_is_asked_anyway_and_loads_by_itself(
    upstream: Upstream, nursery: trio.Nursery
) -> None:
    upstream.script = LMStudio()
    upstream.routes = {LOAD: reply(200, {"error": "Unexpected endpoint or method. (POST /api/v1/models/load)"})}
    backend = await watched(nursery, upstream)
    recorder = Recorder()
    await backend.stream(backend.models()[0], PROMPT, recorder, 1000)
    assert recorder.phases[-2:] == [("loading", None), ("generating", None)]
    assert COMPLETE in upstream.paths()


FRAGILE = {
    "GET /v1/models": reply(200, {"data": [{"id": "a", "owned_by": "me"}]}),
    "GET /props": reply(404, {}),
}


class Generating:
    """A server that generates until told to stop."""

    def __init__(self) -> None:
        self.stop = trio.Event()

    async def __call__(self, exchange: Exchange) -> None:
        await exchange.send(SSE_HEAD, delta(content="Hi"))
        await self.stop.wait()
        await exchange.send(finish(), DONE)


@pytest.mark.parametrize(("kind", "probes"), [("openai", 0), ("llamacpp", 1)])
async def test_no_probe_disturbs_an_answer_where_it_might(
    upstream: Upstream, nursery: trio.Nursery, kind: ServerKind, probes: int
) -> None:
    upstream.routes = FRAGILE
    upstream.script = server = Generating()
    backend = await watched(nursery, upstream, kind)
    recorder = Recorder()
    async with trio.open_nursery() as requests:
        requests.start_soon(backend.stream, backend.models()[0], PROMPT, recorder, 1000)
        await recorder.heard.wait()
        before = upstream.paths().count("GET /v1/models")
        await backend.refresh()
        assert upstream.paths().count("GET /v1/models") - before == probes
        server.stop.set()
    await backend.refresh()
    assert upstream.paths().count("GET /v1/models") - before == probes + 1


async def test_an_answer_ends_a_running_probe_where_it_might_disturb(upstream: Upstream, nursery: trio.Nursery) -> None:
    upstream.routes = dict(FRAGILE)
    backend = await watched(nursery, upstream, "openai")
    [model] = backend.models()
    del upstream.routes["GET /v1/models"]
    probing = trio.Event()
    let_go = trio.Event()

    async def script(exchange: Exchange) -> None:
        if exchange.method == "POST":
            await exchange.send(ANSWER)
            return
        probing.set()
        with trio.move_on_after(4):
            await exchange.closed.wait()
            let_go.set()

    upstream.script = script
    nursery.start_soon(backend.refresh)
    await probing.wait()
    await backend.stream(model, PROMPT, Recorder(), 1000)
    with trio.fail_after(90):
        await let_go.wait()
    assert backend.ok


async def test_a_probe_that_fails_during_an_answer_proves_nothing(upstream: Upstream, nursery: trio.Nursery) -> None:
    upstream.routes = dict(FRAGILE)
    upstream.script = server = Generating()
    backend = await watched(nursery, upstream, "llamacpp")
    recorder = Recorder()
    async with trio.open_nursery() as requests:
        requests.start_soon(backend.stream, backend.models()[0], PROMPT, recorder, 1000)
        await recorder.heard.wait()
        upstream.routes["GET /v1/models"] = reply(500, {"error": "too busy"})
        await backend.refresh()
        assert backend.ok
        server.stop.set()
    await backend.refresh()
    assert not backend.ok
    assert backend.find("a") is not None


async def test_a_failed_answer_has_the_server_probed_at_once(upstream: Upstream, nursery: trio.Nursery) -> None:
    upstream.routes = dict(FRAGILE)
    backend = await watched(nursery, upstream, "openai")
    upstream.routes["GET /v1/models"] = reply(500, {"error": "broken"})
    upstream.says(reply(500, {"error": "broken"}), head=b"")
    with pytest.raises(UpstreamError):
        await backend.stream(backend.models()[0], PROMPT, Recorder(), 1000)
    with trio.fail_after(90):
        while backend.ok:  # noqa: ASYNC110 (the next probe is what is waited for)
            await trio.sleep(0.01)


async def test_a_simulated_server_marks_its_models(upstream: Upstream, nursery: trio.Nursery) -> None:
    upstream.routes = dict(FRAGILE)
    backend = await watched(nursery, upstream, "openai", simulated=True)
    assert [model.simulated for model in backend.models()] == [True]


async def test_continuing_loads_the_model_once_and_asks_the_instance(upstream: Upstream, nursery: trio.Nursery) -> None:
    upstream.script = server = LMStudio(loads_as="a:2")
    backend = await watched(nursery, upstream)
    recorder = Recorder()
    await backend.continues(backend.models()[0], recorder)
    assert recorder.phases == [("loading", None)]
    [asked] = [exchange for exchange in upstream.requests if exchange.path == "/v1/chat/completions"]
    assert (asked.json()["model"], server.loads) == ("a:2", 1)


async def test_no_probe_disturbs_a_running_answer(upstream: Upstream, nursery: trio.Nursery) -> None:
    upstream.routes = FRAGILE | {"GET /version": reply(404, {})}
    upstream.script = server = Generating()
    backend = await watched(nursery, upstream, "openai")
    recorder = Recorder()
    async with trio.open_nursery() as requests:
        requests.start_soon(backend.stream, backend.models()[0], PROMPT, recorder, 1000)
        await recorder.heard.wait()
        assert not await backend.continues(backend.models()[0], Recorder())
        assert upstream.paths().count(COMPLETE) == 1
        server.stop.set()


@pytest.mark.parametrize("busy", [0, 1, 2])
async def test_idle_but_for_our_own_answer(upstream: Upstream, nursery: trio.Nursery, busy: int) -> None:
    slots = [{"is_processing": place < busy} for place in range(2)]
    upstream.routes = {
        "GET /v1/models": reply(200, {"data": [{"id": "a"}]}),
        "GET /props": reply(200, {}),
        "GET /slots?model=a": reply(200, slots),
    }
    upstream.script = server = Generating()
    backend = await watched(nursery, upstream, "llamacpp")
    [model] = backend.models()
    recorder = Recorder()
    async with trio.open_nursery() as requests:
        requests.start_soon(backend.stream, model, PROMPT, recorder, 1000)
        await recorder.heard.wait()
        assert (await backend.wait_idle(model, 0.2) is not None) == (busy <= 1)
        server.stop.set()
    assert (await backend.wait_idle(model, 0.2) is not None) == (busy == 0)


async def test_only_llamacpp_tells_when_it_is_idle(upstream: Upstream, nursery: trio.Nursery) -> None:
    upstream.script = LMStudio("a")
    backend = await watched(nursery, upstream)
    asked = len(upstream.requests)
    assert await backend.wait_idle(backend.models()[0], 1) is None
    assert len(upstream.requests) == asked


async def test_an_answer_that_still_waits_for_a_slot_accounts_for_none(
    upstream: Upstream, nursery: trio.Nursery
) -> None:
    upstream.routes = {
        "GET /v1/models": reply(200, {"data": [{"id": "a"}]}),
        "GET /slots?model=a": reply(200, [{"is_processing": True}]),
    }
    asked = trio.Event()

    async def waiting(exchange: Exchange) -> None:
        if exchange.path == "/v1/chat/completions":
            asked.set()
            await trio.sleep_forever()
        await exchange.send(reply(200, {}))

    upstream.script = waiting
    backend = await watched(nursery, upstream, "llamacpp")
    [model] = backend.models()
    async with trio.open_nursery() as requests:
        requests.start_soon(backend.stream, model, PROMPT, Recorder(), 1000)
        await asked.wait()
        assert await backend.wait_idle(model, 0.2) is None
        requests.cancel_scope.cancel()


async def test_an_answer_that_does_not_come_has_the_server_probed(
    memory_upstream: Upstream, nursery: trio.Nursery, autojump_clock: trio.testing.MockClock
) -> None:
    memory_upstream.routes = dict(FRAGILE)
    backend = await watched(nursery, memory_upstream, "openai")
    memory_upstream.script = Generating()
    memory_upstream.routes["GET /v1/models"] = reply(500, {"error": "broken"})
    start = trio.current_time()
    with pytest.raises(Timeout):
        await backend.stream(backend.models()[0], PROMPT, Recorder(), 1000)
    await trio.sleep(1)
    assert not backend.ok
    assert trio.current_time() - start < 130
