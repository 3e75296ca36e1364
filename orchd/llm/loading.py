"""Loading a model once, however many wait for it; and unloading it.

LM Studio loads another copy of a model for each request that finds it unloaded, and memory doubles. So there is one
load a model, in a task of its own: a waiter that gives up must not end it for the others, but when the last one has
gone nobody wants it any more, and it is cancelled.
"""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Literal, NamedTuple, TypeAlias

import httpx
import trio

from orchd.errors import NotFound, OrchdError, Timeout, Unavailable, UpstreamError
from orchd.guard import Supervisor, guarded
from orchd.llm.answers.failures import judge, map_errors
from orchd.llm.answers.fetch import FetchResult, fetch
from orchd.llm.answers.words import read_body
from orchd.llm.probing.probe import PROBE_SECONDS, Listing, Prober
from orchd.llm.types import Channel, Phase, Prompt, Sampling, ServerKind, Turn
from orchd.reasons import Reason

ONE_TOKEN = Prompt((Turn("user", "Hi"),), Sampling(max_tokens=1), soft=("max_tokens",))
"""What has a model loaded where nothing else does."""
NO_SUCH_PATH = "File Not Found"
"""What llama.cpp says for a path that it doesn't have: one that serves a single file unloads nothing."""
LOADED_ANYWAY: tuple[Reason, ...] = ("empty_response", "truncated")
"""Failures of such a request that come from a model which is there."""


class LoadNews(NamedTuple):
    """How a load is going: whether it waits for its turn or is under way, how far it is where the server tells that
    (0..1), its place among those that wait, and how long that phase may still take, where that is known."""

    phase: Literal["queued", "loading"]
    share: float | None = None
    position: int | None = None
    eta_ms: int | None = None


ReportProgress: TypeAlias = Callable[[LoadNews], None]


class LoadListener:
    """The listener of a request that waits for a load."""

    def __init__(self, progress: ReportProgress) -> None:
        self._progress = progress
        self._phase: Literal["queued", "loading"] = "queued"

    def on_phase(self, phase: Phase, progress: float | None) -> None:
        """Pass on how the load goes."""
        if phase == "queued" or phase == "loading":
            self._phase = phase
            self._progress(LoadNews(phase, progress))

    def on_queue(self, position: int | None, eta_ms: int | None) -> None:
        """Pass on for how long it may still take."""
        self._progress(LoadNews(self._phase, position=position, eta_ms=eta_ms))

    def on_delta(self, channel: Channel, text: str) -> None:
        """Nobody asked for text."""

    def on_close(self) -> None:
        """Nobody is told."""


class LoadTask:
    """One load under way, and how it ended."""

    def __init__(self) -> None:
        self.waiters = 0
        self.scope = trio.CancelScope()
        self.done = trio.Event()
        self.instance: str | None = None
        self.error: OrchdError | None = None


class Loads:
    """The loads under way, by model, run by the supervisor given."""

    def __init__(self, supervisor: Supervisor) -> None:
        self._supervisor = supervisor
        self._tasks: dict[str, LoadTask] = {}

    async def ensure(self, model: str, load: Callable[[], Awaitable[str | None]]) -> str | None:
        """Join the load of `model` or start it with `load`; return what it returns. Raises what it raises (OrchdError).

        Cancelling the last waiter cancels the load.
        """
        task = self._tasks.get(model)
        if task is None:
            task = self._tasks[model] = LoadTask()
            self._supervisor.run("load", self._run, model, task, load, model=model)
        task.waiters += 1
        try:
            await task.done.wait()
        finally:
            task.waiters -= 1
            if not task.waiters and not task.done.is_set():
                self._forget(model, task)
                task.scope.cancel()
        if task.error is not None:
            raise task.error.again()
        return task.instance

    async def _run(self, model: str, task: LoadTask, load: Callable[[], Awaitable[str | None]]) -> None:
        task.error = Unavailable("the load was given up", reason="load_given_up")
        try:
            with guarded("load", model=model) as guard, task.scope:
                task.instance = await load()
                task.error = None
            task.error = guard.error or task.error
        finally:
            task.done.set()
            self._forget(model, task)

    def _forget(self, model: str, task: LoadTask) -> None:
        if self._tasks.get(model) is task:
            del self._tasks[model]


