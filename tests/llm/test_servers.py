"""Model servers that are added, changed and taken away while answers run."""

import pytest
import trio

from orchd.errors import ConfigurationError, OrchdError, Unavailable
from orchd.llm import Backends, BackendSpec, Prompt, Target, Turn
from tests.fix_upstream import DONE, SSE_HEAD, Exchange, Recorder, Upstream, delta, finish, reply, usage

PROMPT = Prompt((Turn("user", "hello"),))
LIST = {"GET /v1/models": reply(200, {"data": [{"id": "a"}]})}
NOWHERE = BackendSpec("http://127.0.0.1:9", name="nowhere")


@pytest.fixture
async def backends(nursery: trio.Nursery) -> Backends:
    opened = Backends([NOWHERE])
    await nursery.start(opened.run)
    return opened


def more(upstream: Upstream, **others: object) -> dict[str, BackendSpec]:
    upstream.routes = dict(LIST)
    return {"late": BackendSpec(upstream.url, name="late", kind="openai", **others)}  # type: ignore[arg-type]


def names(backends: Backends) -> list[str]:
    return [server.name for server in backends.health()]


class Held:
    """An answer that goes on until it is let go."""

    def __init__(self, upstream: Upstream) -> None:
        self.begun, self.go = trio.Event(), trio.Event()
        upstream.script = self._script

    async def _script(self, exchange: Exchange) -> None:
        await exchange.send(SSE_HEAD, delta(content="Hi"))
        self.begun.set()
        await self.go.wait()
        await exchange.send(delta(content="!"), finish(), usage(), DONE)


async def test_a_server_that_is_added_answers_and_one_that_is_removed_does_not(
    upstream: Upstream, backends: Backends
) -> None:
    assert backends.serve_more(more(upstream)) == {}
    upstream.says(delta(content="Hi"), finish(), usage(), DONE)
    target = await backends.resolve("a", None, None)
    assert (target.backend, names(backends)) == ("late", ["nowhere", "late"])
    queued: list[int] = []
    backends.tell_queue(lambda: queued.append(len(backends.queue())))
    await backends.stream(target, PROMPT, Recorder())
    assert (max(queued), queued[-1]) == (1, 0)
    assert backends.serve_more({}) == {}
    assert names(backends) == ["nowhere"]
    with trio.fail_after(60):
        while len(backends._servers.watched) > 1:
            await trio.lowlevel.checkpoint()
    with pytest.raises(Unavailable) as caught:
        await backends.stream(target, PROMPT, Recorder())
    assert caught.value.reason == "removed"
    with pytest.raises(OrchdError):
        await backends.resolve("a", None, None)


async def test_what_runs_ends_and_what_waits_is_refused(
    upstream: Upstream, backends: Backends, nursery: trio.Nursery
) -> None:
    held = Held(upstream)
    backends.serve_more(more(upstream, slots=1))
    target = await backends.resolve("a", None, None)
    running, refused, ended = Recorder(), trio.Event(), trio.Event()

    async def run() -> None:
        assert (await backends.stream(target, PROMPT, running)).finish_reason == "stop"
        ended.set()

    async def wait() -> None:
        with pytest.raises(Unavailable, match="removed"):
            await backends.stream(target, PROMPT, Recorder())
        refused.set()

    nursery.start_soon(run)
    await held.begun.wait()
    nursery.start_soon(wait)
    with trio.fail_after(60):
        while len(backends.queue()) < 2:
            await trio.lowlevel.checkpoint()
        backends.serve_more({})
        await refused.wait()
        assert [entry.state for entry in backends.queue()] == ["running"]
        held.go.set()
        await ended.wait()
        while backends.queue():
            await trio.lowlevel.checkpoint()
    assert ("content", "!") in running.events


