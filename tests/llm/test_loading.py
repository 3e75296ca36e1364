import httpx
import pytest
import trio

from orchd.errors import NotFound, OrchdError, Timeout, UpstreamError
from orchd.guard import Supervisor
from orchd.llm.loading import LoadNews, Loads, ReportProgress, SharedLoads, load_lmstudio, unload
from orchd.llm.probing.probe import Listing, Prober
from orchd.llm.wire.transport import WireTransport
from tests.fix_upstream import Exchange, Upstream, reply

LOAD = "POST /api/v1/models/load"
MODELS = "GET /api/v1/models"


def listed(*instances: str) -> bytes:
    return reply(200, {"models": [{"type": "llm", "key": "a", "loaded_instances": [{"id": i} for i in instances]}]})


async def load(upstream: Upstream, seconds: float = 20.0) -> str | None:
    async with httpx.AsyncClient(transport=WireTransport(upstream.connect), trust_env=False) as http:
        prober = Prober(http, upstream.url, "box")
        return await load_lmstudio(http, upstream.url, "box", "a", seconds=seconds, prober=prober)


@pytest.mark.parametrize("instance", ["a", "a:2"])
async def test_the_instance_that_the_load_names_is_asked(upstream: Upstream, instance: str) -> None:
    done = {"type": "llm", "instance_id": instance, "load_time_seconds": 1.0, "status": "loaded"}
    upstream.routes = {MODELS: listed(), LOAD: reply(200, done)}
    assert await load(upstream) == instance
    assert upstream.requests[1].json() == {"model": "a"}


async def test_a_model_that_is_loaded_by_now_is_not_loaded_again(upstream: Upstream) -> None:
    upstream.routes = {MODELS: listed("a:2", "a")}
    assert await load(upstream) == "a:2"
    assert upstream.paths() == [MODELS]


@pytest.mark.parametrize(
    "refusal",
    [
        reply(200, {"error": "Unexpected endpoint or method. (POST /api/v1/models/load)"}),
        reply(404, b"not found", "text/plain"),
        reply(400, {"error": {"type": "invalid_request", "message": "Unrecognized key(s)"}}),
        reply(403, {"error": "no permission"}),
    ],
)
async def test_a_server_that_does_not_load_on_demand_is_left_to_do_it_itself(
    upstream: Upstream, refusal: bytes
) -> None:
    upstream.routes = {MODELS: listed(), LOAD: refusal}
    assert await load(upstream) is None


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (reply(500, {"error": {"type": "internal_error", "message": "insufficient system resources"}}), UpstreamError),
        (reply(200, {"error": {"type": "unknown", "message": "Engine protocol startup was aborted"}}), UpstreamError),
        (reply(400, {"error": 'Failed to load model "a". Error: out of memory'}), UpstreamError),
        (reply(404, {"error": {"type": "model_not_found", "message": "no a"}}), NotFound),
        (b"", UpstreamError),
    ],
)
async def test_a_load_that_fails(upstream: Upstream, answer: bytes, error: type[OrchdError]) -> None:
    upstream.routes = {MODELS: listed(), LOAD: answer}
    with pytest.raises(error):
        await load(upstream)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ({"message": "File Not Found", "type": "not_found_error", "code": 404}, UpstreamError),
        ({"message": "model 'a' not found", "type": "not_found_error", "code": 404}, NotFound),
    ],
)
async def test_a_server_of_one_file_unloads_nothing(
    upstream: Upstream, answer: dict[str, object], error: type[OrchdError]
) -> None:
    upstream.routes = {"POST /models/unload": reply(404, {"error": answer})}
    async with httpx.AsyncClient(transport=WireTransport(upstream.connect), trust_env=False) as http:
        with pytest.raises(error) as refused:
            await unload(http, upstream.url, "box", Listing("llamacpp", ()), ("a",))
    assert refused.value.details.get("reason") == ("no_unload" if error is UpstreamError else None)


async def test_a_load_may_take_minutes_but_not_for_ever(
    memory_upstream: Upstream, autojump_clock: trio.testing.MockClock
) -> None:
    async def script(exchange: Exchange) -> None:
        await trio.sleep(240)
        await exchange.send(reply(200, {"instance_id": "a"}))

    memory_upstream.routes = {MODELS: listed()}
    memory_upstream.script = script
    assert await load(memory_upstream, 300.0) == "a"
    with pytest.raises(Timeout):
        await load(memory_upstream, 100.0)
    assert trio.current_time() == pytest.approx(340.0)


