import socket

import pytest
import trio

from orchd.errors import ConfigurationError, NotFound, OrchdError, Unavailable, UpstreamError
from orchd.llm import Backends, BackendSpec, Prompt, Target, Turn
from orchd.llm.servers import SEARCHED
from orchd.llm.types import ModelInfo
from tests.fix_upstream import DONE, SSE_HEAD, Exchange, Recorder, Upstream, delta, finish, reply, usage
from tests.llm.complete import complete

PROMPT = Prompt((Turn("user", "hello"),))
LIST = {"GET /v1/models": reply(200, {"data": [{"id": "a"}]})}
ANSWER = (delta(reasoning="hm"), delta(content="Hi"), finish(), usage(), DONE)


async def started(nursery: trio.Nursery, backends: Backends) -> Backends:
    await nursery.start(backends.run)
    return backends


async def opened(nursery: trio.Nursery, upstream: Upstream, simulated: BackendSpec | None = None) -> Backends:
    upstream.routes = dict(LIST)
    return await started(nursery, Backends([BackendSpec(upstream.url, kind="openai")], simulated=simulated))


def unused_url() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}"


async def test_resolve_stream_complete(upstream: Upstream, nursery: trio.Nursery) -> None:
    backends = await opened(nursery, upstream)
    upstream.says(*ANSWER)
    target = await backends.resolve(None, None, None)
    recorder = Recorder()
    outcome = await backends.stream(target, PROMPT, recorder)
    assert recorder.events[0] == ("prompt", None)
    assert recorder.events[-1] == ("close", None)
    assert recorder.closes == 1
    completion = await complete(backends, target, PROMPT)
    assert (completion.content, completion.reasoning, completion.outcome) == ("Hi", "hm", outcome)
    assert upstream.requests[-1].json()["messages"] == [{"role": "user", "content": "hello"}]
    name = upstream.url.removeprefix("http://")
    assert backends.models() == [ModelInfo("a", name)]
    [health] = backends.health()
    assert (health.name, health.url, health.kind, health.ok, health.reason, health.models) == (
        name,
        upstream.url,
        "openai",
        True,
        None,
        1,
    )


async def test_an_answer_is_bounded(upstream: Upstream, nursery: trio.Nursery) -> None:
    backends = await opened(nursery, upstream)
    upstream.says(*ANSWER)
    target = await backends.resolve("a", None, None)
    completion = await complete(backends, target, PROMPT, max_bytes=3)
    assert (completion.reasoning + completion.content, completion.outcome.finish_reason) == ("hmH", "length")


async def failing(exchange: Exchange) -> None:
    await exchange.send(reply(500, {"error": "boom"}))


async def hanging(exchange: Exchange) -> None:
    await exchange.send(b"HTTP/1.1 200 OK\r\n\r\n", delta(content="Hi"))
    await trio.sleep_forever()


async def test_on_close_comes_once_and_last_after_a_failure(upstream: Upstream, nursery: trio.Nursery) -> None:
    backends = await opened(nursery, upstream)
    upstream.script = failing
    target = await backends.resolve("a", None, None)
    for wrong in (target, Target(target.model, "no such backend")):
        recorder = Recorder()
        with pytest.raises(OrchdError):
            await backends.stream(wrong, PROMPT, recorder)
        assert recorder.closes == 1
        assert recorder.events[-1] == ("close", None)


async def test_on_close_comes_once_after_a_cancellation_and_the_socket_is_closed(
    upstream: Upstream, nursery: trio.Nursery
) -> None:
    backends = await opened(nursery, upstream)
    upstream.script = hanging
    target = await backends.resolve("a", None, None)
    recorder = Recorder()
    async with trio.open_nursery() as requests:
        requests.start_soon(backends.stream, target, PROMPT, recorder)
        await recorder.heard.wait()
        requests.cancel_scope.cancel()
    assert recorder.events[-1] == ("close", None)
    assert recorder.closes == 1
    with trio.fail_after(90):
        await upstream.requests[-1].closed.wait()


async def test_an_unknown_model_is_looked_for_once_more(upstream: Upstream, nursery: trio.Nursery) -> None:
    backends = await opened(nursery, upstream)
    await backends.wait_first_probe()
    upstream.routes = {"GET /v1/models": reply(200, {"data": [{"id": "a"}, {"id": "new"}]})}
    assert (await backends.resolve("new", None, None)).model.id == "new"
    with pytest.raises(NotFound) as caught:
        await backends.resolve("x", None, None)
    assert caught.value.details["field"] == "model"