async def test_what_waits_goes_on_where_the_server_was_only_changed(
    upstream: Upstream, backends: Backends, nursery: trio.Nursery
) -> None:
    held = Held(upstream)
    backends.serve_more(more(upstream, slots=1))
    target = await backends.resolve("a", None, None)
    first, second = trio.Event(), trio.Event()

    async def run(ended: trio.Event) -> None:
        await backends.stream(target, PROMPT, Recorder())
        ended.set()

    nursery.start_soon(run, first)
    await held.begun.wait()
    nursery.start_soon(run, second)
    with trio.fail_after(60):
        while len(backends.queue()) < 2:
            await trio.lowlevel.checkpoint()
        upstream.says(delta(content="Hi"), finish(), usage(), DONE)
        backends.serve_more(more(upstream, slots=2))
        await second.wait()
        assert not first.is_set()
        held.go.set()
        await first.wait()


async def test_a_server_that_stays_the_same_is_left_alone(upstream: Upstream, backends: Backends) -> None:
    backends.serve_more(more(upstream))
    await backends.resolve("a", None, None)
    asked = len(upstream.requests)
    backends.serve_more(more(upstream))
    assert backends.models() != []
    assert len(upstream.requests) == asked


async def test_one_that_can_not_be_has_its_reason_and_the_others_are_there(
    upstream: Upstream, backends: Backends
) -> None:
    wrong = {
        "nowhere": BackendSpec("http://127.0.0.1:10", name="nowhere"),
        "again": BackendSpec("http://127.0.0.1:9/v1/", name="again"),
        "odd": BackendSpec("ftp://127.0.0.1", name="odd"),
    }
    refused = backends.serve_more({**wrong, **more(upstream)})
    assert refused.keys() == wrong.keys()
    assert "configuration" in refused["nowhere"]
    assert names(backends) == ["nowhere", "late"]


async def test_one_that_hangs_delays_nobody(upstream: Upstream, backends: Backends, nursery: trio.Nursery) -> None:
    listeners = await nursery.start(trio.serve_tcp, silent, 0)
    port = listeners[0].socket.getsockname()[1]
    hanging = BackendSpec(f"http://127.0.0.1:{port}", name="hanging")
    backends.serve_more(more(upstream))
    await backends.resolve("a", None, None)
    backends.serve_more({**more(upstream), "hanging": hanging})
    with trio.fail_after(4):  # a probe gives up after six seconds
        assert (await backends.resolve("a", None, None)).backend == "late"
    backends.serve_more(more(upstream))
    assert names(backends) == ["nowhere", "late"]


async def silent(stream: trio.SocketStream) -> None:
    await trio.sleep_forever()


async def test_one_that_is_only_looked_for_gives_way_and_comes_back(nursery: trio.Nursery) -> None:
    backends = Backends([])
    await nursery.start(backends.run)
    before = names(backends)
    backends.serve_more({"mine": BackendSpec("http://127.0.0.1:8080/v1", name="mine")})
    assert names(backends) == [name for name in before if name != "127.0.0.1:8080"] + ["mine"]
    await backends.wait_first_probe()
    for _ in range(2):
        backends.serve_more({})
        assert sorted(names(backends)) == sorted(before)
    backends.serve_more({"mine": BackendSpec("http://127.0.0.1:8080/v1", name="mine")})  # before it was ever probed
    with trio.fail_after(60):
        await backends.wait_first_probe()


async def test_a_trial_lists_what_there_is_and_serves_nothing(upstream: Upstream, backends: Backends) -> None:
    [spec] = more(upstream).values()
    trial = await backends.try_server(spec)
    assert (trial.kind, trial.models) == ("openai", ("a",))
    assert names(backends) == ["nowhere"]
    with pytest.raises(Unavailable):
        await backends.try_server(NOWHERE)
    with pytest.raises(ConfigurationError):
        await backends.try_server(BackendSpec("ftp://127.0.0.1"))


async def test_nobody_waits_for_what_was_never_watched() -> None:
    backends = Backends([])
    backends.serve_more({"mine": BackendSpec("http://127.0.0.1:1234", name="mine")})
    [gone] = [each for each in backends._servers.first if each.closing]
    assert gone.probed.is_set()


async def test_before_they_are_watched_they_are_only_noted(upstream: Upstream, nursery: trio.Nursery) -> None:
    backends = Backends([NOWHERE])
    backends.serve_more(more(upstream))
    assert names(backends) == ["nowhere", "late"]
    await nursery.start(backends.run)
    assert (await backends.resolve("a", None, None)) == Target(backends.models()[0], "late")
