"""All model servers together: which models there are, which one answers, and the way to ask it.

`resolve` keeps one promise above all: nobody gets an answer from another model than the one asked for without being
told. A model that can't be had is an error, `unavailable` while its server is away, `not_found` when no server knows
it any more; and the simulated model never stands in for a real server that fails.
"""

from collections.abc import Sequence

import trio

from orchd.errors import ConfigurationError, NotFound, Unavailable
from orchd.llm.backend import Backend
from orchd.llm.choice import choose
from orchd.llm.pipe import Connect, connect_tcp
from orchd.llm.types import (
    BackendHealth,
    BackendSpec,
    Channel,
    Completion,
    Listener,
    ModelInfo,
    Outcome,
    Phase,
    Prompt,
    Target,
)

SEARCHED = ("http://127.0.0.1:1234", "http://127.0.0.1:8080", "http://127.0.0.1:11434")
"""Where LM Studio, llama.cpp and Ollama listen by default: looked at when no server is configured."""
MAX_ANSWER_BYTES = 8 * 1024 * 1024


class Backends:
    """The model servers of `specs`, or those found on the loopback when there are none. To be used while `run` runs.

    `simulated` is the demo model's server, if there is one. Raises ConfigurationError for addresses and names that
    can't be used.
    """

    def __init__(
        self,
        specs: Sequence[BackendSpec],
        *,
        simulated: BackendSpec | None = None,
        probe_seconds: float = 10.0,
        connect: Connect = connect_tcp,
    ) -> None:
        self._backends = {backend.name: backend for backend in _backends(specs, simulated, connect)}
        self._probe_seconds = probe_seconds

    async def run(self, *, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED) -> None:
        """Watch the servers until cancelled, then close; `started` at once, without waiting for a first probe."""
        try:
            async with trio.open_nursery() as nursery:
                for backend in self._backends.values():
                    nursery.start_soon(backend.watch, nursery, self._probe_seconds)
                task_status.started()
        finally:
            with trio.CancelScope(shield=True):
                for backend in self._backends.values():
                    await backend.aclose()

    async def wait_first_probe(self) -> None:
        """Wait until every server has been probed once: some seconds at most."""
        for backend in self._backends.values():
            await backend.probed.wait()

    async def refresh(self) -> None:
        """Probe all servers now; single-flight, some seconds at most."""
        async with trio.open_nursery() as nursery:
            for backend in self._backends.values():
                nursery.start_soon(backend.refresh)

    async def resolve(self, asked: str | None, conversation: str | None, default: str | None) -> Target:
        """Return the model to answer: the one asked for, else the conversation's, else the default, else one that is
        there.

        Waits for the first probe; when the model isn't found, for one more. Raises NotFound (`details.field` is
        `model`) when no server has it, Unavailable when its server is away or there is none.
        """
        await self.wait_first_probe()
        backends = tuple(self._backends.values())
        try:
            target = choose(backends, asked, conversation, default)
            if asked or not target.model.simulated:
                return target
        except (NotFound, Unavailable):
            pass
        await self.refresh()
        return choose(backends, asked, conversation, default)

    async def stream(
        self, target: Target, prompt: Prompt, listener: Listener, *, max_bytes: int = MAX_ANSWER_BYTES
    ) -> Outcome:
        """Generate an answer, telling `listener` as it comes; `on_close` is its last call, once the connection is
        closed.

        Over `max_bytes` of UTF-8, both channels together, the answer is cut off with finish reason `length`. Raises
        Timeout, Unavailable, NotFound, TooLarge (context overflow), UpstreamError (`details.reason`: `truncated`,
        `empty_response`, `connection_lost`, `server_error`, ...). Cancelling closes the connection at once.
        """
        try:
            backend = self._backends.get(target.backend)
            if backend is None:
                raise Unavailable(f"{target.backend} is no model server of this daemon")
            return await backend.stream(target.model, prompt, listener, max_bytes)
        finally:
            listener.on_close()

    async def continues(self, target: Target, listener: Listener | None = None) -> bool:
        """Tell whether the model continues an unfinished answer, so that a prompt may have `prefill`.

        To be asked right before such a generation: the model is loaded if need be, and on most servers a few tokens
        are generated; `listener` hears `on_phase` only. What was found is remembered until the server lists the model
        otherwise or goes away. Never raises an OrchdError: no answer is a no. Waits some 20 s at most, and the time of
        a load.
        """
        backend = self._backends.get(target.backend)
        return backend is not None and await backend.continues(target.model, listener or _Collected())

    async def wait_idle(self, target: Target, *, patience: float) -> float | None:
        """Return after how many seconds the server had stopped working on the model, our other running generations
        aside.

        None when it does not tell (only llama.cpp does), or still worked after `patience` seconds, be it for someone
        else. To be called once the generation has ended. Never raises an OrchdError.
        """
        backend = self._backends.get(target.backend)
        return None if backend is None else await backend.wait_idle(target.model, patience)

    async def complete(self, target: Target, prompt: Prompt, *, max_bytes: int = MAX_ANSWER_BYTES) -> Completion:
        """Generate an answer and return it whole. Raises like `stream`."""
        collected = _Collected()
        outcome = await self.stream(target, prompt, collected, max_bytes=max_bytes)
        return Completion("".join(collected.content), "".join(collected.reasoning), outcome)

    def models(self) -> list[ModelInfo]:
        """Return the models of all servers that are there, embedding models included, in the order of the servers."""
        return [model for backend in self._backends.values() if backend.ok for model in backend.models()]

    def health(self) -> list[BackendHealth]:
        """Return how each server was when last probed."""
        return [backend.health() for backend in self._backends.values()]


class _Collected:
    """A listener that keeps the texts."""

    def __init__(self) -> None:
        self.content: list[str] = []
        self.reasoning: list[str] = []

    def on_phase(self, phase: Phase, progress: float | None) -> None:
        """Nobody is told."""

    def on_delta(self, channel: Channel, text: str) -> None:
        """Keep the text."""
        (self.content if channel == "content" else self.reasoning).append(text)

    def on_close(self) -> None:
        """Nobody is told."""


def _backends(specs: Sequence[BackendSpec], simulated: BackendSpec | None, connect: Connect) -> list[Backend]:
    """Make the backends: one for each address, the first spelling of it wins."""
    explicit = bool(specs)
    wanted = list(specs or [BackendSpec(url) for url in SEARCHED]) + ([simulated] if simulated else [])
    found: dict[str, Backend] = {}
    for spec in wanted:
        backend = Backend(spec, explicit=explicit and not spec.simulated, connect=connect)
        found.setdefault(backend.url, backend)
    names = [backend.name for backend in found.values()]
    for name in names:
        if names.count(name) > 1:
            raise ConfigurationError(f"backend name: two backends are called {name!r}")
    return list(found.values())