async def test_many_requests_cause_few_probes(upstream: Upstream, nursery: trio.Nursery) -> None:
    backends = await opened(nursery, upstream)
    await backends.wait_first_probe()
    before = len(upstream.requests)

    async def ask() -> None:
        with pytest.raises(NotFound):
            await backends.resolve("x", None, None)

    async with trio.open_nursery() as requests:
        for _ in range(50):
            requests.start_soon(ask)
    assert len(upstream.requests) - before <= 3


async def test_a_server_that_went_away_and_came_back(memory_upstream: Upstream, nursery: trio.Nursery) -> None:
    memory_upstream.routes = dict(LIST)
    there = True

    async def connect(host: str, port: int) -> trio.abc.Stream:
        if not there:
            raise ConnectionRefusedError
        return await memory_upstream.connect(host, port)

    spec = BackendSpec(memory_upstream.url, kind="openai")
    backends = await started(nursery, Backends([spec], connect=connect))
    target = await backends.resolve("a", None, None)
    there = False
    recorder = Recorder()
    with pytest.raises(Unavailable):
        await backends.stream(target, PROMPT, recorder)
    for names in (("a", None, None), (None, "a", None), (None, None, None), ("x", None, None)):
        with pytest.raises(Unavailable):
            await backends.resolve(*names)
    assert backends.models() == []
    assert not backends.health()[0].ok
    assert backends.health()[0].reason
    there = True
    assert (await backends.resolve(None, "a", None)).model.id == "a"
    assert backends.health()[0].ok


async def test_a_server_that_comes_up_is_found_by_itself(
    memory_upstream: Upstream, nursery: trio.Nursery, autojump_clock: trio.testing.MockClock
) -> None:
    async def connect(host: str, port: int) -> trio.abc.Stream:
        if trio.current_time() < 95:
            raise ConnectionRefusedError
        return await memory_upstream.connect(host, port)

    memory_upstream.routes = dict(LIST)
    spec = BackendSpec(memory_upstream.url, kind="openai")
    backends = await started(nursery, Backends([spec], connect=connect, probe_seconds=10.0))
    await trio.sleep(94)
    assert not backends.health()[0].ok
    await trio.sleep(10)
    assert backends.health()[0].ok


async def test_a_request_before_the_first_probe_waits_for_it(upstream: Upstream, nursery: trio.Nursery) -> None:
    asked = trio.Event()

    async def slowly(exchange: Exchange) -> None:
        asked.set()
        await trio.sleep(0.1)
        await exchange.send(LIST["GET /v1/models"])

    upstream.script = slowly
    backends = await started(nursery, Backends([BackendSpec(upstream.url, kind="openai")]))
    await asked.wait()
    assert (await backends.resolve(None, None, None)).model.id == "a"


async def test_the_simulated_server_is_marked_and_does_not_stand_in(upstream: Upstream, nursery: trio.Nursery) -> None:
    upstream.routes = {"GET /v1/models": reply(200, {"data": [{"id": "simulated"}]})}
    simulated = BackendSpec(upstream.url, name="demo", kind="openai", simulated=True)
    alone = await started(nursery, Backends([BackendSpec(unused_url())], simulated=simulated))
    with pytest.raises(Unavailable):
        await alone.resolve(None, None, None)
    target = await alone.resolve("simulated", None, None)
    assert target.model.simulated
    assert alone.health()[1].simulated


async def test_the_simulated_model_gives_way_to_a_server_that_has_just_come_up(
    memory_upstream: Upstream, nursery: trio.Nursery
) -> None:
    real_is_up = False

    async def connect(host: str, port: int) -> trio.abc.Stream:
        if host != "demo" and not real_is_up:
            raise ConnectionRefusedError
        return await memory_upstream.connect(host, port)

    memory_upstream.routes = dict(LIST)
    simulated = BackendSpec("http://demo:1", kind="openai", simulated=True)
    backends = await started(nursery, Backends([], simulated=simulated, connect=connect))
    assert (await backends.resolve(None, None, None)).model.simulated
    real_is_up = True
    assert not (await backends.resolve(None, None, None)).model.simulated
    real_is_up = False
    await backends.refresh()
    with pytest.raises(Unavailable):
        await backends.resolve(None, None, None)


async def test_without_configuration_the_loopback_is_searched() -> None:
    assert [health.url for health in Backends([]).health()] == list(SEARCHED)


async def test_names_and_addresses() -> None:
    specs = [BackendSpec("http://Box:1/v1"), BackendSpec("box:1"), BackendSpec("http://u:secret@box:2", name="two")]
    healths = Backends(specs).health()
    assert [(health.name, health.url) for health in healths] == [("box:1", "http://box:1"), ("two", "http://box:2")]
    with pytest.raises(ConfigurationError, match="two"):
        Backends([BackendSpec("box:1", name="two"), BackendSpec("box:2", name="two")])
    with pytest.raises(ConfigurationError):
        Backends([BackendSpec("box:1", api_key="ключ")])
    with pytest.raises(ConfigurationError):
        Backends([BackendSpec("ftp://box")])