class SharedLoad:
    """One load, and all who wait for it."""

    def __init__(self) -> None:
        self.waiting: list[ReportProgress] = []
        self.ended = trio.Event()
        self._news: tuple[LoadNews, float] | None = None

    async def run(self, load: Callable[[ReportProgress], Awaitable[None]]) -> None:
        """Load, and report progress to all of them."""
        try:
            await load(self._tell)
        finally:
            self.ended.set()

    def join(self, progress: ReportProgress) -> None:
        """Have somebody told of it, at first what was told last."""
        self.waiting.append(progress)
        if self._news is not None:
            news, told_at = self._news
            passed = round((trio.current_time() - told_at) * 1000)
            progress(news if news.eta_ms is None else news._replace(eta_ms=max(0, news.eta_ms - passed)))

    def _tell(self, news: LoadNews) -> None:
        self._news = news, trio.current_time()
        for progress in self.waiting:
            progress(news)


class SharedLoads:
    """Loads that somebody asked for by name, each with all who wait for it, its turn in the queue included.

    Else whoever asked first and gives up would end the load of the others, minutes into it.
    """

    def __init__(self, supervisor: Supervisor) -> None:
        self._loads = Loads(supervisor)
        self._shared: dict[str, SharedLoad] = {}

    async def join(self, key: str, progress: ReportProgress, load: Callable[[ReportProgress], Awaitable[None]]) -> None:
        """Join the load under `key` or start it with `load`, and hear of its progress. Raises what it raises.

        Cancelling the last of those who wait cancels the load, and waits until it has ended.
        """
        shared = self._shared.setdefault(key, SharedLoad())
        shared.join(progress)
        try:
            await self._loads.ensure(key, partial(shared.run, load))
        finally:
            shared.waiting.remove(progress)
            if not shared.waiting:
                del self._shared[key]
                with trio.CancelScope(shield=True):  # bounded by the load, which is being cancelled
                    await shared.ended.wait()


async def load_lmstudio(
    client: httpx.AsyncClient, root: str, name: str, model: str, *, seconds: float, prober: Prober
) -> str | None:
    """Load `model` unless it is loaded by now; return the instance to ask, None to leave it to the server.

    None: the server does not offer to load (it may still do so on the first request). Raises NotFound for an unknown
    model, UpstreamError for a load that failed (asking again would fail again), Timeout after `seconds`.
    """
    with trio.move_on_after(seconds), map_errors(name):
        with trio.move_on_after(PROBE_SECONDS):
            if loaded := await prober.lmstudio_instances(model):
                return loaded[0]
        return _loaded_instance(name, model, await fetch(client, f"{root}/api/v1/models/load", {"model": model}))
    raise Timeout(f"{name} did not load {model} within {seconds:g} s", reason="first_event", backend=name)


def _loaded_instance(name: str, model: str, fetched: FetchResult) -> str | None:
    found: dict[str, Any] | None = fetched.success_json()
    if found is not None:
        instance = found.get("instance_id")
        return instance if isinstance(instance, str) and instance else model
    said = read_body(fetched.status, fetched.body)
    error = judge(name, said)
    if isinstance(error, NotFound):
        raise error
    failed = (
        said.status >= 500 or said.type in ("internal_error", "unknown") or "failed to load" in said.message.lower()
    )
    if failed:
        raise UpstreamError(f"{name} could not load {model}: {error.message}", reason="load_failed", backend=name)
    return None


async def unload(client: httpx.AsyncClient, root: str, name: str, listing: Listing, names: tuple[str, ...]) -> None:
    """Unload the instances `names` of a model. Waits without a bound.

    Raises httpx.TransportError, UpstreamError (`details.reason` is `no_unload` where the server does not offer it),
    NotFound. Sources: LM Studio's REST documentation, Ollama's API documentation (`keep_alive`), llama.cpp's router.
    """
    requests: dict[ServerKind, tuple[str, dict[str, Any]]] = {
        "ollama": ("/api/generate", {"keep_alive": 0, "stream": False}),
        "llamacpp": ("/models/unload", {}),
    }
    if listing.native:
        requests["lmstudio"] = ("/api/v1/models/unload", {})
    if listing.kind not in requests:
        raise _no_unload(name)
    path, members = requests[listing.kind]
    key = "instance_id" if listing.kind == "lmstudio" else "model"
    for instance in names:
        fetched = await fetch(client, root + path, {key: instance, **members})
        if fetched.success_json() is None:
            said = read_body(fetched.status, fetched.body)
            error = judge(name, said)
            if said.message == NO_SUCH_PATH:
                raise _no_unload(name)
            if isinstance(error, NotFound):
                raise error
            raise UpstreamError(f"{name} did not unload it: {error.message}", reason="no_unload", backend=name)


def _no_unload(name: str) -> UpstreamError:
    return UpstreamError(f"{name} does not unload models on request", reason="no_unload", backend=name)