class Job:
    """A load that ends when told."""

    def __init__(self, error: OrchdError | None = None) -> None:
        self.runs = 0
        self.go = trio.Event()
        self.cancelled = False
        self.error = error

    async def __call__(self) -> str | None:
        self.runs += 1
        try:
            await self.go.wait()
        except trio.Cancelled:
            self.cancelled = True
            raise
        if self.error is not None:
            raise self.error
        return "a:1"


async def test_many_waiters_one_load(nursery: trio.Nursery) -> None:
    loads, job, found = Loads(Supervisor(nursery)), Job(), list[str | None]()

    async def wait() -> None:
        found.append(await loads.ensure("a", job))

    async with trio.open_nursery() as waiters:
        for _ in range(5):
            waiters.start_soon(wait)
        await trio.testing.wait_all_tasks_blocked()
        job.go.set()
    assert (found, job.runs) == (["a:1"] * 5, 1)
    assert await loads.ensure("a", job) == "a:1"
    assert job.runs == 2


async def test_a_failed_load_fails_for_each_waiter_with_its_own_error(nursery: trio.Nursery) -> None:
    loads, job, errors = (
        Loads(Supervisor(nursery)),
        Job(UpstreamError("boom", reason="load_failed")),
        list[OrchdError](),
    )

    async def wait() -> None:
        with pytest.raises(UpstreamError) as caught:
            await loads.ensure("a", job)
        errors.append(caught.value)

    async with trio.open_nursery() as waiters:
        waiters.start_soon(wait)
        waiters.start_soon(wait)
        await trio.testing.wait_all_tasks_blocked()
        job.go.set()
    assert [(error.message, error.details) for error in errors] == [("boom", {"reason": "load_failed"})] * 2
    assert errors[0] is not errors[1]
    assert errors[0].__cause__ is errors[1].__cause__ is job.error, "where it failed can still be seen"


async def test_the_load_ends_with_its_last_waiter_not_before(nursery: trio.Nursery) -> None:
    loads, job = Loads(Supervisor(nursery)), Job()
    first, second = trio.CancelScope(), trio.CancelScope()

    async def wait(scope: trio.CancelScope) -> None:
        with scope:
            await loads.ensure("a", job)

    async with trio.open_nursery() as waiters:
        waiters.start_soon(wait, first)
        waiters.start_soon(wait, second)
        await trio.testing.wait_all_tasks_blocked()
        first.cancel()
        await trio.testing.wait_all_tasks_blocked()
        assert not job.cancelled
        second.cancel()
    await trio.testing.wait_all_tasks_blocked()
    assert job.cancelled
    again = Job()
    again.go.set()
    assert await loads.ensure("a", again) == "a:1"


async def test_a_shared_load_is_told_to_all_and_ends_with_the_last(nursery: trio.Nursery) -> None:
    loads, heard, ended = SharedLoads(Supervisor(nursery)), list[tuple[str, LoadNews]](), trio.Event()
    scopes, news = {"ann": trio.CancelScope(), "bob": trio.CancelScope()}, LoadNews("queued", position=2)

    async def load(tell: ReportProgress) -> None:
        try:
            tell(news)
            await trio.sleep_forever()
        finally:
            tell(LoadNews("loading", 0.5))
            ended.set()

    async def wait(name: str) -> None:
        with scopes[name]:
            await loads.join("a", lambda told: heard.append((name, told)), load)
        assert ended.is_set() == (name == "bob")

    async with trio.open_nursery() as waiters:
        waiters.start_soon(wait, "ann")
        await trio.testing.wait_all_tasks_blocked()
        waiters.start_soon(wait, "bob")
        await trio.testing.wait_all_tasks_blocked()
        scopes["ann"].cancel()
        await trio.testing.wait_all_tasks_blocked()
        assert heard == [("ann", news), ("bob", news)], "who comes later is told at once how it is"
        scopes["bob"].cancel()
    await loads.join("a", lambda told: heard.append(("eve", told)), quick)
    assert heard[2:] == [("eve", LoadNews("loading", 1.0))]


async def quick(tell: ReportProgress) -> None:
    await trio.lowlevel.checkpoint()
    tell(LoadNews("loading", 1.0))


async def test_models_load_independently(nursery: trio.Nursery) -> None:
    loads, slow, fast = Loads(Supervisor(nursery)), Job(), Job()
    fast.go.set()
    async with trio.open_nursery() as waiters:
        waiters.start_soon(loads.ensure, "slow", slow)
        assert await loads.ensure("fast", fast) == "a:1"
        slow.go.set()