async def test_the_key_is_sent_and_never_told(upstream: Upstream, nursery: trio.Nursery) -> None:
    refusal = reply(401, {"error": {"message": "Incorrect API key provided: sk-1", "code": "invalid_api_key"}})
    upstream.says(refusal, head=b"")
    backends = await started(nursery, Backends([BackendSpec(upstream.url, api_key="sk-1", kind="openai")]))
    await backends.wait_first_probe()
    assert upstream.requests[0].headers["authorization"] == "Bearer sk-1"
    [health] = backends.health()
    assert health.reason is not None
    assert "refused the key" in health.reason
    assert "sk-1" not in health.reason


async def test_after_the_end_nothing_hangs(upstream: Upstream) -> None:
    async with trio.open_nursery() as nursery:
        backends = await opened(nursery, upstream)
        target = await backends.resolve("a", None, None)
        nursery.cancel_scope.cancel()
    recorder = Recorder()
    with trio.fail_after(90):
        await backends.refresh()
        with pytest.raises(Unavailable):
            await backends.stream(target, PROMPT, recorder)
    assert recorder.closes == 1


async def test_a_wrong_model_that_answers_is_told(upstream: Upstream, nursery: trio.Nursery) -> None:
    backends = await opened(nursery, upstream)
    upstream.says(*ANSWER)
    completion = await complete(backends, await backends.resolve("a", None, None), PROMPT)
    assert completion.outcome.model == "m"


async def test_an_empty_answer_is_an_error(upstream: Upstream, nursery: trio.Nursery) -> None:
    backends = await opened(nursery, upstream)
    upstream.says(delta(role="assistant", content=""), finish(), usage(), DONE)
    with pytest.raises(UpstreamError, match="empty"):
        await complete(backends, await backends.resolve("a", None, None), PROMPT)


async def both(nursery: trio.Nursery, upstream: Upstream) -> Backends:
    """A server that has the models `a` and `b`."""
    upstream.routes = {"GET /v1/models": reply(200, {"data": [{"id": "a"}, {"id": "b"}]})}
    return await started(nursery, Backends([BackendSpec(upstream.url, kind="openai")]))


async def test_the_first_model_that_can_be_had(upstream: Upstream, nursery: trio.Nursery) -> None:
    backends = await both(nursery, upstream)
    chosen = await backends.first("none", ("nor this", "a", "b"), "a", "a")
    assert (chosen.target.model.id, chosen.rest) == ("a", ("b",))
    assert [(attempt.model, attempt.code) for attempt in chosen.failures] == [
        ("none", "not_found"),
        ("nor this", "not_found"),
    ]
    named_by_nobody = await backends.first(None, ("b",), "a", None)
    assert (named_by_nobody.target.model.id, named_by_nobody.rest, named_by_nobody.failures) == ("a", ("b",), ())
    with pytest.raises(NotFound, match="none") as caught:
        await backends.first("none", ("nor this",), "a", "a")
    assert [attempt["model"] for attempt in caught.value.details["attempts"]] == ["none", "nor this"]


async def test_a_fallback_may_have_a_prompt_of_its_own(upstream: Upstream, nursery: trio.Nursery) -> None:
    asked: list[tuple[str, str]] = []

    async def script(exchange: Exchange) -> None:
        body = exchange.json()
        asked.append((body["model"], body["messages"][0]["content"]))
        good = SSE_HEAD + b"".join(ANSWER)
        await exchange.send(reply(500, {"error": "boom"}) if body["model"] == "a" else good)

    upstream.script = script
    backends = await both(nursery, upstream)
    target = await backends.resolve("a", None, None)
    another = Prompt((Turn("user", "shorter"),))
    await backends.stream(target, PROMPT, Recorder(), fallbacks=("b",), reprompt=lambda _: another)
    assert asked == [("a", PROMPT.turns[0].content), ("b", "shorter")]


def test_servers_that_only_their_paths_tell_apart_are_named_by_them() -> None:
    urls = ("http://gate:4000/a/v1", "http://gate:4000/b/v1", "http://gate:4000/b", "http://box:1/v1", "http://box:1")
    specs = [*map(BackendSpec, urls), BackendSpec("http://gate:4000/c", name="c")]
    assert [backend.name for backend in Backends(specs).health()] == ["gate:4000/a", "gate:4000/b", "box:1", "c"]
